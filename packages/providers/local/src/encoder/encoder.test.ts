// Embeddings and pair scores beside sentence-transformers and transformers.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ModeshiftError, random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { readSafetensors } from '../checkpoint/read-safetensors.ts';
import { readTokenizer } from '../tokenizer/index.ts';
import { Encoder } from './encoder.ts';
import { fitTokens } from './fit-tokens.ts';
import { lengthBatches } from './length-batches.ts';
import { readEmbeddingSetup } from './read-embedding-setup.ts';

const folder = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

function golden(name: string) {
  const json = JSON.parse(readFileSync(`${folder(name)}/golden.json`, 'utf8'));
  const { tensors } = readSafetensors(readFileSync(`${folder(name)}/golden.safetensors`));
  const rows = (tensor: string): number[][] => {
    const { shape, float32 } = tensors.get(tensor)!;
    const size = shape.at(-1)!;
    const data = [...float32()];
    return Array.from({ length: data.length / size }, (_, i) => data.slice(i * size, (i + 1) * size));
  };
  return { json, rows };
}

function difference(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  expect(a.map(row => row.length)).toEqual(b.map(row => row.length));
  return Math.max(...a.flatMap((row, i) => Array.from(row, (value, j) => Math.abs(value - b[i]![j]!))));
}

async function embedder(name: string, weights: 'f32' | 'int8' | 'int4' = 'f32') {
  const checkpoint = await openCheckpoint(folder(name));
  const setup = await readEmbeddingSetup(folder(name), checkpoint.architecture.kind);
  return {
    setup,
    tokenizer: await readTokenizer(folder(name)),
    encoder: await Encoder.loadEmbedding(checkpoint, setup, { weights }),
  };
}

describe.each(['bert-mean', 'bert-cls', 'xlmr-mean'])('embedding with %s', name => {
  it('gives the vectors of sentence-transformers, whatever else is in the batch', async () => {
    const { json, rows } = golden(name);
    const { encoder, tokenizer, setup } = await embedder(name);
    const texts = json.texts as string[];
    const ids = texts.map(text => ({ ids: fitTokens(tokenizer, text, setup.maxTokens!, true) }));
    const together = await encoder.run(ids);
    expect(difference(together, rows('embeddings'))).toBeLessThan(1e-5);
    for (const [i, one] of ids.entries())
      expect(difference(await encoder.run([one]), [rows('embeddings')[i]!])).toBeLessThan(1e-5);
    await encoder.dispose();
  });

  it('puts prompts before texts, and cuts a long text as sentence-transformers does', async () => {
    const { json, rows } = golden(name);
    const { encoder, tokenizer, setup } = await embedder(name);
    for (const [prompt, before] of Object.entries(setup.prompts)) {
      const ids = (json.texts as string[]).map(text => ({
        ids: fitTokens(tokenizer, before + text, setup.maxTokens!, true),
      }));
      expect(difference(await encoder.run(ids), rows(`embeddings.${prompt}`))).toBeLessThan(1e-5);
    }
    const { text, maxTokens } = json.truncated as { text: string; maxTokens?: number };
    const cut = fitTokens(tokenizer, text, maxTokens ?? setup.maxTokens!, true);
    expect(difference(await encoder.run([{ ids: cut }]), rows('embeddings.truncated'))).toBeLessThan(1e-5);
    await encoder.dispose();
  });

  it('refuses a text that is too long, with the numbers, unless it may cut', async () => {
    const { tokenizer } = await embedder(name);
    const long = '我的卡丢了。'.repeat(40);
    const error = (() => {
      try {
        fitTokens(tokenizer, long, 24, false);
      } catch (thrown) {
        return thrown as ModeshiftError;
      }
    })();
    expect(ModeshiftError.is(error, 'context-length')).toBe(true);
    expect(error!.message).toMatch(/has \d{3,} tokens and the model takes 24/);
  });
});

describe.each(['bert-classifier', 'xlmr-reranker'])('classifying with %s', name => {
  it('gives the logits of transformers for texts and for pairs', async () => {
    const { json } = golden(name);
    const tokenizer = await readTokenizer(folder(name));
    const encoder = await Encoder.loadClassifier(await openCheckpoint(folder(name)));
    const singles = (json.texts as string[]).map(text => tokenizer.encodePair(text));
    expect(difference(await encoder.run(singles), json.logits)).toBeLessThan(1e-5);
    const pairs = (json.pairs.texts as [string, string][]).map(([a, b]) => tokenizer.encodePair(a, b));
    expect(difference(await encoder.run(pairs), json.pairs.logits)).toBeLessThan(1e-5);
    await encoder.dispose();
  });
});

describe('weights of few bits', () => {
  it.each([
    ['int8', 0.995],
    ['int4', 0.85],
  ] as const)('%s keeps the direction of vectors', async (weights, cosine) => {
    const { rows, json } = golden('bert-mean');
    const { encoder, tokenizer, setup } = await embedder('bert-mean', weights);
    const ids = (json.texts as string[]).map(text => ({ ids: fitTokens(tokenizer, text, setup.maxTokens!, true) }));
    for (const [i, vector] of (await encoder.run(ids)).entries()) {
      const dot = vector.reduce((sum, value, j) => sum + value * rows('embeddings')[i]![j]!, 0);
      expect(dot).toBeGreaterThan(cosine);
    }
    await encoder.dispose();
  });
});

describe('a decoder as embedding model', () => {
  it('sees the positions before only, and takes the last token', async () => {
    const checkpoint = await openCheckpoint(folder('qwen3'));
    const { json, rows } = golden('qwen3');
    const setup = { ...(await readEmbeddingSetup(folder('qwen3'), 'decoder')), normalize: false };
    expect(setup.pooling).toBe('last-token');
    const encoder = await Encoder.loadEmbedding(checkpoint, setup);
    const prompts = json.logits.prompts as (number[] | { ids: number[] })[];
    const ids = prompts.map(prompt => (Array.isArray(prompt) ? prompt : prompt.ids));
    const vectors = await encoder.run([...ids.map(one => ({ ids: one })), { ids: ids[0]!.slice(0, 3) }]);
    // `hidden.2` is what follows the last block and the last normalisation, for the first prompt.
    expect(difference([vectors[0]!], [rows('hidden.2').at(-1)!])).toBeLessThan(1e-5);
    expect(difference([vectors[2]!], [rows('hidden.2')[2]!])).toBeLessThan(1e-5);
    await encoder.dispose();
  });
});

describe('batches by length', () => {
  it('hold every text once, and little that fills up', () => {
    const draw = random(7);
    const lengths = Array.from({ length: 500 }, () => 1 + Math.floor(draw.next() * 300));
    const batches = lengthBatches(lengths, 4096);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
    const computed = batches.reduce((sum, batch) => sum + batch.length * Math.max(...batch.map(i => lengths[i]!)), 0);
    expect(computed / lengths.reduce((a, b) => a + b)).toBeLessThan(1.1);
    expect(lengthBatches([5000, 3], 4096)).toEqual([[0], [1]]);
    expect(lengthBatches([], 4096)).toEqual([]);
  });
});
