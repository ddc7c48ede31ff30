// Tokenizers of every kind against the ids and texts of Hugging Face's tokenizers (oracles/local/tokenizers/make_fixtures.py).
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildTokenizer } from './build-tokenizer.ts';
import type { TokenizerJson } from './tokenizer-json.ts';

interface Fixture {
  readonly tokenizer: TokenizerJson;
  readonly config: Record<string, unknown>;
  readonly cases: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    readonly full: readonly number[];
    readonly decoded: string;
    readonly skipped: string;
  }[];
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly ids: readonly number[];
    readonly typeIds: readonly number[];
  }[];
}

const kinds = ['gpt2', 'llama3', 'qwen', 'llama2', 'mistral', 'bert-uncased', 'bert-cased', 'xlm-roberta'] as const;
const read = (kind: string): Fixture =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', `${kind}.json`), 'utf8')) as Fixture;

describe.each(kinds)('%s', kind => {
  const { tokenizer: json, config, cases, pairs } = read(kind);
  const tokenizer = buildTokenizer(json, config);

  it('encodes as Python does', () => {
    expect(cases.length).toBeGreaterThan(100);
    for (const { text, ids, full } of cases) {
      expect([text, tokenizer.encode(text)]).toEqual([text, ids]);
      expect([text, tokenizer.encode(text, { addSpecialTokens: true })]).toEqual([text, full]);
    }
  });

  it('encodes pairs as Python does', () => {
    for (const { a, b, ids, typeIds } of pairs) expect(tokenizer.encodePair(a, b)).toEqual({ ids, typeIds });
  });

  it('decodes as Python does, at once and token by token', () => {
    for (const { text, full, decoded, skipped } of cases) {
      expect([text, tokenizer.decode(full)]).toEqual([text, decoded]);
      expect([text, tokenizer.decode(full, { skipSpecialTokens: true })]).toEqual([text, skipped]);
      const stream = tokenizer.stream({ skipSpecialTokens: true });
      const pieces = full.map(id => stream.push(id));
      expect([...pieces, stream.end()].join('')).toBe(skipped);
      for (const piece of pieces) expect(piece).toBe(piece.toWellFormed());
    }
  });
});
