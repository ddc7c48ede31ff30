// Asks a model the held-out examples, and says which answers are right.
import { isDeepStrictEqual } from 'node:util';
import { generateText, type JsonSchema, type Message } from '@modeshift/core';
import type { LocalModel } from '@modeshift/local';
import type { Example } from '../example.ts';

/** How an answer is decoded; always greedily. */
export type Decoding =
  /** Whatever the model writes; where tools are offered, a call that it begins is a call that fits. */
  | 'free'
  /** The answer has to be a call of one of the tools. */
  | 'call'
  /** The answer has to fit the example's JSON Schema. */
  | 'schema';

/** An answer: text, or the first call. */
export interface Answer {
  readonly text: string;
  readonly call: { readonly name: string; readonly arguments: unknown } | undefined;
}

/** The model's answer in place of the last message. */
export async function answerOf(model: LocalModel, example: Example, decoding: Decoding): Promise<Answer> {
  const tools = example.tools;
  const { text, toolCalls } = await generateText({
    model,
    messages: example.messages.slice(0, -1) as Message[],
    temperature: 0,
    maxTokens: 96,
    ...(tools ? { tools, toolChoice: decoding === 'call' ? 'required' : 'auto' } : {}),
    ...(decoding === 'schema'
      ? { output: { type: 'json', name: 'answer', schema: example.schema as JsonSchema } }
      : {}),
  });
  const call = toolCalls[0];
  return { text: text.trim(), call: call && { name: call.name, arguments: argumentsOf(call) } };
}

function argumentsOf(call: { readonly arguments?: unknown }): unknown {
  const given = call.arguments;
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

/** Exact match: the same text, the same call in all arguments, or equal JSON. */
export function isExact(example: Example, answer: Answer): boolean {
  if (example.call) return isDeepStrictEqual({ ...answer.call }, { ...example.call });
  if (example.tools) return answer.call === undefined;
  if (example.schema) return isDeepStrictEqual(parsed(answer.text), parsed(example.answer));
  return answer.text === example.answer;
}

/** Whether the answer ends with the number: the working stands before it. */
export const isLastNumber = (example: Example, answer: Answer): boolean =>
  /\d+$/.exec(answer.text)?.[0] === example.answer;

/** Whether the tool is the wanted one, or none where none fits. */
export const isRightTool = (example: Example, answer: Answer): boolean => answer.call?.name === example.call?.name;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Runs `work` on all items, a few at a time, and keeps the order. */
export async function inTurns<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]!);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
