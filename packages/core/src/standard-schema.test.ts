// Schemas of libraries that others wrote: what is asked for is strict, what comes back is typed and means the same.
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { generateObject } from './generate-object.ts';
import { generateText } from './generate-text.ts';
import { jsonSchema } from './json-schema.ts';
import type { LanguageCall, LanguageModel } from './models.ts';
import { tool } from './tool.ts';

interface Trip {
  city: string;
  days?: number | undefined;
}
const plain = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'number' } },
  required: ['city'],
};
const schemas = {
  zod: z.object({ city: z.string(), days: z.number().optional() }),
  valibot: toStandardJsonSchema(v.object({ city: v.string(), days: v.optional(v.number()) })),
  arktype: type({ city: 'string', 'days?': 'number' }),
  'JSON Schema': jsonSchema<Trip>(plain),
};
const messages = [{ role: 'user', content: '我要去成都。' }] as const;

/** Answers with each text in turn and remembers what it was asked. */
const answering = (...texts: readonly string[]) => {
  const calls: LanguageCall[] = [];
  const model: LanguageModel = {
    provider: 'test',
    modelId: 'm',
    async *stream(call) {
      calls.push(call);
      yield { type: 'text-delta', text: texts[calls.length - 1]! };
      yield { type: 'finish', reason: 'stop' };
    },
  };
  return { model, calls };
};

describe.each(Object.entries(schemas))('%s', (_, schema) => {
  it('asks strictly, repairs what does not fit, and gives optional properties back as absent', async () => {
    const { model, calls } = answering('{"city":7,"days":null}', '{"city":"成都","days":null}');
    const { object, attempts } = await generateObject({ model, schema, messages });
    expectTypeOf(object.city).toEqualTypeOf<string>();
    expectTypeOf(object.days).toEqualTypeOf<number | undefined>();
    expect(object).toEqual({ city: '成都' });
    expect(attempts[0]!.issues.join()).toContain('city');
    expect(calls[0]!.output).toMatchObject({
      strict: true,
      schema: {
        type: 'object',
        required: ['city', 'days'],
        additionalProperties: false,
        properties: { city: { type: 'string' }, days: { anyOf: [{ type: 'number' }, { type: 'null' }] } },
      },
    });
  });

  it('types and checks the arguments of a tool', async () => {
    const book = tool({ name: 'book', input: schema, execute: input => input.city });
    const { type: kind, properties, required } = book.parameters as typeof plain;
    expect({ type: kind, properties, required }).toMatchObject(plain);
    const wish = (text: string): LanguageModel => ({
      provider: 'test',
      modelId: 'm',
      async *stream() {
        yield { type: 'tool-call', id: '1', name: 'book', arguments: text };
        yield { type: 'finish', reason: 'tool-calls' };
      },
    });
    const right = await generateText({ model: wish('{"city":"成都"}'), messages, tools: [book] });
    const call = right.toolCalls[0]!;
    if (call.valid) expectTypeOf(call.input.city).toEqualTypeOf<string>();
    expect(call).toMatchObject({ valid: true, input: { city: '成都' } });
    const wrong = await generateText({ model: wish('{"city":false}'), messages, tools: [book] });
    expect(wrong.toolCalls[0]).toMatchObject({ valid: false, issues: [expect.stringContaining('city')] });
  });
});

it('a schema that cannot print itself says so, and takes its JSON Schema beside it', async () => {
  const ofValibot = v.object({ city: v.string(), days: v.optional(v.number()) });
  const ofMini = mini.object({ city: mini.string(), days: mini.optional(mini.number()) });
  const first = answering('{"city":"成都","days":3}');
  await expect(generateObject({ model: first.model, schema: ofValibot, messages })).rejects.toThrow(
    'made with valibot',
  );
  await expect(generateObject({ model: first.model, schema: ofMini, messages })).rejects.toThrow('z.toJSONSchema');
  expect(first.calls).toHaveLength(0);
  const { object } = await generateObject({ model: first.model, schema: ofValibot, jsonSchema: plain, messages });
  expect(object).toEqual({ city: '成都', days: 3 });
  const second = answering('{"city":"成都","days":null}');
  const printed = mini.toJSONSchema(ofMini, { io: 'input' });
  const answer = await generateObject({ model: second.model, schema: ofMini, jsonSchema: printed, messages });
  expectTypeOf(answer.object.days).toEqualTypeOf<number | undefined>();
  expect(answer.object).toEqual({ city: '成都' });
  expect(second.calls[0]!.output).toMatchObject({ strict: true });
});

it('what a schema makes of its input is the result: defaults and transformations', async () => {
  const schema = z.object({ city: z.string().default('北京'), days: z.string().transform(Number) });
  const { model, calls } = answering('{"city":null,"days":"3"}');
  const { object } = await generateObject({ model, schema, messages });
  expectTypeOf(object).toEqualTypeOf<{ city: string; days: number }>();
  expect(object).toEqual({ city: '北京', days: 3 });
  expect(calls[0]!.output).toMatchObject({ schema: { properties: { days: { type: 'string' } } } });
});
