// The classifier from training to disk and back: languages, tiny data, determinism, progress, cancelling, damaged files.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, tensorValue } from '@modeshift/autograd';
import { ModeshiftError, type Progress, random } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { BatchMaker } from './classifier-batch.ts';
import { logitsOf, trainingLoss } from './classifier-network.ts';
import { loadTextClassifier } from './load-text-classifier.ts';
import { defaultHyperparameters, type LabelledText, trainTextClassifier } from './train-text-classifier.ts';

const amounts = [
  '三百元',
  '50 euro',
  '一千块',
  '20 dollars',
  '两万',
  'a hundred pounds',
  '八十元',
  '5 yen',
  '六百',
  '70 francs',
];
const patterns: readonly (readonly [string, (amount: string) => string])[] = [
  ['refund', amount => `请把${amount}退给我`],
  ['refund', amount => `Please give me back my ${amount}`],
  ['transfer', amount => `我要转账${amount}到另一个账户`],
  ['transfer', amount => `Send ${amount} to another account`],
  ['fee', amount => `为什么收了我${amount}的手续费`],
  ['fee', amount => `Why was I charged a fee of ${amount}?`],
];
const write = (some: readonly string[]): LabelledText[] =>
  some.flatMap(amount => patterns.map(([label, pattern]) => ({ text: pattern(amount), label })));
const examples = write(amounts.slice(0, 8));
const unseen = write(amounts.slice(8));
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'text-classifier-'));
const storage = (message: RegExp) => (error: unknown) =>
  ModeshiftError.is(error, 'storage') && message.test((error as ModeshiftError).message);

describe('trainTextClassifier', () => {
  it('learns a task in Chinese and English, and says how sure it is', async () => {
    const classifier = await trainTextClassifier({ examples, seed: 1 });
    const answers = await classifier.classify(unseen.map(({ text }) => text));
    expect(answers.map(({ label }) => label)).toEqual(unseen.map(({ label }) => label));
    expect(classifier.labels).toEqual(['fee', 'refund', 'transfer']);
    for (const { label, probabilities } of answers) {
      expect(Object.keys(probabilities)).toEqual(classifier.labels);
      expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(Math.max(...Object.values(probabilities))).toBe(probabilities[label]);
    }
    expect(classifier.training.heldOutExamples).toBe(0);
    const more = await trainTextClassifier({ examples: write(amounts), epochs: 10 });
    expect(more.training.heldOutExamples).toBe(12);
    // Twelve right answers of twelve are no proof of certainty.
    const [sure] = await more.classify([examples[0]!.text]);
    expect(sure!.probabilities[sure!.label]).toBeLessThan(0.99);
  }, 60_000);

  it('gives the same bits for the same seed on one thread and on two, and others for another seed', async () => {
    const train = async (seed: number, threads: number) => {
      const classifier = await trainTextClassifier({ examples, seed, threads, epochs: 5 });
      return JSON.stringify(await classifier.classify(unseen.map(({ text }) => text)));
    };
    const first = await train(7, 1);
    expect(await train(7, 1)).toBe(first);
    expect(await train(7, 2)).toBe(first);
    expect(await train(8, 1)).not.toBe(first);
  });

  it('gives a text the same bits alone and among others', async () => {
    const classifier = await trainTextClassifier({ examples, epochs: 3 });
    const texts = unseen.map(({ text }) => text);
    const together = await classifier.classify(texts);
    expect(await classifier.classify([texts[3]!])).toEqual([together[3]]);
    expect(await classifier.classify([])).toEqual([]);
  });

  it('computes what its training graph computes', async () => {
    const sizes = { features: 50, hidden: 8, labels: 3 };
    const source = random(2);
    const draw = (count: number) => Float32Array.from({ length: count }, () => source.normal());
    const weights = { sizes, embedding: draw(400), hiddenBias: draw(8), output: draw(24), outputBias: draw(3) };
    const vectors = [[0, 7, 49], [7], [], [3, 4, 5, 6]].map(ids => ({
      ids: Int32Array.from(ids),
      weights: draw(ids.length),
    }));
    const labels = [0, 1, 2, 1];
    const feeds = new BatchMaker(50, 8, { features: 0, hidden: 0 }).make(vectors, labels, source);
    const loss = trainingLoss(sizes, 0);
    const graph = await compile({ loss });
    const { embedding, hiddenBias, output, outputBias } = weights;
    const run = await graph.run({
      ...feeds,
      embedding: tensorValue(embedding, [50, 8]),
      hidden_bias: tensorValue(hiddenBias),
      output: tensorValue(output, [3, 8]),
      output_bias: tensorValue(outputBias),
    });
    await graph.dispose();
    const expected = vectors.map((vector, i) => {
      const logits = [...logitsOf(weights, vector)];
      return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[labels[i]!]!;
    });
    expect(run.loss.data[0]).toBeCloseTo(expected.reduce((a, b) => a + b) / 4, 5);
  });

  it.each([
    [
      'two examples',
      [
        { text: '好', label: 'a' },
        { text: '坏', label: 'b' },
      ],
    ],
    ['one example', [{ text: '好', label: 'a' }]],
    [
      'one label',
      [
        { text: '好', label: 'a' },
        { text: '很好', label: 'a' },
      ],
    ],
    [
      'empty texts',
      [
        { text: '', label: 'a' },
        { text: ' ', label: 'b' },
      ],
    ],
    ['labels that occur once', ['一', '二', '三', '四', '五'].map(text => ({ text, label: text }))],
  ])('works on %s', async (_, few) => {
    const classifier = await trainTextClassifier({ examples: few });
    const answers = await classifier.classify([...few.map(({ text }) => text), 'never seen', '']);
    expect(answers).toHaveLength(few.length + 2);
    if (few.every(({ text }) => text.trim() !== '')) {
      expect(answers.slice(0, few.length).map(({ label }) => label)).toEqual(few.map(({ label }) => label));
    }
    for (const { probabilities } of answers)
      expect(Object.values(probabilities).every(p => p > 0 && p <= 1)).toBe(true);
    expect(classifier.temperature).toBe(1);
    expect(classifier.training.heldOutAccuracy).toBeUndefined();
  });

  it('knows labels without examples, in the order given, and labels with awkward names', async () => {
    const labels = ['z', '__proto__', 'constructor', '其他'];
    const some = [
      { text: '好', label: '__proto__' },
      { text: '坏', label: 'constructor' },
    ];
    const classifier = await trainTextClassifier({ examples: some, labels });
    const [answer] = await classifier.classify(['好']);
    expect(answer!.label).toBe('__proto__');
    expect(Object.keys(answer!.probabilities)).toEqual(labels);
  });

  it('chooses and calibrates with dev where there is one, and does not train on it', async () => {
    const dev = unseen.slice(0, 6);
    const classifier = await trainTextClassifier({ examples, dev, epochs: 6 });
    expect(classifier.training).toMatchObject({ examples: examples.length, heldOutExamples: 6 });
    const other = dev.map(({ text, label }) => ({ text: `${text} 完全不同`, label }));
    const again = await trainTextClassifier({ examples, dev: other, epochs: 6, patience: 6 });
    expect(again.parameters).toBe(classifier.parameters);
  });

  it('stops early when the held-out loss no longer falls', async () => {
    const source = random(1);
    const noise = Array.from({ length: 200 }, (_, i) => ({ text: `词${source.integer(500)}`, label: `${i % 2}` }));
    const classifier = await trainTextClassifier({ examples: noise, epochs: 30, patience: 2, retrain: false });
    expect(classifier.training.epochs).toBeLessThan(28);
  });

  it('reports progress that only rises and ends where it said', async () => {
    const steps: Progress[] = [];
    await trainTextClassifier({ examples, epochs: 4, onProgress: step => steps.push(step) });
    const phases = [...new Set(steps.map(({ phase }) => phase))];
    expect(phases).toEqual(['reading texts', 'training']);
    for (const phase of phases) {
      const own = steps.filter(step => step.phase === phase);
      for (let i = 1; i < own.length; i++) expect(own[i]!.done).toBeGreaterThanOrEqual(own[i - 1]!.done);
      expect(own.at(-1)!.done).toBe(own.at(-1)!.total);
    }
    const training = steps.filter(({ phase }) => phase === 'training');
    expect(training.every(({ etaMs, figures }) => etaMs! >= 0 && Number.isFinite(figures!.loss))).toBe(true);
    expect(training.at(-1)!.figures!.loss).toBeLessThan(training[0]!.figures!.loss!);
    expect(training.at(-1)!.etaMs).toBe(0);
  });

  it('can be cancelled in every phase, and lets other work run meanwhile', async () => {
    const many = Array.from({ length: 40 }, () => write(amounts)).flat();
    for (const phase of ['reading texts', 'choosing when to stop', 'training']) {
      const controller = new AbortController();
      let after = 0;
      const training = trainTextClassifier({
        examples: many,
        epochs: 2,
        signal: controller.signal,
        onProgress: step => {
          if (controller.signal.aborted) after++;
          if (step.phase === phase) controller.abort(new Error('enough'));
        },
      });
      await expect(training).rejects.toSatisfy(error => ModeshiftError.is(error, 'aborted'));
      expect(after, phase).toBe(0);
    }
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await trainTextClassifier({ examples: many, epochs: 2 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });

  it.each([
    [{ examples: [] }, /no example/],
    [{ examples: [{ text: 'a', label: '' }] }, /Example 1 has no label/],
    [{ examples: [{ label: 'a' } as unknown as LabelledText] }, /Example 1 has no text/],
    [{ examples, labels: ['fee'] }, /"refund", which is not in/],
    [{ examples, labels: ['fee', 'fee', 'refund', 'transfer'] }, /stands twice/],
    [{ examples, hidden: 0 }, /hidden is 0/],
    [{ examples, epochs: 1.5 }, /epochs is 1.5/],
    [{ examples, featureDropout: 1 }, /featureDropout is 1/],
    [{ examples, learningRate: Number.NaN }, /learningRate is NaN/],
    [{ examples, heldOutShare: 0.9 }, /heldOutShare is 0.9/],
    [{ examples, minCount: 0 }, /minCount is 0/],
  ])('refuses %#', async (options, message) => {
    await expect(trainTextClassifier(options)).rejects.toThrow(message);
    await expect(trainTextClassifier(options)).rejects.toSatisfy(error => ModeshiftError.is(error, 'invalid-input'));
  });

  it('grows with the data', () => {
    expect(defaultHyperparameters(2, 2)).toMatchObject({ batchSize: 8, hidden: 32 });
    expect(defaultHyperparameters(10_003, 77)).toMatchObject({ batchSize: 128, hidden: 128, epochs: 8 });
    expect(defaultHyperparameters(1_000_000, 10).epochs).toBe(4);
  });
});

describe('save and load', () => {
  const classifier = trainTextClassifier({ examples, epochs: 4, seed: 2 });
  const texts = [...unseen.map(({ text }) => text), ''];

  it('gives the same probabilities, to the bit', async () => {
    const dir = join(await folder(), 'a', '模型');
    await (await classifier).save(dir);
    const loaded = await loadTextClassifier(dir);
    expect(JSON.stringify(await loaded.classify(texts))).toBe(JSON.stringify(await (await classifier).classify(texts)));
    expect(loaded.training).toEqual((await classifier).training);
    expect(loaded.bytes).toBe((await classifier).bytes);
    let bytes = 0;
    for (const name of await readdir(dir)) bytes += (await readFile(join(dir, name))).length;
    expect(bytes).toBe(loaded.bytes);
  });

  it('replaces a classifier, and leaves other files alone', async () => {
    const dir = await folder();
    await writeFile(join(dir, 'notes.txt'), '别删');
    await (await classifier).save(dir);
    const other = await trainTextClassifier({ examples, epochs: 2, seed: 3 });
    await other.save(dir);
    const files = await readdir(dir);
    expect(files).toHaveLength(3);
    expect(files).toContain('notes.txt');
    expect(JSON.stringify(await (await loadTextClassifier(dir)).classify(texts))).toBe(
      JSON.stringify(await other.classify(texts)),
    );
  });

  it('keeps the old classifier when the new one cannot be written', async () => {
    const dir = await folder();
    await (await classifier).save(dir);
    const before = await (await loadTextClassifier(dir)).classify(texts);
    const other = await trainTextClassifier({ examples, epochs: 2, seed: 4 });
    // A folder in the place of a file makes the write fail, also for a user who may write anywhere.
    const target = join(dir, 'text-classifier.json');
    const held = await readFile(target);
    await rm(target);
    await mkdir(join(target, 'x'), { recursive: true });
    await expect(other.save(dir)).rejects.toSatisfy(storage(/could not be saved.*/));
    expect((await readdir(dir)).filter(name => name.endsWith('.tmp'))).toEqual([]);
    await rm(target, { recursive: true });
    await writeFile(target, held);
    expect(await (await loadTextClassifier(dir)).classify(texts)).toEqual(before);
    const file = join(dir, 'a file');
    await writeFile(file, '');
    await expect(other.save(join(file, 'x'))).rejects.toSatisfy(storage(/Choose another folder/));
  });

  it('says what is wrong with a folder', async () => {
    const dir = await folder();
    await expect(loadTextClassifier(join(dir, 'nowhere'))).rejects.toSatisfy(storage(/no such file or folder/));
    await (await classifier).save(dir);
    const config = join(dir, 'text-classifier.json');
    const weights = join(dir, (await readdir(dir)).find(name => name.endsWith('.safetensors'))!);
    const good = { config: await readFile(config, 'utf8'), weights: await readFile(weights) };
    const parsed = JSON.parse(good.config);
    const broken: readonly (readonly [string | undefined, Uint8Array | undefined, RegExp])[] = [
      [good.config.slice(0, -20), undefined, /no JSON/],
      ['', undefined, /no JSON/],
      ['null', undefined, /its format is not/],
      ['{"format":"other"}', undefined, /its format is not/],
      [JSON.stringify({ ...parsed, version: 2 }), undefined, /version 2.*Update @modeshift\/local/],
      [JSON.stringify({ ...parsed, labels: ['a', 'a'] }), undefined, /labels/],
      [
        JSON.stringify({ ...parsed, labels: ['a', 'b'] }),
        undefined,
        /tensor "output" has the shape \[3, 32\] and not \[2, 32\]/,
      ],
      [JSON.stringify({ ...parsed, temperature: 0 }), undefined, /temperature/],
      [JSON.stringify({ ...parsed, features: {} }), undefined, /features/],
      [
        JSON.stringify({ ...parsed, weights: { ...parsed.weights, file: '../../etc/passwd' } }),
        undefined,
        /names no file/,
      ],
      [undefined, good.weights.subarray(0, -100), /not the ones that were saved/],
      [undefined, new Uint8Array(0), /not the ones that were saved/],
    ];
    for (const [configText, bytes, message] of broken) {
      await writeFile(config, configText ?? good.config);
      await writeFile(weights, bytes ?? good.weights);
      await expect(loadTextClassifier(dir)).rejects.toSatisfy(storage(message));
    }
    await writeFile(config, good.config);
    await rm(weights);
    await expect(loadTextClassifier(dir)).rejects.toSatisfy(storage(/no such file/));
    await writeFile(weights, good.weights);
    expect((await loadTextClassifier(dir)).labels).toEqual(parsed.labels);
  });
});
