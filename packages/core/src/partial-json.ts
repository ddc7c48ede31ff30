// Reads JSON that is still being written: each character once, whatever the pieces.

/** What is between two tokens, and so which token may come. */
type State =
  | 'value' // a value must come
  | 'first-item' // a value or the end of an array
  | 'first-key' // a name or the end of an object
  | 'key' // a name must come
  | 'colon'
  | 'after-value' // a comma or the end of the container
  | 'string'
  | 'word' // in a number, true, false or null
  | 'end'; // the value is complete

type Container = Record<string, unknown> | unknown[];

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  '/': '/',
};
const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A reader of {@link partialJson}. */
export interface PartialJson {
  /**
   * What has been read so far. Strings grow; numbers, `true`, `false` and `null` appear when they are complete. It is the
   * same object that grows with every piece: copy it to keep a state. `undefined` before anything was read.
   */
  readonly value: unknown;
  /** Whether the value is complete. A number at the top is complete only at {@link PartialJson.end}. */
  readonly isComplete: boolean;
  /** What is wrong with the text, and where; reading stops there. `undefined` while it is the beginning of valid JSON. */
  readonly problem: string | undefined;
  /** Reads the next piece. */
  push(piece: string): void;
  /** Says that nothing more comes. */
  end(): void;
}

/**
 * A parser for JSON that arrives in pieces. Takes time linear in the length of the text, however many pieces there are, and
 * reads exactly the texts that `JSON.parse` reads (RFC 8259).
 *
 * @param options.skipNulls leaves properties that are `null` out of objects.
 * @example
 * ```ts
 * import { partialJson } from '@modeshift/core';
 *
 * const reader = partialJson();
 * reader.push('{"city":"成');
 * console.log(JSON.stringify(reader.value)); // {"city":"成"}
 * reader.push('都","celsius":2');
 * console.log(JSON.stringify(reader.value)); // {"city":"成都"}
 * reader.push('1}');
 * console.log(JSON.stringify(reader.value), reader.isComplete); // {"city":"成都","celsius":21} true
 * ```
 */
export function partialJson(options: { readonly skipNulls?: boolean } = {}): PartialJson {
  return new Reader(options.skipNulls ?? false);
}

class Reader implements PartialJson {
  value: unknown;
  problem: string | undefined;
  readonly #skipNulls: boolean;
  readonly #stack: Container[] = [];
  readonly #keys: string[] = [];
  #state: State = 'value';
  #inKey = false;
  /** The characters of a name, or of a number or word. */
  #text = '';
  /** An escape that is not complete: starts with a backslash. */
  #escape = '';
  #offset = 0;

  constructor(skipNulls: boolean) {
    this.#skipNulls = skipNulls;
  }

  get isComplete(): boolean {
    return this.#state === 'end' && this.problem === undefined;
  }

  push(piece: string): void {
    let at = 0;
    while (at < piece.length && this.problem === undefined) {
      at = this.#state === 'string' ? this.#readString(piece, at) : this.#readToken(piece, at);
    }
    this.#offset += piece.length;
  }

  end(): void {
    if (this.problem === undefined && this.#state === 'word') this.#endWord(0);
    if (this.problem === undefined && this.#state !== 'end') this.#wrong(0, 'the text ends too early');
  }

  #wrong(at: number, what: string): number {
    this.problem = `${what} at position ${this.#offset + at}`;
    return Number.POSITIVE_INFINITY;
  }

  #readToken(piece: string, at: number): number {
    const char = piece[at]!;
    if (this.#state === 'word') {
      if (/[\w.+-]/.test(char)) {
        this.#text += char;
        return at + 1;
      }
      this.#endWord(at);
      return at;
    }
    if (char === ' ' || char === '\n' || char === '\r' || char === '\t') return at + 1;
    switch (this.#state) {
      case 'first-item':
        if (char === ']') return this.#close(at);
        return this.#begin(char, at);
      case 'value':
        return this.#begin(char, at);
      case 'first-key':
        if (char === '}') return this.#close(at);
        return this.#beginKey(char, at);
      case 'key':
        return this.#beginKey(char, at);
      case 'colon':
        if (char !== ':') return this.#wrong(at, `expected ":", got ${JSON.stringify(char)}`);
        this.#state = 'value';
        return at + 1;
      case 'after-value': {
        const isArray = Array.isArray(this.#stack.at(-1));
        if (char === ',') {
          this.#state = isArray ? 'value' : 'key';
          return at + 1;
        }
        if (char === (isArray ? ']' : '}')) return this.#close(at);
        return this.#wrong(at, `expected "," or "${isArray ? ']' : '}'}", got ${JSON.stringify(char)}`);
      }
      default:
        return this.#wrong(at, `unexpected ${JSON.stringify(char)} after the end`);
    }
  }

  #begin(char: string, at: number): number {
    if (char === '{' || char === '[') {
      const container: Container = char === '{' ? {} : [];
      this.#put(container);
      this.#stack.push(container);
      this.#state = char === '{' ? 'first-key' : 'first-item';
    } else if (char === '"') {
      this.#put('');
      this.#inKey = false;
      this.#state = 'string';
    } else if (/[-\dtfn]/.test(char)) {
      this.#text = char;
      this.#state = 'word';
    } else {
      return this.#wrong(at, `expected a value, got ${JSON.stringify(char)}`);
    }
    return at + 1;
  }

  #beginKey(char: string, at: number): number {
    if (char !== '"') return this.#wrong(at, `expected a name in double quotes, got ${JSON.stringify(char)}`);
    this.#text = '';
    this.#inKey = true;
    this.#state = 'string';
    return at + 1;
  }

  #readString(piece: string, start: number): number {
    if (this.#escape !== '') return this.#readEscape(piece, start);
    let at = start;
    for (; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      if (code === 0x22 || code === 0x5c || code < 0x20) break;
    }
    if (at > start) this.#append(piece.slice(start, at));
    if (at === piece.length) return at;
    if (piece[at] === '\\') {
      this.#escape = '\\';
      return at + 1;
    }
    if (piece[at] !== '"') return this.#wrong(at, 'a control character in a string');
    if (this.#inKey) {
      this.#keys.push(this.#text);
      this.#state = 'colon';
    } else {
      this.#endValue();
    }
    return at + 1;
  }

  #readEscape(piece: string, at: number): number {
    this.#escape += piece[at];
    if (this.#escape[1] !== 'u') {
      const char = escapes[this.#escape[1]!];
      if (char === undefined) return this.#wrong(at, `unknown escape ${this.#escape}`);
      this.#append(char);
      this.#escape = '';
    } else if (this.#escape.length > 2 && !/[\da-fA-F]/.test(piece[at]!)) {
      return this.#wrong(at, `unknown escape ${this.#escape}`);
    } else if (this.#escape.length === 6) {
      this.#append(String.fromCharCode(Number.parseInt(this.#escape.slice(2), 16)));
      this.#escape = '';
    }
    return at + 1;
  }

  #append(text: string): void {
    if (this.#inKey) {
      this.#text += text;
      return;
    }
    const parent = this.#stack.at(-1);
    if (parent === undefined) this.value = (this.value as string) + text;
    else if (Array.isArray(parent)) parent[parent.length - 1] += text;
    else parent[this.#keys.at(-1)!] += text;
  }

  #put(value: unknown): void {
    const parent = this.#stack.at(-1);
    if (parent === undefined) this.value = value;
    else if (Array.isArray(parent)) parent.push(value);
    else {
      const key = this.#keys.at(-1)!;
      if (value === null && this.#skipNulls) delete parent[key];
      // As JSON.parse does: "__proto__" is a name like any other.
      else if (key === '__proto__')
        Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
      else parent[key] = value;
    }
  }

  #endWord(at: number): void {
    const text = this.#text;
    if (Object.hasOwn(words, text)) this.#put(words[text]);
    else if (number.test(text)) this.#put(Number(text));
    else {
      this.#wrong(at, `${JSON.stringify(text)} is no JSON value`);
      return;
    }
    this.#endValue();
  }

  #endValue(): void {
    const parent = this.#stack.at(-1);
    if (parent !== undefined && !Array.isArray(parent)) this.#keys.pop();
    this.#state = parent === undefined ? 'end' : 'after-value';
  }

  #close(at: number): number {
    this.#stack.pop();
    this.#endValue();
    return at + 1;
  }
}
