import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { ModeshiftError } from './errors.ts';
import { generateObject } from './generate-object.ts';
import type { LanguageCall, LanguageModel } from './models.ts';
import { streamObject } from './stream-object.ts';

const messages = [{ role: 'user', content: '我在成都。' }] as const;
const place = z.object({ city: z.string(), country: z.string().optional() });

/** Answers one text after another, in pieces of a few characters. */
const answering = (...replies: readonly (string | Error)[]) => {
  const seen: LanguageCall[] = [];
  const model: LanguageModel = {
    provider: 'test',
    modelId: 'm',
    price: { inputPerMillion: 1e6, outputPerMillion: 1e6, asOf: '2026-01-01', source: 'test' },
    async *stream(call) {
      const reply = replies[seen.length]!;
      seen.push(call);
      if (reply instanceof Error) throw reply;
      for (const piece of reply.match(/[\s\S]{1,3}/g) ?? []) yield { type: 'text-delta', text: piece };
      yield { type: 'usage', usage: { inputTokens: 10, outputTokens: 1 } };
      yield { type: 'finish', reason: reply.endsWith('…') ? 'length' : 'stop' };
    },
  };
  return { model, seen };
};
/** Both ways must give the same. */
const ways = [
  ['generateObject', generateObject],
  [
    'streamObject',
    (async call => {
      const stream = streamObject(call);
      for await (const _ of stream.partials);
      return stream.result;
    }) as typeof generateObject,
  ],
] as const;

describe.each(ways)('%s', (_, ask) => {
  it('asks in strict mode and gives back what the schema means', async () => {
    const { model, seen } = answering('{"city":"成都","country":null}');
    const { object, attempts, enforcedBy, usd } = await ask({ model, messages, schema: place, name: 'place' });
    expect(object).toEqual({ city: '成都' });
    expect(attempts).toHaveLength(1);
    expect([enforcedBy, usd]).toEqual(['provider', 11]);
    expect(seen[0]!.output).toMatchObject({
      type: 'json',
      name: 'place',
      strict: true,
      schema: { required: ['city', 'country'], additionalProperties: false },
    });
    expect(seen[0]!.messages).toEqual(messages);
  });

  it('asks for any shape inside an object, and takes it out', async () => {
    const list = answering('{"value":["甲","乙"]}');
    expect((await ask({ model: list.model, messages, schema: z.array(z.string()) })).object).toEqual(['甲', '乙']);
    expect(list.seen[0]!.output).toMatchObject({ schema: { type: 'object', required: ['value'] } });
    const choice = answering('{"value":"甲"}');
    expect((await ask({ model: choice.model, messages, schema: z.enum(['甲', '乙']) })).object).toBe('甲');
    type Tree = { name: string; kids: Tree[] } | null;
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), kids: z.array(tree) }).nullable());
    const recursive = answering('{"value":{"name":"根","kids":[null]}}');
    expect((await ask({ model: recursive.model, messages, schema: tree })).object).toEqual({
      name: '根',
      kids: [null],
    });
  });

  it('takes plain JSON Schema', async () => {
    const { model } = answering('{"n":1}');
    const schema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
    const { object } = await ask({ model, messages, schema });
    expect(object).toEqual({ n: 1 });
    expectTypeOf(object).toEqualTypeOf<unknown>();
  });

  it('gives a wrong answer back with what is wrong, a bounded number of times, and reports it', async () => {
    const { model, seen } = answering('{"city":5}', '{"town":"成都"}', '{"city":"成都"}');
    const { object, attempts, usage, usd } = await ask({ model, messages, schema: place, repairs: 2 });
    expect(object).toEqual({ city: '成都' });
    expect(attempts.map(attempt => attempt.issues.length)).toEqual([1, 1, 0]);
    expect([usage.inputTokens, usage.outputTokens, usd]).toEqual([30, 3, 33]);
    const second = seen[1]!.messages;
    expect(second.slice(0, 2)).toEqual([...messages, { role: 'assistant', content: '{"city":5}' }]);
    expect(second[2]!.content).toContain('city: ');
    expect(seen[2]!.messages).toHaveLength(5);
  });

  it('fails with the issues and the answer when no repair is left', async () => {
    const { model, seen } = answering('{"city":5}', 'nonsense');
    const error = await ask({ model, messages, schema: place }).catch(error => error);
    expect(error).toMatchObject({
      reason: { tag: 'invalid-response', issues: [expect.stringContaining('no valid JSON')] },
      partial: { text: 'nonsense', usage: { inputTokens: 20, outputTokens: 2 } },
    });
    expect(seen).toHaveLength(2);
  });

  it('does not repair an answer that was cut by its limit', async () => {
    const { model, seen } = answering('{"city":"…');
    await expect(ask({ model, messages, schema: place })).rejects.toThrow('raise maxTokens');
    expect(seen).toHaveLength(1);
  });

  it('asks in words where the provider cannot enforce a schema, and says so', async () => {
    const cannot = new ModeshiftError({ tag: 'unsupported', feature: 'output' }, 'no');
    const { model, seen } = answering(cannot, 'Sure!\n```json\n{"city":"成都"}\n```');
    const { object, enforcedBy } = await ask({ model, messages, schema: place });
    expect([object, enforcedBy]).toEqual([{ city: '成都' }, 'instructions']);
    expect(seen[1]!.output).toBeUndefined();
    expect(seen[1]!.messages[0]).toMatchObject({ role: 'system', content: expect.stringContaining('"city"') });
    await expect(ask({ ...answering(cannot), messages, schema: place, enforce: 'provider' })).rejects.toBe(cannot);
  });

  it('checks asynchronously where the schema does', async () => {
    const known = z.object({ city: z.string().refine(async city => city === '成都', 'unknown city') });
    const { model } = answering('{"city":"北京"}', '{"city":"成都"}');
    expect((await ask({ model, messages, schema: known })).attempts[0]!.issues).toEqual(['city: unknown city']);
  });

  it('refuses a schema that cannot be printed, before any request', async () => {
    const { model, seen } = answering();
    const mute = { '~standard': { version: 1 as const, vendor: 'mute', validate: (value: unknown) => ({ value }) } };
    await expect((async () => ask({ model, messages, schema: mute }))()).rejects.toThrow(
      'cannot print itself as JSON Schema',
    );
    expect(seen).toHaveLength(0);
  });
});

describe('streamObject', () => {
  it('shows the value while it is written, without null for what is absent', async () => {
    const { model } = answering('{"city":"四川成都","country":null}');
    const stream = streamObject({ model, messages, schema: place });
    const seen: string[] = [];
    for await (const partial of stream.partials) {
      expectTypeOf(partial).toEqualTypeOf<{ readonly city?: string; readonly country?: string | undefined }>();
      seen.push(JSON.stringify(partial));
    }
    expect(seen[0]).toBe('{}');
    expect(seen).toContain('{"city":"四川成"}');
    expect(seen.at(-1)).toBe('{"city":"四川成都"}');
  });

  it('shows what is inside the object that a list is asked for in', async () => {
    const stream = streamObject({ ...answering('{"value":["甲乙","丙"]}'), messages, schema: z.array(z.string()) });
    const seen: string[] = [];
    for await (const partial of stream.partials) seen.push(JSON.stringify(partial));
    expect(seen.at(-1)).toBe('["甲乙","丙"]');
  });

  it('cancels when the reader leaves; without a reader the result comes by itself', async () => {
    const left = streamObject({ ...answering('{"city":"成都"}'), messages, schema: place });
    for await (const _ of left.partials) break;
    await expect(left.result).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    expect(() => left.partials[Symbol.asyncIterator]()).toThrow('read once');
    const unread = streamObject({ ...answering('{"city":"成都"}'), messages, schema: place });
    expect((await unread.result).object).toEqual({ city: '成都' });
  });

  it('throws the same object to the reader and from the result', async () => {
    const error = new ModeshiftError({ tag: 'server' }, 'down');
    const stream = streamObject({ ...answering(error), messages, schema: place });
    await expect(stream.partials[Symbol.asyncIterator]().next()).rejects.toBe(error);
    await expect(stream.result).rejects.toBe(error);
  });
});
