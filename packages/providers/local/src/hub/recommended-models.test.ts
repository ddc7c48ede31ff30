// The guide's table and the list are one.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatBytes } from './hub-errors.ts';
import { recommendedModels, weightBytes } from './recommended-models.ts';

const guide = readFileSync(path.resolve(import.meta.dirname, '../../../../../docs/guide/local-models.md'), 'utf8');

describe('recommended models', () => {
  it('stand in the guide as in the list', () => {
    const rows = guide.split('\n').filter(line => /^\| `[\w-]+\/[\w.-]+` \|/.test(line));
    const expected = recommendedModels.map(model => {
      const { id, architecture, note, parameters, downloadBytes, license } = model;
      const size = formatBytes(parameters).replace(/ [kMG]?B$/, unit => ({ ' MB': ' M', ' GB': ' B' })[unit] ?? '');
      const memory = (['f32', 'int8', 'int4'] as const).map(format => formatBytes(weightBytes(model, format)));
      return `| \`${id}\` | ${architecture} | ${size} | ${formatBytes(downloadBytes)} | ${memory.join(' / ')} | ${license} | ${note} |`;
    });
    expect(rows).toEqual(expected);
  });

  it('have sizes that fit each other', () => {
    for (const model of recommendedModels) {
      const { id, parameters, downloadBytes, embeddingParameters, tied } = model;
      const masks = model.architecture === 'GPT-2' ? 12 * 1024 * 1024 : 0;
      const stored = [parameters + masks, parameters + (tied ? embeddingParameters : 0)];
      // Weights are stored in two or four bytes; some tied checkpoints store the table twice, GPT-2 its 12 causal masks.
      const fits = [2, 4].some(bytes => stored.some(count => Math.abs(downloadBytes / (count * bytes) - 1) < 0.006));
      expect([id, fits]).toEqual([id, true]);
      expect(weightBytes(model, 'int4')).toBeLessThan(weightBytes(model, 'int8'));
      expect(weightBytes(model, 'int8')).toBeLessThan(weightBytes(model, 'f32'));
    }
    expect(new Set(recommendedModels.map(model => model.id)).size).toBe(recommendedModels.length);
  });
});
