// Which session of an app holds which conversation.
import { invalidInput, type Message, ModeshiftError } from '@modeshift/core';
import { textOf } from './app-inputs.ts';

/** Remembers the sessions of the latest conversations. An app keeps the history itself; a call carries all of it. */
export class Sessions {
  readonly #most: number;
  /** From what has been said to the session in which it was said. */
  readonly #sessions = new Map<string, string>();

  constructor(most: number) {
    if (!(most >= 1)) throw invalidInput('maxSessions must be 1 or more.');
    this.#most = most;
  }

  /**
   * The session whose conversation is the one before the last message, or a new one; whether the session knows all of it.
   * It is taken out: two calls cannot go on with one session.
   */
  take(messages: readonly Message[]): { readonly session: string; readonly isKnown: boolean } {
    const isFirst = messages.slice(0, -1).every(message => message.role === 'system');
    if (isFirst) return { session: newSession(), isKnown: true };
    const key = keyOf(messages.slice(0, -1));
    const session = this.#sessions.get(key);
    this.#sessions.delete(key);
    return { session: session ?? newSession(), isKnown: session !== undefined };
  }

  /** Keeps a session with what has been said in it by now. */
  keep(session: string, messages: readonly Message[], answer: string): void {
    this.#sessions.set(keyOf([...messages, { role: 'assistant', content: answer }]), session);
    for (const key of this.#sessions.keys()) {
      if (this.#sessions.size <= this.#most) break;
      this.#sessions.delete(key);
    }
  }
}

/** What to say to a conversation that no session holds. */
export function unknownHistory(): ModeshiftError {
  return new ModeshiftError(
    { tag: 'unsupported', feature: 'history' },
    "This app keeps its conversations itself and does not know this one: it was made elsewhere, changed, or has gone on already. Pass history: 'text' to send the whole conversation as text.",
  );
}

/** A name for a session that nobody guesses. */
function newSession(): string {
  return crypto.randomUUID().replaceAll('-', '');
}

function keyOf(messages: readonly Message[]): string {
  return JSON.stringify(messages.map(message => [message.role, textOf(message)]));
}
