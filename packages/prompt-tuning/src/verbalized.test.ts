// Label words scored: a planted bias and its removal, closed forms of each calibration, seeds, cancelling, saving, wrong use.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineTask, labels, ModeshiftError, type Progress, random } from '@modeshift/core';
import { scriptedModel, scriptedScoringModel } from '@modeshift/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { randomDomainTexts } from './content-free.ts';
import { loadVerbalized, type VerbalizedOptions, verbalized } from './verbalized.ts';

type Topic = '账单' | '物流' | 'lost_card';
type Input = { text: string };
const signs: Record<Topic, readonly string[]> = {
  账单: ['多收了我的钱', '发票金额不对', '扣了两次款'],
  物流: ['包裹没有到', '快递太慢了', '还没有发货'],
  lost_card: ['I lost my card', 'someone stole my card', 'my card is gone'],
};
const topics = Object.keys(signs) as Topic[];
const source = random(5);
const example = (topic: Topic) => ({
  input: { text: `${signs[topic][source.integer(3)]}${'，请尽快处理'.slice(0, source.integer(6))}` },
  output: topic,
});
const task = defineTask({
  name: '主题',
  instruction: '判断客户消息的主题。',
  input: z.object({ text: z.string() }),
  output: labels(topics),
  examples: {
    train: topics.flatMap(topic => Array.from({ length: 6 }, () => example(topic))),
    test: topics.flatMap(topic => Array.from({ length: 20 }, () => example(topic))),
  },
});

const words: Record<string, Topic> = { 账单: '账单', 物流: '物流', 'lost card': 'lost_card' };
/** The text of the last item of a prompt. */
const lastText = (prompt: unknown): string =>
  String(prompt)
    .split('文本：')
    .at(-1)!
    .replace(/\n标签：$/, '');

/** A model that sees the topic of a text, but prefers "账单" by so much that it says nothing else. */
function biased(bias = 4) {
  return scriptedScoringModel((prompt, continuation) => {
    const topic = words[continuation.trim()];
    const sees = topic !== undefined && signs[topic].some(sign => lastText(prompt).includes(sign));
    return -3 * [...continuation].length + (sees ? 2 : 0) + (topic === '账单' ? bias : 0);
  });
}

async function accuracy(options: Omit<VerbalizedOptions, 'model'>, model = biased()): Promise<number> {
  const solution = await verbalized<Input, Topic>({ ...options, model }).solve(task, { seed: 1 });
  let right = 0;
  for (const { input, output } of task.test) if ((await solution.predict(input, {})).output === output) right++;
  return right / task.test.length;
}

describe('calibration', () => {
  it('recovers the accuracy that a planted bias takes away', async () => {
    expect(await accuracy({ calibrate: 'none' })).toBeCloseTo(1 / 3, 12);
    for (const calibrate of ['contextual', 'domain', 'pmi'] as const)
      expect(await accuracy({ calibrate }), calibrate).toBe(1);
    expect(await accuracy({})).toBe(1);
    expect(await accuracy({ examples: 6 })).toBe(1);
  });

  it('makes texts without content uniform', async () => {
    const solution = await verbalized<Input, Topic>({ model: biased(7) }).solve(task, {});
    const { probabilities } = await solution.predict({ text: 'N/A' }, {});
    for (const topic of topics) expect(probabilities![topic]).toBeCloseTo(1 / 3, 10);
  });

  it('is the formula of Zhao et al.: p / mean p of content-free texts, normalised', async () => {
    const given: Record<string, readonly number[]> = {
      'N/A': [0.7, 0.2, 0.1],
      '[MASK]': [0.5, 0.3, 0.2],
      '': [0.6, 0.3, 0.1],
      真: [0.5, 0.35, 0.15],
    };
    const model = scriptedScoringModel((prompt, continuation) =>
      Math.log(given[lastText(prompt)]![Object.keys(words).indexOf(continuation.trim())]!),
    );
    const solution = await verbalized<Input, Topic>({ model }).solve(task, {});
    const { probabilities, output } = await solution.predict({ text: '真' }, {});
    const ratios = [0.5 / 0.6, 0.35 / (0.8 / 3), 0.15 / (0.4 / 3)];
    const total = ratios.reduce((a, b) => a + b);
    for (const [i, topic] of topics.entries()) expect(probabilities![topic]).toBeCloseTo(ratios[i]! / total, 12);
    expect(output).toBe('物流');
  });

  it('is PMI: each word less its likelihood after the end of the prompt alone', async () => {
    const model = scriptedScoringModel((prompt, continuation) => {
      const i = Object.keys(words).indexOf(continuation.trim());
      return prompt === '标签：' ? [-1, -4, -6][i]! : [-2, -3, -6.5][i]!;
    });
    const solution = await verbalized<Input, Topic>({ model, calibrate: 'pmi' }).solve(task, {});
    const { probabilities } = await solution.predict({ text: 'x' }, {});
    const weights = [-1, 1, -0.5].map(Math.exp);
    for (const [i, topic] of topics.entries())
      expect(probabilities![topic]).toBeCloseTo(weights[i]! / weights.reduce((a, b) => a + b), 12);
  });

  it('sees no test text and no label of one', async () => {
    for (const calibrate of ['contextual', 'domain', 'pmi'] as const) {
      const model = biased();
      const { name, instruction, input, train } = task;
      const test = [{ input: { text: 'SECRET 秘密' }, output: '物流' as const }];
      const secret = defineTask({ name, instruction, input, output: labels(topics), examples: { train, test } });
      await verbalized<Input, Topic>({ model, calibrate, examples: 3 }).solve(secret, {});
      expect(model.journal.length, calibrate).toBeGreaterThan(0);
      expect(JSON.stringify(model.journal)).not.toMatch(/SECRET|秘密/);
    }
  });

  it('draws words of the domain in any language, by seed', () => {
    const texts = ['多收了我的钱', '发票金额不对', 'I lost my card'];
    const drawn = randomDomainTexts(texts, 20, 3);
    expect(drawn).toHaveLength(20);
    expect(drawn).toEqual(randomDomainTexts(texts, 20, 3));
    expect(drawn).not.toEqual(randomDomainTexts(texts, 20, 4));
    const known = new Set([...texts.join('')]);
    expect([...drawn.join('')].every(character => known.has(character) || character === ' ')).toBe(true);
    expect(drawn.some(text => /\p{Script=Han}/u.test(text))).toBe(true);
    expect(randomDomainTexts(['?!', ''], 5, 0)).toEqual(['N/A', '[MASK]', '']);
  });

  it('says so where the model gives nothing to calibrate by', async () => {
    for (const calibrate of ['contextual', 'pmi'] as const) {
      const mode = verbalized<Input, Topic>({ model: scriptedScoringModel(() => Number.NaN), calibrate });
      await expect(mode.solve(task, {})).rejects.toMatchObject({ reason: { tag: 'invalid-response' } });
    }
  });
});

describe('words and prompts', () => {
  it('scores readable label words after the built-in prompt of the labels’ language', async () => {
    const model = scriptedScoringModel(() => -1);
    const solution = await verbalized<Input, Topic>({ model, calibrate: 'none' }).solve(task, {});
    await solution.predict({ text: '到哪了' }, {});
    expect(model.journal[0]).toEqual({
      prompt: '判断客户消息的主题。\n可选标签：账单、物流、lost card\n\n文本：到哪了\n标签：',
      continuations: ['账单', '物流', 'lost card'],
    });
    const english = await verbalized<Input, Topic>({ model, calibrate: 'none', lang: 'en' }).solve(task, {});
    await english.predict({ text: 'where' }, {});
    expect(model.journal[1]!.continuations).toEqual([' 账单', ' 物流', ' lost card']);
    expect(String(model.journal[1]!.prompt).endsWith('\n\nText: where\nLabel:')).toBe(true);
  });

  it('takes words, a template and a comparison of one’s own', async () => {
    const model = scriptedScoringModel((_, continuation) =>
      [...continuation.trim()].map(token => ({ token, logprob: continuation.includes('费') ? -0.4 : -1 })),
    );
    const answer = async (options: Omit<VerbalizedOptions, 'model'>) => {
      const verbalizer = { 账单: ['钱', '费用与账'], 物流: '物流' };
      const mode = verbalized<Input, Topic>({
        model,
        calibrate: 'none',
        verbalizer,
        template: '{text}，这是关于',
        ...options,
      });
      return (await mode.solve(task, {})).predict({ text: '问' }, {});
    };
    const probabilities = async (options: Omit<VerbalizedOptions, 'model'>) => (await answer(options)).probabilities!;
    const mean = (Math.exp(-1) + Math.exp(-1.6)) / 2;
    const rest = Math.exp(-2) + Math.exp(-9);
    expect((await probabilities({})).账单).toBeCloseTo(mean / (mean + rest), 12);
    expect((await probabilities({ combine: 'max' })).账单).toBeCloseTo(Math.exp(-1) / (Math.exp(-1) + rest), 12);
    const byTokens = await probabilities({ normalize: 'tokens', combine: 'max' });
    expect(byTokens.账单).toBeCloseTo(Math.exp(-0.4) / (Math.exp(-0.4) + 2 * Math.exp(-1)), 12);
    expect(model.journal[0]).toEqual({
      prompt: '问，这是关于',
      continuations: ['钱', '费用与账', '物流', 'lost card'],
    });
  });

  it('shows as many examples as told, equally among the labels, the same for the same seed', async () => {
    const model = scriptedScoringModel(() => -1);
    for (const seed of [1, 1, 2]) {
      const mode = verbalized<Input, Topic>({ model, calibrate: 'none', examples: 3 });
      await (await mode.solve(task, { seed })).predict({ text: '到哪了' }, {});
    }
    const [first, again, other] = model.journal.map(({ prompt }) => String(prompt));
    expect(first).toBe(again);
    expect(first).not.toBe(other);
    for (const word of Object.keys(words)) expect(first!.split(`标签：${word}\n`)).toHaveLength(2);
  });

  it('asks a chat model by one message', async () => {
    const model = scriptedScoringModel(() => -1);
    const template = { item: '{text}\n主题是？', format: 'chat' as const };
    const solution = await verbalized<Input, Topic>({ model, calibrate: 'pmi', template }).solve(task, {});
    await solution.predict({ text: '问' }, {});
    expect(model.journal.map(({ prompt }) => prompt)).toEqual([
      [{ role: 'user', content: '主题是？' }],
      [{ role: 'user', content: '问\n主题是？' }],
    ]);
  });
});

describe('runs', () => {
  const price = { inputPerMillion: 1e6, outputPerMillion: 0, asOf: '2026-01-01', source: 'test' };

  it('tells where it stands and what it costs', async () => {
    const progress: Progress[] = [];
    const model = scriptedScoringModel(() => -1, { price });
    const mode = verbalized<Input, Topic>({ model });
    const solution = await mode.solve(task, { onProgress: one => progress.push(one) });
    expect(progress).toEqual([1, 2, 3].map(done => ({ phase: 'calibrating', done, total: 3, unit: 'prompts' })));
    const characters = model.journal.reduce(
      (sum, { prompt, continuations }) =>
        sum + continuations.reduce((all, continuation) => all + [...String(prompt), ...continuation].length, 0),
      0,
    );
    expect(solution.footprint).toMatchObject({ trainedParameters: 0, trainUsd: characters });
    expect((await solution.predict({ text: 'x' }, {})).usd).toBeGreaterThan(0);
  });

  it('is cancelled before, while calibrating and while answering', async () => {
    const controller = new AbortController();
    const mode = verbalized<Input, Topic>({ model: biased() });
    const aborted = { reason: { tag: 'aborted' } };
    await expect(mode.solve(task, { signal: AbortSignal.abort() })).rejects.toMatchObject(aborted);
    const solving = mode.solve(task, {
      signal: controller.signal,
      onProgress: ({ done }) => done === 2 && controller.abort(),
    });
    await expect(solving).rejects.toMatchObject(aborted);
    const solution = await mode.solve(task, {});
    await expect(solution.predict({ text: 'x' }, { signal: controller.signal })).rejects.toMatchObject(aborted);
  });

  it('calls an input that is too long a problem of that input', async () => {
    const error = new ModeshiftError({ tag: 'context-length' }, 'too long');
    const model = scriptedScoringModel(prompt => (lastText(prompt) === 'long' ? error : -1));
    const solution = await verbalized<Input, Topic>({ model }).solve(task, {});
    expect(await solution.predict({ text: 'long' }, {})).toEqual({ output: undefined, problem: 'too long' });
  });

  it('answers the same after saving and loading, with the bytes it said', async () => {
    for (const options of [
      { examples: 3 },
      { calibrate: 'pmi' },
      { calibrate: 'none', normalize: 'tokens' },
    ] as const) {
      const model = biased();
      const solution = await verbalized<Input, Topic>({ model, ...options }).solve(task, { seed: 2 });
      const dir = await mkdtemp(join(tmpdir(), 'modeshift-verbalized-'));
      await solution.save(dir);
      expect(Buffer.byteLength(await readFile(join(dir, 'verbalized.json'), 'utf8'))).toBe(solution.footprint.bytes);
      const loaded = await loadVerbalized(dir, { model });
      for (const { input } of task.test.slice(0, 30))
        expect(await loaded.predict(input.text, {})).toEqual(await solution.predict(input, {}));
      await writeFile(
        join(dir, 'verbalized.json'),
        '{"format":"modeshift-verbalized","version":1,"labels":["a"],"words":[]}',
      );
      await expect(loadVerbalized(dir, { model })).rejects.toThrow(
        /the words do not belong to the labels; the template/,
      );
      await expect(loadVerbalized(join(dir, 'none'), { model })).rejects.toMatchObject({ reason: { tag: 'storage' } });
    }
  });
});

describe('wrong use', () => {
  it('does not compile with a model that does not score, and throws at construction', () => {
    const generating = scriptedModel({ reply: () => '' });
    // @ts-expect-error This model cannot score continuations: it has no score() method.
    expect(() => verbalized({ model: generating })).toThrow(/scripted:script does not score/);
    // @ts-expect-error a mode needs a model
    expect(() => verbalized({})).toThrow(/needs a model/);
    const model = scriptedScoringModel(() => 0);
    expect(() => verbalized({ model, calibrate: 'batch' as never })).toThrow(/none, contextual, domain or pmi/);
    expect(() => verbalized({ model, examples: -1 })).toThrow(/examples/);
    expect(() => verbalized({ model, concurrency: 0 })).toThrow(/concurrency/);
    expect(() => verbalized({ model, lang: 'fr' as never })).toThrow(/en or zh/);
    expect(() => verbalized({ model, template: 'Label:' })).toThrow(/\{text\}/);
    expect(() => verbalized({ model, calibrate: 'pmi', normalize: 'tokens' })).toThrow(/pmi takes the length/);
    expect(() => verbalized({ model, name: '' })).toThrow(/name/);
  });

  it('refuses words of another task', async () => {
    const mode = verbalized<Input, Topic>({ model: scriptedScoringModel(() => 0), verbalizer: { 退款: '退' } });
    await expect(mode.solve(task, {})).rejects.toThrow(/"退款", which is no label/);
  });
});
