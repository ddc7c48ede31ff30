// Two engines, the same questions. Run as README.md says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openJobs } from '../../packages/jobs/src/index.ts';

const [, , place, role, file = '', diary = ''] = process.argv;
const require = createRequire(join(resolve(place ?? '.'), 'index.js'));
const { OpenWorkflow } = await import(pathToFileURL(require.resolve('openworkflow')).href);
const { BackendSqlite } = await import(pathToFileURL(require.resolve('openworkflow/sqlite')).href);
const flags = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];

/** Keeps the event loop of this process for 33 s without using the CPU, as a long native call does. */
const blocked = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 33_000);
const note = (words: string) => appendFileSync(diary, `${Date.now()} ${process.pid} ${words}\n`);

/** A process with one job whose only step blocks in the process that started it. */
async function worker(engine: string, isFirst: boolean): Promise<void> {
  const step = (): number => {
    note('computes');
    if (isFirst) blocked();
    return 1;
  };
  if (engine === 'openworkflow') {
    const workflow = new OpenWorkflow({ backend: BackendSqlite.connect(file) });
    const job = workflow.defineWorkflow({ name: 'block' }, ({ step: steps }: never) =>
      (steps as { run: (a: object, b: () => number) => unknown }).run({ name: 'train' }, step),
    );
    if (isFirst) await job.run({});
    await workflow.newWorker().start();
  } else {
    const jobs = openJobs(file);
    jobs.define({ name: 'block', whenKilled: 'resume', run: (_, ctx) => ctx.step('train', step) });
    if (isFirst) await jobs.start('block', null);
  }
  setTimeout(() => process.exit(), 37_000);
}

if (role) await worker(role.split('-')[0]!, role.endsWith('first'));
else {
  const folder = mkdtempSync(join(tmpdir(), 'beside-'));
  for (const engine of ['openworkflow', 'modeshift']) {
    const [db, notes] = [join(folder, `${engine}.db`), join(folder, `${engine}.txt`)];
    writeFileSync(notes, '');
    const start = (which: string) =>
      spawn(process.execPath, [...flags, import.meta.filename, place!, `${engine}-${which}`, db, notes], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    const first = start('first');
    await pause(3000);
    const second = start('second');
    await Promise.all([once(first, 'exit'), once(second, 'exit')]);
    const times = readFileSync(notes, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(line => Number(line.split(' ')[0]));
    const after = times.slice(1).map(time => `${((time - times[0]!) / 1000).toFixed(1)} s`);
    console.log(`${engine}: a step that blocks its process for 33 s was begun ${times.length} time(s)`, ...after);
  }

  const db = join(folder, 'lock.db');
  const own = new OpenWorkflow({ backend: BackendSqlite.connect(db) });
  const quick = own.defineWorkflow({ name: 'quick' }, async () => 1);
  const other = new DatabaseSync(db);
  other.exec('BEGIN IMMEDIATE');
  await quick.run({}).then(
    () => console.log('openworkflow: started while another connection was writing'),
    (error: Error & { errcode?: number }) =>
      console.log(`openworkflow: while another connection writes: ${error.name} "${error.message}" (${error.errcode})`),
  );
  other.exec('COMMIT');
  const stranger = new OpenWorkflow({ backend: BackendSqlite.connect(db) });
  stranger.defineWorkflow({ name: 'something else' }, async () => 1);
  const handle = await quick.run({});
  await stranger.newWorker().tick();
  const { status, attempts, error } = await own.backend.getWorkflowRun({ workflowRunId: handle.workflowRun.id });
  console.log(
    `openworkflow: after a worker that has another job: ${status}, ${attempts} attempt, ${JSON.stringify(error)}`,
  );

  const runs = 200;
  const cpu = async (work: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / runs;
  };
  const theirs = await cpu(async () => {
    const workflow = new OpenWorkflow({ backend: BackendSqlite.connect(join(folder, 'many-theirs.db')) });
    const job = workflow.defineWorkflow(
      { name: 'five' },
      async ({ step }: { step: { run: (a: object, b: () => number) => Promise<number> } }) => {
        for (let i = 0; i < 5; i++) await step.run({ name: `${i}` }, () => i);
      },
    );
    const worker = workflow.newWorker({ concurrency: 10 });
    await worker.start();
    const handles = [];
    for (let i = 0; i < runs; i++) handles.push(await job.run({}));
    for (const one of handles) await one.result();
    await worker.stop();
  });
  const ours = await cpu(async () => {
    const jobs = openJobs(join(folder, 'many-ours.db'));
    jobs.define({
      name: 'five',
      concurrency: 10,
      whenKilled: 'resume',
      run: async (_, ctx) => {
        for (let i = 0; i < 5; i++) await ctx.step(`${i}`, () => i);
      },
    });
    const ids = [];
    for (let i = 0; i < runs; i++) ids.push((await jobs.start('five', null)).id);
    for (const id of ids) await jobs.result(id);
    await jobs.close();
  });
  console.log(
    `a run of five steps, CPU: openworkflow ${theirs.toFixed(1)} ms, modeshift ${ours.toFixed(1)} ms (${(theirs / ours).toFixed(1)} times less)`,
  );
  process.exit();
}
