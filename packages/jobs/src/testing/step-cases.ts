// Steps: computed once, also by a further try, and where a run is taken up again by another engine.
import assert from 'node:assert/strict';
import { ModeshiftError } from '@modeshift/core';
import type { Job } from '../engine.ts';
import type { EngineCase, EngineUnderTest } from './test-engine.ts';
import { eventsOf, until, withEngine } from './with-engine.ts';

/** Three steps; stays in the second one until `isOpen`. */
function stepping(computed: string[], isOpen: () => boolean, whenKilled: 'resume' | 'interrupt'): Job {
  return {
    name: 'steps',
    whenKilled,
    run: async (_, ctx) => {
      const one = await ctx.step('一', () => {
        computed.push('一');
        return { at: new Date(0), 甲: ['乙'] };
      });
      const two = await ctx.step('二', async () => {
        computed.push('二');
        if (!isOpen()) await new Promise(resolve => ctx.signal.addEventListener('abort', resolve));
        return 2;
      });
      return [one, two, await ctx.step('三', () => undefined)];
    },
  };
}

export function stepCases(engine: EngineUnderTest): readonly EngineCase[] {
  const cases: EngineCase[] = [
    {
      name: 'gives a further try the results of steps, and only those',
      run: withEngine(engine, async jobs => {
        const computed: string[] = [];
        let fails = true;
        jobs.define({
          name: 'flaky',
          run: async (input, ctx) => {
            const one = await ctx.step('一', () => computed.push('一'));
            await ctx.step('二', () => {
              computed.push('二');
              if (fails) throw new Error('还没好');
            });
            return [input, one, ctx.run.attempt];
          },
        });
        const first = await jobs.start('flaky', '入', { owner: '小梅', idempotencyKey: 'k' });
        await assert.rejects(jobs.result(first.id), /还没好/);
        fails = false;
        const second = await jobs.retry(first.id);
        assert.notEqual(second.id, first.id);
        assert.equal(second.retryOf, first.id);
        assert.equal(second.owner, '小梅');
        assert.deepEqual(await jobs.result(second.id), ['入', 1, 1]);
        assert.deepEqual(computed, ['一', '二', '二']);
        assert.equal((await jobs.get(first.id))?.status, 'failed');
        await assert.rejects(jobs.retry(second.id), error => ModeshiftError.is(error, 'invalid-input'));
      }),
    },
    {
      name: 'gives the same from a step whether it was computed or stored, and refuses a name twice',
      run: withEngine(engine, async jobs => {
        jobs.define({ ...stepping([], () => true, 'interrupt') });
        const { id } = await jobs.start('steps', null);
        assert.deepEqual(await jobs.result(id), [{ at: '1970-01-01T00:00:00.000Z', 甲: ['乙'] }, 2, null]);
        jobs.define({
          name: 'twice',
          run: async (_, ctx) => {
            await ctx.step('一', () => 1);
            await ctx.step('一', () => 2);
          },
        });
        const twice = await jobs.start('twice', null);
        await assert.rejects(jobs.result(twice.id), error => ModeshiftError.is(error, 'invalid-input'));
        jobs.define({ name: 'no json', run: (_, ctx) => ctx.step('一', () => new Set([1])) });
        await assert.rejects(jobs.result((await jobs.start('no json', null)).id), /no JSON/);
      }),
    },
    {
      name: 'begins no step once the run is cancelled',
      run: withEngine(engine, async jobs => {
        const computed: string[] = [];
        jobs.define(stepping(computed, () => false, 'interrupt'));
        const { id } = await jobs.start('steps', null);
        await until(() => computed.length === 2, 'the second step begins');
        await jobs.cancel(id);
        await assert.rejects(jobs.result(id), error => ModeshiftError.is(error, 'aborted'));
        assert.deepEqual(computed, ['一', '二']);
        assert.equal((await eventsOf(jobs, id)).filter(({ type }) => type === 'step').length, 1);
      }),
    },
  ];
  if (engine.isPersistent === false) return cases;
  return [
    ...cases,
    {
      name: 'finds its runs again: what can be resumed goes on with the results of its steps, the rest is told',
      run: withEngine(engine, async (jobs, name) => {
        const computed: string[] = [];
        let isOpen = false;
        jobs.define(stepping(computed, () => isOpen, 'resume'));
        jobs.define({ ...stepping([], () => false, 'interrupt'), name: 'told' });
        const resumed = await jobs.start('steps', { 中: '文' }, { owner: '小梅' });
        const told = await jobs.start('told', null);
        const running = async ({ id }: { id: string }) => (await jobs.get(id))?.status === 'running';
        await until(async () => computed.length === 2 && (await running(told)), 'both run');
        const seen = (await jobs.list()).length;
        await jobs.close();
        isOpen = true;
        const again = await engine.open(name);
        try {
          assert.equal((await again.list()).length, seen);
          assert.equal((await again.get(told.id))?.status, 'interrupted');
          await assert.rejects(again.result(told.id), error => ModeshiftError.is(error, 'interrupted'));
          const before = await again.get(resumed.id);
          assert.deepEqual([before?.status, before?.input, before?.owner], ['waiting', { 中: '文' }, '小梅']);
          again.define(stepping(computed, () => isOpen, 'resume'));
          await again.result(resumed.id);
          assert.deepEqual(computed, ['一', '二', '二']);
          const events = await eventsOf(again, resumed.id);
          assert.equal(events.filter(({ type }) => type === 'ended').length, 1);
          assert.equal((await again.get(resumed.id))?.attempt, 2);
        } finally {
          await again.close();
        }
      }),
    },
  ];
}
