// Tuning, against an independent imitation of the service and against a server that does what services do.
import { LLMock } from '@copilotkit/aimock';
import type { Message, Progress } from '@modeshift/core';
import { type FaultRequest, faultServer } from '@modeshift/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compatible } from './compatible.ts';
import { openai } from './openai.ts';
import { presets } from './presets.ts';

const key = 'sk-tune-0123456789abcdef';
const example = (i: number): { messages: Message[] } => ({
  messages: [
    { role: 'system', content: '分类' },
    { role: 'user', content: `包裹 ${i} 没到` },
    { role: 'assistant', content: '物流' },
  ],
});
const train = Array.from({ length: 10 }, (_, i) => example(i));
const azure = (baseURL: string, extra: object = {}) =>
  compatible({ ...presets.azure, baseURL, apiKey: key, pollMs: 2, maxRetries: 0, ...extra }).language('gpt-base');
const job = (fields: object) => ({ body: { id: 'ftjob-1', object: 'fine_tuning.job', model: 'gpt-base', ...fields } });
const events = (data: readonly object[]) => ({ body: { object: 'list', data, has_more: false } });
const collect = async (progress: AsyncIterable<Progress>): Promise<Progress[]> => {
  const all: Progress[] = [];
  for await (const one of progress) all.push(one);
  return all;
};

/** A service whose job goes through the given states, one for each look. */
function service(states: readonly object[], metrics: readonly object[] = []) {
  let look = 0;
  return faultServer(({ method, path }: FaultRequest) => {
    if (path === '/files') return { body: { id: `file-${look}`, object: 'file' } };
    if (method === 'POST' && path === '/fine_tuning/jobs') return job({ status: 'validating_files' });
    if (path.endsWith('/cancel')) {
      look = states.length - 1;
      return job({ status: 'cancelled' });
    }
    if (path.includes('/events')) return events(metrics);
    return job(states[Math.min(look++, states.length - 1)]!);
  });
}

describe('tune', () => {
  it('uploads the examples, follows the job, and gives the tuned model', async () => {
    const measured = (step: number, more: object) => ({
      id: `ftevent-${step}`,
      type: 'metrics',
      data: { step, total_steps: 12, ...more },
    });
    // The newest comes first.
    const metrics = [
      measured(3, { train_loss: 0.4, valid_loss: 0.5, train_mean_token_accuracy: 0.9 }),
      { id: 'ftevent-message', type: 'message', message: 'Step 2/12' },
      measured(2, { train_loss: 0.6 }),
    ];
    await using server = await service(
      [
        { status: 'validating_files' },
        { status: 'queued' },
        { status: 'running', estimated_finish: Math.floor(Date.now() / 1000) + 600 },
        { status: 'succeeded', fine_tuned_model: 'ft:gpt-base:team::1' },
      ],
      metrics,
    );
    const tuning = azure(server.url).tune(
      { train, validation: train.slice(0, 2), epochs: 2, seed: 7, suffix: 'team' },
      {},
    );
    const [id, tuned, first, second] = await Promise.all([
      tuning.id,
      tuning.result,
      collect(tuning.progress),
      collect(tuning.progress),
    ]);
    expect(id).toBe('ftjob-1');
    expect(tuned).toMatchObject({ provider: 'azure', modelId: 'ft:gpt-base:team::1', price: undefined });
    expect(first.map(one => one.phase)).toEqual([
      'checking the examples',
      'waiting for the service',
      'training',
      'training',
      'done',
    ]);
    expect(first[2]).toMatchObject({ done: 2, figures: { loss: 0.6 } });
    expect(first[4]).toMatchObject({ done: 12, total: 12 });
    expect(first[3]).toMatchObject({
      done: 3,
      total: 12,
      unit: 'steps',
      figures: { loss: 0.4, validationLoss: 0.5, tokenAccuracy: 0.9 },
      etaMs: expect.any(Number),
    });
    expect(second).toEqual(first);
    const [upload, , creation] = server.requests;
    expect(upload!.text).toContain('name="purpose"\r\n\r\nfine-tune');
    expect(upload!.text).toContain(
      '{"messages":[{"role":"system","content":"分类"},{"role":"user","content":"包裹 0 没到"},{"role":"assistant","content":"物流"}]}\n',
    );
    expect(creation!.json).toEqual({
      model: 'gpt-base',
      training_file: 'file-0',
      validation_file: 'file-0',
      suffix: 'team',
      seed: 7,
      method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: 2 } } },
    });
  });

  it('refuses data that the service would refuse, before any request', async () => {
    await using server = await service([]);
    const model = azure(server.url);
    expect(() => model.tune({ train: train.slice(1) }, {})).toThrow(/9 training examples.*at least 10/);
    const open = { messages: [{ role: 'user', content: '?' }] as Message[] };
    expect(() => model.tune({ train: [...train, open] }, {})).toThrow(/Example 11 of "train"/);
    expect(() => model.tune({ train, validation: [open] }, {})).toThrow(/Example 1 of "validation"/);
    expect(() => model.tune({ train, method: 'preference' }, {})).toThrow(
      expect.objectContaining({ reason: { tag: 'unsupported', feature: 'preference' } }),
    );
    expect(server.requests).toHaveLength(0);
  });

  it('tells why a job failed, to the result and to every reader of the progress, without the key', async () => {
    await using server = await service([{ status: 'failed', error: { code: 'x', message: `bad line, key ${key}` } }]);
    const tuning = azure(server.url).tune({ train }, {});
    const reasons = await Promise.allSettled([tuning.result, collect(tuning.progress)]);
    const [error] = reasons.map(one => (one as PromiseRejectedResult).reason);
    expect(error).toMatchObject({ reason: { tag: 'refused' }, message: expect.stringContaining('bad line') });
    expect(String(error)).not.toContain(key);
    expect((reasons[1] as PromiseRejectedResult).reason).toBe(error);
  });

  it('is cancelled by cancel and by the signal, at the service too', async () => {
    const states = [{ status: 'running' }, { status: 'cancelled' }];
    for (const how of ['cancel', 'signal'] as const) {
      let cancelled = 0;
      await using server = await faultServer(({ method, path }: FaultRequest) => {
        if (path === '/files') return { body: { id: 'file-1' } };
        if (path.endsWith('/cancel')) cancelled++;
        if (path.includes('/events')) return { status: 404, body: {} };
        return method === 'POST' ? job({ status: 'queued' }) : job(cancelled ? states[1]! : states[0]!);
      });
      const controller = new AbortController();
      const tuning = azure(server.url, { pollMs: 60_000 }).tune({ train }, { signal: controller.signal });
      for await (const progress of tuning.progress) {
        expect(progress.phase).toBe('training');
        break;
      }
      if (how === 'cancel') await tuning.cancel();
      else controller.abort();
      await expect(tuning.result).rejects.toMatchObject({ reason: { tag: 'aborted' } });
      expect(cancelled).toBe(1);
      await tuning.cancel();
      expect(cancelled).toBe(1);
    }
  });

  it('leaves no job behind that nobody knows of: a signal that fires while the job is made cancels it', async () => {
    const controller = new AbortController();
    const paths: string[] = [];
    await using server = await faultServer(({ method, path }: FaultRequest) => {
      paths.push(`${method} ${path}`);
      if (path === '/fine_tuning/jobs') controller.abort();
      return path === '/files' ? { body: { id: 'file-1' } } : job({ status: 'queued' });
    });
    const tuning = azure(server.url).tune({ train }, { signal: controller.signal });
    await expect(tuning.result).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    expect(paths).toEqual(['POST /files', 'POST /fine_tuning/jobs', 'POST /fine_tuning/jobs/ftjob-1/cancel']);
    const early = azure(server.url).tune({ train }, { signal: AbortSignal.abort() });
    await expect(early.result).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    await expect(early.id).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    expect(paths).toHaveLength(3);
  });

  it('waits for a file that the service imports, and says when it cannot', async () => {
    let looks = 0;
    await using server = await faultServer(({ method, path }: FaultRequest) => {
      if (path === '/files') return { body: { id: 'file-1', status: 'pending' } };
      if (path === '/files/file-1') return { body: { id: 'file-1', status: ++looks < 3 ? 'running' : 'processed' } };
      return job(method === 'POST' ? { status: 'queued' } : { status: 'succeeded', fine_tuned_model: 'ft:1' });
    });
    expect((await azure(server.url).tune({ train }, {}).result).modelId).toBe('ft:1');
    expect(looks).toBe(3);
    await using broken = await faultServer(({ method }: FaultRequest) => ({
      body: { id: 'file-1', status: method === 'POST' ? 'pending' : 'error' },
    }));
    await expect(azure(broken.url).tune({ train }, {}).result).rejects.toMatchObject({ reason: { tag: 'refused' } });
  });

  it('gives the checkpoints of a job as models, also while it runs', async () => {
    const checkpoint = (step_number: number) => ({
      id: `ftckpt-${step_number}`,
      step_number,
      fine_tuned_model_checkpoint: `ft:gpt-base:team::1:ckpt-step-${step_number}`,
      metrics: { step: step_number, train_loss: 1 / step_number, full_valid_loss: 0.5 },
    });
    await using server = await faultServer(({ path }: FaultRequest) => {
      if (!path.includes('/checkpoints')) return job({ status: 'running' });
      const isSecond = path.includes('after=ftckpt-8');
      return {
        body: {
          object: 'list',
          data: isSecond ? [checkpoint(4)] : [checkpoint(12), checkpoint(8)],
          has_more: !isSecond,
        },
      };
    });
    const controller = new AbortController();
    const tuning = azure(server.url).resumeTune('ftjob-1', { signal: controller.signal });
    const checkpoints = await tuning.checkpoints();
    expect(checkpoints.map(({ step, figures }) => [step, figures])).toEqual([
      [4, { loss: 1 / 4, fullValidationLoss: 0.5 }],
      [8, { loss: 1 / 8, fullValidationLoss: 0.5 }],
      [12, { loss: 1 / 12, fullValidationLoss: 0.5 }],
    ]);
    const { model } = checkpoints[1]!;
    expect(model).toMatchObject({ provider: 'azure', modelId: 'ft:gpt-base:team::1:ckpt-step-8', price: undefined });
    expect(typeof model.generate).toBe('function');
    controller.abort();
    await expect(tuning.result).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });

  it('does not give the price of the base to the tuned model, nor a model without a name', async () => {
    await using server = await service([{ status: 'succeeded', fine_tuned_model: 'ft:1' }]);
    const price = { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-11-01', source: 'a test' };
    vi.stubEnv('OPENAI_BASE_URL', server.url);
    vi.stubEnv('OPENAI_API_KEY', key);
    const base = openai('gpt-base', { price, pollMs: 2 });
    vi.unstubAllEnvs();
    expect([base.price, (await base.tune({ train }, {}).result).price]).toEqual([price, undefined]);
    await using nameless = await service([{ status: 'succeeded', fine_tuned_model: null }]);
    await expect(azure(nameless.url).resumeTune('x', {}).result).rejects.toMatchObject({
      reason: { tag: 'invalid-response' },
    });
  });

  it('goes on when the service is away for a while, and is resumed by its id', async () => {
    let look = 0;
    await using server = await faultServer(() =>
      ++look < 4 ? { status: 503, body: {} } : job({ status: 'succeeded', fine_tuned_model: 'ft:1' }),
    );
    const tuned = await azure(server.url).resumeTune('ftjob-1', {}).result;
    expect(tuned.modelId).toBe('ft:1');
    expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
    await using gone = await faultServer({ status: 404, body: {} });
    await expect(azure(gone.url).resumeTune('x', {}).result).rejects.toMatchObject({ reason: { tag: 'not-found' } });
    await using dead = await faultServer({ status: 503, body: {} });
    await expect(azure(dead.url).resumeTune('x', {}).result).rejects.toMatchObject({ reason: { tag: 'server' } });
    expect(dead.requests).toHaveLength(6);
  });
});

describe('tune over HTTP', () => {
  const mock = new LLMock({ port: 0 });
  beforeAll(() => mock.start());
  afterAll(() => mock.stop());

  it('works with an independent imitation of the service, and the tuned model answers', async () => {
    mock.onMessage('包裹呢', { content: '物流' });
    vi.stubEnv('OPENAI_BASE_URL', `${mock.url}/v1`);
    vi.stubEnv('OPENAI_API_KEY', key);
    const model = openai('gpt-4.1-nano-2025-04-14', { pollMs: 2 });
    vi.unstubAllEnvs();
    const tuning = model.tune({ train, epochs: 3, suffix: 'zh' }, {});
    const progress = collect(tuning.progress);
    const tuned = await tuning.result;
    expect(tuned.modelId).toMatch(/^ft:gpt-4\.1-nano.*zh/);
    expect((await progress).at(-1)!.phase).toBe('done');
    const answer = await tuned.generate({ messages: [{ role: 'user', content: '包裹呢' }] }, {});
    expect(answer.content).toEqual([{ type: 'text', text: '物流' }]);
    const cancelled = model.tune({ train }, {});
    await cancelled.cancel();
    await expect(cancelled.result).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });
});
