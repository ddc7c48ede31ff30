import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defineTask,
  type EmbeddingModel,
  type LanguageEvent,
  labels,
  type Message,
  type Mode,
  ModeshiftError,
} from '@modeshift/core';
import { scriptedModel, scriptedScoringModel, scriptedTrainableModel } from '@modeshift/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fewShot } from './few-shot.ts';
import { loadPrompted } from './load-prompted.ts';
import { modes } from './modes.ts';
import { prompted } from './prompted.ts';

type Topic = '账单' | '物流';
const example = (text: string, output: Topic) => ({ input: { text }, output });
const task = defineTask({
  name: '主题',
  instruction: '判断客户消息的主题。',
  input: z.object({ text: z.string() }),
  output: labels(['账单', '物流']),
  examples: {
    train: [
      example('多收了我的钱', '账单'),
      example('发票金额不对', '账单'),
      example('包裹没有到', '物流'),
      example('快递太慢', '物流'),
      example('退款还没到账', '账单'),
    ],
    test: [example('SECRET TEST', '物流')],
  },
});
type Input = { text: string };
const price = { inputPerMillion: 1e6, outputPerMillion: 1e6, asOf: '2026-01-01', source: 'test' };
const folder = () => mkdtemp(join(tmpdir(), 'modeshift-prompt-'));
const lastUser = (messages: readonly Message[]) => String(messages.at(-1)!.content);

it('asks in the language of the labels where none is given', async () => {
  const asked = async (labelled: typeof task | typeof english) => {
    const model = scriptedModel({ reply: () => '' });
    const solution = await fewShot<Input, string>({ model, shots: 2 }).solve(labelled as typeof task, {});
    await solution.predict({ text: '到哪了' }, {});
    return String(model.journal[0]!.call.messages[0]!.content);
  };
  const english = defineTask({
    name: 'topic',
    instruction: '',
    input: z.object({ text: z.string() }),
    output: labels(['billing', 'delivery']),
    examples: {
      train: [{ input: { text: '多收了钱' }, output: 'billing' }],
      test: [{ input: { text: '包裹没到' }, output: 'delivery' }],
    },
  });
  expect(await asked(task)).toContain('请从下列标签中选择');
  expect(await asked(english)).toContain('Choose exactly one of these labels');
});

describe('prompted with a model that generates', () => {
  it('answers with a label, usage and price', async () => {
    const model = scriptedModel({ reply: () => ' 物流。', price });
    const mode = prompted<Input, Topic>({ model, lang: 'zh' });
    expect(mode).toMatchObject({ name: 'prompted', kind: 'api', model: 'scripted:script' });
    const solution = await mode.solve(task, {});
    const prediction = await solution.predict({ text: '到哪了' }, {});
    const { messages, temperature } = model.journal[0]!.call;
    const promptLength = messages.reduce((sum, message) => sum + [...(message.content as string)].length, 0);
    expect(prediction).toEqual({
      output: '物流',
      usage: { inputTokens: promptLength, outputTokens: 4 },
      usd: promptLength + 4,
    });
    expect(temperature).toBe(0);
    expect(model.journal[0]!.call).not.toHaveProperty('output');
    expect(JSON.stringify(messages)).not.toContain('SECRET TEST');
    expect(solution.footprint).toMatchObject({ trainedParameters: 0, totalParameters: undefined, trainUsd: 0 });
    expect(solution.counts).toEqual({ answers: 1, repaired: 0, problems: 0 });
  });

  it('calls anything else a problem, still with its cost, and unknown cost unknown', async () => {
    const model = scriptedModel({ reply: () => '这是物流问题', price });
    const solution = await prompted<Input, Topic>({ model }).solve(task, {});
    const prediction = await solution.predict({ text: 'x' }, {});
    expect(prediction.output).toBeUndefined();
    expect(prediction.problem).toBe('The answer is none of the labels: "这是物流问题".');
    expect(prediction.usd).toBeGreaterThan(0);
    expect(model.journal).toHaveLength(1);
    expect(solution.counts).toEqual({ answers: 1, repaired: 0, problems: 1 });
    const unpriced = scriptedModel({ reply: () => '物流' });
    const free = await (await prompted<Input, Topic>({ model: unpriced }).solve(task, {})).predict({ text: 'x' }, {});
    expect(free.usd).toBeUndefined();
  });

  it('asks once more when told to, and adds the costs', async () => {
    const model = scriptedModel({ reply: (_, index) => ['I think 物流', '物流', 'no', 'no'][index]!, price });
    const solution = await prompted<Input, Topic>({ model, repair: true, lang: 'en' }).solve(task, {});
    const repaired = await solution.predict({ text: 'x' }, {});
    expect(repaired.output).toBe('物流');
    expect(repaired.problem).toBeUndefined();
    expect(repaired.usage!.outputTokens).toBe([...'I think 物流', ...'物流'].length);
    expect(model.journal[1]!.call.messages.slice(-2)).toEqual([
      { role: 'assistant', content: 'I think 物流' },
      { role: 'user', content: expect.stringContaining('not one of the labels') },
    ]);
    const hopeless = await solution.predict({ text: 'y' }, {});
    expect(hopeless.output).toBeUndefined();
    expect(model.journal).toHaveLength(4);
    expect(solution.counts).toEqual({ answers: 2, repaired: 1, problems: 1 });
  });

  it('asks for an enforced choice when structured, and passes call settings', async () => {
    const model = scriptedModel({ reply: () => '{"choice":"账单"}' });
    const call = { temperature: 0.7, maxTokens: 9, seed: 3 };
    const solution = await prompted<Input, Topic>({ model, structured: true, call }).solve(task, {});
    expect((await solution.predict({ text: 'x' }, {})).output).toBe('账单');
    expect(model.journal[0]!.call).toMatchObject({ ...call, output: { type: 'choice', choices: ['账单', '物流'] } });
  });

  it('leaves the temperature out for a model that refuses it, and asks no further with it', async () => {
    const refused = new ModeshiftError({ tag: 'refused', status: 400 }, "Unsupported value: 'temperature'");
    const model = scriptedModel({ reply: call => (call.temperature === undefined ? '物流' : refused) });
    const solution = await prompted<Input, Topic>({ model }).solve(task, {});
    for (let i = 0; i < 2; i++) expect((await solution.predict({ text: 'x' }, {})).output).toBe('物流');
    expect(model.journal.map(({ call }) => call.temperature)).toEqual([0, undefined, undefined]);
    const own = await prompted<Input, Topic>({ model, call: { temperature: 0 } }).solve(task, {});
    await expect(own.predict({ text: 'x' }, {})).rejects.toBe(refused);
  });

  it('tells a cut or withheld answer from a wrong one', async () => {
    const ending = (reason: 'length' | 'content-filter'): LanguageEvent[] => [
      { type: 'text-delta', text: 'Let me' },
      { type: 'finish', reason },
    ];
    for (const [reason, words] of [
      ['length', 'maxTokens'],
      ['content-filter', 'withheld'],
    ] as const) {
      const model = scriptedModel({ reply: () => ending(reason) });
      const solution = await prompted<Input, Topic>({ model }).solve(task, {});
      expect((await solution.predict({ text: 'x' }, {})).problem).toContain(words);
    }
  });

  it.each([
    ['content-filter', false],
    ['context-length', false],
    ['authentication', true],
    ['rate-limit', true],
    ['quota', true],
    ['network', true],
  ] as const)('an error %s ends the mode: %s', async (tag, ends) => {
    const error = new ModeshiftError({ tag }, 'what happened');
    const solution = await prompted<Input, Topic>({ model: scriptedModel({ reply: () => error }) }).solve(task, {});
    const prediction = solution.predict({ text: 'x' }, {});
    if (ends) await expect(prediction).rejects.toBe(error);
    else await expect(prediction).resolves.toMatchObject({ output: undefined, problem: 'what happened' });
  });

  it('runs at most `concurrency` calls at a time, and lets a waiting one be cancelled', async () => {
    let running = 0;
    let most = 0;
    const model = scriptedModel({
      async reply() {
        most = Math.max(most, ++running);
        await new Promise(resolve => setTimeout(resolve, 10));
        running--;
        return '物流';
      },
    });
    const solution = await prompted<Input, Topic>({ model, concurrency: 2 }).solve(task, {});
    const controller = new AbortController();
    const answers = Array.from({ length: 6 }, () => solution.predict({ text: 'x' }, {}));
    const cancelled = solution.predict({ text: 'x' }, { signal: controller.signal });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    expect((await Promise.all(answers)).every(({ output }) => output === '物流')).toBe(true);
    expect(most).toBe(2);
    expect(model.journal).toHaveLength(6);
  });
});

describe('prompted with a model that scores', () => {
  it('takes the likeliest label and gives probabilities that sum to 1', async () => {
    const model = scriptedScoringModel(
      (_, continuation) => (continuation === '物流' ? Math.log(0.06) : Math.log(0.02)),
      {
        price,
      },
    );
    const solution = await prompted<Input, Topic>({ model, lang: 'zh' }).solve(task, {});
    const prediction = await solution.predict({ text: '到哪了' }, {});
    expect(prediction.output).toBe('物流');
    expect(prediction.probabilities!.物流).toBeCloseTo(0.75, 12);
    expect(prediction.probabilities!.账单).toBeCloseTo(0.25, 12);
    expect(prediction.usd).toBe(prediction.usage!.inputTokens);
    expect(model.journal[0]!.continuations).toEqual(['账单', '物流']);
    expect(String(model.journal[0]!.prompt).endsWith('文本：到哪了\n标签：')).toBe(true);
  });

  it('compares by length when told to', async () => {
    const model = scriptedScoringModel((_, continuation) =>
      [...continuation].map(token => ({ token, logprob: continuation.trim() === 'ab' ? -1.2 : -1 })),
    );
    const long = defineTask({
      name: 'n',
      instruction: 'i',
      input: z.string(),
      output: labels(['ab', 'abcd']),
      examples: { train: [{ input: 'x', output: 'ab' }], test: [{ input: 'y', output: 'ab' }] },
    });
    const best = async (normalize: 'none' | 'tokens' | 'characters') => {
      const solution = await prompted<string, 'ab' | 'abcd'>({ model, normalize }).solve(long, {});
      return (await solution.predict('x', {})).output;
    };
    expect([await best('none'), await best('tokens'), await best('characters')]).toEqual(['ab', 'abcd', 'abcd']);
    // One begins the other: only with their ends can they be told apart.
    expect(model.journal[0]!.continuations).toEqual([' ab\n', ' abcd\n']);
  });

  it('asks by messages where the model has a chat template', async () => {
    const model = scriptedScoringModel(() => -1);
    const solution = await prompted<Input, Topic>({ model, format: 'chat' }).solve(task, {});
    expect((await solution.predict({ text: 'x' }, {})).output).toBe('账单');
    expect(model.journal[0]).toMatchObject({
      continuations: ['账单', '物流'],
      prompt: [{ role: 'system' }, { role: 'user' }],
    });
  });

  it('has a problem, not NaN, where the model gives no likelihood', async () => {
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const solution = await prompted<Input, Topic>({ model: scriptedScoringModel(() => value) }).solve(task, {});
      expect(await solution.predict({ text: 'x' }, {})).toMatchObject({
        output: undefined,
        problem: expect.any(String),
      });
    }
  });

  it('calls an input that is too long a problem of that input, and ends for everything else', async () => {
    const solve = (tag: 'context-length' | 'authentication') => {
      const error = new ModeshiftError({ tag }, 'what happened');
      return prompted<Input, Topic>({ model: scriptedScoringModel(() => error) }).solve(task, {});
    };
    const prediction = await (await solve('context-length')).predict({ text: 'x' }, {});
    expect(prediction).toEqual({ output: undefined, problem: 'what happened' });
    await expect((await solve('authentication')).predict({ text: 'x' }, {})).rejects.toThrow('what happened');
  });

  it('generates instead with a model that does both, when told to', async () => {
    const both = { ...scriptedScoringModel(() => -1), ...scriptedModel({ reply: () => '物流' }) };
    const scored = await (await prompted<Input, Topic>({ model: both }).solve(task, {})).predict({ text: 'x' }, {});
    expect(scored.probabilities).toBeDefined();
    const mode = prompted<Input, Topic>({ model: both, answer: 'generate' });
    const generated = await (await mode.solve(task, {})).predict({ text: 'x' }, {});
    expect(generated).toMatchObject({ output: '物流' });
    expect(generated.probabilities).toBeUndefined();
  });
});

describe('fewShot', () => {
  it('shows training examples as turns, equally among the labels, the same for the same seed', async () => {
    const model = scriptedModel({ reply: () => '账单' });
    const mode = fewShot<Input, Topic>({ model, shots: 4, lang: 'zh' });
    expect(mode).toMatchObject({ name: 'few-shot', kind: 'prompt-tuning' });
    for (const seed of [1, 1, 2]) {
      const solution = await mode.solve(task, { seed });
      await solution.predict({ text: '到哪了' }, {});
    }
    const [first, again, other] = model.journal.map(({ call }) => call.messages);
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    expect(first!.map(message => message.role).join(' ')).toBe(
      'system user assistant user assistant user assistant user assistant user',
    );
    const shown = first!.filter(message => message.role === 'assistant').map(message => message.content);
    expect(shown.toSorted()).toEqual(['物流', '物流', '账单', '账单'].toSorted());
    expect(JSON.stringify(first)).not.toContain('SECRET TEST');
  });

  it('shows the most alike examples last, for each input anew', async () => {
    const model = scriptedModel({ reply: () => '账单' });
    const solution = await fewShot<Input, Topic>({ model, shots: 2, select: 'nearest' }).solve(task, {});
    await solution.predict({ text: '发票不对' }, {});
    await solution.predict({ text: '包裹呢' }, {});
    const shownLast = model.journal.map(({ call }) => lastUser(call.messages.slice(0, -2)));
    expect(shownLast[0]).toContain('发票金额不对');
    expect(shownLast[1]).toContain('包裹没有到');
  });

  it('shows what a function chooses, in one block', async () => {
    const model = scriptedModel({ reply: () => '账单' });
    const solution = await fewShot<Input, Topic>({
      model,
      shots: 2,
      layout: 'block',
      select: ({ pool, text, count }) => pool.filter(shot => shot.text.includes(text)).slice(0, count),
    }).solve(task, {});
    await solution.predict({ text: '快递' }, {});
    const { messages } = model.journal[0]!.call;
    expect(messages).toHaveLength(2);
    expect(lastUser(messages)).toBe('示例：\n\n<text>\n快递太慢\n</text>\n标签：物流\n\n<text>\n快递\n</text>');
    const wrong = await fewShot<Input, Topic>({ model, select: () => [{ text: 'x', label: '别的' }] }).solve(task, {});
    await expect(wrong.predict({ text: 'x' }, {})).rejects.toThrow(/unknown label "别的"/);
  });

  it('scores with examples as well', async () => {
    const model = scriptedScoringModel(() => -1);
    const solution = await fewShot<Input, Topic>({ model, shots: 2, order: 'by-label', lang: 'zh' }).solve(task, {});
    await solution.predict({ text: '到哪了' }, {});
    expect(String(model.journal[0]!.prompt).match(/标签：(账单|物流)$/gm)).toEqual(['标签：账单', '标签：物流']);
  });
});

describe('saving', () => {
  it('writes readable JSON of as many bytes as said, and answers the same after loading', async () => {
    const model = scriptedModel({ reply: call => (lastUser(call.messages).includes('包裹') ? '物流' : '账单') });
    for (const mode of [
      prompted<Input, Topic>({ model, lang: 'zh', repair: true }),
      fewShot<Input, Topic>({ model, shots: 2, lang: 'zh' }),
      fewShot<Input, Topic>({ model, shots: 3, select: 'nearest', layout: 'block' }),
    ]) {
      const dir = await folder();
      const solution = await mode.solve(task, { seed: 4 });
      await solution.save(dir);
      const text = await readFile(join(dir, 'prompt.json'), 'utf8');
      expect(Buffer.byteLength(text)).toBe(solution.footprint.bytes);
      expect(JSON.parse(text)).toMatchObject({
        format: 'modeshift-prompt',
        version: 1,
        labels: ['账单', '物流'],
        seed: 4,
      });
      const loaded = await loadPrompted(dir, { model });
      model.journal satisfies readonly unknown[];
      const before = model.journal.length;
      expect((await solution.predict({ text: '包裹' }, {})).output).toBe((await loaded.predict('包裹', {})).output);
      expect(model.journal[before + 1]!.call).toEqual(model.journal[before]!.call);
      expect(loaded.footprint.bytes).toBe(solution.footprint.bytes);
    }
  });

  it('needs the function again that chose the examples, and a model that fits', async () => {
    const dir = await folder();
    const model = scriptedModel({ reply: () => '账单' });
    const select = ({ pool }: { pool: readonly { text: string; label: string }[] }) => pool.slice(0, 1);
    await (await fewShot<Input, Topic>({ model, select }).solve(task, {})).save(dir);
    await expect(loadPrompted(dir, { model })).rejects.toThrow(/Pass it as `select`/);
    expect((await (await loadPrompted(dir, { model, select })).predict({ text: 'x' }, {})).output).toBe('账单');
    await expect(loadPrompted(dir, { model: scriptedScoringModel(() => 0) })).rejects.toThrow(/does not generate/);
    const loaded = await loadPrompted<unknown>(dir, { model, select });
    await expect(loaded.predict({ a: 1, b: 2 }, {})).rejects.toThrow(/Pass `text`/);
  });

  it('says what is wrong with a missing or broken file', async () => {
    const dir = await folder();
    const model = scriptedModel({ reply: () => '账单' });
    await expect(loadPrompted(dir, { model })).rejects.toMatchObject({ reason: { tag: 'storage', code: 'ENOENT' } });
    await writeFile(join(dir, 'prompt.json'), '{');
    await expect(loadPrompted(dir, { model })).rejects.toThrow(/is not JSON/);
    await writeFile(join(dir, 'prompt.json'), '{"format":"modeshift-prompt","version":2,"labels":["a"],"shots":[{}]}');
    await expect(loadPrompted(dir, { model })).rejects.toThrow(/version is not 1.*shots/);
    await writeFile(join(dir, 'file'), '');
    const solution = await prompted<Input, Topic>({ model }).solve(task, {});
    await expect(solution.save(join(dir, 'file', 'below'))).rejects.toMatchObject({ reason: { tag: 'storage' } });
  });
});

describe('wrong use', () => {
  const embedder: EmbeddingModel = {
    provider: 'p',
    modelId: 'embedder',
    dimensions: 2,
    embed: async () => ({ embeddings: [], usage: { inputTokens: 0, outputTokens: 0 } }),
  };

  it('does not compile with a model that cannot answer, and throws at construction', () => {
    // @ts-expect-error This mode needs a model that generates (it has a stream method) or scores (it has a score method).
    expect(() => prompted({ model: embedder })).toThrow(/embedder neither generates nor scores/);
    // @ts-expect-error This mode needs a model that generates (it has a stream method) or scores (it has a score method).
    expect(() => fewShot({ model: embedder })).toThrow(/embedder neither generates nor scores/);
    // @ts-expect-error a mode needs a model
    expect(() => prompted({})).toThrow(/needs a model/);
  });

  it('takes the types of the task from where it is used', () => {
    const model = scriptedModel({ reply: () => '' });
    const typed: readonly Mode<Input, Topic>[] = [prompted({ model }), fewShot({ model, select: 'nearest' })];
    expect(typed).toHaveLength(2);
  });

  it('throws before any task is seen', () => {
    const model = scriptedModel({ reply: () => '' });
    expect(() => prompted({ model, answer: 'score' })).toThrow(/does not score/);
    expect(() => prompted({ model, concurrency: 0 })).toThrow(/concurrency/);
    expect(() => prompted({ model, name: ' ' })).toThrow(/name/);
    expect(() => fewShot({ model, shots: 0 })).toThrow(/shots/);
    expect(() => fewShot({ model, shots: 1.5 })).toThrow(/shots/);
    // @ts-expect-error no such language
    expect(() => prompted({ model, lang: 'fr' })).toThrow(/en or zh/);
    // @ts-expect-error no such selection
    expect(() => fewShot({ model, select: 'best' })).toThrow(/nearest/);
  });

  it('refuses a task without labels', async () => {
    const open = defineTask({
      name: 'open',
      instruction: 'i',
      input: z.string(),
      output: z.string(),
      examples: { train: [{ input: 'a', output: 'b' }], test: [{ input: 'a', output: 'b' }] },
    });
    const mode = prompted<string, string>({ model: scriptedModel({ reply: () => '' }) });
    await expect(mode.solve(open, {})).rejects.toThrow(/no fixed labels/);
  });
});

it('is offered to the command line', async () => {
  expect(modes.map(({ name, kind, needs }) => `${name} ${kind} ${needs}`)).toEqual([
    'prompted api answering',
    'verbalized prompt-tuning scoring',
    'few-shot prompt-tuning answering',
    'soft-prompt prompt-tuning trainable',
  ]);
  for (const offer of modes) {
    expect(() => offer.create({})).toThrow(/--model/);
    if (offer.needs === 'answering')
      expect(offer.create({ model: scriptedModel({ reply: () => '' }) }).name).toBe(offer.name);
    else
      expect(() => offer.create({ model: scriptedModel({ reply: () => '' }) })).toThrow(
        /scripted:script (does not score|cannot be trained)/,
      );
    expect(offer.create({ model: scriptedTrainableModel() }).name).toBe(offer.name);
  }
});
