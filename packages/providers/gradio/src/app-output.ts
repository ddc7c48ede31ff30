// From the outputs of an app to text, and from text that grows to its deltas.
import { ModeshiftError } from '@modeshift/core';

/** The text of the first output that holds some: a text, a message, or the last answer of a chat. */
export function readText(data: readonly unknown[]): string | undefined {
  for (const value of data) {
    const text = textIn(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

function textIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return inList(value);
  if (typeof value !== 'object' || value === null) return undefined;
  const { content, text } = value as { content?: unknown; text?: unknown };
  return typeof text === 'string' ? text : content === undefined ? undefined : textIn(content);
}

function inList(list: readonly unknown[]): string | undefined {
  const last: unknown = list.at(-1);
  // A pair of a chat: [user, assistant].
  if (Array.isArray(last)) return last.length === 2 ? (textIn(last[1]) ?? '') : undefined;
  if (typeof last !== 'object' || last === null) return undefined;
  if (!('role' in last)) {
    // The parts of one message.
    const texts = list.map(textIn).filter(text => text !== undefined);
    return texts.length > 0 ? texts.join('') : undefined;
  }
  // An answer may be several messages: everything after the last message of the user.
  const start = list.findLastIndex(one => (one as { role?: unknown }).role === 'user') + 1;
  return list
    .slice(start)
    .filter(one => (one as { role?: unknown }).role === 'assistant')
    .map(one => textIn((one as { content?: unknown }).content) ?? '')
    .join('\n');
}

/** Turns text that grows into deltas. Text that an app takes back is not sent until it is known how it goes on. */
export class DeltaReader {
  #sent = '';
  #text = '';

  /** The whole text so far. */
  get text(): string {
    return this.#text;
  }

  /** What is new in the text so far; empty where the app rewrote what had been sent. */
  push(text: string): string {
    this.#text = text;
    if (!text.startsWith(this.#sent)) return '';
    // Half of a surrogate pair waits for its other half.
    const end = /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
    const delta = text.slice(this.#sent.length, end);
    this.#sent = text.slice(0, Math.max(end, this.#sent.length));
    return delta;
  }

  /**
   * The rest.
   *
   * @throws ModeshiftError `invalid-response` when the app rewrote what had been sent.
   */
  end(): string {
    if (!this.#text.startsWith(this.#sent)) {
      throw new ModeshiftError(
        { tag: 'invalid-response' },
        'The app changed text that had been streamed already. Use generateText, which reads the last text only.',
      );
    }
    return this.#text.slice(this.#sent.length);
  }
}
