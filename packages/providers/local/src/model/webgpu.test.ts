// Checkpoints on the WebGPU provider, where this machine has an adapter, in processes of their own: a crash is a failed test.
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { beyond, runChecks } from '../../test/run-checks.ts';
import { local } from './local.ts';

const running = join(import.meta.dirname, '../../test/webgpu-passes.ts');
const training = join(import.meta.dirname, '../../test/webgpu-training.ts');

const probe = runChecks(running, ['probe']);
const isThere = probe.lines[0]?.worst === 0;
if (!isThere)
  console.log(`WebGPU is not tested here: ${probe.lines[0]?.error ?? probe.stderr.trim().split('\n').at(-1)}`);

describe('checkpoints on WebGPU', () => {
  // One of each kind: a software adapter compiles each kernel for a second. The files without names run all.
  it.skipIf(!isThere).each([
    { file: running, tolerance: 2e-5, names: ['passes of llama', 'llama with adapters', 'int8'] },
    { file: running, tolerance: 2e-5, names: ['mistral as embedder', 'xlmr-mean', 'threads'] },
    { file: training, tolerance: 1e-3, names: ['lora llama'] },
  ])(
    'follow transformers, PEFT and sentence-transformers: $names',
    { timeout: 300_000 },
    ({ file, tolerance, names }) => {
      const { lines, ended } = runChecks(file, names);
      expect(lines.map(({ name }) => name)).toEqual(names);
      expect(beyond(lines, tolerance)).toEqual([]);
      expect(ended).toBe(0);
    },
  );

  it('say so where there is no adapter', { timeout: 60_000 }, () => {
    const nowhere = { VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' };
    for (const file of [running, training]) {
      const { lines, ended } = runChecks(file, ['probe'], nowhere);
      // A machine whose driver is not Vulkan has an adapter all the same.
      if (lines[0]?.worst !== 0) expect(lines[0]?.error).toMatch(/no graphics adapter.*leave out `device`/);
      expect(ended).toBe(0);
    }
  });

  it('refuse a device that is none, before anything is read', () => {
    // @ts-expect-error A device is cpu or webgpu.
    const wrong = () => local('Qwen/Qwen3-0.6B', { device: 'cuda' });
    expect(wrong).toThrow(ModeshiftError);
    expect(wrong).toThrow(/device must be cpu or webgpu, and it is "cuda"/);
  });
});
