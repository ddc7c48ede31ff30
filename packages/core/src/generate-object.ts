// A value of a given shape from a language model, checked, with a bounded number of repairs.
import { invalidInput, ModeshiftError } from './errors.ts';
import { withPartial } from './fail.ts';
import { type GenerateTextResult, generateText, type TextCall } from './generate-text.ts';
import type { JsonSchema } from './json-schema.ts';
import { type AnySchema, type OutputOf, shapeOf } from './json-schema-of.ts';
import type { Message } from './message.ts';
import type { LanguageModel, Model } from './models.ts';
import { type ObjectRequest, objectRequest } from './object-request.ts';
import { addUsage, type Usage } from './usage.ts';

/** What {@link generateObject} and `streamObject` take. */
export interface ObjectCall<M extends Model, Schema extends AnySchema>
  extends Omit<TextCall<M, readonly []>, 'tools' | 'toolChoice' | 'output'> {
  /** A schema of any library that follows Standard Schema, or JSON Schema. Any shape, not only an object. */
  readonly schema: Schema;
  /** The shape as JSON Schema, for a schema library that cannot print it. */
  readonly jsonSchema?: JsonSchema;
  /** What the value is called, for the model. Left out: `answer`. */
  readonly name?: string;
  /** What the value is, for the model. */
  readonly description?: string;
  /**
   * How often a wrong answer is given back with what is wrong with it. Left out: 1. Each attempt has its own limits of time;
   * `signal` holds for all of them.
   */
  readonly repairs?: number;
  /**
   * `provider` makes the provider keep to the schema and fails where it cannot; `instructions` asks for it in words. Left
   * out: `provider`, and `instructions` where the provider cannot; the result says which it was.
   */
  readonly enforce?: 'provider' | 'instructions';
}

/** One answer on the way to a value. */
export interface ObjectAttempt {
  readonly text: string;
  /** What was wrong with it; empty for the last one. */
  readonly issues: readonly string[];
  readonly usage: Usage;
}

/** What {@link generateObject} gives. */
export interface GenerateObjectResult<T> {
  readonly object: T;
  /** Every answer of the model, the last one being right. More than one means that repairs were needed. */
  readonly attempts: readonly ObjectAttempt[];
  readonly enforcedBy: 'provider' | 'instructions';
  /** Of all attempts together. */
  readonly usage: Usage;
  /** Of all attempts together, in US dollars; `undefined` where unknown. */
  readonly usd: number | undefined;
  /** The provider's whole last answer. */
  readonly response: GenerateTextResult;
}

/**
 * Asks a language model for a value of a shape. Optional properties work with providers in strict mode: they are asked for as
 * nullable and come back as absent. An answer that does not fit is given back to the model with what is wrong, `repairs` times.
 *
 * @throws ModeshiftError `invalid-response` with the issues when the last answer does not fit either; its `partial` holds that
 * answer. `invalid-input` for a schema that cannot be printed as JSON Schema.
 * @example
 * ```ts
 * import { generateObject } from '@modeshift/core';
 * import { scriptedModel } from '@modeshift/testing';
 * import { z } from 'zod';
 *
 * const model = scriptedModel({ reply: () => '{"city":"成都","country":null}' });
 * const { object } = await generateObject({
 *   model,
 *   schema: z.object({ city: z.string(), country: z.string().optional() }),
 *   messages: [{ role: 'user', content: '我在成都。' }],
 * });
 * console.log(object); // { city: '成都' }
 * ```
 */
export async function generateObject<M extends Model, const Schema extends AnySchema>(
  call: ObjectCall<M, Schema>,
): Promise<GenerateObjectResult<OutputOf<Schema>>> {
  const session = objectSession(call);
  let answer = await session.first(generateText);
  while (true) {
    const outcome = await session.judge(answer);
    if (outcome.result) return outcome.result;
    answer = await generateText(outcome.again);
  }
}

/** What to ask next, or the result. */
type Judgement<T> =
  | { readonly result: GenerateObjectResult<T>; readonly again?: undefined }
  | { readonly result?: undefined; readonly again: PlainCall };

/** A call of a language model with nothing about objects left in it. */
export type PlainCall = TextCall<LanguageModel, readonly []>;

/** What `generateObject` and `streamObject` have in common: how to ask, how to judge, when to stop. */
export interface ObjectSession<T> {
  readonly request: ObjectRequest<T>;
  /** Asks for the first time; falls back to instructions where the provider cannot enforce a schema. */
  first<R>(ask: (call: PlainCall) => Promise<R>): Promise<R>;
  /** @throws ModeshiftError `invalid-response` when no repair is left. */
  judge(answer: GenerateTextResult): Promise<Judgement<T>>;
}

/** @throws ModeshiftError `invalid-input` for a schema that cannot be used. */
export function objectSession<M extends Model, Schema extends AnySchema>(
  call: ObjectCall<M, Schema>,
): ObjectSession<OutputOf<Schema>> {
  const { schema, jsonSchema, name = 'answer', description, repairs = 1, enforce, ...rest } = call;
  if (!(Number.isInteger(repairs) && repairs >= 0)) {
    throw invalidInput(`"repairs" is ${repairs}. Give a whole number of 0 or more, or leave it out.`);
  }
  const model = rest.model as unknown as LanguageModel;
  const request = objectRequest(shapeOf(schema, jsonSchema, `"${name}"`), name, description);
  const attempts: (ObjectAttempt & { readonly usd: number | undefined })[] = [];
  let enforcedBy: 'provider' | 'instructions' = enforce ?? 'provider';
  let messages: readonly Message[] = rest.messages;
  const textCall = (): PlainCall =>
    ({
      ...rest,
      messages: enforcedBy === 'instructions' ? [request.instruction, ...messages] : messages,
      ...(enforcedBy === 'provider' && { output: request.output }),
    }) as unknown as PlainCall;
  return {
    request,
    async first(ask) {
      try {
        return await ask(textCall());
      } catch (error) {
        if (enforce !== undefined || !ModeshiftError.is(error, 'unsupported')) throw error;
        enforcedBy = 'instructions';
        return ask(textCall());
      }
    },
    async judge(response) {
      const { text, usd } = response;
      const read = await request.read(text);
      attempts.push({ text, usd, usage: response.usage, issues: read.ok ? [] : read.issues });
      const usage = addUsage(attempts.map(attempt => attempt.usage));
      const sum = attempts.reduce<number | undefined>(
        (total, attempt) => (total === undefined || attempt.usd === undefined ? undefined : total + attempt.usd),
        0,
      );
      if (read.ok) {
        const told = attempts.map(({ usd: _, ...attempt }) => attempt);
        return { result: { object: read.value, attempts: told, enforcedBy, usage, usd: sum, response } };
      }
      const wasCut = response.finishReason === 'length';
      const wasRefused = response.finishReason === 'content-filter';
      if (attempts.length > repairs || wasCut || wasRefused) {
        const advice = wasCut
          ? 'It was cut off by the limit of tokens: raise maxTokens.'
          : 'Allow more repairs, loosen the schema, or say in the messages what is wanted.';
        const error = wasRefused
          ? new ModeshiftError({ tag: 'content-filter' }, `${model.provider} withheld the answer. Change the messages.`)
          : new ModeshiftError(
              { tag: 'invalid-response', issues: read.issues },
              `The answer of ${model.provider} ${model.modelId} does not fit the schema after ${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}: ${read.issues.slice(0, 3).join('; ')}. ${advice}`,
            );
        throw withPartial(error, { content: response.content, text, usage, usd: sum });
      }
      messages = [
        ...messages,
        { role: 'assistant', content: text },
        {
          role: 'user',
          content: `This answer does not fit the schema:\n${read.issues.map(issue => `- ${issue}`).join('\n')}\nAnswer again with the corrected JSON only.`,
        },
      ];
      return { again: textCall() };
    },
  };
}
