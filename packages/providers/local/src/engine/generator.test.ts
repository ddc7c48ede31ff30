// The generator beside transformers: tokens, log-probabilities and laws that must hold whatever the checkpoint.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Checkpoint, openCheckpoint } from '../checkpoint/checkpoint.ts';
import { openLlama2c } from '../checkpoint/llama2c.ts';
import { readSafetensors } from '../checkpoint/read-safetensors.ts';
import { Decoder, type DecoderOptions } from './decoder.ts';
import type { GeneratedToken, GenerateRequest, GenerationSummary, GeneratorOptions } from './generate-types.ts';
import { Generator } from './generator.ts';
import { bytesOfToken } from './key-value-cache.ts';

interface Golden {
  readonly logits: { readonly prompts: readonly number[][] };
  readonly greedy: readonly { readonly prompt: number[]; readonly ids: number[]; readonly logprobs: number[] }[];
  readonly scores: readonly {
    readonly context: number[];
    readonly continuation: number[];
    readonly logprobs: number[];
  }[];
}

const fixtures = join(import.meta.dirname, '../../fixtures');
const golden = (name: string): Golden =>
  JSON.parse(readFileSync(join(fixtures, name, 'golden.json'), 'utf8')) as Golden;

const opened: Generator[] = [];
async function load(name: string, options: GeneratorOptions = {}, decoding: DecoderOptions = {}): Promise<Generator> {
  const path = join(fixtures, name);
  const checkpoint: Checkpoint = await openCheckpoint(path);
  const generator = new Generator(await Decoder.load(checkpoint, { threads: 1, ...decoding }), options);
  opened.push(generator);
  return generator;
}
afterAll(async () => {
  for (const generator of opened) await generator.dispose();
});

const greedy = { temperature: 0 } as const;
const none: ReadonlySet<number> = new Set();
const ask = (ids: readonly number[], more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  ids,
  maxTokens: 24,
  sampling: greedy,
  stopTokens: none,
  ...more,
});

async function run(
  generator: Generator,
  request: GenerateRequest,
): Promise<{ ids: number[]; tokens: GeneratedToken[]; summary: GenerationSummary }> {
  const generation = generator.generate(request);
  const tokens: GeneratedToken[] = [];
  for await (const token of generation) tokens.push(token);
  return { ids: tokens.map(({ id }) => id), tokens, summary: await generation.summary };
}

const farthest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const names = ['llama', 'llama-untied', 'mistral', 'qwen2', 'qwen3', 'gpt2'];

describe.each(names)('%s', name => {
  test('generates what transformers generates, alone and together, in whole prompts and in chunks', async () => {
    const { greedy: cases } = golden(name);
    for (const options of [{}, { prefillTokens: 4, sharedPrefillTokens: 3, maxConcurrent: 3 }]) {
      const generator = await load(name, options);
      const requests = [...cases, ...cases].map(({ prompt }) => ask(prompt, { logprobs: 2 }));
      const results = await Promise.all(requests.map(request => run(generator, request)));
      for (const [i, { ids, tokens, summary }] of results.entries()) {
        const expected = cases[i % cases.length]!;
        expect(ids).toEqual(expected.ids);
        expect(
          farthest(
            tokens.map(({ logprob }) => logprob!),
            expected.logprobs,
          ),
        ).toBeLessThan(2e-5);
        expect(tokens.every(({ id, logprob, top }) => top![0]!.id === id && top![0]!.logprob === logprob)).toBe(true);
        expect(summary).toMatchObject({
          finishReason: 'length',
          promptTokens: expected.prompt.length,
          generatedTokens: 24,
        });
      }
    }
  });

  test('scores what transformers scores, side by side as one by one', async () => {
    const { scores } = golden(name);
    const generator = await load(name, { prefillTokens: 5 });
    for (const { context, continuation, logprobs } of scores) {
      const [alone] = await generator.score({ prompt: context, continuations: [continuation] });
      expect(farthest(alone!.logprobs, logprobs)).toBeLessThan(2e-5);
      const continuations = [
        continuation,
        ...scores.map(item => item.continuation),
        [...continuation.slice(0, 2), 7, 8],
        [5],
      ];
      const together = await generator.score({ prompt: context, continuations });
      expect(farthest(together[0]!.logprobs, logprobs)).toBeLessThan(2e-5);
      for (const [i, ids] of continuations.entries()) {
        const [one] = await generator.score({ prompt: context, continuations: [ids] });
        expect(farthest(one!.logprobs, together[i]!.logprobs)).toBeLessThan(1e-5);
        expect(one!.topHit).toEqual(together[i]!.topHit);
      }
    }
  });

  test('laws of scores: the chain rule, a sum of 1, and the log-probabilities of greedy tokens', async () => {
    const generator = await load(name);
    const { prompt, ids, logprobs } = golden(name).greedy[0]!;
    const [a, b] = [ids.slice(0, 5), ids.slice(5, 9)];
    const [whole] = await generator.score({ prompt, continuations: [[...a, ...b]] });
    const [first] = await generator.score({ prompt, continuations: [a] });
    const [second] = await generator.score({ prompt: [...prompt, ...a], continuations: [b] });
    expect(sum(whole!.logprobs)).toBeCloseTo(sum(first!.logprobs) + sum(second!.logprobs), 4);
    const { vocabularySize } = generator.decoder.config;
    const every = await generator.score({
      prompt,
      continuations: Array.from({ length: vocabularySize }, (_, i) => [i]),
    });
    expect(sum(every.map(({ logprobs: [one] }) => Math.exp(one!)))).toBeCloseTo(1, 5);
    expect(every.filter(({ topHit }) => topHit[0])).toHaveLength(1);
    const [output] = await generator.score({ prompt, continuations: [ids] });
    expect(farthest(output!.logprobs, logprobs)).toBeLessThan(2e-5);
    expect(output!.topHit.every(Boolean)).toBe(true);
  });

  test('hidden states are those of transformers, together as alone', async () => {
    const generator = await load(name, { prefillTokens: 6 });
    const texts = golden(name).scores.map(({ context }) => context);
    const together = await generator.hidden(texts);
    for (const [i, text] of texts.entries()) {
      const [alone] = await generator.hidden([text]);
      expect(farthest([...alone!], [...together[i]!])).toBeLessThan(1e-5);
    }
    const file = readSafetensors(readFileSync(join(fixtures, name, 'golden.safetensors')));
    const expected = file.tensors.get('hidden.2')!;
    const [last] = await generator.hidden([golden(name).logits.prompts[0]!]);
    expect(farthest([...last!], [...expected.float32().slice(-expected.shape[1]!)])).toBeLessThan(1e-5);
  });
});

const stories = join(
  process.env.MODESHIFT_DATA ?? join(import.meta.dirname, '../../../../../../shared/data'),
  'models/stories260K',
);
const there = existsSync(join(stories, 'golden.json'));
if (!there) console.log(`skipped: ${stories} is not there; set MODESHIFT_DATA`);

test.skipIf(!there)('stories260K tells its story: 200 greedy tokens and their mean log-probability', async () => {
  const expected = JSON.parse(readFileSync(join(stories, 'golden.json'), 'utf8')) as {
    greedy_ids: number[];
    mean_nll_of_greedy: number;
  };
  for (const file of ['stories260K.bin', 'stories260K_v1.bin']) {
    const generator = new Generator(await Decoder.load(await openLlama2c(join(stories, file)), { threads: 1 }));
    opened.push(generator);
    const { ids, tokens } = await run(generator, ask([1], { maxTokens: expected.greedy_ids.length, logprobs: 0 }));
    expect(ids).toEqual(expected.greedy_ids);
    const mean = -sum(tokens.map(({ logprob }) => logprob!)) / tokens.length;
    expect(mean).toBeCloseTo(expected.mean_nll_of_greedy, 5);
    const [scored] = await generator.score({ prompt: [1], continuations: [ids] });
    expect(-sum(scored!.logprobs) / ids.length).toBeCloseTo(expected.mean_nll_of_greedy, 5);
  }
});

test.skipIf(!there)('slots shrink after a long sequence, and what it computed is kept', async () => {
  const generator = new Generator(
    await Decoder.load(await openLlama2c(join(stories, 'stories260K.bin')), { threads: 1 }),
  );
  opened.push(generator);
  const token = bytesOfToken(generator.decoder.config);
  const long = Array.from({ length: 400 }, (_, i) => 1 + ((i * 37) % 500));
  await run(generator, ask(long, { maxTokens: 2 }));
  const { summary } = await run(generator, ask([1, 2, 3], { maxTokens: 2 }));
  expect(summary.cachedPromptTokens).toBe(1);
  // 401 and 4 tokens that are kept, and slots of 64.
  expect(generator.statistics.cacheBytes).toBe((401 + 4 + 64) * token);
  const again = await run(generator, ask([...long, 5], { maxTokens: 1 }));
  expect(again.summary.cachedPromptTokens).toBe(400);
});
