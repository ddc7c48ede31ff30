// Events: their order, replay from any point, following, limits of size, and no secrets.
import assert from 'node:assert/strict';
import { setImmediate as moment } from 'node:timers/promises';
import type { Job } from '../engine.ts';
import type { EngineCase, EngineUnderTest } from './test-engine.ts';
import { door, eventsOf, withEngine } from './with-engine.ts';

const training: Job = {
  name: '训练',
  run: async (input, ctx) => {
    ctx.log(`开始：${String(input)}`);
    for (let step = 1; step <= 3; step++) {
      ctx.progress(step, 3, '步');
      ctx.value('损失', { step, loss: 1 / step });
      await ctx.step(`第 ${step} 步`, () => step);
    }
    ctx.log('结束', 'success');
    return { 准确率: 0.9 };
  },
};

const secret = 'sk-proj-0123456789abcdefghijklmnop';

export function eventCases(engine: EngineUnderTest): readonly EngineCase[] {
  return [
    {
      name: 'tells what happened in order: began, said, ended, and nothing after the end',
      run: withEngine(engine, async jobs => {
        jobs.define(training);
        const { id } = await jobs.start('训练', '中文');
        const events = await eventsOf(jobs, id);
        assert.deepEqual(events[0], { ...events[0], type: 'started', attempt: 1 });
        assert.deepEqual(events.at(-1), { ...events.at(-1), type: 'ended', status: 'done' });
        assert.equal(events.filter(({ type }) => type === 'ended').length, 1);
        const numbers = events.map(({ seq }) => seq);
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        );
        assert.equal(new Set(numbers).size, numbers.length, 'numbers of events repeat');
        assert.ok(events.every(({ at }) => at instanceof Date && Math.abs(at.getTime() - Date.now()) < 60_000));
        const said = events.map(event =>
          event.type === 'log' ? event.message : event.type === 'step' ? event.name : event.type,
        );
        assert.deepEqual(
          said.filter(one => /开|结|第/.test(one)),
          ['开始：中文', '第 1 步', '第 2 步', '第 3 步', '结束'],
        );
        const value = events.findLast(({ type }) => type === 'value');
        assert.deepEqual(value, { ...value, name: '损失', value: { step: 3, loss: 1 / 3 } });
        assert.deepEqual(await jobs.result(id), { 准确率: 0.9 });
        assert.deepEqual((await jobs.get(id))?.progress, { done: 3, total: 3, label: '步' });
      }),
    },
    {
      name: 'replays from any point, and the same to every reader',
      run: withEngine(engine, async jobs => {
        jobs.define(training);
        const { id } = await jobs.start('训练', 1);
        const [early, other] = await Promise.all([eventsOf(jobs, id), eventsOf(jobs, id)]);
        const late = await eventsOf(jobs, id);
        // Who read along may have seen what only the last one is kept of.
        const kept = new Set(late.map(({ seq }) => seq));
        for (const seen of [early, other])
          assert.deepEqual(
            seen.filter(({ seq }) => kept.has(seq)),
            late,
          );
        for (const { seq } of late)
          assert.deepEqual(
            await eventsOf(jobs, id, seq),
            late.filter(one => one.seq > seq),
          );
      }),
    },
    {
      name: 'lets a reader go without stopping the run',
      run: withEngine(engine, async jobs => {
        const gate = door();
        jobs.define({
          name: 'slow',
          run: async (_, ctx) => {
            ctx.log('在等');
            await gate.opened;
            return '好';
          },
        });
        const { id } = await jobs.start('slow', null);
        const leaving = new AbortController();
        for await (const some of jobs.events(id, { signal: leaving.signal }))
          if (some.some(({ type }) => type === 'log')) leaving.abort();
        const following = eventsOf(jobs, id);
        gate.open();
        assert.equal((await following).at(-1)?.type, 'ended');
        assert.equal(await jobs.result(id), '好');
      }),
    },
    {
      name: 'keeps the last progress, the last value of each name and the last lines',
      run: withEngine(engine, async jobs => {
        jobs.define({
          name: 'chatty',
          run: async (_, ctx) => {
            for (let i = 1; i <= 20_000; i++) {
              ctx.progress(i, 20_000);
              if (i % 3 === 0) ctx.log(`第 ${i} 行`);
              if (i % 100 === 0) ctx.value('curve', { i });
              if (i % 2000 === 0) await moment();
            }
            ctx.log('长'.repeat(100_000));
          },
        });
        const { id } = await jobs.start('chatty', null);
        await jobs.result(id);
        const events = await eventsOf(jobs, id);
        const of = (type: string) => events.filter(one => one.type === type);
        assert.equal(of('progress').length, 1);
        assert.deepEqual(of('value')[0], { ...of('value')[0], value: { i: 20_000 } });
        assert.equal(of('value').length, 1);
        assert.ok(of('log').length <= 5000, `${of('log').length} lines were kept`);
        const last = of('log').at(-1) as { readonly message: string };
        assert.ok(last.message.startsWith('长') && last.message.length <= 10_000, 'a long line was not cut');
        assert.ok(JSON.stringify(events).length < 2_000_000, 'what was kept is too large');
      }),
    },
    {
      name: 'stores no key',
      run: withEngine(engine, async jobs => {
        const seen: unknown[] = [];
        jobs.define({
          name: 'leaky',
          run: async (_, ctx) => {
            ctx.log(`key ${secret}`);
            ctx.progress(1, 2, secret);
            ctx.value(`name ${secret}`, { [secret]: [`Bearer ${secret}`] });
            seen.push(await ctx.step('step', () => ({ key: secret })));
            await ctx.step(secret, () => 1).catch(error => ctx.log(String(error)));
            throw new Error(`wrong key: ${secret}`);
          },
        });
        const { id } = await jobs.start('leaky', { text: '没有' });
        await assert.rejects(jobs.result(id), { name: 'ModeshiftError' });
        const all = JSON.stringify([seen, await eventsOf(jobs, id), await jobs.list(), await jobs.get(id)]);
        assert.ok(!all.includes(secret.slice(8)), `a key was kept: ${all}`);
        assert.ok(all.includes('wrong key'), 'the words around the key are gone');
        await assert.rejects(jobs.start('leaky', { deep: [{ key: secret }] }), /looks like a key/);
        await assert.rejects(
          jobs.start('leaky', { [secret]: 1 }).then(run => assert.ok(!run.id.includes(secret))),
          Error,
        );
      }),
    },
  ];
}
