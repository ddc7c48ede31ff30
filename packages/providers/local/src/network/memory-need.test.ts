import { fileURLToPath } from 'node:url';
import type { ModeshiftError } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../checkpoint/checkpoint.ts';
import { Decoder, decoderOf } from '../engine/decoder.ts';
import { planDecoder } from '../engine/decoder-graph.ts';
import { requireMemory, weightBytesOf } from './memory-need.ts';
import type { WeightFormat } from './quantise.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

async function planned(name: string) {
  const checkpoint = await openCheckpoint(fixture(name));
  const plan = planDecoder(decoderOf(checkpoint), checkpoint.config, checkpoint.weights);
  return { weights: checkpoint.weights, plan };
}

describe('memory', () => {
  it.each(['llama', 'llama-untied', 'gpt2'])('of %s is told as it turns out, in every format', async name => {
    const { weights, plan } = await planned(name);
    const formats: WeightFormat[] = ['f32', 'int8', 'int4', { bits: 4, blockSize: 64 }];
    for (const format of formats) {
      const decoder = await Decoder.load(await openCheckpoint(fixture(name)), { weights: format });
      expect(weightBytesOf(weights, plan, format), JSON.stringify(format)).toBe(decoder.bytes);
      await decoder.dispose();
    }
    await weights.close();
  });

  it('that is short is an error with the numbers and what would fit', async () => {
    const { weights, plan } = await planned('llama');
    const f32 = 2 * weightBytesOf(weights, plan, 'f32');
    expect(() => requireMemory(weights, plan, 'f32', f32)).not.toThrow();
    const failure = (available: number): ModeshiftError => {
      try {
        requireMemory(weights, plan, 'f32', available);
      } catch (error) {
        return error as ModeshiftError;
      }
      return expect.unreachable('It did not throw.');
    };
    const some = failure(f32 - 1);
    expect(some.reason).toEqual({ tag: 'unsupported', feature: 'memory' });
    expect(some.message).toMatch(/needs 0\.0 GB.*weights: 'int8' needs.*weights: 'int4' needs/);
    expect(failure(10).message).toContain('choose a smaller model');
    await weights.close();
  });
});
