// A JavaScript regular expression as a tree, for what an automaton can hold: no lookaround, back-references or boundaries.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { type CodePointSet, codePoints, complementSet, everyCodePoint, uniteSets } from './code-point-set.ts';

/** A node of the expression. */
export type RegexNode =
  | { readonly type: 'set'; readonly set: CodePointSet }
  | { readonly type: 'sequence' | 'alternatives'; readonly items: readonly RegexNode[] }
  | { readonly type: 'repeat'; readonly item: RegexNode; readonly min: number; readonly max: number }
  | { readonly type: 'start' | 'end' };

const digits = codePoints([0x30, 0x39]);
const word = codePoints([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]);
const lineEnds = codePoints([0x0a, 0x0a], [0x0d, 0x0d], [0x2028, 0x2029]);
const spaces = codePoints(
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
);
const classEscapes: Readonly<Record<string, CodePointSet>> = {
  d: digits,
  D: complementSet(digits),
  w: word,
  W: complementSet(word),
  s: spaces,
  S: complementSet(spaces),
};
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const properties = new Map<string, CodePointSet>();

/** The code points of a Unicode property, asked of the engine's own tables. */
function property(name: string): CodePointSet {
  const known = properties.get(name);
  if (known) return known;
  const test = new RegExp(`^${name}$`, 'u');
  const ranges: [number, number][] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    if (point === 0xd800) point = 0xe000;
    if (!test.test(String.fromCodePoint(point))) continue;
    const last = ranges.at(-1);
    if (last && last[1] === point - 1) last[1] = point;
    else ranges.push([point, point]);
  }
  const set = codePoints(...ranges);
  properties.set(name, set);
  return set;
}

/** Reads a pattern as `new RegExp(pattern, 'u')` would. Throws `invalid-input` or `unsupported`. */
export function parseRegex(pattern: string): RegexNode {
  try {
    new RegExp(pattern, 'u');
  } catch (cause) {
    // Many schemas escape more than the Unicode mode allows; what the older mode reads is read here too.
    try {
      new RegExp(pattern);
    } catch {
      throw invalidInput(
        `The regular expression ${JSON.stringify(pattern)} cannot be read: ${(cause as Error).message}`,
      );
    }
  }
  return new RegexParser(pattern).parse();
}

class RegexParser {
  readonly #source: string;
  readonly #chars: readonly string[];
  #at = 0;

  constructor(source: string) {
    this.#source = source;
    this.#chars = Array.from(source);
  }

  parse(): RegexNode {
    const node = this.#alternatives();
    if (this.#at < this.#chars.length) throw this.#refuse(`"${this.#chars[this.#at]}"`);
    return node;
  }

  #refuse(what: string): ModeshiftError {
    return new ModeshiftError(
      { tag: 'unsupported', feature: 'regex' },
      `The regular expression ${JSON.stringify(this.#source)} uses ${what}, which cannot be turned into a token mask.`,
    );
  }

  #take(text: string): boolean {
    if (this.#chars.slice(this.#at, this.#at + text.length).join('') !== text) return false;
    this.#at += text.length;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    const found = pattern.exec(this.#chars.slice(this.#at, this.#at + 64).join(''));
    if (found) this.#at += Array.from(found[0]).length;
    return found;
  }

  #alternatives(): RegexNode {
    const items = [this.#sequence()];
    while (this.#take('|')) items.push(this.#sequence());
    return items.length === 1 ? items[0]! : { type: 'alternatives', items };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    while (this.#at < this.#chars.length && !'|)'.includes(this.#chars[this.#at]!)) items.push(this.#term());
    return { type: 'sequence', items };
  }

  #term(): RegexNode {
    if (this.#take('^')) return { type: 'start' };
    if (this.#take('$')) return { type: 'end' };
    let item = this.#atom();
    for (;;) {
      const bounds = this.#quantifier();
      if (!bounds) return item;
      this.#take('?');
      item = { type: 'repeat', item, ...bounds };
    }
  }

  #quantifier(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { min: 0, max: 1 };
    const found = this.#match(/^\{(\d+)(,(\d*))?\}/);
    if (!found) return undefined;
    const min = Number(found[1]);
    return { min, max: found[2] === undefined ? min : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]) };
  }

  #atom(): RegexNode {
    if (this.#take('(')) {
      if (this.#match(/^\?[=!]|^\?<[=!]/)) throw this.#refuse('a lookaround');
      if (!this.#match(/^\?(?::|<[^>]*>)/) && this.#chars[this.#at] === '?') throw this.#refuse('an inline flag');
      const inner = this.#alternatives();
      this.#take(')');
      return inner;
    }
    if (this.#take('[')) return { type: 'set', set: this.#class() };
    if (this.#take('.')) return { type: 'set', set: complementSet(lineEnds) };
    if (this.#take('\\')) {
      const escaped = this.#escape();
      return { type: 'set', set: typeof escaped === 'number' ? codePoints([escaped, escaped]) : escaped };
    }
    const point = this.#chars[this.#at++]!.codePointAt(0)!;
    return { type: 'set', set: codePoints([point, point]) };
  }

  #class(): CodePointSet {
    const negated = this.#take('^');
    const sets: CodePointSet[] = [];
    while (this.#at < this.#chars.length && !this.#take(']')) {
      const from = this.#classAtom();
      if (typeof from !== 'number') {
        sets.push(from);
        continue;
      }
      if (this.#chars[this.#at] === '-' && this.#chars[this.#at + 1] !== ']') {
        this.#at++;
        const to = this.#classAtom();
        if (typeof to === 'number') sets.push(codePoints([from, to]));
        else sets.push(codePoints([from, from], [0x2d, 0x2d]), to);
      } else sets.push(codePoints([from, from]));
    }
    const all = uniteSets(...sets);
    return negated ? complementSet(all) : all;
  }

  #classAtom(): number | CodePointSet {
    if (this.#take('\\')) return this.#take('b') ? 8 : this.#escape();
    return this.#chars[this.#at++]!.codePointAt(0)!;
  }

  #escape(): number | CodePointSet {
    const hex = this.#match(/^(?:x([\da-fA-F]{2})|u\{([\da-fA-F]+)\})/);
    if (hex) return Number.parseInt((hex[1] ?? hex[2])!, 16);
    const pair = this.#match(/^u([dD][89abAB][\da-fA-F]{2})\\u([dD][c-fC-F][\da-fA-F]{2})/);
    if (pair) return String.fromCharCode(Number.parseInt(pair[1]!, 16), Number.parseInt(pair[2]!, 16)).codePointAt(0)!;
    const unit = this.#match(/^u([\da-fA-F]{4})/);
    if (unit) return Number.parseInt(unit[1]!, 16);
    const named = this.#match(/^[pP]\{[^}]+\}/);
    if (named) return property(`\\${named[0]}`);
    const control = this.#match(/^c([A-Za-z])/);
    if (control) return control[1]!.charCodeAt(0) % 32;
    const char = this.#chars[this.#at++];
    if (char === undefined) throw this.#refuse('a lone backslash');
    if (char === 'b' || char === 'B') throw this.#refuse('a word boundary');
    if (char === '0') return 0;
    if (/[1-9k]/.test(char)) throw this.#refuse('a back-reference');
    return classEscapes[char] ?? controls[char] ?? char.codePointAt(0)!;
  }
}

/** What `^` and `$` leave open in a search: any text. */
export const anyText: RegexNode = {
  type: 'repeat',
  item: { type: 'set', set: everyCodePoint },
  min: 0,
  max: Number.POSITIVE_INFINITY,
};
