// What visitors think of answers: one line of JSON each.
import { appendFile, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalidInput, ModeshiftError } from '@modeshift/core';

/** What a visitor thinks of an answer. */
export interface Feedback {
  /** When it was given, ISO 8601. */
  readonly at: string;
  /** Who gave it; `null` where nobody is asked. */
  readonly user: string | null;
  /** The function that answered. */
  readonly fn: string;
  readonly rating: 'good' | 'bad';
  /** In the visitor's own words; empty where there are none. */
  readonly comment: string;
  /** The conversation up to the answer, which is its last message. */
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
}

/** Where feedback goes: the path of a file to which lines of JSON are added, or a function. */
export type FeedbackSink = string | ((feedback: Feedback) => void | Promise<void>);

/** Characters of a conversation that are kept, and bytes of a file: whoever reaches the page may send feedback. */
const maxConversation = 1_000_000;
const maxFileBytes = 1e9;

/** Takes feedback. */
export class FeedbackBox {
  readonly #write: (feedback: Feedback) => void | Promise<void>;
  #last: Promise<void> = Promise.resolve();

  constructor(sink: FeedbackSink) {
    if (sink === '') throw invalidInput('feedback needs the path of a file, or a function.');
    this.#write = typeof sink === 'string' ? feedback => append(sink, feedback) : sink;
  }

  /** Checks what a page sent and keeps it, one after another. Throws `invalid-input`. */
  async take(sent: Readonly<Record<string, unknown>>, user: string | null, names: readonly string[]): Promise<void> {
    const { fn, rating, comment = '', messages } = sent;
    if (typeof fn !== 'string' || !names.includes(fn)) throw invalidInput('"fn" must name a function of this app.');
    if (rating !== 'good' && rating !== 'bad') throw invalidInput('"rating" must be "good" or "bad".');
    if (typeof comment !== 'string' || comment.length > 10_000)
      throw invalidInput('"comment" must be a text of at most 10,000 characters.');
    if (!Array.isArray(messages) || !messages.every(isMessage))
      throw invalidInput('"messages" must be a list of { role, content }.');
    if (messages.reduce((sum, { content }) => sum + content.length, messages.length) > maxConversation)
      throw invalidInput('"messages" may have 1,000,000 characters together.');
    const kept = messages.map(({ role, content }) => ({ role, content }));
    const feedback: Feedback = { at: new Date().toISOString(), user, fn, rating, comment, messages: kept };
    const written = this.#last.then(() => this.#write(feedback));
    this.#last = written.catch(() => undefined);
    await written;
  }
}

async function append(file: string, feedback: Feedback): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const size = await stat(file).then(
    facts => facts.size,
    () => 0,
  );
  if (size > maxFileBytes) throw new ModeshiftError({ tag: 'quota' }, 'No more feedback is taken: there is too much.');
  // Conversations are for nobody else on this machine to read.
  await appendFile(file, `${JSON.stringify(feedback)}\n`, { mode: 0o600 });
}

function isMessage(value: unknown): value is Feedback['messages'][number] {
  const { role, content } = (value ?? {}) as Partial<Record<'role' | 'content', unknown>>;
  return (role === 'user' || role === 'assistant') && typeof content === 'string';
}
