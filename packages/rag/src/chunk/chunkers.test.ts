// Every chunker, on texts of every kind: places, budgets, and that no word is lost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunker, indexText } from './chunk.ts';
import type { SourceDocument } from './document.ts';
import { markdownDocument } from './markdown-blocks.ts';
import { parentChildChunker } from './parent-child-chunker.ts';
import { sentenceWindowChunker } from './sentence-window-chunker.ts';
import { canCut } from './sentences.ts';
import { slidingWindowChunker } from './sliding-window-chunker.ts';
import { structureChunker } from './structure-chunker.ts';

const words = [
  ...[
    '你好，世界。',
    '退款期限是七天；',
    '“真的吗？”他问。',
    '😀',
    '👨‍👩‍👧‍👦',
    '🇨🇳🇩🇪',
    'é',
    'e\u0301\u0302',
    '한국어',
    'ไทย',
  ],
  ...['Dr. Smith went home. ', 'What? ', '3.14 ', 'word ', ' ', '\t', '\n', '\r\n', '\r\n\r\n', '\n\n', '　'],
  ...[
    '# 标题\n\n',
    '## Second\r\n',
    '- item\n',
    '| a | b |\n|---|---|\n| 1 | 二 |\n',
    '```\ncode()\n```\n',
    '> quote\n',
    'x'.repeat(40),
  ],
];
const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 8 })), {
  maxLength: 40,
});
const tokenizers = {
  estimate: undefined,
  characters: (one: string) => one.length,
  // Like a tokenizer that sees more than the sum of its parts, and one that pays for every border.
  words: (one: string) => one.split(/\s+/).filter(Boolean).length + Math.ceil(one.length / 9),
} as const;

const makers: Record<string, (maxTokens: number, countTokens: ((text: string) => number) | undefined) => Chunker> = {
  structure: (maxTokens, countTokens) => structureChunker({ maxTokens, ...(countTokens && { countTokens }) }),
  window: (maxTokens, countTokens) => slidingWindowChunker({ maxTokens, ...(countTokens && { countTokens }) }),
  'sentence window': (maxTokens, countTokens) =>
    sentenceWindowChunker({ maxTokens, around: 1, ...(countTokens && { countTokens }) }),
  'parent–child': (maxTokens, countTokens) =>
    parentChildChunker({
      parent: structureChunker({ maxTokens: maxTokens * 4, ...(countTokens && { countTokens }) }),
      child: structureChunker({ maxTokens, ...(countTokens && { countTokens }) }),
    }),
};

const bare = (one: string): string => one.replaceAll(/\s/gu, '');

describe.each(Object.keys(makers))('%s', name => {
  it.each(Object.keys(tokenizers) as (keyof typeof tokenizers)[])('keeps places, budget and text (%s)', tokenizer => {
    const countTokens = tokenizers[tokenizer];
    const count = countTokens ?? ((one: string) => Math.ceil(Buffer.byteLength(one.toWellFormed()) / 3));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 60 }), fc.boolean(), (parts, maxTokens, markdown) => {
        const source = parts.join('');
        const document: SourceDocument = markdown ? markdownDocument('a', source) : { id: 'a', text: source };
        const chunks = makers[name]!(maxTokens, countTokens).chunk(document);
        const seen = new Uint8Array(source.length);
        for (const [i, chunk] of chunks.entries()) {
          expect(chunk.ordinal).toBe(i);
          expect(source.slice(chunk.start, chunk.end)).toBe(chunk.text);
          expect(chunk.text).toBe(chunk.text.trim());
          expect(chunk.text).not.toBe('');
          if (count(chunk.text) > maxTokens) expect([...chunk.text]).toHaveLength(1);
          if (i > 0) expect(chunk.start).toBeGreaterThanOrEqual(chunks[i - 1]!.start);
          expect(chunk.line).toBe(source.slice(0, chunk.start).split('\n').length);
          const { context } = chunk;
          if (context) expect(context.start <= chunk.start && context.end >= chunk.end).toBe(true);
          // No pair of surrogates and no CRLF is cut.
          for (const at of [chunk.start, chunk.end]) {
            const pair = source.slice(at - 1, at + 1);
            expect(/[\ud800-\udbff][\udc00-\udfff]/.test(pair)).toBe(false);
          }
          seen.fill(1, chunk.start, chunk.end);
        }
        // Headings of a sentence window are above their sentences and no sentences themselves.
        if (name === 'sentence window' && markdown) return;
        expect(
          bare(
            [...source].length
              ? source
                  .split('')
                  .filter((_, i) => seen[i])
                  .join('')
              : '',
          ),
        ).toBe(bare(source));
      }),
      { numRuns: 150 },
    );
  });
});

describe('structureChunker', () => {
  it('starts chunks at headings and says which stand above', () => {
    const filler = '这是一个完整的句子，说明规则的细节。'.repeat(8);
    const document = markdownDocument('a', `# 总则\n\n${filler}\n\n## 退款\n\n${filler}\n\n# 附则\n\n${filler}\n`);
    const chunks = structureChunker({ maxTokens: 200 }).chunk(document);
    expect(chunks.map(chunk => chunk.headings)).toEqual([['总则'], ['总则', '退款'], ['附则']]);
    expect(chunks.map(chunk => chunk.line)).toEqual([1, 5, 9]);
    expect(indexText(chunks[1]!).startsWith('总则\n## 退款')).toBe(true);
  });

  it('cuts tables by rows and keeps their header', () => {
    const rows = Array.from({ length: 30 }, (_, i) => `| 商品${i} | ${i * 10} |`).join('\n');
    const document = markdownDocument('a', `| 名称 | 价格 |\n|---|---|\n${rows}\n`);
    const chunks = structureChunker({ maxTokens: 60 }).chunk(document);
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) for (const line of chunk.text.split('\n')) expect(line).toMatch(/^\|.*\|$/);
    expect(chunks[0]!.tableHeader).toBeUndefined();
    expect(indexText(chunks[2]!)).toMatch(/^\| 名称 \| 价格 \|\n\|---\|---\|\n/);
  });

  it('says the page a chunk begins on', () => {
    const document = { id: 'a', text: '第一页。\n\n第二页。\n\n第三页。', pages: [0, 6, 12] };
    expect(
      structureChunker({ maxTokens: 5 })
        .chunk(document)
        .map(chunk => chunk.page),
    ).toEqual([1, 2, 3]);
  });

  it('fills evenly instead of leaving a small rest', () => {
    const sentences = Array.from({ length: 11 }, (_, i) => `句子${i % 10}。`).join('');
    const sizes = structureChunker({ maxTokens: 20, countTokens: one => one.length })
      .chunk({ id: 'a', text: sentences })
      .map(chunk => chunk.text.length);
    expect(sizes).toEqual([16, 16, 12]);
  });

  it('refuses budgets that are none', () => {
    expect(() => structureChunker({ maxTokens: 0 })).toThrow('"maxTokens" is 0');
    expect(() => slidingWindowChunker({ maxTokens: 10, overlapTokens: 10 })).toThrow('"overlapTokens" is 10');
    expect(() => sentenceWindowChunker({ around: -1 })).toThrow('"around" is -1');
  });

  it('names its options in its id', () => {
    expect(structureChunker().id).not.toBe(structureChunker({ maxTokens: 300 }).id);
    expect(structureChunker({ tokenizer: 'cl100k' }).id).toContain('cl100k');
  });
});

describe('canCut', () => {
  it('agrees with Unicode about characters as people see them', () => {
    const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
    const sample = '退款e\u0301👨‍👩‍👧‍👦🇨🇳🇩🇪👍🏽\r\nabc한국어é';
    const borders = new Set([...segmenter.segment(sample)].map(one => one.index));
    for (let at = 1; at < sample.length; at++) expect([at, canCut(sample, at)]).toEqual([at, borders.has(at)]);
  });
});
