// What the generators make: a conversation whose last message is the answer that is wanted.
import type { Message, ToolDefinition } from '@modeshift/core';

/** The two languages of nano. */
export type Language = 'en' | 'zh';

/** The kinds of tasks, as the evaluation counts them. */
export type TaskName =
  | 'reading'
  | 'classify'
  | 'tools'
  | 'extract'
  | 'arithmetic'
  | 'dates'
  | 'rewrite'
  | 'order'
  | 'few-shot'
  | 'dialogue'
  | 'words'
  | 'prose'
  | 'recall'
  | 'in-context';

/** One example. */
export interface Example {
  readonly task: TaskName;
  readonly language: Language;
  readonly messages: readonly Message[];
  /** What the last message must be, as text; the same content stands in `messages`, for sums behind their working. */
  readonly answer: string;
  /** What is special about it: `not-stated`, `no-tool`, `addition` and so on. */
  readonly kind: string;
  readonly tools?: readonly ToolDefinition[];
  /** The call that is wanted, where one is. */
  readonly call?: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };
  /** The labels that the prompt offers. */
  readonly labels?: readonly string[];
  /** Where there is no conversation: the text in pieces, and which of them the model is to write. */
  readonly plain?: readonly { readonly text: string; readonly counts: boolean }[];
  /** JSON Schema of the answer. */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** An example of question and answer. */
export function exchange(
  about: Pick<Example, 'task' | 'language' | 'kind'> & Partial<Pick<Example, 'labels' | 'schema'>>,
  question: string,
  answer: string,
  system?: string,
): Example {
  return {
    ...about,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
    answer,
  };
}
