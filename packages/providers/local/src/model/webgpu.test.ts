// Checkpoints on the WebGPU provider, where this machine has an adapter, in a process of its own: a crash is a failed test.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { local } from './local.ts';

interface Line {
  readonly name: string;
  readonly worst?: number;
  readonly error?: string;
}

/** One of each kind; `webgpu-check.ts` without names runs all. A software adapter compiles each kernel for seconds. */
const names = [
  ...['passes of llama', 'gpt2', 'llama with adapters', 'int8'],
  ...['mistral as embedder', 'xlmr-mean', 'threads'],
];

function runChecks(checks: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const file = join(import.meta.dirname, 'webgpu-check.ts');
  const { stdout, stderr, signal, status } = spawnSync(
    process.execPath,
    ['--conditions=modeshift-source', file, ...checks],
    { encoding: 'utf8', timeout: 280_000, env: { ...process.env, ...environment } },
  );
  const lines = stdout.split('\n').filter(line => line.startsWith('{'));
  return { lines: lines.map(line => JSON.parse(line) as Line), ended: signal ?? status, stderr };
}

const probe = runChecks(['probe']);
const isThere = probe.lines[0]?.worst === 0;
if (!isThere)
  console.log(`WebGPU is not tested here: ${probe.lines[0]?.error ?? probe.stderr.trim().split('\n').at(-1)}`);

describe('checkpoints on WebGPU', () => {
  it.skipIf(!isThere)('give what transformers, PEFT and sentence-transformers give', { timeout: 300_000 }, () => {
    const { lines, ended } = runChecks(names);
    expect(lines.map(({ name }) => name)).toEqual(names);
    expect(lines.filter(({ worst }) => !(typeof worst === 'number' && worst < 2e-5))).toEqual([]);
    expect(ended).toBe(0);
  });

  it('say so where there is no adapter', { timeout: 60_000 }, () => {
    const { lines, ended } = runChecks(['probe'], {
      VK_ICD_FILENAMES: '/nowhere.json',
      VK_DRIVER_FILES: '/nowhere.json',
    });
    // A machine with a driver that is not Vulkan has an adapter all the same.
    if (lines[0]?.worst !== 0) expect(lines[0]?.error).toMatch(/no graphics adapter.*leave out `device`/);
    expect(ended).toBe(0);
  });

  it('refuses a device that is none, before anything is read', () => {
    // @ts-expect-error A device is cpu or webgpu.
    const wrong = () => local('Qwen/Qwen3-0.6B', { device: 'cuda' });
    expect(wrong).toThrow(ModeshiftError);
    expect(wrong).toThrow(/device must be cpu or webgpu, and it is "cuda"/);
  });
});
