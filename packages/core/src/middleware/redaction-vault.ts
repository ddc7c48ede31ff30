// Swaps what must not leave for placeholders, and back.
import type { Message } from '../message.ts';
import type { RedactionRule } from './redaction-rules.ts';

/** The longest placeholder that is waited for at the end of a piece of a stream. */
const longest = 40;

/** The placeholders of one call: the same text always gets the same one. */
export class RedactionVault {
  readonly #rules: readonly RedactionRule[];
  readonly #placeholders = new Map<string, string>();
  readonly #originals = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  constructor(rules: readonly RedactionRule[]) {
    this.#rules = rules;
  }

  hide(text: string): string {
    let hidden = text;
    for (const { name, pattern, isMeant } of this.#rules) {
      hidden = hidden.replace(pattern, found =>
        isMeant?.(found) === false ? found : this.#placeholderOf(name, found),
      );
    }
    return hidden;
  }

  /** @param inJson escapes what is put back, so that JSON text stays JSON. */
  show(text: string, inJson = false): string {
    if (this.#originals.size === 0) return text;
    return text.replace(/\[[A-Z_]+_\d+\]/g, placeholder => {
      const original = this.#originals.get(placeholder);
      if (original === undefined) return placeholder;
      return inJson ? JSON.stringify(original).slice(1, -1) : original;
    });
  }

  /** Where the end of a text may be the beginning of a placeholder; the length of the text where it is not. */
  safeEnd(text: string): number {
    if (this.#originals.size === 0) return text.length;
    const start = text.lastIndexOf('[');
    const isOpen = start >= 0 && text.length - start < longest && /^\[[A-Z_]*\d*$/.test(text.slice(start));
    return isOpen ? start : text.length;
  }

  hideMessages(messages: readonly Message[]): readonly Message[] {
    return messages.map(message => {
      if (typeof message.content === 'string') return { ...message, content: this.hide(message.content) } as Message;
      const content = message.content.map(part => {
        if (part.type === 'text' || part.type === 'reasoning') return { ...part, text: this.hide(part.text) };
        if (part.type === 'tool-call') return { ...part, arguments: this.hide(part.arguments) };
        if (part.type !== 'tool-result') return part;
        const inner =
          typeof part.content === 'string'
            ? this.hide(part.content)
            : part.content.map(one => (one.type === 'text' ? { ...one, text: this.hide(one.text) } : one));
        return { ...part, content: inner };
      });
      return { ...message, content } as Message;
    });
  }

  #placeholderOf(name: string, original: string): string {
    const known = this.#placeholders.get(original);
    if (known !== undefined) return known;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    const placeholder = `[${name}_${count}]`;
    this.#placeholders.set(original, placeholder);
    this.#originals.set(placeholder, original);
    return placeholder;
  }
}
