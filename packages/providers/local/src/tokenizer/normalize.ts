// Normalisers of tokenizer.json: what is done to a text before it is cut.
import { precompiledNormalizer } from './precompiled-normalizer.ts';
import { partsOf, type TokenizerPart, textOf, unknownPart } from './tokenizer-json.ts';
import { translateRegex } from './translate-regex.ts';

/** Changes a text. */
export type Normalizer = (text: string) => string;

const known = [
  'Sequence',
  'BertNormalizer',
  'NFC',
  'NFD',
  'NFKC',
  'NFKD',
  'Lowercase',
  'Strip',
  'StripAccents',
  'Replace',
  'Prepend',
  'Precompiled',
];

// Each character by itself: a sigma at the end of a word is lowercased as any other.
const lowercase: Normalizer = text => text.replaceAll('Σ', 'σ').toLowerCase();
const stripAccents: Normalizer = text => text.replace(/\p{Mn}/gu, '');
const chinese =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/** The normaliser of a part; none leaves the text as it is. */
export function normalizer(part: TokenizerPart | null | undefined): Normalizer {
  if (part === null || part === undefined) return text => text;
  switch (part.type) {
    case 'Sequence': {
      const steps = partsOf(part, 'normalizers').map(normalizer);
      return text => steps.reduce((changed, step) => step(changed), text);
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = part.type;
      return text => text.normalize(form);
    }
    case 'Lowercase':
      return lowercase;
    case 'StripAccents':
      return stripAccents;
    case 'Strip': {
      const left = part.strip_left !== false;
      const right = part.strip_right !== false;
      return text => {
        const started = left ? text.replace(/^\p{White_Space}+/u, '') : text;
        return right ? trimEnd(started) : started;
      };
    }
    case 'Prepend': {
      const prefix = textOf(part, 'prepend');
      return text => (text === '' ? text : prefix + text);
    }
    case 'Replace': {
      const content = textOf(part, 'content');
      const pattern = replacePattern(part);
      return typeof pattern === 'string'
        ? text => text.replaceAll(pattern, () => content)
        : text => text.replace(pattern, () => content);
    }
    case 'Precompiled':
      // An empty map changes nothing.
      return part.precompiled_charsmap ? precompiledNormalizer(textOf(part, 'precompiled_charsmap')) : text => text;
    case 'BertNormalizer':
      return bertNormalizer(part);
    default:
      throw unknownPart('normalizer', part, known);
  }
}

/** A `pattern` field: a text as it is or an expression. */
export function replacePattern(part: TokenizerPart): string | RegExp {
  const pattern = (part.pattern ?? {}) as TokenizerPart;
  return pattern.Regex === undefined ? textOf(pattern, 'String') : translateRegex(textOf(pattern, 'Regex'));
}

function bertNormalizer(part: TokenizerPart): Normalizer {
  const clean = part.clean_text !== false;
  const spaced = part.handle_chinese_chars !== false;
  const lower = part.lowercase !== false;
  const accentless = typeof part.strip_accents === 'boolean' ? part.strip_accents : lower;
  return text => {
    let changed = text;
    if (clean) {
      changed = changed
        .replace(/[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, '')
        .replace(/\p{White_Space}/gu, ' ');
    }
    if (spaced) changed = changed.replace(chinese, ' $& ');
    if (accentless) changed = stripAccents(changed.normalize('NFD'));
    return lower ? lowercase(changed) : changed;
  };
}

/** By hand, for a pattern that is tied to the end tries every run of whitespace in the text. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /^\p{White_Space}$/u.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}
