import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { z } from 'zod';
import { generateText } from './generate-text.ts';
import type { LanguageEvent } from './language-event.ts';
import type { LanguageCall, LanguageModel } from './models.ts';
import { runTools } from './run-tools.ts';
import { streamText } from './stream-text.ts';
import { tool } from './tool.ts';

const messages = [{ role: 'user', content: '成都几度？' }] as const;
const weather = tool({
  name: 'weather',
  description: 'The temperature of a city.',
  input: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']).default('celsius') }),
  execute: ({ city, unit }) => ({ city, unit, degrees: 21 }),
});
const ask = tool({ name: 'ask', input: { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] } });

const calls = (...parts: readonly (readonly [name: string, args: string])[]) => {
  const seen: LanguageCall[] = [];
  const events: LanguageEvent[] = parts.map(([name, args], i) => ({
    type: 'tool-call',
    id: `c${i}`,
    name,
    arguments: args,
  }));
  const model: LanguageModel = {
    provider: 'test',
    modelId: 'm',
    async *stream(call) {
      seen.push(call);
      yield* events;
      yield { type: 'finish', reason: 'tool-calls' };
    },
  };
  return { model, seen };
};

describe('tool', () => {
  it('shows the provider its definition and nothing else', async () => {
    const { model, seen } = calls();
    await generateText({ model, messages, tools: [weather, ask], toolChoice: { name: 'ask' } });
    expect(seen[0]!.tools).toEqual([
      {
        name: 'weather',
        description: 'The temperature of a city.',
        parameters: expect.objectContaining({ type: 'object', required: ['city'] }),
      },
      { name: 'ask', parameters: { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] } },
    ]);
    expect(seen[0]!.tools![0]!.parameters).not.toHaveProperty('$schema');
  });

  it('refuses names and shapes that providers refuse', () => {
    const input = z.object({});
    expect(() => tool({ name: '天气', input })).toThrow('cannot name a tool');
    expect(() => tool({ name: 'list', input: z.array(z.string()) })).toThrow('must be an object');
    const mute = { '~standard': { version: 1 as const, vendor: 'mute', validate: (value: unknown) => ({ value }) } };
    expect(() => tool({ name: 'mute', input: mute })).toThrow('Give "jsonSchema" beside it');
    expect(tool({ name: 'mute', input: mute, jsonSchema: { type: 'object' } }).parameters).toEqual({ type: 'object' });
    expect(() => tool({ name: 'odd', input: z.object({ at: z.date() }) })).toThrow(
      'cannot be expressed as JSON Schema',
    );
  });
});

describe('tool calls', () => {
  it('are read, checked and typed, and what is wrong is reported', async () => {
    const { model } = calls(
      ['weather', '{"city":"成都"}'],
      ['weather', '{"city":5}'],
      ['weather', '{"city":'],
      ['ask', ''],
      ['nothing', '{}'],
    );
    const { toolCalls } = await generateText({ model, messages, tools: [weather, ask] });
    expect(toolCalls.map(call => call.valid)).toEqual([true, false, false, false, false]);
    expect(toolCalls[0]).toEqual({
      valid: true,
      id: 'c0',
      name: 'weather',
      input: { city: '成都', unit: 'celsius' },
      arguments: '{"city":"成都"}',
    });
    expect(toolCalls.map(call => (call.valid ? '' : call.issues[0]))).toEqual([
      '',
      expect.stringContaining('city: '),
      expect.stringContaining('no valid JSON'),
      'q: is missing',
      'There is no tool "nothing". The tools are: weather, ask.',
    ]);
    const first = toolCalls[0]!;
    if (first.valid && first.name === 'weather') {
      expectTypeOf(first.input).toEqualTypeOf<{ city: string; unit: 'celsius' | 'fahrenheit' }>();
    }
    if (first.valid && first.name === 'ask') expectTypeOf(first.input).toEqualTypeOf<unknown>();
    // @ts-expect-error no tool of that name was given
    void (first.valid && first.name === 'nothing');
    // @ts-expect-error nor can it be chosen
    void (() => generateText({ model, messages, tools: [weather], toolChoice: { name: 'nothing' } }));
  });

  it('are the same when streamed', async () => {
    const { model } = calls(['weather', '{"city":"成都"}']);
    const { toolCalls } = await streamText({ model, messages, tools: [weather] }).result;
    expect(toolCalls[0]).toMatchObject({ valid: true, input: { city: '成都' } });
  });

  it('run at the same time, and everything is answered to the model', async () => {
    const fails = tool({
      name: 'fails',
      input: z.object({}),
      execute: (): string => {
        throw new Error('the door is locked');
      },
    });
    const picture = tool({
      name: 'picture',
      input: z.object({}),
      execute: async () => new Uint8Array([1]),
      toModel: data => [{ type: 'file', mediaType: 'image/png', data }],
    });
    const tools = [weather, ask, fails, picture] as const;
    const { model } = calls(
      ['weather', '{"city":"成都"}'],
      ['weather', '{}'],
      ['fails', '{}'],
      ['ask', '{"q":"?"}'],
      ['picture', '{}'],
    );
    const { toolCalls } = await generateText({ model, messages, tools });
    const { outcomes, message } = await runTools(toolCalls, tools);
    expect(outcomes.map(outcome => outcome.status)).toEqual(['done', 'invalid', 'failed', 'open', 'done']);
    expect(message.content.map(part => [part.id, part.isError ?? false])).toEqual([
      ['c0', false],
      ['c1', true],
      ['c2', true],
      ['c4', false],
    ]);
    expect(message.content[0]!.content).toBe('{"city":"成都","unit":"celsius","degrees":21}');
    expect(message.content[1]!.content).toContain('Correct the arguments');
    expect(message.content[2]!.content).toContain('the door is locked');
    expect(message.content[3]!.content).toEqual([{ type: 'file', mediaType: 'image/png', data: new Uint8Array([1]) }]);
    const done = outcomes[0]!;
    if (done.status === 'done') {
      expectTypeOf(done.output).toEqualTypeOf<
        { city: string; unit: 'celsius' | 'fahrenheit'; degrees: number } | string | Uint8Array<ArrayBuffer>
      >();
    }
  });

  it('hand the signal on and stop with it', async () => {
    const execute = vi.fn((_: unknown, ctx: { signal?: AbortSignal }) => ctx.signal?.aborted);
    const slow = tool({ name: 'slow', input: z.object({}), execute });
    const { toolCalls } = await generateText({ ...calls(['slow', '{}']), messages, tools: [slow] });
    const controller = new AbortController();
    await runTools(toolCalls, [slow], { signal: controller.signal });
    expect(execute).toHaveBeenCalledWith({}, { id: 'c0', signal: controller.signal });
    controller.abort();
    await expect(runTools(toolCalls, [slow], { signal: controller.signal })).rejects.toMatchObject({
      reason: { tag: 'aborted' },
    });
    expect(execute).toHaveBeenCalledOnce();
  });
});
