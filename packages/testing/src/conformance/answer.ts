// Reads an answer of a model and compares it with what it should be.
import assert from 'node:assert/strict';
import type { AssistantPart, CallContext, FinishReason, LanguageEvent, LanguageModel, Usage } from '@modeshift/core';
import type { ExpectedAnswer, LanguageSample } from './provider-under-test.ts';

/** An answer in the form in which streamed and whole ones are compared. */
export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finishReason: FinishReason | undefined;
  readonly usage: Usage | undefined;
  readonly logprobs: readonly { readonly token: string; readonly logprob: number }[];
  readonly content: readonly AssistantPart[];
}

/** Reads a stream to its end. */
export async function readEvents(
  model: LanguageModel,
  call: LanguageSample['call'],
  context: CallContext = {},
): Promise<LanguageEvent[]> {
  const events: LanguageEvent[] = [];
  for await (const event of model.stream(call, context)) events.push(event);
  return events;
}

/** The answer that events make. */
export function answerOf(events: readonly LanguageEvent[]): Answer {
  const texts: string[] = [];
  const thoughts: string[] = [];
  const content: AssistantPart[] = [];
  const logprobs: { token: string; logprob: number }[] = [];
  let usage: Usage | undefined;
  let finishReason: FinishReason | undefined;
  for (const event of events) {
    if (event.type === 'text-delta') {
      texts.push(event.text);
      logprobs.push(...(event.logprobs ?? []));
    } else if (event.type === 'reasoning-delta') thoughts.push(event.text);
    else if (event.type === 'tool-call')
      content.push({ type: 'tool-call', id: event.id, name: event.name, arguments: event.arguments });
    else if (event.type === 'source') content.push(event.source);
    else if (event.type === 'file') content.push(event.file);
    else if (event.type === 'usage') usage = event.usage;
    else if (event.type === 'finish') finishReason = event.reason;
  }
  return {
    text: texts.join(''),
    reasoning: thoughts.join(''),
    toolCalls: content.filter(part => part.type === 'tool-call'),
    finishReason,
    usage,
    logprobs,
    content,
  };
}

/** The whole answer, in one piece. */
export async function readWhole(
  model: LanguageModel,
  call: LanguageSample['call'],
  context: CallContext = {},
): Promise<Answer> {
  assert.ok(model.generate, 'The model has no generate().');
  const { content, finishReason, usage, logprobs = [] } = await model.generate(call, context);
  const join = (type: 'text' | 'reasoning'): string =>
    content.map(part => (part.type === type ? (part as { text: string }).text : '')).join('');
  return {
    text: join('text'),
    reasoning: join('reasoning'),
    toolCalls: content.filter(part => part.type === 'tool-call'),
    finishReason,
    usage,
    logprobs,
    content: content.filter(part => part.type !== 'text' && part.type !== 'reasoning'),
  };
}

/** Compares an answer with what it should be. */
export function checkAnswer(answer: Answer, expected: ExpectedAnswer): void {
  const { text, reasoning, toolCalls, finishReason, usage } = expected;
  if (text !== undefined) assert.equal(answer.text, text, `The text is ${show(answer.text)}, not ${show(text)}.`);
  if (reasoning !== undefined)
    assert.equal(answer.reasoning, reasoning, `The reasoning is ${show(answer.reasoning)}, not ${show(reasoning)}.`);
  if (toolCalls) {
    const got = answer.toolCalls.map(call => ({ name: call.name, arguments: parsed(call.arguments) }));
    assert.deepEqual(got, toolCalls, `The tool calls are ${show(got)}, not ${show(toolCalls)}.`);
  }
  if (finishReason !== undefined)
    assert.equal(answer.finishReason, finishReason, `It finished by ${answer.finishReason}, not by ${finishReason}.`);
  checkUsage(answer.usage);
  for (const [name, value] of Object.entries(usage ?? {})) {
    const got = answer.usage?.[name as keyof Usage];
    assert.equal(got, value, `usage.${name} is ${got}, not ${value}.`);
  }
}

/** A number of tokens is a whole number, or unknown. */
export function checkUsage(usage: Usage | undefined): void {
  for (const [name, value] of Object.entries(usage ?? {})) {
    assert.ok(
      value === undefined || (Number.isInteger(value) && value >= 0),
      `usage.${name} is ${value}: it must be a whole number, or undefined where it is not known.`,
    );
  }
}

/** The arguments of a call as JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return assert.fail(`The arguments ${show(text)} of a tool call are no JSON.`);
  }
}

/** A value for a message. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
