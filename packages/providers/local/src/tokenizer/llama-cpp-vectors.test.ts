// The vocabularies and test vectors of llama.cpp, where they are at hand (MODESHIFT_DATA, or shared/data beside the repository).
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildTokenizer } from './build-tokenizer.ts';
import type { AddedTokenEntry, TokenizerJson, TokenizerPart } from './tokenizer-json.ts';

const root = path.resolve(import.meta.dirname, '../../../../..');
const folder = path.join(
  process.env.MODESHIFT_DATA ?? path.resolve(root, '../shared/data'),
  'tokenizers/llamacpp_vocab',
);
const there = existsSync(folder);
if (!there) {
  console.log(
    'Skipped: no folder tokenizers/llamacpp_vocab in the data folder. Set MODESHIFT_DATA to the folder that holds it.',
  );
}

const split = (Regex: string): TokenizerPart => ({
  type: 'Split',
  pattern: { Regex },
  behavior: 'Isolated',
  invert: false,
});
const bytes = (use_regex: boolean): TokenizerPart => ({ type: 'ByteLevel', add_prefix_space: false, use_regex });
const han = '[一-龥ࠀ-一가-\\u{d7ff}]+';

/** How each checkpoint cuts words: a GGUF only names it. */
const words: Record<string, readonly TokenizerPart[]> = {
  'gpt-2': [bytes(true)],
  mpt: [bytes(true)],
  refact: [{ type: 'Digits', individual_digits: true }, bytes(true)],
  starcoder: [{ type: 'Digits', individual_digits: true }, bytes(true)],
  falcon: [{ type: 'Punctuation', behavior: 'Contiguous' }, bytes(true), split('[0-9][0-9][0-9]')],
  'deepseek-coder': [
    split('[\\r\\n]'),
    split('\\s?\\p{L}+'),
    split('\\s?\\p{P}+'),
    split(han),
    { type: 'Digits', individual_digits: true },
    bytes(false),
  ],
  'deepseek-llm': [
    split('[\\r\\n]'),
    split('\\s?[\\p{Lu}\\p{Ll}\\p{Lt}]+'),
    split('\\s?[!-/:-~！-／：-～‘-‟\\u3000-。]+'),
    split('\\s+$'),
    split(han),
    { type: 'Digits', individual_digits: false },
    bytes(false),
  ],
};

describe
  .runIf(there)
  .each([
    'gpt-2',
    'mpt',
    'refact',
    'starcoder',
    'falcon',
    'deepseek-coder',
    'deepseek-llm',
    'llama-spm',
    'phi-3',
    'bert-bge',
  ])('%s', name => {
  it('gives the ids of all 47 vectors', () => {
    const file = path.join(folder, `ggml-vocab-${name}.gguf`);
    const tokenizer = buildTokenizer(tokenizerOf(name, readGguf(readFileSync(file))));
    const texts = readFileSync(`${file}.inp`, 'utf8').split('\n__ggml_vocab_test__\n');
    const outputs = readFileSync(`${file}.out`, 'utf8').split('\n');
    expect(texts.length).toBeGreaterThanOrEqual(47);
    for (const [i, text] of texts.entries()) {
      const expected = (outputs[i] ?? '').trim().split(/\s+/).filter(Boolean).map(Number);
      expect([text, tokenizer.encode(text, { parseSpecial: false })]).toEqual([text, expected]);
      // SentencePiece and byte-level vocabularies give every text back.
      if (name !== 'bert-bge') expect(tokenizer.decode(expected)).toBe(text);
    }
  });
});

interface Gguf {
  readonly model: string;
  readonly tokens: readonly string[];
  readonly types: readonly number[];
  readonly merges: readonly string[];
}

/** A vocabulary as the `tokenizer.json` that describes it. */
function tokenizerOf(name: string, gguf: Gguf): TokenizerJson {
  const { model, tokens, types } = gguf;
  const added_tokens = tokens.flatMap((content, id): AddedTokenEntry[] =>
    types[id] === 3 || types[id] === 4 ? [{ id, content, special: types[id] === 3, normalized: types[id] === 4 }] : [],
  );
  switch (model) {
    case 'gpt2':
      return {
        added_tokens,
        pre_tokenizer: { type: 'Sequence', pretokenizers: toEnd(words[name]!) },
        decoder: { type: 'ByteLevel' },
        model: { type: 'BPE', vocab: vocabOf(tokens), merges: gguf.merges },
      };
    case 'llama': {
      // In these vocabularies the scores fall with the id, and runs of spaces come last.
      const known = new Set(tokens);
      const isRun = (id: number): number => (/^▁▁+$/.test(tokens[id]!) ? 1 : 0);
      const order = tokens.map((_, id) => id).sort((a, b) => isRun(a) - isRun(b) || a - b);
      const merges = order.flatMap(id => {
        const token = tokens[id]!;
        return types[id] === 1
          ? Array.from({ length: token.length - 1 }, (_, i) => [token.slice(0, i + 1), token.slice(i + 1)]).filter(
              pair => pair.every(part => known.has(part)),
            )
          : [];
      });
      return {
        added_tokens,
        normalizer: {
          type: 'Sequence',
          normalizers: [
            { type: 'Prepend', prepend: '▁' },
            { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
          ],
        },
        decoder: {
          type: 'Sequence',
          decoders: [
            { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
            { type: 'ByteFallback' },
            { type: 'Fuse' },
            { type: 'Strip', content: ' ', start: 1, stop: 0 },
          ],
        },
        model: { type: 'BPE', vocab: vocabOf(tokens), merges, byte_fallback: true, fuse_unk: true, unk_token: '<unk>' },
      };
    }
    default: {
      // WordPiece in a GGUF: beginnings of words are marked, not their rests.
      const pieces = tokens.map((token, id) =>
        types[id] !== 1 ? token : token.startsWith('▁') ? token.slice(1) : `##${token}`,
      );
      return {
        added_tokens: added_tokens.filter(token => /^\[[A-Z]+\]$/.test(token.content)),
        normalizer: { type: 'BertNormalizer', lowercase: true },
        pre_tokenizer: { type: 'BertPreTokenizer' },
        decoder: { type: 'WordPiece', prefix: '##' },
        model: { type: 'WordPiece', vocab: vocabOf(pieces), unk_token: '[UNK]' },
      };
    }
  }
}

const vocabOf = (tokens: readonly string[]): Record<string, number> =>
  Object.fromEntries(tokens.map((token, id) => [token, id]));

/** The byte-level stage must be the last: with its own pattern it is a split before. */
function toEnd(parts: readonly TokenizerPart[]): TokenizerPart[] {
  const gpt2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  return [...parts.map(part => (part.type === 'ByteLevel' ? split(gpt2) : part)), bytes(false)];
}

/**
 * Texts and token types of a vocabulary file. The files at hand have been through a UTF-8 decoder: each byte that is no UTF-8
 * is EF BF BD now, so that texts are whole but some numbers are not. A text whose length is lost ends before the next length.
 */
function readGguf(file: Buffer): Gguf {
  let at = 0;
  const byte = (): number => {
    if (file.readUIntBE(at, 3) !== 0xefbfbd) return file[at++]!;
    at += 3;
    return Number.NaN;
  };
  const long = (): number => Array.from({ length: 8 }, byte).reduce((sum, value, i) => sum + value * 256 ** i, 0);
  const isLength = (place: number): boolean => [1, 2, 3, 4, 5, 6, 7].every(i => file[place + i] === 0);
  const text = (): string => {
    const length = long();
    const start = at;
    if (Number.isNaN(length)) while (!isLength(at) && !(file.readUIntBE(at, 3) === 0xefbfbd && isLength(at + 2))) at++;
    else at += length;
    return file.toString('utf8', start, at);
  };
  const find = (key: string): boolean => {
    const name = `tokenizer.ggml.${key}`;
    const place = file.indexOf(`${name}${key === 'model' ? '\b' : '\t'}\0\0\0`);
    at = place + name.length;
    return place !== -1;
  };
  const texts = (key: string): string[] => {
    if (!find(key)) return [];
    at += 8;
    // A lost count may have been fewer or more bytes: the first length behind it is no zero.
    const count = at;
    if (Number.isNaN(long())) for (at = count + 3; file[at] === 0 || !isLength(at); at++);
    const list: string[] = [];
    for (let one = text(); !/^(tokenizer|general)\.[a-z_.]+$/.test(one); one = text()) {
      list.push(one);
      if (at >= file.length) break;
    }
    return list;
  };
  find('model');
  at += 4;
  const model = text();
  const tokens = texts('tokens');
  find('token_type');
  at += 8;
  long();
  const types = tokens.map((_, i) => file.readInt32LE(at + 4 * i));
  return { model, tokens, types, merges: texts('merges') };
}
