// Adapters beside PEFT: logits with each attached, scaled, merged and taken off, and many of them in one batch.

import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { afterAll, describe, expect, test } from 'vitest';
import { farthest, fromLogits, lastThree } from '../../test/adapter-logits.ts';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { readSafetensors } from '../checkpoint/read-safetensors.ts';
import { Decoder, type DecoderOptions } from '../engine/decoder.ts';
import type { AdapterUse, GenerateRequest } from '../engine/generate-types.ts';
import { Generator } from '../engine/generator.ts';
import { mergeAdapter } from './merge-adapter.ts';
import { readAdapter } from './read-adapter.ts';

interface Golden {
  readonly prompt: number[];
  readonly merged?: { readonly weights: Readonly<Record<string, { sum: number; norm: number }>> };
}

const fixtures = join(import.meta.dirname, '../../fixtures');
const names = ['llama', 'qwen3', 'gpt2'];
const linear = ['lora', 'lora-all-linear', 'rslora', 'dora'];
const virtual = ['prompt-tuning', 'prefix-tuning'];
const folder = (name: string, method: string): string => join(fixtures, name, 'adapters', method, 'before');
const goldens = (name: string): Readonly<Record<string, Golden>> =>
  JSON.parse(readFileSync(join(fixtures, name, 'training.json'), 'utf8')) as Record<string, Golden>;
const tensors = (name: string) => readSafetensors(readFileSync(join(fixtures, name, 'training.safetensors'))).tensors;

const opened: Generator[] = [];
async function load(name: string, options: DecoderOptions = {}): Promise<Generator> {
  const decoder = await Decoder.load(await openCheckpoint(join(fixtures, name)), { threads: 1, ...options });
  const generator = new Generator(decoder, { prefillTokens: 16 });
  opened.push(generator);
  return generator;
}
afterAll(async () => {
  for (const generator of opened) await generator.dispose();
});

const ask = (ids: readonly number[], more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  ids,
  maxTokens: 10,
  sampling: { temperature: 0 },
  stopTokens: new Set(),
  logprobs: 0,
  ...more,
});

async function run(generator: Generator, request: GenerateRequest): Promise<{ ids: number[]; logprobs: number[] }> {
  const ids: number[] = [];
  const logprobs: number[] = [];
  for await (const { id, logprob } of generator.generate(request)) {
    ids.push(id);
    logprobs.push(logprob!);
  }
  return { ids, logprobs };
}

describe.each(names)('%s', name => {
  const golden = goldens(name);
  const { prompt } = golden.lora!;

  test('with each adapter attached and scaled the logits are those of PEFT, and without it those of the base', async () => {
    const files = tensors(name);
    const base = await load(name);
    const bare = await lastThree(base, prompt);
    const generator = await load(name);
    for (const method of [...linear, ...virtual])
      await generator.attach(method, await readAdapter(folder(name, method)));
    const { vocabularySize } = generator.decoder.config;
    for (const method of [...linear, ...virtual]) {
      const expected = (key: string): number[] => fromLogits(files.get(key)!.float32(), vocabularySize);
      const own = golden[method]!.prompt;
      const whole = await lastThree(generator, own, [{ name: method }]);
      expect(farthest(whole, expected(`logits.${method}`)), method).toBeLessThan(5e-5);
      expect(farthest(whole, bare), method).toBeGreaterThan(1e-3);
      if (!linear.includes(method)) continue;
      const half = await lastThree(generator, own, [{ name: method, scale: 0.5 }]);
      expect(farthest(half, expected(`logits.${method}.half`)), `${method}, half`).toBeLessThan(5e-5);
    }
    expect(farthest(await lastThree(generator, prompt), bare)).toBeLessThan(1e-5);
    // In passes of the same sizes as the base's: other sizes round otherwise. Relative: at 10, neighbouring floats are 1e-6 apart.
    const size = farthest(bare, new Float32Array(bare.length));
    for (const method of linear) {
      const fresh = await load(name);
      await fresh.attach(method, await readAdapter(folder(name, method)));
      const off = await lastThree(fresh, prompt, [{ name: method, scale: 0 }]);
      expect(farthest(off, bare) / size, `${method}, off`).toBeLessThan(1e-6);
    }
  });

  test('merged weights are those of PEFT, and give what the attached adapter gives', async () => {
    const files = tensors(name);
    for (const method of linear) {
      const adapter = await readAdapter(folder(name, method));
      const { weights } = await openCheckpoint(join(fixtures, name));
      const merged = mergeAdapter(weights, adapter, { tied: false });
      const prefix = `merged.${method}.`;
      const [key] = [...files.keys()].filter(item => item.startsWith(prefix));
      const values = await merged.find(key!.slice(prefix.length))!.read();
      expect(farthest(values, files.get(key!)!.float32())).toBeLessThan(1e-6);
      for (const [weight, { sum }] of Object.entries(golden[method]!.merged!.weights)) {
        const total = (await merged.find(weight)!.read()).reduce((a, b) => a + b, 0);
        expect(Math.abs(total - sum), weight).toBeLessThan(1e-3);
      }
      await weights.close();
      const generator = await load(name, { merge: [adapter] });
      const attached = await load(name);
      await attached.attach('it', adapter);
      const own = golden[method]!.prompt;
      const whole = await lastThree(attached, own, [{ name: 'it' }]);
      expect(farthest(await lastThree(generator, own), whole), method).toBeLessThan(1e-4);
    }
  });

  test('a batch with an adapter for each row gives what each gives alone', async () => {
    const generator = await load(name);
    const all = [...linear, ...virtual];
    for (const method of all) await generator.attach(method, await readAdapter(folder(name, method)));
    const uses: (readonly AdapterUse[] | undefined)[] = [
      undefined,
      ...all.map(method => [{ name: method }]),
      [{ name: 'dora', scale: 0.5 }],
      [{ name: 'lora' }, { name: 'rslora', scale: 0.5 }, { name: 'prompt-tuning' }],
    ];
    const requests = uses.map(adapters => ask(prompt, adapters ? { adapters } : {}));
    const together = await Promise.all(requests.map(request => run(generator, request)));
    expect(new Set(together.map(({ ids }) => ids.join())).size).toBeGreaterThan(3);
    for (const [i, adapters] of uses.entries()) {
      const alone = await load(name);
      for (const { name: method } of adapters ?? [])
        await alone.attach(method, await readAdapter(folder(name, method)));
      const one = await run(alone, requests[i]!);
      expect(one.ids, JSON.stringify(adapters)).toEqual(together[i]!.ids);
      expect(farthest(one.logprobs, together[i]!.logprobs), JSON.stringify(adapters)).toBeLessThan(1e-5);
    }
  });
});

describe('attaching', () => {
  const { prompt } = goldens('llama').lora!;

  test('the beginning of a prompt is shared under the same adapter only, soft prompts included', async () => {
    const generator = await load('llama');
    await generator.attach('lora', await readAdapter(folder('llama', 'lora')));
    await generator.attach('soft', await readAdapter(folder('llama', 'prompt-tuning')));
    const cached = async (adapters: readonly AdapterUse[]): Promise<number> => {
      const generation = generator.generate(ask(prompt, { adapters, maxTokens: 1 }));
      for await (const _ of generation);
      return (await generation.summary).cachedPromptTokens;
    };
    for (const adapters of [[], [{ name: 'lora' }], [{ name: 'lora', scale: 2 }], [{ name: 'soft' }]]) {
      expect(await cached(adapters)).toBe(0);
      expect(await cached(adapters)).toBe(prompt.length - 1);
    }
  });

  test('an adapter that is detached serves those who use it and no one new; its name is free again', async () => {
    const generator = await load('llama');
    const lora = await readAdapter(folder('llama', 'lora'));
    await generator.attach('a', lora);
    const expected = await run(generator, ask(prompt, { adapters: [{ name: 'a' }] }));
    const running = run(generator, ask(prompt, { adapters: [{ name: 'a' }] }));
    generator.detach('a');
    expect(generator.adapters).toEqual([]);
    expect((await running).ids).toEqual(expected.ids);
    expect(() => generator.generate(ask(prompt, { adapters: [{ name: 'a' }] }))).toThrow('"a"');
    await generator.attach('a', await readAdapter(folder('llama', 'rslora')));
    const other = await run(generator, ask(prompt, { adapters: [{ name: 'a' }] }));
    expect(other.logprobs).not.toEqual(expected.logprobs);
  });

  test('requests go on while an adapter is attached', async () => {
    const generator = await load('llama');
    const request = ask(prompt, { maxTokens: 40 });
    const alone = await run(await load('llama'), request);
    const running = run(generator, request);
    await new Promise(resolve => setTimeout(resolve, 5));
    await generator.attach('dora', await readAdapter(folder('llama', 'dora')));
    expect((await running).ids).toEqual(alone.ids);
  });

  test('adapters that do not fit are refused, with what is wrong', async () => {
    const generator = await load('llama');
    const attach = async (name: string, path: string): Promise<void> => generator.attach(name, await readAdapter(path));
    await expect(attach('other', folder('gpt2', 'lora'))).rejects.toThrow('c_attn');
    await expect(attach('other', folder('qwen3', 'lora'))).rejects.toThrow('outputs');
    await expect(attach('other', folder('qwen3', 'prefix-tuning'))).rejects.toThrow('needs 64');
    await attach('lora', folder('llama', 'lora'));
    await expect(attach('lora', folder('llama', 'lora'))).rejects.toThrow('Detach it first');
    await expect(readAdapter(folder('llama', 'lora-classifier'))).rejects.toThrow('score.weight');
    const soft = await readAdapter(folder('llama', 'prompt-tuning'));
    const { weights } = await openCheckpoint(join(fixtures, 'llama'));
    expect(() => mergeAdapter(weights, soft, { tied: false })).toThrow('Attach it instead');
    await weights.close();
  });

  test('folders with other methods or settings are refused by name', async () => {
    const from = folder('llama', 'lora');
    const copy = async (changes: object): Promise<string> => {
      const to = await mkdtemp(join(tmpdir(), 'adapter-'));
      const config = JSON.parse(await readFile(join(from, 'adapter_config.json'), 'utf8')) as object;
      await writeFile(join(to, 'adapter_config.json'), JSON.stringify({ ...config, ...changes }));
      await writeFile(join(to, 'adapter_model.safetensors'), await readFile(join(from, 'adapter_model.safetensors')));
      return to;
    };
    await expect(readAdapter(await copy({ peft_type: 'IA3' }))).rejects.toThrow('"IA3"');
    await expect(readAdapter(await copy({ layer_replication: [[0, 2]] }))).rejects.toThrow('layer_replication');
    const error: unknown = await readAdapter(join(from, 'absent')).catch(cause => cause);
    expect(ModeshiftError.is(error, 'storage')).toBe(true);
  });
});
