// Patterns of tokenizer.json are written for Oniguruma; this writes them for JavaScript.
import { invalidInput } from '@modeshift/core';

// Oniguruma's classes are Unicode's; JavaScript's \s also holds U+FEFF and lacks U+0085, its \w and \d are ASCII.
const classes: Readonly<Record<string, string>> = {
  s: '\\p{White_Space}',
  S: '\\P{White_Space}',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}',
  h: '0-9a-fA-F',
};
const scripts = /^(Han|Hiragana|Katakana|Hangul|Latin|Cyrillic|Greek|Arabic|Hebrew|Thai|Devanagari|Bopomofo|Yi)$/;
const posix: Readonly<Record<string, string>> = {
  alpha: '\\p{Alphabetic}',
  digit: '\\p{Nd}',
  alnum: '\\p{Alphabetic}\\p{Nd}',
  space: '\\p{White_Space}',
  upper: '\\p{Uppercase}',
  lower: '\\p{Lowercase}',
  punct: '\\p{P}$+<=>^`|~',
};
/** What JavaScript allows to be escaped in a pattern with the flag `u`. */
const syntax = /[\^$\\.*+?()[\]{}|/-]/;

/**
 * A pattern of Oniguruma as a JavaScript expression with the flags `gu`. Inline `(?i:…)`, possessive quantifiers and
 * POSIX classes are understood.
 *
 * @throws ModeshiftError `invalid-input` for a pattern that JavaScript cannot express.
 */
export function translateRegex(pattern: string): RegExp {
  let written = '';
  let inClass = false;
  const ignoring: boolean[] = [];
  let ignoreCase = false;
  let afterQuantifier = false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    const possessive: boolean = afterQuantifier && c === '+';
    afterQuantifier = !inClass && !possessive && /[*+?}]/.test(c) && pattern[i - 1] !== '(';
    if (possessive) {
      // The same as a greedy quantifier where what follows cannot match what it took, as in the patterns of tokenizers.
    } else if (c === '\\') {
      const escaped = pattern[++i] ?? '';
      if (escaped === 'p' || escaped === 'P') {
        const name = /^\{\^?(\w+)\}|^(\w)/.exec(pattern.slice(i + 1));
        if (!name) throw refused(pattern, `\\${escaped} without a name`);
        i += name[0].length;
        const property = name[1] ?? name[2]!;
        const negated = (escaped === 'P') !== name[0].startsWith('{^');
        written += `\\${negated ? 'P' : 'p'}{${scripts.test(property) ? `Script=${property}` : property}}`;
      } else if (escaped in classes) {
        const inner = classes[escaped]!;
        written += inClass || inner.startsWith('\\P') || escaped === 's' || escaped === 'd' ? inner : `[${inner}]`;
      } else if (escaped === 'W') {
        if (inClass) throw refused(pattern, '\\W in a class');
        written += `[^${classes.w}]`;
      } else if (escaped === 'A') written += '(?<![\\s\\S])';
      else if (escaped === 'z' || escaped === 'Z') written += '(?![\\s\\S])';
      else if (/[nrtfvbBuxcdk0-9]/.test(escaped) || syntax.test(escaped)) written += `\\${escaped}`;
      else written += escaped;
    } else if (inClass) {
      const named = c === '[' ? /^\[:(\w+):\]/.exec(pattern.slice(i)) : null;
      if (named) {
        const inner = posix[named[1]!];
        if (inner === undefined) throw refused(pattern, named[0]);
        written += inner;
        i += named[0].length - 1;
      } else if (c === '[' || (c === '&' && pattern[i + 1] === '&')) {
        throw refused(pattern, 'classes within classes');
      } else {
        if (c === ']') inClass = false;
        written += ignoreCase ? bothCases(c, true) : c;
      }
    } else if (c === '[') {
      inClass = true;
      written += c;
      if (pattern[i + 1] === '^') written += pattern[++i];
    } else if (c === '(') {
      ignoring.push(ignoreCase);
      if (pattern.startsWith('(?i:', i)) {
        ignoreCase = true;
        written += '(?:';
        i += 3;
      } else if (pattern.startsWith('(?i)', i)) {
        ignoring.pop();
        ignoreCase = true;
        i += 3;
      } else if (pattern.startsWith('(?>', i)) {
        throw refused(pattern, 'an atomic group');
      } else written += c;
    } else if (c === ')') {
      ignoreCase = ignoring.pop() ?? false;
      written += c;
    } else written += ignoreCase ? bothCases(c, false) : c;
  }
  try {
    return new RegExp(written, 'gu');
  } catch (error) {
    throw refused(pattern, (error as Error).message);
  }
}

function bothCases(c: string, inClass: boolean): string {
  const [lower, upper] = [c.toLowerCase(), c.toUpperCase()];
  if (lower === upper || lower.length !== 1 || upper.length !== 1) return c;
  // U+017F folds to s and U+212A to k.
  const folded = `${lower}${upper}${lower === 's' ? '\u017f' : ''}${lower === 'k' ? '\u212a' : ''}`;
  return inClass ? folded : `[${folded}]`;
}

function refused(pattern: string, what: string): Error {
  return invalidInput(
    `tokenizer.json: the pattern ${JSON.stringify(pattern)} cannot be run here (${what}). Report it with the name of the checkpoint.`,
  );
}
