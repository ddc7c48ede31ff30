// A real pretrained checkpoint learns real text: stories260K on Shakespeare and on Chinese poetry.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TrainSpec } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { readLlama2cTokenizer } from '../tokenizer/read-llama2c-tokenizer.ts';
import { createTrainer } from './create-trainer.ts';
import { localTrainable } from './local-trainable.ts';

const data = process.env.MODESHIFT_DATA ?? resolve(import.meta.dirname, '../../../../../../shared/data');
const model = join(data, 'models/stories260K/stories260K.bin');
const there = existsSync(model);
if (!there) console.log(`${data} has no models/stories260K; set MODESHIFT_DATA to train on real text.`);
const folder = mkdtempSync(join(tmpdir(), 'real-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lines of a play, or poems with a line for each. */
function textsOf(file: string, count: number): { text: string }[] {
  const content = readFileSync(join(data, file), 'utf8');
  const lines = file.endsWith('.json')
    ? (JSON.parse(content) as { paragraphs: string[] }[]).map(({ paragraphs }) => paragraphs.join(''))
    : content.split('\n');
  const fitting = lines.filter(line => line.length > 20 && line.length < 60);
  return fitting.slice(0, count).map(text => ({ text }));
}

const settings: TrainSpec = {
  method: 'full',
  schedule: { kind: 'cosine', warmup: 0.1 },
  batches: { size: 10, packing: true, maxLength: 256 },
};

describe.skipIf(!there)('stories260K', () => {
  it.each([
    ['text_tinyshakespeare/tinyshakespeare.txt', 'full', { ...settings, learningRate: 2e-3 }, 0.85],
    [
      'text_tinyshakespeare/tinyshakespeare.txt',
      'lora',
      { ...settings, method: 'lora', learningRate: 1e-2, lora: { targets: 'all-linear' } },
      0.92,
    ],
    ['text_chinese_poetry/poet.tang.0.json', 'full', { ...settings, learningRate: 2e-3 }, 0.7],
    [
      'text_chinese_poetry/poet.tang.0.json',
      'lora',
      { ...settings, method: 'lora', learningRate: 1e-2, lora: { targets: 'all-linear' } },
      0.8,
    ],
  ] as const)(
    'learns 50 lines of %s (%s)',
    async (file, method, spec, share) => {
      const tokenizer = await readLlama2cTokenizer(join(data, 'models/stories260K/tok512.bin'));
      const trainer = await localTrainable(model, { tokenizer, threads: 1 }).trainer(spec);
      const lines = textsOf(file, 60);
      const examples = lines.slice(0, 50);
      const held = lines.slice(50);
      const before = (await trainer.evaluate(held)).loss!;
      const outcome = await trainer.train({ examples, epochs: 4, evaluation: { examples: held } });
      const after = (await trainer.evaluate(held)).loss!;
      const first = outcome.losses.slice(0, 5).reduce((a, b) => a + b) / 5;
      const last = outcome.losses.slice(-5).reduce((a, b) => a + b) / 5;
      console.log(
        `${file} ${method}: training ${first.toFixed(2)} to ${last.toFixed(2)}, held out ${before.toFixed(2)} to ${after.toFixed(2)}`,
      );
      expect(last).toBeLessThan(share * first);
      expect(after).toBeLessThan(before);
      const merged = join(folder, `${lines.length}-${method}-${file.length}`);
      await trainer.mergeAndSave(merged);
      await trainer.dispose();
      const again = await createTrainer(await openCheckpoint(merged), { method: 'full', options: { threads: 1 } });
      expect((await again.evaluate(trainer.render(held))).loss).toBeCloseTo(after, 4);
      await again.dispose();
    },
    120_000,
  );
});
