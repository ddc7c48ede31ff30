// Records of old comparisons go.
import { mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { RunRecords } from './run-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('keeps the last ones, and says what is not there', async () => {
  const records = new RunRecords(folder, 2);
  const comparison = { data: '工单', modes: ['majority'], models: [], concurrency: 1, language: 'zh' } as const;
  for (const [i, run] of ['c', 'a', 'b'].entries()) {
    await records.begin(run, comparison);
    utimesSync(join(folder, run), i + 1, i + 1);
  }
  await records.begin('d', comparison);
  expect(readdirSync(folder).toSorted()).toEqual(['b', 'd']);
  expect(await records.comparison('b')).toEqual(comparison);
  await expect(records.report('b')).rejects.toThrow('Nothing of the run "b" is there yet.');
});

it('does not stumble over what is gone before it is looked at', async () => {
  const crowd = mkdtempSync(join(folder, 'crowd-'));
  symlinkSync(join(crowd, 'nowhere'), join(crowd, 'gone'));
  const records = new RunRecords(crowd, 1);
  const comparison = { data: '工单', modes: ['majority'], models: [], concurrency: 1, language: 'zh' } as const;
  await records.begin('a', comparison);
  expect(await records.comparison('a')).toEqual(comparison);
});
