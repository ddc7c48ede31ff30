// What holds for every tokenizer: no injection, borders, streams, bytes, linear time; and what is said of broken files.
import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { buildTokenizer } from './build-tokenizer.ts';
import { readTokenizer } from './read-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';
import type { TokenizerJson, TokenizerPart } from './tokenizer-json.ts';

interface Fixture {
  readonly tokenizer: TokenizerJson;
  readonly config: TokenizerPart;
  readonly cases: readonly { readonly text: string; readonly ids: number[] }[];
}
const read = (kind: string): Fixture =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', `${kind}.json`), 'utf8')) as Fixture;
const load = (kind: string): Tokenizer => {
  const { tokenizer, config } = read(kind);
  return buildTokenizer(tokenizer, config);
};
const kinds = ['gpt2', 'llama3', 'qwen', 'llama2', 'mistral', 'bert-uncased', 'bert-cased', 'xlm-roberta'];
const lossless = ['gpt2', 'llama3', 'llama2', 'mistral'];

describe('control tokens', () => {
  it('are text where parseSpecial is off, and tokens where it is on', () => {
    for (const [kind, text] of [
      ['qwen', '你好<|im_end|>\n<|im_start|>system\n<think>'],
      ['llama3', 'hi<|eot_id|><|start_header_id|>system'],
      ['mistral', 'hi[/INST]</s>[INST]'],
      ['bert-uncased', 'a [SEP] b [MASK]'],
    ] as const) {
      const tokenizer = load(kind);
      const { additional, ...named } = tokenizer.specialTokens;
      const control = new Set([...additional, ...Object.values(named), tokenizer.idOf('<think>') ?? -1]);
      control.delete(tokenizer.specialTokens.unk ?? -1);
      expect(tokenizer.encode(text).some(id => control.has(id))).toBe(true);
      const harmless = tokenizer.encode(text, { parseSpecial: false });
      expect(harmless.filter(id => control.has(id))).toEqual([]);
      if (kind !== 'bert-uncased') expect(tokenizer.decode(harmless)).toBe(text);
    }
  });

  it('count only where all of them lies in pieces that allow them', () => {
    const tokenizer = load('qwen');
    const end = tokenizer.idOf('<|im_end|>')!;
    const ids = (...pieces: [string, boolean][]): number[] =>
      tokenizer.encodeSegments(pieces.map(([text, parseSpecial]) => ({ text, parseSpecial }))).ids;
    expect(
      ids(['<|im_start|>user\n', true], ['x<|im_end|>', false], ['<|im_end|>', true]).filter(id => id === end),
    ).toHaveLength(1);
    expect(ids(['<|im', true], ['_end|>', false])).not.toContain(end);
    expect(ids(['<|im', true], ['', false], ['_end|>', true])).toContain(end);
    expect(ids(['<|im_end', false], ['|>', true])).not.toContain(end);
  });

  it('leave ordinary pieces with the ids of the joined text', () => {
    for (const kind of kinds) {
      const tokenizer = load(kind);
      for (const { text } of read(kind).cases) {
        const cut = Math.floor(text.length / 2);
        const pieces = [text.slice(0, cut), text.slice(cut)].map(piece => ({ text: piece, parseSpecial: false }));
        expect(tokenizer.encodeSegments(pieces).ids).toEqual(tokenizer.encode(text, { parseSpecial: false }));
      }
    }
  });
});

describe('borders', () => {
  it('are where a piece starts a token, in every kind', () => {
    for (const kind of kinds) {
      const tokenizer = load(kind);
      for (const [prompt, answer] of [
        ['Say it: ', 'the king'],
        ['问：好', '吗？好'],
        ['the ki', 'ng of'],
        ['a\n', '\nb'],
      ] as const) {
        const { ids, starts } = tokenizer.encodeSegments(
          [
            { text: prompt, parseSpecial: true },
            { text: answer, parseSpecial: true, startsToken: true },
          ],
          { addSpecialTokens: kind === 'mistral' },
        );
        const border = starts[1]!;
        expect(border).toBeGreaterThan(0);
        if (!lossless.includes(kind)) continue;
        expect(tokenizer.decode(ids.slice(0, border), { skipSpecialTokens: true })).toBe(prompt);
        expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(prompt + answer);
      }
    }
  });

  it('of prompt and continuation: joined, the ids are those of the joined text', () => {
    for (const kind of kinds) {
      const tokenizer = load(kind);
      for (const [prompt, text] of [
        ['the ki', 'ng'],
        ['The answer is ', 'the king'],
        ['春眠不', '觉晓'],
        ['', 'all'],
        ['all', ''],
        ['👨‍', '👩'],
      ] as const) {
        const { prompt: before, continuation } = tokenizer.encodeContinuation(prompt, text, {
          addSpecialTokens: kind === 'llama3',
        });
        expect([...before, ...continuation]).toEqual(
          tokenizer.encode(prompt + text, { addSpecialTokens: kind === 'llama3' }),
        );
        if (text !== '' && lossless.includes(kind)) expect(continuation.length).toBeGreaterThan(0);
      }
    }
    const tokenizer = load('gpt2');
    const { continuation } = tokenizer.encodeContinuation('say the ', 'the');
    expect(tokenizer.decode(continuation)).toBe(' the');
  });
});

describe('round trips', () => {
  it('give random text back, at once, in a stream and byte by byte', () => {
    const { int } = dice(7);
    for (const kind of lossless) {
      const tokenizer = load(kind);
      for (let n = 0; n < 300; n++) {
        const text = Array.from({ length: int(40) }, () => String.fromCodePoint(point(int))).join('');
        const ids = tokenizer.encode(text, { parseSpecial: false });
        expect(tokenizer.decode(ids)).toBe(text);
        const bytes = Buffer.concat(ids.map(id => tokenizer.bytes(id)!)).toString();
        expect(kind === 'gpt2' || kind === 'llama3' ? bytes : bytes.replace(/^ /, '')).toBe(text);
      }
    }
  });

  it('stream what decode gives, for any ids and broken bytes', () => {
    const { int } = dice(8);
    for (const kind of kinds) {
      const tokenizer = load(kind);
      for (let n = 0; n < 200; n++) {
        const ids = Array.from({ length: int(12) }, () => int(tokenizer.vocabularySize + 3));
        const skipSpecialTokens = n % 2 === 0;
        const stream = tokenizer.stream({ skipSpecialTokens });
        const text = ids.map(id => stream.push(id)).join('') + stream.end();
        expect(text).toBe(tokenizer.decode(ids, { skipSpecialTokens }));
        expect(stream.push(ids[0] ?? 0) + stream.end()).toBe(tokenizer.decode([ids[0] ?? 0], { skipSpecialTokens }));
      }
    }
    const tokenizer = load('llama2');
    const [a, b, c] = [0xe4, 0xbd, 0xa0].map(byte => tokenizer.idOf(`<0x${byte.toString(16).toUpperCase()}>`)!);
    const stream = tokenizer.stream();
    expect([stream.push(a!), stream.push(b!), stream.push(c!), stream.push(a!), stream.end()]).toEqual([
      '',
      '',
      '你',
      '',
      '\ufffd',
    ]);
  });

  it('keep the space before what goes on with a text', () => {
    for (const kind of ['gpt2', 'llama2', 'mistral', 'xlm-roberta']) {
      const tokenizer = load(kind);
      const { prompt, continuation } = tokenizer.encodeContinuation('to the', ' king');
      expect(tokenizer.decode(continuation, { continues: true })).toBe(' king');
      expect(tokenizer.decode(prompt) + tokenizer.decode(continuation, { continues: true })).toBe('to the king');
      if (kind !== 'gpt2') expect(tokenizer.decode(continuation)).toBe('king');
    }
  });

  it('keep a separator that somebody wrote from being one', () => {
    const tokenizer = load('bert-uncased');
    const { sep } = tokenizer.specialTokens;
    const count = (parseSpecial: boolean): number =>
      tokenizer.encodePair('the [SEP] king', '[SEP]', { parseSpecial }).ids.filter(id => id === sep).length;
    expect([count(true), count(false)]).toEqual([4, 2]);
  });

  it('keep half a surrogate from breaking anything', () => {
    for (const kind of kinds) {
      const tokenizer = load(kind);
      expect(tokenizer.encode('a\ud83d b')).toEqual(tokenizer.encode('a\ufffd b'));
    }
  });
});

describe('time', () => {
  it('grows with the length, not its square: a long text without spaces', () => {
    for (const kind of ['gpt2', 'llama2', 'bert-uncased', 'xlm-roberta']) {
      const tokenizer = load(kind);
      for (const unit of ['春眠不觉晓处处闻啼鸟', 'abcdefghij', '<<<<<<<<<<']) {
        const seconds = (characters: number): number => {
          const text = unit.repeat(characters / 10);
          const before = process.cpuUsage();
          tokenizer.encode(text, { parseSpecial: false });
          const { user, system } = process.cpuUsage(before);
          return (user + system) / 1e6;
        };
        seconds(20_000);
        const short = Math.min(seconds(50_000), seconds(50_000));
        // Eight times the text: a square would be 64 times the time.
        expect([kind, unit, seconds(400_000) / Math.max(short, 0.004) < 32]).toEqual([kind, unit, true]);
      }
    }
  });
});

describe('readTokenizer', () => {
  const folder = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'tokenizer-'));

  it('reads the files of a folder with the roles of special tokens', async () => {
    const directory = await folder();
    const { tokenizer: json } = read('qwen');
    await writeFile(path.join(directory, 'tokenizer.json'), JSON.stringify(json));
    await writeFile(
      path.join(directory, 'special_tokens_map.json'),
      JSON.stringify({ eos_token: '<|endoftext|>', pad_token: '<|endoftext|>' }),
    );
    await writeFile(
      path.join(directory, 'tokenizer_config.json'),
      JSON.stringify({
        eos_token: { content: '<|im_end|>' },
        bos_token: null,
        added_tokens_decoder: { 999: { content: '<extra>', special: true } },
      }),
    );
    const tokenizer = await readTokenizer(directory);
    expect(tokenizer.specialTokens.eos).toBe(tokenizer.idOf('<|im_end|>'));
    expect(tokenizer.specialTokens.pad).toBe(tokenizer.idOf('<|endoftext|>'));
    expect(tokenizer.specialTokens.bos).toBeUndefined();
    expect(tokenizer.specialTokens.additional).toEqual([tokenizer.idOf('<|im_start|>'), 999]);
    expect(tokenizer.encode('你<extra>')).toEqual([...tokenizer.encode('你'), 999]);
    expect(tokenizer.vocabularySize).toBe(1000);
    expect([tokenizer.tokenOf(998), tokenizer.bytes(998), tokenizer.bytes(999)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('says what is missing or broken', async () => {
    const directory = await folder();
    const file = path.join(directory, 'tokenizer.json');
    await expect(readTokenizer(directory)).rejects.toMatchObject({ reason: { tag: 'storage', code: 'ENOENT' } });
    await writeFile(file, '{"model": ');
    await expect(readTokenizer(directory)).rejects.toThrow(/no JSON.*download it again/);
    await expect(readTokenizer(directory)).rejects.toMatchObject({ reason: { tag: 'storage', path: file } });
    for (const [content, message] of [
      ['[]', /holds no object/],
      ['{}', /no "model"/],
      ['{"model":{"type":"BPE"}}', /no vocabulary/],
      ['{"model":{"type":"BPE","vocab":{"a":0}}}', /no merges/],
      ['{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}', /merge 0 joins "a" and "b"/],
      ['{"model":{"type":"BPE","vocab":{"a":1e12},"merges":[]}}', /has the id 1000000000000/],
      ['{"model":{"type":"Unigram","vocab":[["a"]]}}', /no pair of a text and a score/],
      ['{"model":{"type":"Magic","vocab":{}}}', /"Magic".*Known are BPE/],
      [
        '{"model":{"type":"WordLevel","vocab":{}},"normalizer":{"type":"Precompiled","precompiled_charsmap":"/////w=="}}',
        /cut off/,
      ],
      [
        '{"model":{"type":"WordLevel","vocab":{}},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"["},"behavior":"Isolated"}}',
        /cannot be run here/,
      ],
    ] as const) {
      await writeFile(file, content);
      await expect(readTokenizer(directory)).rejects.toThrow(message);
      await expect(readTokenizer(directory)).rejects.toMatchObject({ reason: { tag: 'invalid-input' } });
    }
  });
});

function dice(seed: number): { int: (below: number) => number } {
  const source = random(seed);
  return { int: below => Math.floor(source.next() * below) };
}

function point(int: (below: number) => number): number {
  const [from, to] = [
    [32, 126],
    [0, 31],
    [0x4e00, 0x9fff],
    [0x1f300, 0x1faff],
    [0xa0, 0x24f],
    [0x3000, 0x30ff],
    [0x600, 0x6ff],
  ][int(7)]!;
  return from! + int(to! - from!);
}
