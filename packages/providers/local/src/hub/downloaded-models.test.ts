import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadedModels } from './downloaded-models.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'modeshift-cache-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const fixture = fileURLToPath(new URL('../../fixtures/qwen3', import.meta.url));
const snapshot = (name: string, commit: string): string => join(cache, `models--${name}`, 'snapshots', commit);

describe('downloadedModels', () => {
  it('lists whole checkpoints, follows links, and says which can be loaded', async () => {
    cpSync(fixture, snapshot('Qwen--Qwen3-Tiny', 'aaaa'), { recursive: true });
    const other = snapshot('someone--other', 'bbbb');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'config.json'), '{"model_type":"mamba"}');
    const blob = join(cache, 'models--someone--other', 'blob');
    writeFileSync(blob, 'weights');
    symlinkSync(blob, join(other, 'model.safetensors'));
    const models = await downloadedModels({ cacheDir: cache });
    expect(models.map(({ id, modelType, supported }) => [id, modelType, supported])).toEqual([
      ['Qwen/Qwen3-Tiny', 'qwen3', true],
      ['someone/other', 'mamba', false],
    ]);
    expect(models[1]!.bytes).toBe('weights'.length + '{"model_type":"mamba"}'.length);
  });

  it('leaves out what is half there, data sets, and files that are no JSON', async () => {
    const half = snapshot('a--half', 'cccc');
    mkdirSync(half, { recursive: true });
    writeFileSync(join(half, 'config.json'), '{"model_type":"llama"}');
    const broken = snapshot('a--broken', 'dddd');
    mkdirSync(broken, { recursive: true });
    writeFileSync(join(broken, 'config.json'), '{');
    writeFileSync(join(broken, 'model.safetensors'), '');
    mkdirSync(join(cache, 'datasets--a--b'), { recursive: true });
    expect(await downloadedModels({ cacheDir: cache })).toEqual([]);
  });
});
