// Processes killed at any moment: no run is lost, no stored step is computed again, no run is worked on twice at once.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { random } from '@modeshift/core';
import { afterAll, expect, it, vi } from 'vitest';
import { openJobs } from './open-jobs.ts';
import { eventsOf, until } from './testing/with-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** `MODESHIFT_KILL_ROUNDS=200` for the long run. */
const rounds = Number(process.env.MODESHIFT_KILL_ROUNDS ?? 6);

// Processes are started again and again, on whatever machine this is.
vi.setConfig({ testTimeout: Math.max(180_000, rounds * 20_000) });

const worker = `
  import { appendFileSync } from 'node:fs';
  import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
  const { openJobs } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'open-jobs.ts')).href)});
  const [file, diary] = process.argv.slice(1);
  const jobs = openJobs(file);
  const note = words => appendFileSync(diary, process.pid + ' ' + words + '\\n');
  const run = async (input, ctx) => {
    note('begins ' + ctx.run.id);
    for (let step = 0; step < input.steps; step++) {
      const was = await ctx.step('第 ' + step + ' 步', async () => {
        note('computes ' + ctx.run.id + ' ' + step);
        await pause(input.ms);
        return step;
      });
      note('has ' + ctx.run.id + ' ' + was);
      ctx.progress(step + 1, input.steps);
      ctx.log('第 ' + step + ' 步完成');
    }
    note('ends ' + ctx.run.id);
    return '完';
  };
  jobs.define({ name: 'resumed', whenKilled: 'resume', maxKills: 1000, concurrency: 3, run });
  jobs.define({ name: 'told', run });
  jobs.define({ name: 'deadly', whenKilled: 'resume', maxKills: 2, run: () => process.kill(process.pid, 'SIGKILL') });
  console.log('ready');
  setInterval(() => {}, 1000);`;

function work(file: string, diary: string): { child: ChildProcess; ready: Promise<unknown>; errors: () => string } {
  const args = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning', '--input-type=module'];
  const child = spawn(process.execPath, [...args, '-e', worker, file, diary], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr!.on('data', (part: Buffer) => {
    errors += String(part);
  });
  const ready = Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the worker ended with ${code}: ${errors}`))),
  ]);
  ready.catch(() => undefined);
  return { child, ready, errors: () => errors };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** What workers noted: [process, word, run, step]. */
const notesIn = (diary: string): string[][] =>
  readFileSync(diary, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => line.split(' '));

it('goes on after every kill, and computes no stored step again', async () => {
  const [file, diary] = [join(folder, 'resumed.db'), join(folder, 'resumed.txt')];
  const source = random(rounds);
  const mine = openJobs(file);
  const ids: string[] = [];
  for (let i = 0; i < 3 * rounds; i++) ids.push((await mine.start('resumed', { steps: 5, ms: 15 })).id);
  const statuses = async () => Promise.all(ids.map(async id => (await mine.get(id))!.status));
  let kills = 0;
  for (; kills < rounds; kills++) {
    const { child, ready, errors } = work(file, diary);
    await ready;
    await pause(source.integer(150));
    await kill(child);
    expect(errors()).toBe('');
    expect(await statuses()).not.toContain('failed');
  }
  const { child, ready } = work(file, diary);
  await ready;
  for (const id of ids) expect(await mine.result(id)).toBe('完');
  await kill(child);

  const stored = new Set<string>();
  let again = 0;
  const computed = new Set<string>();
  for (const [, word, run, step] of notesIn(diary)) {
    const key = `${run} ${step}`;
    if (word === 'has') stored.add(key);
    if (word !== 'computes') continue;
    expect(stored.has(key), `${key} was computed again`).toBe(false);
    if (computed.has(key)) again++;
    computed.add(key);
  }
  expect(computed.size).toBe(ids.length * 5);
  // Only what was under way when a process was killed: three runs at once.
  expect(again).toBeLessThanOrEqual(3 * kills);
  for (const id of ids) {
    const events = await eventsOf(mine, id);
    expect(events.filter(({ type }) => type === 'step')).toHaveLength(5);
    expect(events.filter(({ type }) => type === 'ended')).toHaveLength(1);
  }
  await mine.close();
  // Nothing is left of the dead.
  await openJobs(file).close();
  expect(readdirSync(`${file}-owners`)).toEqual([]);
});

it('tells that a run was interrupted, ends one that kills its process each time, and keeps what a dead worker was asked', async () => {
  const [file, diary] = [join(folder, 'told.db'), join(folder, 'told.txt')];
  const mine = openJobs(file);
  const told = await mine.start('told', { steps: 1000, ms: 5 });
  const cancelled = await mine.start('resumed', { steps: 1000, ms: 5 });
  const first = work(file, diary);
  await until(async () => (await mine.get(told.id))?.progress !== undefined, 'it runs');
  await until(async () => (await mine.get(cancelled.id))?.progress !== undefined, 'it runs');
  // Stopped, but not in the middle of writing: then nobody could write.
  const other = new DatabaseSync(file);
  await until(async () => {
    first.child.kill('SIGSTOP');
    await pause(10);
    try {
      other.exec('BEGIN IMMEDIATE; ROLLBACK');
      return true;
    } catch {
      first.child.kill('SIGCONT');
      return false;
    }
  }, 'it stands still between two writes');
  other.close();
  // A process that stands still is alive: nothing is taken from it.
  const second = work(file, diary);
  await second.ready;
  await pause(2500);
  expect((await mine.get(told.id))?.status).toBe('running');
  await mine.cancel(cancelled.id);
  await kill(first.child);
  await expect(mine.result(told.id)).rejects.toThrow('Its process ended while it ran. Retry it.');
  await expect(mine.result(cancelled.id)).rejects.toThrow('cancelled');
  const deadly = await mine.start('deadly', null);
  await once(second.child, 'exit');
  const third = work(file, diary);
  await once(third.child, 'exit');
  await expect(mine.result(deadly.id)).rejects.toThrow('Its process ended 2 times');
  await mine.close();
});

it('shares the runs of one file between processes, and cancels in the other one', async () => {
  const [file, diary] = [join(folder, 'shared.db'), join(folder, 'shared.txt')];
  const mine = openJobs(file);
  const workers = [work(file, diary), work(file, diary)];
  await Promise.all(workers.map(({ ready }) => ready));
  const ids: string[] = [];
  const takers = () =>
    new Set(
      notesIn(diary)
        .filter(([, word]) => word === 'begins')
        .map(([pid]) => pid),
    ).size;
  // Both look for work every 200 ms: who looks first takes it, so runs begin at ever other moments until both have had one.
  for (let i = 0; i < 24 || (takers() < 2 && i < 500); i++) {
    ids.push((await mine.start('resumed', { steps: 2, ms: 2 })).id);
    await pause(20 + ((i * 37) % 97));
  }
  for (const id of ids) await mine.result(id);
  const begun = notesIn(diary).filter(([, word]) => word === 'begins');
  expect(begun.map(([, , run]) => run).toSorted()).toEqual(ids.toSorted());
  expect(takers()).toBe(2);
  // Three at once, in both together.
  let now = 0;
  for (const [, word] of notesIn(diary)) {
    now += word === 'begins' ? 1 : word === 'ends' ? -1 : 0;
    expect(now).toBeLessThanOrEqual(3);
  }
  const long = await mine.start('resumed', { steps: 10_000, ms: 5 });
  await until(async () => (await mine.get(long.id))?.progress !== undefined, 'it runs');
  await mine.cancel(long.id);
  await expect(mine.result(long.id)).rejects.toThrow('cancelled');
  for (const { child, errors } of workers) {
    await kill(child);
    expect(errors()).toBe('');
  }
  await mine.close();
});
