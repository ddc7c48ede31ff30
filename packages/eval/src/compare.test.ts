// What compare promises: failures, cancellation, limits, determinism, disposal.
import { defineTask, labels, type Mode, ModeshiftError, type Prediction, random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CompareProgress, compare } from './compare.ts';
import { evaluate } from './evaluate.ts';
import { majority } from './majority.ts';
import type { Report } from './report.ts';

const names = ['billing', 'delivery', '退款'];
const examplesOf = (count: number, seed: number) => {
  const source = random(seed);
  return Array.from({ length: count }, (_, i) => {
    const output = names[source.integer(3)]!;
    return { input: { text: `第 ${i} 条 ${output}` }, output };
  });
};
const task = defineTask({
  name: '工单分类',
  instruction: 'Say what the message is about.',
  input: z.object({ text: z.string() }),
  output: labels(names),
  examples: { train: examplesOf(90, 1), dev: examplesOf(12, 2), test: examplesOf(60, 3) },
});

type Input = { text: string };
const footprint = { trainedParameters: 0, totalParameters: undefined, bytes: 0, trainMs: 0, trainUsd: undefined };
const rightAnswer = (input: Input): string => input.text.split(' ')[3]!;

function mode(
  name: string,
  predict: (input: Input, call: number, signal?: AbortSignal) => Promise<Prediction<string>> | Prediction<string>,
  extra: { dispose?: () => Promise<void>; kind?: Mode<Input, string>['kind'] } = {},
): Mode<Input, string> {
  return {
    name,
    kind: extra.kind ?? 'api',
    async solve() {
      let call = 0;
      return {
        footprint,
        predict: async (input, ctx) => predict(input, call++, ctx.signal),
        save: async () => {},
        ...(extra.dispose && { dispose: extra.dispose }),
      };
    },
  };
}

/** Right in `skill` of the cases, by the text alone. */
const skilled = (name: string, skill: number, usd?: number): Mode<Input, string> =>
  mode(name, input => {
    const source = random([...`${name}${input.text}`].reduce((sum, c) => (sum * 31 + c.codePointAt(0)!) | 0, 7));
    const output = source.next() < skill ? rightAnswer(input) : names[source.integer(3)]!;
    const rest = Object.fromEntries(names.map(label => [label, label === output ? 0.8 : 0.1]));
    return { output, probabilities: rest, ...(usd !== undefined && { usd }) };
  });

const withoutTimes = (report: Report): unknown =>
  JSON.parse(
    JSON.stringify(report, (key, value: unknown) =>
      /Ms$|^ms$|perSecond|startedAt|latency|verdict/.test(key) ? undefined : value,
    ),
  );

describe('compare', () => {
  it('measures every mode on the same examples and judges by the labels', async () => {
    const report = await compare(task, [majority(), skilled('good', 0.95, 0.002), skilled('poor', 0.3, 0)], {
      seed: 4,
    });
    expect(report.modes.map(row => [row.name, row.status, row.measured])).toEqual([
      ['majority', 'ok', 60],
      ['good', 'ok', 60],
      ['poor', 'ok', 60],
    ]);
    const most = names.toSorted(
      (a, b) => task.train.filter(e => e.output === b).length - task.train.filter(e => e.output === a).length,
    )[0]!;
    const share = task.test.filter(example => example.output === most).length / 60;
    expect(report.modes[0]!.metrics.accuracy).toBeCloseTo(share, 12);
    expect(report.modes[1]!.costPer1000).toBe(2);
    expect(report.modes[1]!.usd).toBe(0.12);
    expect(report.modes[2]!.costPer1000).toBe(0);
    expect(report.modes[1]!.latency!.p95Ms).toBeGreaterThanOrEqual(report.modes[1]!.latency!.p50Ms);
    expect(report.paired).toHaveLength(3);
    expect(report.verdict).toMatchObject({ best: 'good', beatsBaselines: true, alternatives: [] });
    expect(report.data).toMatchObject({ train: 90, dev: 12, test: 60, used: 60, labels: names });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('says nothing of cost where a price is unknown', async () => {
    let call = 0;
    const half = mode('half', input => ({ output: rightAnswer(input), ...(call++ % 2 === 0 && { usd: 1 }) }));
    const [row] = (await compare(task, [half])).modes;
    expect(row).not.toHaveProperty('costPer1000');
    expect(row).not.toHaveProperty('usd');
  });

  it('gives the same figures for the same seed, at any concurrency', async () => {
    const all = [majority(), skilled('a', 0.8), skilled('b', 0.7)];
    const first = await compare(task, all, { seed: 9, limit: 40, predictions: true });
    const second = await compare(task, all, { seed: 9, limit: 40, predictions: true, concurrency: 7, modesAtOnce: 3 });
    expect(withoutTimes(second)).toEqual(withoutTimes(first));
    expect(first.modes[0]!.predictions).toHaveLength(40);
    const other = await compare(task, all, { seed: 10, limit: 40 });
    expect(other.modes[1]!.intervals).not.toEqual(first.modes[1]!.intervals);
  });

  it('survives a mode that fails, and says why', async () => {
    const broken: Mode<Input, string> = {
      name: 'broken',
      kind: 'api',
      solve: () => {
        throw new ModeshiftError({ tag: 'authentication' }, 'Set OPENAI_API_KEY.');
      },
    };
    const nothing = { name: 'nothing', kind: 'api', solve: async () => ({}) } as unknown as Mode<Input, string>;
    const crashing = mode('crashing', () => {
      throw new TypeError('no such thing; Authorization: Bearer sk-abcdefghijklmnopqrstuvwx');
    });
    const report = await compare(task, [broken, nothing, crashing, skilled('good', 0.9)]);
    const [a, b, c, d] = report.modes;
    expect(a).toMatchObject({
      status: 'failed',
      error: { tag: 'authentication', message: 'Set OPENAI_API_KEY.' },
      metrics: {},
    });
    expect(b).toMatchObject({ status: 'failed', error: { tag: 'invalid-input' } });
    expect(c).toMatchObject({ status: 'failed', error: { tag: 'internal' }, failedCalls: 10 });
    expect(c!.error!.message).not.toContain('abcdefghij');
    expect(d).toMatchObject({ status: 'ok' });
    expect(report.verdict.best).toBe('good');
  });

  it('counts failing calls and foreign answers as wrong, and ends early on what cannot get better', async () => {
    const flaky = mode('flaky', (input, call) => {
      if (call % 10 === 3) throw new ModeshiftError({ tag: 'server', status: 500 }, 'The server failed.');
      if (call % 10 === 7) return { output: 'something else' };
      return { output: rightAnswer(input) };
    });
    const spent = mode('spent', (input, call) => {
      if (call === 30) throw new ModeshiftError({ tag: 'quota' }, 'The quota is used up.');
      return { output: rightAnswer(input) };
    });
    const odd = mode('odd', () => undefined as unknown as Prediction<string>);
    const [first, second, third] = (await compare(task, [flaky, spent, odd])).modes;
    expect(first).toMatchObject({
      status: 'ok',
      measured: 60,
      invalid: 12,
      failedCalls: 6,
      metrics: { accuracy: 0.8 },
    });
    expect(first!.problems).toContainEqual({ message: 'The server failed.', count: 6 });
    expect(first!.problems).toContainEqual({ message: 'The answer "something else" is none of the labels.', count: 6 });
    expect(second).toMatchObject({
      status: 'partial',
      measured: 30,
      error: { tag: 'quota' },
      metrics: { accuracy: 1 },
    });
    expect(third).toMatchObject({ status: 'ok', invalid: 60, metrics: { accuracy: 0 } });
  });

  it('stops at the failure limit', async () => {
    const failing = mode('failing', (input, call) => {
      if (call % 2 === 1) throw new ModeshiftError({ tag: 'timeout', limit: 'total', ms: 1 }, 'Too slow.');
      return { output: rightAnswer(input) };
    });
    const [row] = (await compare(task, [failing], { failureLimit: 3 })).modes;
    expect(row).toMatchObject({ status: 'partial', failedCalls: 4, measured: 8, error: { tag: 'timeout' } });
  });

  it('keeps what is finished when cancelled: partial, cancelled, disposed', async () => {
    const controller = new AbortController();
    const disposed: string[] = [];
    const note = (name: string) => ({ dispose: async () => void disposed.push(name) });
    const done = mode('done', input => ({ output: rightAnswer(input) }), note('done'));
    const slow = mode(
      'slow',
      (input, call, signal) => {
        if (call === 20) setTimeout(() => controller.abort(), 1);
        if (call < 20) return { output: rightAnswer(input) };
        return new Promise((_, reject) => signal!.addEventListener('abort', () => reject(new Error('stopped'))));
      },
      note('slow'),
    );
    const report = await compare(task, [done, slow, skilled('later', 0.9)], { signal: controller.signal });
    expect(report.cancelled).toBe(true);
    expect(report.modes.map(row => [row.status, row.measured])).toEqual([
      ['ok', 60],
      ['partial', 20],
      ['cancelled', 0],
    ]);
    expect(report.modes[1]!.error!.tag).toBe('aborted');
    expect(report.modes[1]!.metrics.accuracy).toBe(1);
    expect(report.modes[2]!.error!.tag).toBe('aborted');
    expect(disposed).toEqual(['done', 'slow']);
    expect(report.paired[0]!.examples).toBe(20);
    expect(report.verdict.best).toBe('done');
  });

  it('does not wait for a mode that does not listen, and disposes what it gives later', async () => {
    const controller = new AbortController();
    let disposedLate = false;
    const deaf: Mode<Input, string> = {
      name: 'deaf',
      kind: 'fine-tuning',
      solve: () =>
        new Promise(resolve =>
          setTimeout(
            () =>
              resolve({
                footprint,
                predict: async () => ({ output: 'billing' }),
                save: async () => {},
                dispose: async () => {
                  disposedLate = true;
                },
              }),
            150,
          ),
        ),
    };
    setTimeout(() => controller.abort(), 5);
    const report = await compare(task, [deaf], { signal: controller.signal, graceMs: 20 });
    expect(report.modes[0]).toMatchObject({ status: 'cancelled', metrics: {} });
    expect(report.elapsedMs).toBeLessThan(140);
    await expect.poll(() => disposedLate).toBe(true);
  });

  it('a signal that has fired already runs nothing', async () => {
    const report = await compare(task, [skilled('a', 1)], { signal: AbortSignal.abort() });
    expect(report.modes[0]!.status).toBe('cancelled');
    expect(report.verdict).toEqual({ alternatives: [] });
  });

  it('disposes in every case, and a failing dispose is only a warning', async () => {
    const bad = mode('bad', input => ({ output: rightAnswer(input) }), {
      dispose: () => Promise.reject(new Error('busy')),
    });
    const [row] = (await compare(task, [bad])).modes;
    expect(row).toMatchObject({ status: 'ok', warnings: ['The solution could not be disposed: busy'] });
  });

  it('tells progress: mode, phase, done of total, time left', async () => {
    const events: CompareProgress[] = [];
    const training: Mode<Input, string> = {
      ...skilled('trained', 0.9),
      async solve(sealed, ctx) {
        ctx.onProgress?.({ phase: 'training', done: 3, total: 10, unit: 'steps', figures: { loss: 0.4 } });
        return skilled('trained', 0.9).solve(sealed, ctx);
      },
    };
    await compare(task, [training], { onProgress: event => events.push(event) });
    expect(events).toContainEqual(
      expect.objectContaining({ mode: 'trained', phase: 'solving', step: 'training', done: 3, total: 10 }),
    );
    const last = events.filter(event => event.phase === 'predicting').at(-1)!;
    expect(last).toMatchObject({ done: 60, total: 60, etaMs: 0, index: 0, modes: 1 });
    expect(events.at(-1)!.phase).toBe('finished');
  });

  it('keeps the bound on calls in flight', async () => {
    let flying = 0;
    let most = 0;
    const counting = mode('counting', async input => {
      most = Math.max(most, ++flying);
      await new Promise(resolve => setTimeout(resolve, 1));
      flying--;
      return { output: rightAnswer(input) };
    });
    await compare(task, [counting], { concurrency: each => (each.name === 'counting' ? 4 : 1) });
    expect(most).toBe(4);
  });

  it('measures tasks without labels by exact match and by their own metric', async () => {
    const sums = defineTask({
      name: 'sums',
      instruction: 'Add.',
      input: z.array(z.number()),
      output: z.number(),
      examples: { train: [{ input: [1], output: 1 }], test: [1, 2, 3, 4].map(n => ({ input: [n, 1], output: n + 1 })) },
      metric: {
        name: 'error',
        direction: 'minimize',
        overall: list =>
          list.reduce((sum, one) => sum + Math.abs((one.predicted ?? 0) - one.expected), 0) / list.length,
      },
    });
    const off: Mode<number[], number> = {
      name: 'off-by-one',
      kind: 'api',
      solve: async () => ({
        footprint,
        predict: async list => ({ output: list[0]! + (list[0]! > 2 ? 1 : 0) }),
        save: async () => {},
      }),
    };
    const [row] = (await compare(sums, [off])).modes;
    expect(row).toMatchObject({
      metrics: { accuracy: 0.5 },
      taskMetric: { name: 'error', direction: 'minimize', value: 0.5 },
      perLabel: [],
    });
    expect(row!.metrics).not.toHaveProperty('macroF1');
  });

  it('refuses wrong use before anything runs', async () => {
    await expect(compare(task, [])).rejects.toThrow(/at least one mode/);
    await expect(compare(task, [majority(), majority()])).rejects.toThrow(/named "majority"/);
    await expect(compare(task, [majority()], { concurrency: 0 })).rejects.toThrow(/concurrency/);
    await expect(compare(task, [majority()], { limit: 0.5 })).rejects.toThrow(/limit/);
    await expect(compare(task, [majority()], { modesAtOnce: -1 })).rejects.toThrow(/modesAtOnce/);
    await expect(compare(task, [majority()], { seed: 0.5 })).rejects.toThrow(/seed/);
    const solution = await majority().solve(task, {});
    await expect(evaluate(solution, [])).rejects.toThrow(/at least one example/);
  });

  it('finds the cheaper mode that is not shown to be worse', async () => {
    const dear = mode('dear', input => ({ output: rightAnswer(input), usd: 0.01 }));
    const cheap = mode('cheap', (input, call) => ({ output: call === 0 ? 'billing' : rightAnswer(input), usd: 0 }));
    const { verdict } = await compare(task, [dear, cheap, majority()], { seed: 2 });
    const best = verdict.best!;
    if (best === 'dear') expect(verdict.alternatives[0]).toMatchObject({ name: 'cheap', cheaper: true, pAdjusted: 1 });
    else expect(best).toBe('cheap');
    expect(verdict.beatsBaselines).toBe(true);
  });

  it('stays quick with 100,000 examples and 300 labels', async () => {
    const many = Array.from({ length: 300 }, (_, i) => `标签 ${i}`);
    const source = random(5);
    const test = Array.from({ length: 100_000 }, (_, i) => ({ input: `${i}`, output: many[source.integer(300)]! }));
    const big = defineTask({
      name: 'big',
      instruction: 'Name it.',
      input: z.string(),
      output: labels(many),
      examples: { train: test.slice(0, 300), test: [test[0]!] },
    });
    const large = { ...big, test };
    const guess = (name: string, skill: number): Mode<string, string> => ({
      name,
      kind: 'api',
      solve: async () => ({
        footprint,
        predict: async input => ({
          output: random(Number(input)).next() < skill ? test[Number(input)]!.output : many[Number(input) % 300]!,
        }),
        save: async () => {},
      }),
    });
    const begun = performance.now();
    const report = await compare(large, [guess('a', 0.9), guess('b', 0.88)], { concurrency: 8 });
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect(report.modes[0]!.perLabel).toHaveLength(300);
    expect(report.modes[0]!.confusions).toHaveLength(20);
  });
});
