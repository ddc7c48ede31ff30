// A few rounds of what bench/kill-writers.ts does as often as it is told.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { killWriters } from './kill-writers.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('loses nothing acknowledged when two writers are killed', { timeout: 120_000 }, async () => {
  expect(await killWriters(folder, 6, 1)).toBeGreaterThan(1);
});
