// Two models, one message: both answers as they come, and what each took.
import { type LanguageModel, type Message, ModeshiftError, streamText } from '@modeshift/core';
import type { Cell, ChatMessage, Table } from '@modeshift/ui';
import { word } from './words.ts';

/** A message and what both models said to it. Kept for each session. */
export interface Turn {
  readonly message: string;
  readonly answers: readonly [first: string, second: string];
}

/** What is asked of both models. */
export interface Question {
  readonly message: string;
  readonly system: string | undefined;
  readonly temperature: number | undefined;
  readonly maxTokens: number | undefined;
}

/** Both conversations so far, and the figures of the last turn. */
export interface BothAnswers {
  readonly first: readonly ChatMessage[];
  readonly second: readonly ChatMessage[];
  readonly figures: Table;
}

/** How far the answer of one model is. */
interface Answer {
  text: string;
  figures: readonly Cell[];
}

/**
 * Asks two models at once and yields both conversations whenever one of them has grown. One that fails says so in its
 * conversation; the other goes on. The turn is added to `turns` once both have ended.
 */
export async function* askBoth(
  models: readonly [LanguageModel, LanguageModel],
  names: readonly [string, string],
  turns: Turn[],
  question: Question,
  signal: AbortSignal,
): AsyncGenerator<BothAnswers> {
  const answers = names.map((name): Answer => ({ text: '', figures: [name, null, null, null, null, null] }));
  const before = [...turns];
  const readers = models.map((model, i) => ask(model, names[i]!, answers[i]!, before, i, question, signal));
  const waiting = new Map(readers.map(reader => [reader, reader.next()]));
  const shown = (): BothAnswers => {
    const [first, second] = answers.map((answer, i) => conversation(before, i, question.message, answer.text));
    return { first: first!, second: second!, figures: { columns, rows: answers.map(one => one.figures) } };
  };
  try {
    yield shown();
    while (waiting.size > 0) {
      const moved = await Promise.race(
        [...waiting].map(async ([reader, next]) => ({ reader, end: (await next).done })),
      );
      if (moved.end) waiting.delete(moved.reader);
      else waiting.set(moved.reader, moved.reader.next());
      yield shown();
    }
    turns.push({ message: question.message, answers: [answers[0]!.text, answers[1]!.text] });
  } finally {
    // Left early: what still waits is told by `signal`, and must not be an unhandled rejection.
    for (const [, next] of waiting) next.catch(() => {});
  }
}

const columns = [
  word('Model'),
  word('Prompt tokens'),
  word('Answer tokens'),
  word('Seconds to first'),
  word('Seconds'),
  word('US dollars'),
];

async function* ask(
  model: LanguageModel,
  name: string,
  answer: Answer,
  turns: readonly Turn[],
  side: number,
  { message, system, temperature, maxTokens }: Question,
  signal: AbortSignal,
): AsyncGenerator<void> {
  const messages: Message[] = [
    ...(system ? [{ role: 'system', content: system } as const] : []),
    ...turns.flatMap((turn): Message[] => [
      { role: 'user', content: turn.message },
      { role: 'assistant', content: turn.answers[side]! },
    ]),
    { role: 'user', content: message },
  ];
  const startedAt = performance.now();
  const seconds = (): number => Math.round(performance.now() - startedAt) / 1000;
  let toFirst: number | null = null;
  try {
    const call = streamText({
      model,
      messages,
      signal,
      ...(temperature !== undefined && { temperature }),
      ...(maxTokens !== undefined && { maxTokens }),
    });
    for await (const piece of call.textStream) {
      toFirst ??= seconds();
      answer.text += piece;
      yield;
    }
    const { usage, usd } = await call.result;
    answer.figures = [name, usage.inputTokens ?? null, usage.outputTokens ?? null, toFirst, seconds(), usd ?? null];
  } catch (error) {
    if (signal.aborted || !ModeshiftError.is(error)) throw error;
    answer.text += `${answer.text && '\n\n'}⚠ ${error.message}`;
    answer.figures = [name, null, null, toFirst, seconds(), null];
  }
  yield;
}

function conversation(turns: readonly Turn[], side: number, message: string, answer: string): ChatMessage[] {
  return [
    ...turns.flatMap((turn): ChatMessage[] => [
      { role: 'user', content: turn.message },
      { role: 'assistant', content: turn.answers[side]! },
    ]),
    { role: 'user', content: message },
    ...(answer === '' ? [] : [{ role: 'assistant', content: answer } as const]),
  ];
}
