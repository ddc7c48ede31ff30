// Pre-tokenizers of tokenizer.json: cut a text into the words that the model then cuts into tokens.
import { toByteCharacters } from './byte-alphabet.ts';
import { replacePattern } from './normalize.ts';
import { splitBehavior, splitText } from './split-text.ts';
import { partsOf, type TokenizerPart, textOf, unknownPart } from './tokenizer-json.ts';

/** Cuts a text; `first` says whether it is the beginning of all. */
export type PreTokenizer = (text: string, first: boolean) => string[];

const known = [
  'Sequence',
  'ByteLevel',
  'Split',
  'Metaspace',
  'BertPreTokenizer',
  'Whitespace',
  'WhitespaceSplit',
  'Digits',
  'Punctuation',
  'CharDelimiterSplit',
];

const gpt2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
const punctuation = /[!-/:-@[-`{-~\p{P}]/gu;
const word = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{White_Space}]+/gu;
const space = /\p{White_Space}+/gu;

/** The pre-tokenizer of a part. With `rawBytes`, a byte-level one leaves words as text, for a model that reads bytes itself. */
export function preTokenizer(part: TokenizerPart | null | undefined, rawBytes: boolean): PreTokenizer {
  if (part === null || part === undefined) return text => (text === '' ? [] : [text]);
  switch (part.type) {
    case 'Sequence': {
      const steps = partsOf(part, 'pretokenizers').map(step => preTokenizer(step, rawBytes));
      return (text, first) => {
        let pieces = text === '' ? [] : [text];
        for (const step of steps) pieces = pieces.flatMap((piece, i) => step(piece, first && i === 0));
        return pieces;
      };
    }
    case 'ByteLevel': {
      const prefixed = part.add_prefix_space !== false;
      const splits = part.use_regex !== false;
      return text => {
        if (text === '') return [];
        const all = prefixed && !text.startsWith(' ') ? ` ${text}` : text;
        const words = splits ? splitText(all, gpt2, 'Isolated') : [all];
        return rawBytes ? words : words.map(toByteCharacters);
      };
    }
    case 'Split': {
      const pattern = replacePattern(part);
      const expression = typeof pattern === 'string' ? literal(pattern) : pattern;
      const behavior = splitBehavior(part.behavior);
      const invert = part.invert === true;
      return text => splitText(text, expression, behavior, invert);
    }
    case 'Metaspace': {
      const mark = textOf(part, 'replacement');
      const scheme = part.prepend_scheme ?? (part.add_prefix_space === false ? 'never' : 'always');
      const marks = literal(mark);
      const splits = part.split !== false;
      return (text, first) => {
        if (text === '') return [];
        const marked = text.replaceAll(' ', mark);
        const prefixed = (scheme === 'always' || (scheme === 'first' && first)) && !marked.startsWith(mark);
        const all = prefixed ? mark + marked : marked;
        return splits ? splitText(all, marks, 'MergedWithNext') : [all];
      };
    }
    case 'BertPreTokenizer':
      return text => splitText(text, space, 'Removed').flatMap(piece => splitText(piece, punctuation, 'Isolated'));
    case 'Whitespace':
      return text => splitText(text, word, 'Removed', true);
    case 'WhitespaceSplit':
      return text => splitText(text, space, 'Removed');
    case 'Digits': {
      const behavior = part.individual_digits === true ? 'Isolated' : 'Contiguous';
      return text => splitText(text, /\p{N}/gu, behavior);
    }
    case 'Punctuation': {
      const behavior = part.behavior === undefined ? 'Isolated' : splitBehavior(part.behavior);
      return text => splitText(text, punctuation, behavior);
    }
    case 'CharDelimiterSplit': {
      const delimiter = literal(textOf(part, 'delimiter'));
      return text => splitText(text, delimiter, 'Removed');
    }
    default:
      throw unknownPart('pre-tokenizer', part, known);
  }
}

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&'), 'gu');
}

/** Whether a part cuts words into bytes at the end. */
export function isByteLevel(part: TokenizerPart | null | undefined): boolean {
  if (part === null || part === undefined) return false;
  if (part.type === 'Sequence') return isByteLevel(partsOf(part, 'pretokenizers').at(-1));
  return part.type === 'ByteLevel';
}

/** The mark with which a part writes spaces, so that words begin with it; `undefined` where it does not. */
export function wordMarkOf(part: TokenizerPart | null | undefined): string | undefined {
  if (part === null || part === undefined) return undefined;
  if (part.type === 'Sequence') {
    for (const field of ['pretokenizers', 'normalizers']) {
      if (Array.isArray(part[field]))
        return partsOf(part, field)
          .map(wordMarkOf)
          .find(mark => mark !== undefined);
    }
  }
  if (part.type === 'Metaspace') return textOf(part, 'replacement');
  if (part.type === 'Replace' && (part.pattern as TokenizerPart | undefined)?.String === ' ')
    return textOf(part, 'content');
  return undefined;
}
