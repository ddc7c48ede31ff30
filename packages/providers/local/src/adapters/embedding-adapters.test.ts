// LoRA on the embedding table beside PEFT: attached, scaled, merged, trained and saved.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainSpec } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { farthest, fromLogits, lastThree } from '../../test/adapter-logits.ts';
import { follows, followTrajectory, optimizerOf } from '../../test/follow-trajectory.ts';
import {
  examplesOf,
  fixture,
  golden,
  normOf,
  plainName,
  relativeDifference,
  trainerOn,
} from '../../test/training-fixtures.ts';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { readSafetensors } from '../checkpoint/read-safetensors.ts';
import { writeSafetensors } from '../checkpoint/write-safetensors.ts';
import { Decoder, type DecoderOptions } from '../engine/decoder.ts';
import { Generator } from '../engine/generator.ts';
import { createTrainer } from '../training/create-trainer.ts';
import { readAdapter } from './read-adapter.ts';

const method = 'lora-embedding';
const adapter = (name: string): string => join(fixture(name), 'adapters', method, 'before');
const targets: Readonly<Record<string, readonly string[]>> = {
  llama: ['embed_tokens', 'q_proj', 'v_proj'],
  'llama-untied': ['embed_tokens', 'q_proj'],
  gpt2: ['wte', 'c_attn'],
};
const names = Object.keys(targets);
const specOf = (name: string): TrainSpec => ({
  method: 'lora',
  lora: { rank: 4, alpha: 6, targets: targets[name]!, rankPattern: { [targets[name]![0]!]: 3 } },
});

const folders: string[] = [];
const place = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'embedding-adapter-'));
  folders.push(folder);
  return folder;
};
const opened: Generator[] = [];
async function load(name: string, options: DecoderOptions = {}): Promise<Generator> {
  const decoder = await Decoder.load(await openCheckpoint(fixture(name)), { threads: 1, ...options });
  const generator = new Generator(decoder, { prefillTokens: 16 });
  opened.push(generator);
  return generator;
}
afterAll(async () => {
  for (const generator of opened) await generator.dispose();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe.each(names)('%s', name => {
  const wanted = golden(name, 'embedding-adapter.json');
  const logits = (key: string): Float32Array =>
    readSafetensors(readFileSync(join(fixture(name), 'embedding-adapter.safetensors')))
      .tensors.get(key)!
      .float32();

  it('answers as PEFT does with it, at half its strength and without it', async () => {
    const generator = await load(name);
    const base = await lastThree(generator, wanted.prompt);
    await generator.attach('table', await readAdapter(adapter(name)));
    const { vocabularySize } = generator.decoder.config;
    for (const [key, scale] of [
      ['', 1],
      ['.half', 0.5],
    ] as const) {
      const ours = await lastThree(generator, wanted.prompt, [{ name: 'table', scale }]);
      expect(farthest(ours, fromLogits(logits(`logits.${method}${key}`), vocabularySize))).toBeLessThan(5e-5);
    }
    expect(farthest(await lastThree(generator, wanted.prompt), base)).toBeLessThan(1e-5);
  });

  it('is merged where the table is not the output projection too, and refused where it is', async () => {
    const merge = [await readAdapter(adapter(name))];
    if (!wanted.merged) {
      await expect(load(name, { merge })).rejects.toThrow('tie_word_embeddings');
      return;
    }
    const generator = await load(name, { merge });
    const expected = fromLogits(logits(`logits.${method}`), generator.decoder.config.vocabularySize);
    expect(farthest(await lastThree(generator, wanted.prompt), expected)).toBeLessThan(1e-4);
  });

  it('is trained as PEFT trains it, and saved as PEFT saves it', async () => {
    const trainer = await trainerOn(name, { ...specOf(name), ...optimizerOf(wanted), from: adapter(name) });
    const batches = wanted.batches.map(examplesOf);
    const first = await trainer.gradients(batches[0]);
    for (const [key, norm] of Object.entries<number>(wanted.firstGradientNorms))
      expect(Math.abs(normOf(first[plainName(key)]!) - norm), key).toBeLessThan(1e-3 * norm + 1e-6);
    expect(await followTrajectory(trainer, batches, wanted)).toSatisfy(follows);
    expect(trainer.trainedParameters).toBe(wanted.trainedCount);
    const folder = place();
    await trainer.save(folder);
    const theirs = JSON.parse(readFileSync(join(adapter(name), 'adapter_config.json'), 'utf8'));
    const ours = JSON.parse(readFileSync(join(folder, 'adapter_config.json'), 'utf8'));
    for (const field of ['target_modules', 'r', 'lora_alpha', 'rank_pattern', 'fan_in_fan_out'])
      expect(ours[field], field).toEqual(theirs[field]);
    const keys = (of: string): string[] =>
      [...readSafetensors(readFileSync(join(of, 'adapter_model.safetensors'))).tensors.keys()].sort();
    expect(keys(folder)).toEqual(keys(adapter(name)).filter(key => !key.includes('base_layer')));
    const generator = await load(name);
    await generator.attach('trained', await readAdapter(folder));
    await generator.attach('after', await readAdapter(join(fixture(name), 'adapters', method, 'after')));
    const [one, other] = [
      await lastThree(generator, wanted.prompt, [{ name: 'trained' }]),
      await lastThree(generator, wanted.prompt, [{ name: 'after' }]),
    ];
    expect(farthest(one, other)).toBeLessThan(2e-2);
    const merged = place();
    if (wanted.merged) {
      await trainer.mergeAndSave(merged);
      const decoder = await Decoder.load(await openCheckpoint(merged), { threads: 1 });
      const whole = new Generator(decoder);
      opened.push(whole);
      expect(farthest(await lastThree(whole, wanted.prompt), one)).toBeLessThan(1e-4);
    } else {
      await expect(trainer.mergeAndSave(merged)).rejects.toThrow('tie_word_embeddings');
      expect(existsSync(join(merged, 'config.json'))).toBe(false);
    }
    await trainer.dispose();
  });

  it('begins as PEFT does: what is read does not change at first', async () => {
    const [table] = targets[name]!;
    const trainer = await trainerOn(name, { method: 'lora', lora: { rank: 4, targets: [table!] } });
    const values = trainer.parameters();
    for (const [key, [isSet, shape]] of Object.entries<[boolean, number[]]>(wanted.begins)) {
      const data = values[plainName(key)]!;
      expect([data.some(value => value !== 0), data.length], key).toEqual([isSet, shape[0]! * shape[1]!]);
    }
    await trainer.dispose();
  });
});

describe('in one batch', () => {
  it('requests with it, with others and with none do not see each other', async () => {
    const generator = await load('llama');
    const ids = golden('llama', 'embedding-adapter.json').prompt as number[];
    await generator.attach('table', await readAdapter(adapter('llama')));
    for (const other of ['lora', 'prompt-tuning'])
      await generator.attach(other, await readAdapter(join(fixture('llama'), 'adapters', other, 'before')));
    const uses = [[], [{ name: 'table' }], [{ name: 'lora' }], [{ name: 'prompt-tuning' }]];
    const greedy = async (adapters: (typeof uses)[number]): Promise<number[]> => {
      const tokens: number[] = [];
      const request = { ids, maxTokens: 8, sampling: { temperature: 0 }, stopTokens: new Set<number>(), adapters };
      for await (const { id } of generator.generate(request)) tokens.push(id);
      return tokens;
    };
    const alone: number[][] = [];
    for (const use of uses) alone.push(await greedy(use));
    expect(new Set(alone.map(String)).size).toBe(4);
    expect(await Promise.all(uses.map(greedy))).toEqual(alone);
  });
});

describe('an encoder', () => {
  it('is trained on its words, and merged: its table is no output projection', async () => {
    const loss = { kind: 'classification', labels: 3 } as const;
    const batch = [{ ids: [2, 20, 30, 3], label: 1 }];
    const lora = { rank: 2, targets: ['word_embeddings', 'query'] };
    const trainer = await trainerOn('bert-classifier', { method: 'lora', lora, loss, learningRate: 0.05 });
    for (let i = 0; i < 3; i++) await trainer.step(batch);
    const logits = await trainer.logits(batch);
    const folder = place();
    await trainer.mergeAndSave(folder);
    await trainer.dispose();
    const merged = await createTrainer(await openCheckpoint(folder), { method: 'head', loss });
    expect(relativeDifference((await merged.logits(batch))[0]!, logits[0]!)).toBeLessThan(1e-5);
    await merged.dispose();
    const plain = await trainerOn('bert-classifier', { method: 'head', loss });
    expect(relativeDifference((await plain.logits(batch))[0]!, logits[0]!)).toBeGreaterThan(1e-2);
    await plain.dispose();
  });
});

describe('what is refused', () => {
  it('a table of its own, with more tokens or other values', async () => {
    const folder = place();
    await cp(adapter('llama'), folder, { recursive: true });
    const path = join(folder, 'adapter_model.safetensors');
    const { tensors } = readSafetensors(await readFile(path));
    const entries = [...tensors].map(
      ([key, tensor]) => [key, { shape: tensor.shape, data: tensor.float32() }] as const,
    );
    const table = entries.find(([key]) => key.endsWith('base_layer.weight'))![1];
    table.data[7]! += 1;
    await writeFile(path, writeSafetensors(Object.fromEntries(entries)));
    const generator = await load('llama');
    await expect(generator.attach('own', await readAdapter(folder))).rejects.toThrow('an embedding table that is not');
    await expect(trainerOn('llama', { ...specOf('llama'), from: folder })).rejects.toThrow(
      'embedding table that is not',
    );
  });

  it('adapters that PEFT ties to the output projection, and DoRA', async () => {
    const folder = place();
    await cp(adapter('llama'), folder, { recursive: true });
    const path = join(folder, 'adapter_config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...config, ensure_weight_tying: true }));
    await expect(readAdapter(folder)).rejects.toThrow('ensure_weight_tying');
    const dora: TrainSpec = { method: 'dora', lora: { targets: ['embed_tokens'] } };
    await expect(trainerOn('llama', dora)).rejects.toThrow('DoRA');
  });

  it('an adapter on the table of another model', async () => {
    const generator = await load('gpt2');
    await expect(generator.attach('other', await readAdapter(adapter('llama')))).rejects.toThrow('embed_tokens');
  });
});
