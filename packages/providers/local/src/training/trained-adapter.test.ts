// What was trained here works where text is generated and scored: the same likelihoods from the saved folder.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedMany, score, type TrainSpec } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture } from '../../test/training-fixtures.ts';
import { local } from '../model/local.ts';
import { localEmbedding } from '../model/local-embedding.ts';
import { localTrainable } from './local-trainable.ts';
import type { CausalExample } from './token-example.ts';

const folder = mkdtempSync(join(tmpdir(), 'trained-adapter-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const specs: Record<string, TrainSpec> = {
  lora: { method: 'lora', lora: { rank: 4, targets: 'all-linear' } },
  rslora: { method: 'rslora', lora: { rank: 4, rankPattern: { v_proj: 2 } } },
  dora: { method: 'dora', lora: { targets: 'all-linear' } },
  'soft-prompt': { method: 'soft-prompt', softPrompt: { tokens: 4, init: { text: '首都' } } },
  prefix: { method: 'prefix', prefix: { tokens: 3 } },
};

describe.each(['llama', 'qwen3'])('%s', name => {
  it.each(Object.keys(specs))(
    '%s',
    async method => {
      const trainer = await localTrainable(fixture(name), { threads: 1 }).trainer({
        ...specs[method]!,
        learningRate: 0.02,
      });
      const examples = [
        { prompt: '法国的首都是', completion: '巴黎。' },
        { prompt: 'the weather in the north is', completion: ' cold' },
      ];
      const before = await trainer.evaluate(examples);
      for (let i = 0; i < 5; i++) await trainer.step(examples);
      const dir = join(folder, `${name}-${method}`);
      await trainer.save(dir);
      const wanted: number[] = [];
      const { eos } = trainer.options.tokenizer.specialTokens;
      for (const example of trainer.render(examples) as CausalExample[]) {
        // The scorer adds no end of text.
        const labels = example.labels!.map(label => (label === eos ? -100 : label));
        const count = labels.filter(label => label !== -100).length;
        wanted.push(-count * (await trainer.tokens.evaluate([{ ids: example.ids, labels }])).loss);
      }
      expect((await trainer.evaluate(examples)).loss).toBeLessThan(before.loss!);
      await trainer.dispose();
      const base = local(fixture(name), { adapters: { trained: dir }, threads: 1 });
      const model = base.withAdapters([{ name: 'trained' }]);
      for (const [i, { prompt, completion }] of examples.entries()) {
        const { scores } = await score({ model, prompt, continuations: [completion] });
        expect(Math.abs(scores[0]!.logprob - wanted[i]!)).toBeLessThan(1e-4 * Math.abs(wanted[i]!));
      }
      await base.dispose();
    },
    30_000,
  );
});

describe('bert-cls', () => {
  it.each(['full', 'lora'])(
    'trained on pairs (%s) embeds them nearer to each other, pooled as before',
    async method => {
      const pairs = [
        { query: 'I lost my card', positive: 'my card is lost' },
        { query: '什么时候到账', positive: '转账还没有到账' },
        { query: 'the weather in the north', positive: 'cold rain in winter' },
      ];
      const nearness = async (checkpoint: string): Promise<number> => {
        const model = localEmbedding(checkpoint, { threads: 1 });
        const { embeddings } = await embedMany({
          model,
          texts: pairs.flatMap(({ query, positive }) => [query, positive]),
        });
        await model.dispose();
        const cosine = (i: number, j: number): number =>
          embeddings[i]!.reduce((sum, x, k) => sum + x * embeddings[j]![k]!, 0);
        return cosine(0, 1) + cosine(2, 3) + cosine(4, 5) - cosine(0, 3) - cosine(2, 5) - cosine(4, 1);
      };
      const trainer = await localTrainable(fixture('bert-cls'), { threads: 1 }).trainer({
        method,
        loss: { kind: 'contrastive' },
        learningRate: method === 'full' ? 1e-3 : 1e-2,
      });
      expect(trainer.tokens.resolved.loss).toMatchObject({ pooling: 'first' });
      for (let i = 0; i < 5; i++) await trainer.step(pairs);
      const dir = join(folder, `bert-cls-${method}`);
      await trainer.mergeAndSave(dir);
      await trainer.dispose();
      expect(await nearness(dir)).toBeGreaterThan(await nearness(fixture('bert-cls')));
    },
  );
});
