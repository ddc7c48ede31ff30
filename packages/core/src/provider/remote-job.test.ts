import { describe, expect, it, vi } from 'vitest';
import { ModeshiftError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import { type RemoteSteps, runRemoteJob } from './remote-job.ts';

const report = (done: number): Progress => ({ phase: '训练', done });
const steps = (more: Partial<RemoteSteps<string>>): RemoteSteps<string> => ({
  start: async () => 'job-1',
  look: async () => ({ progress: [report(1)], done: { value: '模型' } }),
  stop: vi.fn(async () => undefined),
  pollMs: 1,
  signal: undefined,
  ...more,
});
const server = (status: number): ModeshiftError => new ModeshiftError({ tag: 'server', status }, 'busy');

describe('runRemoteJob', () => {
  it('tells every report once, to each reader from the beginning, also late', async () => {
    let looks = 0;
    const look = async () => {
      looks += 1;
      const progress = looks === 2 ? [report(1), report(2), report(3)] : [report(1)];
      return { progress, ...(looks === 3 && { done: { value: '模型' } }) };
    };
    const job = runRemoteJob(steps({ look }));
    const early = Array.fromAsync(job.progress);
    expect([await job.id, await job.result]).toEqual(['job-1', '模型']);
    const all = [1, 2, 3, 1].map(report);
    expect([await early, await Array.fromAsync(job.progress)]).toEqual([all, all]);
  });

  it('leaves no unhandled rejection where nobody looks, and gives the same error to all who do', async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listen);
    const lost = runRemoteJob(steps({ start: () => Promise.reject(server(500)) }));
    await new Promise(resolve => setTimeout(resolve, 20));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
    const error = await lost.result.catch(reason => reason);
    await expect(lost.id).rejects.toBe(error);
    await expect(Array.fromAsync(lost.progress)).rejects.toBe(error);
    await expect(lost.cancel()).rejects.toBe(error);
  });

  it('bears with a server that is away for a while, and not for ever', async () => {
    let looks = 0;
    const look = async () => {
      if (++looks <= 5) throw server(503);
      return { progress: [], done: { value: '模型' } };
    };
    expect(await runRemoteJob(steps({ look })).result).toBe('模型');
    const dead = vi.fn(() => Promise.reject(server(503)));
    await expect(runRemoteJob(steps({ look: dead })).result).rejects.toMatchObject({ reason: { tag: 'server' } });
    expect(dead).toHaveBeenCalledTimes(6);
    const wrong = vi.fn(() => Promise.reject(new ModeshiftError({ tag: 'not-found' }, 'no job')));
    await expect(runRemoteJob(steps({ look: wrong })).result).rejects.toMatchObject({ reason: { tag: 'not-found' } });
    expect(wrong).toHaveBeenCalledTimes(1);
  });

  it('is stopped at the server by the signal, whenever it fires', async () => {
    for (const when of ['before', 'starting', 'looking', 'waiting'] as const) {
      const controller = new AbortController();
      const stop = vi.fn(async () => undefined);
      if (when === 'before') controller.abort();
      const job = runRemoteJob(
        steps({
          signal: controller.signal,
          stop,
          pollMs: 60_000,
          start: async () => {
            if (when === 'starting') controller.abort();
            return 'job-1';
          },
          look: async () => {
            if (when === 'looking') controller.abort();
            if (when === 'waiting') setTimeout(() => controller.abort(), 5);
            return { progress: [report(0)] };
          },
        }),
      );
      await expect(job.result, when).rejects.toMatchObject({ reason: { tag: 'aborted' } });
      expect(stop.mock.calls, when).toEqual([['job-1']]);
    }
  });

  it('is cancelled once, looks at once, and is left alone when it is over', async () => {
    const stop = vi.fn(async () => undefined);
    const look = async () => {
      if (stop.mock.calls.length === 0) return { progress: [report(0)] };
      throw new ModeshiftError({ tag: 'aborted' }, '取消了');
    };
    const job = runRemoteJob(steps({ look, stop, pollMs: 60_000 }));
    for await (const _ of job.progress) break;
    await job.cancel();
    await expect(job.result).rejects.toMatchObject({ message: '取消了' });
    await job.cancel();
    expect(stop).toHaveBeenCalledTimes(1);
  });
});
