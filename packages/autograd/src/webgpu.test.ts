// The WebGPU provider, where this machine has an adapter: values and gradients of every operator, and training, as PyTorch's.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fixture } from './operator-fixture.ts';

interface Line {
  readonly name: string;
  readonly worst?: number;
  readonly error?: string;
}

function runChecks(...names: string[]): { readonly lines: readonly Line[]; readonly reason: string } {
  const file = fileURLToPath(new URL('./webgpu-check.ts', import.meta.url));
  const { stdout, stderr, signal } = spawnSync(process.execPath, ['--conditions=modeshift-source', file, ...names], {
    encoding: 'utf8',
    timeout: names.length > 0 ? 20_000 : 240_000,
  });
  const lines = (stdout ?? '').split('\n').filter(line => line.startsWith('{'));
  return { lines: lines.map(line => JSON.parse(line)), reason: signal ?? stderr?.trim().split('\n').at(-1) ?? '' };
}

const { lines: probed, reason } = runChecks('probe');
const isThere = probed[0]?.worst === 0;
if (!isThere)
  console.log(`WebGPU is not tested here: no adapter (${(probed[0]?.error ?? reason).split('\n')[0]!.slice(-120)}).`);

describe.skipIf(!isThere)('the WebGPU provider', () => {
  it("agrees with PyTorch's values, gradients and trajectories", { timeout: 300_000 }, () => {
    const { lines } = runChecks();
    const worst = new Map(lines.map(line => [line.name, line.error ?? line.worst]));
    const wanted = [...Object.keys(fixture.cases), 'decoder', 'classifier', 'empty'];
    expect(wanted.filter(name => !worst.has(name))).toEqual([]);
    const wrong = lines.filter(line => line.worst === undefined || !(line.worst < 2e-5));
    expect(wrong).toEqual([]);
  });
});
