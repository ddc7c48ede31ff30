// Both engines pass the suite that further engines are to pass.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { memoryJobs, openJobs } from './open-jobs.ts';
import { testEngine } from './testing/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-jobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('in memory', () => {
  for (const { name, run } of testEngine({ open: () => memoryJobs(), isPersistent: false })) it(name, run);
});

describe('in a file', () => {
  for (const { name, run } of testEngine({ open: file => openJobs(join(folder, file, 'jobs.db')) })) it(name, run);
});
