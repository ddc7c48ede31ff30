// The file: full disks, locks, damage, what is something else, secrets on disk, and a process that is not kept alive.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ModeshiftError } from '@modeshift/core';
import { afterAll, expect, it } from 'vitest';
import { Database } from './database.ts';
import { Journal } from './journal.ts';
import { openJobs } from './open-jobs.ts';
import { SqliteEngine } from './sqlite-engine.ts';
import { environmentSecrets, StoredJson } from './stored-json.ts';
import { until } from './testing/with-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-open-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const place = (name: string): string => join(folder, name);

const codeOf = (error: unknown): unknown => {
  expect(ModeshiftError.is(error, 'storage'), String(error)).toBe(true);
  return ((error as ModeshiftError).reason as { code?: string }).code;
};
async function failure(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail.');
}

it('says what is wrong with a file', async () => {
  writeFileSync(place('text.db'), '这不是数据库'.repeat(100));
  expect(codeOf(await failure(() => openJobs(place('text.db'))))).toBe('SQLITE_NOTADB');
  const other = new DatabaseSync(place('other.db'));
  other.exec('CREATE TABLE a (b)');
  other.close();
  expect(codeOf(await failure(() => openJobs(place('other.db'))))).toBe('SQLITE_NOTADB');
  writeFileSync(place('plain'), '');
  expect(codeOf(await failure(() => openJobs(join(place('plain'), 'jobs.db'))))).toMatch(
    /ENOTDIR|EEXIST|SQLITE_CANTOPEN/,
  );
  const newer = new DatabaseSync(place('newer.db'));
  newer.exec('PRAGMA application_id = 0x4d734a62; PRAGMA user_version = 99; CREATE TABLE a (b)');
  newer.close();
  expect(codeOf(await failure(() => openJobs(place('newer.db'))))).toBe('VERSION');
  await openJobs(place('damaged.db')).close();
  const bytes = readFileSync(place('damaged.db'));
  writeFileSync(place('damaged.db'), Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)]));
  expect(codeOf(await failure(() => openJobs(place('damaged.db')).start('a', null)))).toBe('SQLITE_CORRUPT');
});

it('says that it is locked, and goes on when it is not', async () => {
  const jobs = openJobs(place('locked.db'), { busyTimeoutMs: 50 });
  jobs.define({ name: 'a', run: async (_, ctx) => ctx.step('一', () => pause(150, '好')) });
  const run = await jobs.start('a', 1);
  await until(async () => (await jobs.get(run.id))?.status === 'running', 'it runs');
  const other = new DatabaseSync(place('locked.db'));
  other.exec('BEGIN IMMEDIATE');
  const error = await failure(() => jobs.start('a', 2));
  expect(codeOf(error)).toBe('SQLITE_BUSY');
  expect((error as ModeshiftError).isRetryable).toBe(true);
  await pause(250);
  other.exec('COMMIT');
  other.close();
  // The step could not be stored, and the run says so; that it ended was stored later.
  const reason = await failure(() => jobs.result(run.id));
  expect(codeOf(reason)).toBe('SQLITE_BUSY');
  expect(await jobs.result((await jobs.start('a', 3)).id)).toBe('好');
  await jobs.close();
});

it('says that the disk is full, and loses no run over it', async () => {
  const raw = new DatabaseSync(place('full.db'));
  const db = new Database(raw, place('full.db'), 0);
  const jobs = new SqliteEngine(new Journal(db, { keep: 10, maxLogLines: 100 }), new StoredJson([]), 'me', undefined);
  jobs.define({
    name: 'large',
    run: async (input, ctx) => {
      if (input === 'step') return ctx.step('一', () => '满'.repeat(100_000));
      return '满'.repeat(100_000);
    },
  });
  raw.exec('PRAGMA max_page_count = 60');
  const stepping = await jobs.start('large', 'step');
  expect(codeOf(await failure(() => jobs.result(stepping.id)))).toBe('SQLITE_FULL');
  const ending = await jobs.start('large', 'end');
  await pause(200);
  expect((await jobs.get(ending.id))?.status).toBe('running');
  expect(codeOf(await failure(() => jobs.start('large', '满'.repeat(200_000))))).toBe('SQLITE_FULL');
  raw.exec('PRAGMA max_page_count = 100000');
  expect(await jobs.result(ending.id)).toHaveLength(100_000);
  await jobs.close();
});

it('keeps no secret of the environment on disk', async () => {
  const stored = new StoredJson(
    environmentSecrets({
      OPENAI_API_KEY: 'plain-words-secret',
      HOME: 'not-one',
      TOKEN: 'production',
      PASSWORD: 'geheim-1',
    }),
  );
  expect(stored.text({ 'plain-words-secret': ['not-one production', 'plain-words-secret。geheim-1'] }, 'it')).toBe(
    '{"***":["not-one production","***。***"]}',
  );
  expect(() => stored.exactText('plain-words-secret', 'The input')).toThrow('The input holds what looks like a key');
  expect(stored.words('密钥 plain-words-secret 不对', 100)).toBe('密钥 *** 不对');
  const secret = 'sk-proj-0123456789abcdefghijklmnop';
  const jobs = openJobs(place('secrets.db'));
  jobs.define({
    name: 'a',
    run: async (_, ctx) => {
      ctx.log(secret);
      ctx.value(secret, secret);
      await ctx.step('一', () => secret);
      await failure(() => ctx.step(secret, () => 1));
      throw new Error(secret);
    },
  });
  await failure(() => jobs.start('a', { key: secret }));
  await failure(() => jobs.start('a', null, { idempotencyKey: secret }));
  await failure(async () => jobs.result((await jobs.start('a', null)).id));
  await jobs.close();
  expect(process.platform === 'win32' ? 0o600 : statSync(place('secrets.db')).mode & 0o777).toBe(0o600);
  for (const name of readdirSync(folder).filter(one => one.startsWith('secrets.db')))
    if (statSync(place(name)).isFile()) expect(readFileSync(place(name)).includes(secret.slice(3))).toBe(false);
});

it('forgets the results of steps when a run is done, and keeps those of one that may be retried', async () => {
  const jobs = openJobs(place('steps.db'));
  jobs.define({
    name: 'a',
    run: async (input, ctx) => {
      await ctx.step('一', () => '大'.repeat(1000));
      if (input === 'fail') throw new Error('坏');
    },
  });
  await jobs.result((await jobs.start('a', 'done')).id);
  await failure(async () => jobs.result((await jobs.start('a', 'fail')).id));
  await jobs.close();
  const raw = new DatabaseSync(place('steps.db'));
  const stored = raw.prepare("SELECT json_extract(input, '$') AS input FROM steps JOIN runs ON run = n").all();
  raw.close();
  expect(stored.map(({ input }) => input)).toEqual(['fail']);
});

it('keeps the last runs of a job', async () => {
  const jobs = openJobs(place('kept.db'), { keep: 3 });
  jobs.define({ name: 'a', run: async input => input });
  jobs.define({ name: 'b', run: async input => input });
  const first = await jobs.start('b', 0);
  await jobs.result(first.id);
  for (let i = 1; i <= 6; i++) await jobs.result((await jobs.start('a', i)).id);
  expect((await jobs.list()).map(run => run.input)).toEqual([6, 5, 4, 0]);
  await jobs.close();
});

it('keeps a process alive while somebody waits for a run, and no longer', () => {
  const module = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'open-jobs.ts')).href);
  const script = `
    const { openJobs } = await import(${module});
    const jobs = openJobs(${JSON.stringify(place('alive.db'))});
    jobs.define({ name: 'a', run: async () => '好' });
    console.log(await jobs.result((await jobs.start('a', null)).id));`;
  const args = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning', '--input-type=module'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '-e', script], { encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([0, '好\n', '']);
});
