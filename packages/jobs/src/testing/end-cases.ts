// Ends: each run has exactly one, whoever brings it about and whenever.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { isEnd } from '../engine.ts';
import type { EngineCase, EngineUnderTest } from './test-engine.ts';
import { door, eventsOf, until, withEngine } from './with-engine.ts';

export function endCases(engine: EngineUnderTest): readonly EngineCase[] {
  return [
    {
      name: 'ends as failed with the words and the reason of the error',
      run: withEngine(engine, async jobs => {
        jobs.define({ name: 'typed', run: () => Promise.reject(invalidInput('请给一个文件。', ['file'])) });
        jobs.define({ name: 'own', run: () => Promise.reject(new Error('内部')), describeError: () => '出错了' });
        jobs.define({
          name: 'thrown',
          run: () => {
            throw new Error('at once');
          },
        });
        const { id } = await jobs.start('typed', null);
        await assert.rejects(jobs.result(id), error => {
          assert.ok(ModeshiftError.is(error, 'invalid-input'));
          assert.equal(error.message, '请给一个文件。');
          return true;
        });
        const run = await jobs.get(id);
        assert.equal(run?.status, 'failed');
        assert.deepEqual(run?.error, {
          reason: { tag: 'invalid-input', issues: ['file'] },
          message: '请给一个文件。',
        });
        const times = [run?.createdAt, run?.startedAt, run?.endedAt].map(Number);
        assert.ok(times[0]! <= times[1]! && times[1]! <= times[2]!, `times out of order: ${times}`);
        await assert.rejects(jobs.result((await jobs.start('own', null)).id), /^ModeshiftError: 出错了$/);
        await assert.rejects(jobs.result((await jobs.start('thrown', null)).id), /at once/);
      }),
    },
    {
      name: 'is cancelled while it waits without being begun, and while it runs by its signal',
      run: withEngine(engine, async jobs => {
        const begun: unknown[] = [];
        jobs.define({
          name: 'long',
          run: async (input, ctx) => {
            begun.push(input);
            await new Promise(resolve => ctx.signal.addEventListener('abort', resolve));
            return '太晚了';
          },
        });
        const first = await jobs.start('long', 1);
        const second = await jobs.start('long', 2);
        await until(() => begun.length === 1, 'the first run begins');
        assert.equal(await jobs.cancel(second.id), true);
        assert.equal((await jobs.get(second.id))?.status, 'cancelled');
        assert.equal(await jobs.cancel(first.id), true);
        await assert.rejects(jobs.result(first.id), error => ModeshiftError.is(error, 'aborted'));
        assert.equal(await jobs.cancel(first.id), false);
        assert.equal(await jobs.cancel('no such run'), false);
        assert.deepEqual(begun, [1]);
        const events = await eventsOf(jobs, first.id);
        assert.deepEqual(events.at(-1), { ...events.at(-1), type: 'ended', status: 'cancelled' });
      }),
    },
    {
      name: 'has exactly one end, at whatever moment it is cancelled',
      run: withEngine(engine, async jobs => {
        jobs.define({
          name: 'brief',
          concurrency: 4,
          run: async (input, ctx) => {
            await ctx.step('一', () => 1);
            await pause(Number(input) % 7);
            if (Number(input) % 5 === 0) throw new Error('坏');
            return input;
          },
        });
        const runs = await Promise.all(Array.from({ length: 30 }, (_, i) => jobs.start('brief', i)));
        await Promise.all(
          runs.map(async ({ id }, i) => {
            await pause((i * 13) % 31);
            if (i % 3 > 0) await jobs.cancel(id);
          }),
        );
        for (const { id } of runs) {
          const ended = (await eventsOf(jobs, id)).filter(({ type }) => type === 'ended');
          assert.equal(ended.length, 1);
          const run = await jobs.get(id);
          assert.ok(isEnd(run!.status));
          assert.equal((ended[0] as { status: string }).status, run!.status);
          assert.equal(
            run!.status === 'done',
            await jobs.result(id).then(
              result => result === run!.input,
              () => false,
            ),
          );
        }
      }),
    },
    {
      name: 'signals what runs when it is closed, and takes no more',
      run: withEngine(engine, async jobs => {
        const signalled = door();
        jobs.define({
          name: 'long',
          run: async (_, ctx) => {
            ctx.log('在');
            await new Promise(resolve => ctx.signal.addEventListener('abort', resolve));
            signalled.open();
          },
        });
        const { id } = await jobs.start('long', null);
        const reading = eventsOf(jobs, id);
        await until(async () => (await jobs.get(id))?.status === 'running', 'the run begins');
        await jobs.close();
        await signalled.opened;
        assert.deepEqual((await reading).at(-1), { ...(await reading).at(-1), status: 'interrupted' });
        for (const late of [
          () => jobs.start('long', null),
          () => jobs.get(id),
          () => jobs.result(id),
          () => jobs.list(),
        ])
          await assert.rejects(late(), error => ModeshiftError.is(error, 'invalid-input'));
      }),
    },
  ];
}
