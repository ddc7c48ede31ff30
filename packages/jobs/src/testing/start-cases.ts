// Starting: keys that make a second start harmless, limits at once, lists, wrong use.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { ModeshiftError } from '@modeshift/core';
import type { EngineCase, EngineUnderTest } from './test-engine.ts';
import { door, eventsOf, until, withEngine } from './with-engine.ts';

export function startCases(engine: EngineUnderTest): readonly EngineCase[] {
  return [
    {
      name: 'starts once for one key of one owner',
      run: withEngine(engine, async jobs => {
        let begun = 0;
        jobs.define({ name: 'once', concurrency: 9, run: async () => ++begun });
        const start = (owner?: string, input: unknown = { 甲: 1 }) =>
          jobs.start('once', input, { owner, idempotencyKey: '订单-1' });
        const [first, second, hers] = await Promise.all([start(), start(), start('小梅')]);
        assert.equal(first.id, second.id);
        assert.notEqual(first.id, hers.id);
        await jobs.result(first.id);
        await jobs.result(hers.id);
        assert.equal((await start()).id, first.id, 'the key is forgotten when the run is over');
        assert.equal(begun, 2);
        await assert.rejects(start(undefined, { 甲: 2 }), error => ModeshiftError.is(error, 'invalid-input'));
        assert.notEqual((await jobs.start('once', { 甲: 1 })).id, first.id);
        const two = await start('小兰', { 甲: 1, 乙: { 丙: [1], 丁: null } });
        assert.equal(
          (await start('小兰', { 乙: { 丁: null, 丙: [1] }, 甲: 1 })).id,
          two.id,
          'JSON has no order of names',
        );
      }),
    },
    {
      name: 'runs as many at once as the job allows, the oldest first',
      run: withEngine(engine, async jobs => {
        let now = 0;
        let most = 0;
        const order: unknown[] = [];
        jobs.define({
          name: 'pair',
          concurrency: 2,
          run: async input => {
            order.push(input);
            most = Math.max(most, ++now);
            await pause(5);
            now--;
          },
        });
        const runs = [];
        for (let i = 0; i < 8; i++) runs.push(await jobs.start('pair', i));
        for (const { id } of runs) await jobs.result(id);
        assert.equal(most, 2);
        assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7]);
      }),
    },
    {
      name: 'keeps a run until its job is defined',
      run: withEngine(engine, async jobs => {
        const { id, status } = await jobs.start('later', '等');
        assert.equal(status, 'waiting');
        await pause(20);
        assert.equal((await jobs.get(id))?.status, 'waiting');
        jobs.define({ name: 'later', run: async input => input });
        assert.equal(await jobs.result(id), '等');
      }),
    },
    {
      name: 'lists the newest first, by job, owner, status and place',
      run: withEngine(engine, async jobs => {
        const gate = door();
        jobs.define({ name: 'a', concurrency: 9, run: () => gate.opened });
        jobs.define({ name: 'b', run: async () => 1 });
        const ids: string[] = [];
        for (const [job, owner] of [['a'], ['b', '小梅'], ['a', '小梅'], ['b'], ['a']] as [string, string?][])
          ids.push((await jobs.start(job, null, { owner })).id);
        await jobs.result(ids[1]!);
        await jobs.result(ids[3]!);
        const of = async (options: Parameters<typeof jobs.list>[0]) =>
          (await jobs.list(options)).map(({ id }) => ids.indexOf(id));
        assert.deepEqual(await of({}), [4, 3, 2, 1, 0]);
        assert.deepEqual(await of({ job: 'a' }), [4, 2, 0]);
        assert.deepEqual(await of({ owner: '小梅' }), [2, 1]);
        assert.deepEqual(await of({ owner: undefined, job: 'b' }), [3]);
        assert.deepEqual(await of({ status: 'done' }), [3, 1]);
        assert.deepEqual(await of({ limit: 2 }), [4, 3]);
        assert.deepEqual(await of({ limit: 2, before: ids[3]! }), [2, 1]);
        gate.open();
      }),
    },
    {
      name: 'refuses wrong use in words',
      run: withEngine(engine, async jobs => {
        const refused = (work: () => unknown) =>
          assert.rejects(
            async () => work(),
            error => ModeshiftError.is(error, 'invalid-input'),
          );
        const run = async () => 1;
        await refused(() => jobs.define({ name: '', run }));
        await refused(() => jobs.define({ name: 'a', concurrency: 0, run }));
        await refused(() => jobs.define({ name: 'a', maxKills: 0, run }));
        await refused(() => jobs.define({ name: 'a', run: 1 as never }));
        await refused(() => jobs.start('', null));
        await refused(() => jobs.start('a', { when: new Map() }));
        await refused(() => jobs.start('a', { big: 1n }));
        await refused(() => jobs.start('a', { work: run }));
        const circle: Record<string, unknown> = {};
        circle.self = circle;
        await refused(() => jobs.start('a', circle));
        await refused(() => jobs.list({ limit: 0 }));
        for (const look of [() => jobs.result('没有'), () => jobs.retry('没有'), () => eventsOf(jobs, '没有')])
          await assert.rejects(look(), error => ModeshiftError.is(error, 'not-found'));
        assert.equal(await jobs.get('没有'), undefined);
        assert.deepEqual(await jobs.list(), []);
      }),
    },
    {
      name: 'lets who waits for a result go',
      run: withEngine(engine, async jobs => {
        const gate = door();
        jobs.define({ name: 'slow', run: () => gate.opened });
        const { id } = await jobs.start('slow', null);
        const leaving = new AbortController();
        const waiting = jobs.result(id, { signal: leaving.signal });
        await until(async () => (await jobs.get(id))?.status === 'running', 'the run begins');
        leaving.abort();
        await assert.rejects(waiting, error => ModeshiftError.is(error, 'aborted'));
        assert.equal((await jobs.get(id))?.status, 'running');
        gate.open();
        await jobs.result(id);
      }),
    },
  ];
}
