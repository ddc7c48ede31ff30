// Vocabularies as a grammar sees them, of the kinds that models have: for the bench and the tests.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { GrammarVocabulary } from '../../src/grammar/index.ts';

const data = process.env.MODESHIFT_DATA ?? path.resolve(import.meta.dirname, '../../../../../../shared/data');
const encoder = new TextEncoder();

/** A file of the data folder, or `undefined` with a line that says so. */
export function dataFile(name: string): string | undefined {
  const file = path.join(data, name);
  if (existsSync(file)) return file;
  console.log(`Skipped: no ${name} in the data folder. Set MODESHIFT_DATA to the folder that holds it.`);
  return undefined;
}

/** Every byte, English and Chinese pieces, pieces that cut characters, and merged punctuation of JSON. The last token ends. */
export function syntheticVocabulary(): GrammarVocabulary {
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const pieces = [
    ...[
      '{"',
      '"}',
      '":',
      '": "',
      '":"',
      '", "',
      '","',
      '"]',
      '["',
      '[]',
      '{}',
      '}}',
      ']}',
      '}]',
      '},{',
      '},',
      '],',
      '":[',
    ],
    ...[
      '":{',
      '{"name":"',
      '\\"',
      '\\n',
      '\\u',
      '\\ud83d',
      '\\u4e',
      '  ',
      '\n  ',
      ' ',
      'true',
      'false',
      'null',
      'tr',
      'nul',
    ],
    ...[
      '10',
      '00',
      '0.',
      '.5',
      '-1',
      '12',
      '99',
      'e+',
      '123',
      '2026',
      '-11',
      'T1',
      ':00',
      'Z"',
      '@',
      '.com',
      'https://',
    ],
    ...[
      'name',
      'age',
      'city',
      'a',
      'ab',
      'abc',
      'the',
      ' the',
      'wor',
      'ld',
      'id',
      'tem',
      'value',
      'kind',
      '<tool',
      '_call>',
    ],
    ...[
      '中',
      '文',
      '中文',
      '北京',
      '上海',
      '天',
      '天气',
      '你好',
      '，',
      '。',
      '名字',
      '城市',
      '"北',
      '京"',
      '😀',
      '👍🏽',
      'é',
      'ü',
    ],
  ].map(text => encoder.encode(text));
  const cut = [
    [0xe4, 0xb8],
    [0xb8, 0xad],
    [0xad, 0xe6],
    [0xf0, 0x9f],
    [0x9f, 0x98, 0x80],
    [0x80, 0x22],
    [0xe5, 0x8c],
  ];
  return withEnd([...bytes, ...pieces, ...cut.map(part => Uint8Array.from(part))]);
}

/** A `.tiktoken` file of the data folder: byte-level BPE. The last token ends. */
export function tiktokenVocabulary(name: string, most = Number.POSITIVE_INFINITY): GrammarVocabulary | undefined {
  const file = dataFile(`tokenizers/tiktoken/${name}.tiktoken`);
  if (!file) return undefined;
  const tokens: (Uint8Array | undefined)[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [text, id] = line.split(' ');
    if (text && Number(id) < most) tokens[Number(id)] = Uint8Array.from(Buffer.from(text, 'base64'));
  }
  return withEnd(Array.from(tokens));
}

/** The vocabulary of a GGUF file of the data folder: byte-level BPE (`gpt2`) or SentencePiece with byte fallback (`llama`). */
export function ggufVocabulary(name: string): GrammarVocabulary | undefined {
  const file = dataFile(`tokenizers/llamacpp_vocab/ggml-vocab-${name}.gguf`);
  if (!file) return undefined;
  const { texts, types } = readGgufTokens(readFileSync(file));
  const sentencePiece = texts.includes('<0x0A>');
  const end = texts.findIndex(text => ['</s>', '<|endoftext|>', '<｜end▁of▁sentence｜>'].includes(text));
  const byteOf = new Map(bytesOfLetters());
  const tokens = texts.map((text, id) => {
    // 1 and 4: text; 6: a byte; the others never occur in text.
    if (types[id] === 6) return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16));
    if (id === end || (types[id] !== 1 && types[id] !== 4)) return undefined;
    if (sentencePiece) return encoder.encode(text.replaceAll('▁', ' '));
    return Uint8Array.from(Array.from(text), letter => byteOf.get(letter)!);
  });
  return { tokens, endTokens: [end] };
}

/** The tokenizer of llama2.c's stories260K: 512 tokens with byte fallback. */
export function llama2cVocabulary(): GrammarVocabulary | undefined {
  const file = dataFile('models/stories260K/tok512.bin');
  if (!file) return undefined;
  const bytes = readFileSync(file);
  const tokens: (Uint8Array | undefined)[] = [];
  for (let at = 4; at < bytes.length; ) {
    const length = bytes.readInt32LE(at + 4);
    const text = bytes.subarray(at + 8, at + 8 + length);
    const fallback = /^<0x([\dA-F]{2})>$/.exec(text.toString());
    tokens.push(fallback ? Uint8Array.of(Number.parseInt(fallback[1]!, 16)) : Uint8Array.from(text));
    at += 8 + length;
  }
  for (const special of [0, 1, 2]) tokens[special] = undefined;
  return { tokens, endTokens: [2] };
}

function withEnd(tokens: readonly (Uint8Array | undefined)[]): GrammarVocabulary {
  return { tokens: [...tokens, undefined], endTokens: [tokens.length] };
}

/** GPT-2's letters for bytes: printable ones stand for themselves, the others for code points from 256 on. */
function bytesOfLetters(): [string, number][] {
  let spare = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return [String.fromCodePoint(printable ? byte : spare++), byte];
  });
}

/**
 * Texts and types of the tokens. The files at hand were decoded as UTF-8 once: bytes of numbers beyond 7F are EF BF BD now. A
 * count that is lost is passed over; a text whose length is lost ends where the next length (below 128, then seven zeros) begins.
 */
function readGgufTokens(bytes: Buffer): { texts: string[]; types: number[] } {
  const isLength = (at: number): boolean =>
    bytes[at]! < 0x80 && bytes.subarray(at + 1, at + 8).every(byte => byte === 0);
  let at = bytes.indexOf('tokenizer.ggml.tokens') + 'tokenizer.ggml.tokens'.length + 8;
  at += 4;
  while (bytes[at] === 0 || !isLength(at)) at++;
  const texts: string[] = [];
  for (;;) {
    let length = bytes[at]!;
    let start = at + 8;
    if (!isLength(at)) {
      start = at + 10;
      let to = start;
      while (!isLength(to)) to++;
      length = to - start;
    }
    const text = bytes.toString('utf8', start, start + length);
    if (/^tokenizer\.ggml\.[a-z_]+$/.test(text)) break;
    texts.push(text);
    at = start + length;
  }
  // Behind the key: the types of the array and of its items, and the count, which may be longer where it was damaged.
  at = bytes.indexOf('tokenizer.ggml.token_type') + 'tokenizer.ggml.token_type'.length + 8;
  const damaged = bytes.subarray(at, at + 8).indexOf(Buffer.from([0xef, 0xbf, 0xbd])) >= 0 ? 2 : 0;
  return { texts, types: texts.map((_, i) => bytes.readInt32LE(at + 8 + damaged + 4 * i)) };
}
