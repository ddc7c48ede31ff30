// The tiny checkpoints on the WebGPU provider beside transformers, PEFT and sentence-transformers, one JSON line each, in a process
// of its own, since a driver may end it. Test-only.
// node --conditions=modeshift-source webgpu-passes.ts [names]
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { embedMany, generateText, score } from '@modeshift/core';
import { readAdapter } from '../src/adapters/read-adapter.ts';
import { type Checkpoint, openCheckpoint } from '../src/checkpoint/checkpoint.ts';
import { readSafetensors } from '../src/checkpoint/read-safetensors.ts';
import { Encoder } from '../src/encoder/encoder.ts';
import { fitTokens } from '../src/encoder/fit-tokens.ts';
import { readEmbeddingSetup } from '../src/encoder/read-embedding-setup.ts';
import { Decoder, type DecoderOptions } from '../src/engine/decoder.ts';
import type { GenerateRequest, GeneratorOptions } from '../src/engine/generate-types.ts';
import { Generator } from '../src/engine/generator.ts';
import { local } from '../src/model/local.ts';
import { localEmbedding } from '../src/model/local-embedding.ts';
import type { Device } from '../src/network/device.ts';
import type { WeightFormat } from '../src/network/quantise.ts';
import { readTokenizer } from '../src/tokenizer/index.ts';
import { reportChecks } from './report-checks.ts';
import { roundedCheckpoint } from './rounded-checkpoint.ts';

const folder = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
// biome-ignore lint/suspicious/noExplicitAny: the fixtures are of several forms.
const golden = (name: string): any => JSON.parse(readFileSync(`${folder(name)}/golden.json`, 'utf8'));
const tensors = (name: string, file = 'golden') =>
  readSafetensors(readFileSync(`${folder(name)}/${file}.safetensors`)).tensors;
const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length ? Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!))) : Number.NaN;

async function generator(name: string, device: Device = 'webgpu', chunks: GeneratorOptions = {}): Promise<Generator> {
  const decoder = await Decoder.load(await openCheckpoint(folder(name)), { threads: 1, device });
  return new Generator(decoder, chunks);
}

async function run(on: Generator, request: Partial<GenerateRequest> & { readonly ids: readonly number[] }) {
  const ids: number[] = [];
  const logprobs: number[] = [];
  const plain = { maxTokens: 24, sampling: { temperature: 0 }, stopTokens: new Set<number>() };
  for await (const token of on.generate({ ...plain, ...request })) {
    ids.push(token.id);
    logprobs.push(token.logprob ?? 0);
  }
  return { ids, logprobs };
}

/** A model of one token, for finding out whether there is an adapter. */
async function probe(): Promise<number> {
  const model = local(folder('gpt2'), { device: 'webgpu' });
  await model.load();
  await model.dispose();
  return 0;
}

/** Greedy tokens and a long prompt: kernels differ by length. */
async function decoder(name: string): Promise<number> {
  const [on, processor] = [await generator(name), await generator(name, 'cpu')];
  const [{ prompt, ids, logprobs }] = golden(name).greedy;
  const answer = await run(on, { ids: prompt, logprobs: 0 });
  const long = Array.from({ length: 50 }, (_, i) => 3 + ((7 * i) % 200));
  const [[there], [here]] = [await on.hidden([long]), await processor.hidden([long])];
  await Promise.all([on.dispose(), processor.dispose()]);
  return Math.max(farthest(answer.ids, ids), farthest(answer.logprobs, logprobs), farthest(there!, here!));
}

/** Requests at once whose prompts are computed in pieces, the most probable token chosen there, scores side by side, texts in a batch. */
async function passes(name: string): Promise<number> {
  const on = await generator(name, 'webgpu', { prefillTokens: 6, sharedPrefillTokens: 6 });
  const { greedy, scores, logits } = golden(name);
  const answers = await Promise.all([greedy[0], greedy[1]].map(({ prompt }) => run(on, { ids: prompt })));
  const [{ context, continuation, logprobs }] = scores;
  const [scored] = await on.score({ prompt: context, continuations: [continuation, [5], [7, 8]] });
  const [last] = await on.hidden([logits.prompts[0], [1, 2, 3]]);
  const states = tensors(name).get('hidden.2')!;
  await on.dispose();
  return Math.max(
    ...answers.map(({ ids }, i) => farthest(ids, greedy[i].ids)),
    farthest(scored!.logprobs, logprobs),
    farthest(last!, states.float32().slice(-states.shape[1]!)),
  );
}

/** Log-probabilities after a prompt with each kind of adapter. */
async function adapters(name: string, methods: readonly string[]): Promise<number> {
  const on = await generator(name);
  const { vocabularySize } = on.decoder.config;
  let worst = 0;
  for (const method of methods) {
    await on.attach(method, await readAdapter(`${folder(name)}/adapters/${method}/before`));
    const { prompt } = JSON.parse(readFileSync(`${folder(name)}/training.json`, 'utf8'))[method];
    const wanted = tensors(name, 'training').get(`logits.${method}`)!.float32().slice(-vocabularySize);
    const all = { prompt, continuations: Array.from({ length: vocabularySize }, (_, i) => [i]) };
    const scored = (await on.score({ ...all, adapters: [{ name: method }] })).map(({ logprobs }) => logprobs[0]!);
    const total = Math.log(wanted.reduce((sum, value) => sum + Math.exp(value), 0));
    const distance = farthest(
      scored,
      wanted.map(value => value - total),
    );
    worst = Math.max(worst, distance);
  }
  await on.dispose();
  return worst;
}

/** Vectors, alone and in a batch that is filled up. */
async function embedder(name: string): Promise<number> {
  const checkpoint = await openCheckpoint(folder(name));
  const setup = await readEmbeddingSetup(folder(name), checkpoint.architecture.kind);
  const tokenizer = await readTokenizer(folder(name));
  const encoder = await Encoder.loadEmbedding(checkpoint, setup, { device: 'webgpu' });
  const texts = golden(name).texts as string[];
  const vectors = await encoder.run(texts.map(text => ({ ids: fitTokens(tokenizer, text, setup.maxTokens!, true) })));
  await encoder.dispose();
  return farthest(
    vectors.flatMap(vector => [...vector]),
    tensors(name).get('embeddings')!.float32(),
  );
}

/** Vectors of a decoder, of prompts of several lengths. */
async function decoderAsEmbedder(name: string): Promise<number> {
  const setup = { ...(await readEmbeddingSetup(folder(name), 'decoder')), normalize: false };
  const encoder = await Encoder.loadEmbedding(await openCheckpoint(folder(name)), setup, { device: 'webgpu' });
  const states = tensors(name).get('hidden.2')!;
  const size = states.shape[1]!;
  const [ids] = golden(name).logits.prompts as [number[]];
  const [whole, beginning] = await encoder.run([{ ids }, { ids: ids.slice(0, 3) }]);
  await encoder.dispose();
  const rows = states.float32();
  return Math.max(farthest(whole!, rows.slice(-size)), farthest(beginning!, rows.slice(2 * size, 3 * size)));
}

async function classifier(name: string): Promise<number> {
  const encoder = await Encoder.loadClassifier(await openCheckpoint(folder(name)), { device: 'webgpu' });
  const tokenizer = await readTokenizer(folder(name));
  const { texts, logits } = golden(name).pairs as { texts: [string, string][]; logits: number[][] };
  const rows = await encoder.run(texts.map(([a, b]) => tokenizer.encodePair(a, b)));
  await encoder.dispose();
  return farthest(
    rows.flatMap(row => [...row]),
    logits.flat(),
  );
}

/** Weights in few bits beside the floats that they stand for, on the processor: log-probabilities of a prompt's answer. */
async function fewBits(weights: WeightFormat): Promise<number> {
  const { prompt, ids } = golden('llama-untied').greedy[0];
  const scores = async (checkpoint: Checkpoint, options: DecoderOptions): Promise<readonly number[]> => {
    const on = new Generator(await Decoder.load(checkpoint, { threads: 1, ...options }));
    const [scored] = await on.score({ prompt, continuations: [ids] });
    await on.dispose();
    return scored!.logprobs;
  };
  const packed = await scores(await openCheckpoint(folder('llama-untied')), { weights, device: 'webgpu' });
  const floats = await scores(roundedCheckpoint(await openCheckpoint(folder('llama-untied')), weights), {});
  return farthest(packed, floats);
}

/** Two models in threads of their own, called at once, let go and loaded anew. */
async function threads(): Promise<number> {
  const model = local(folder('llama'), { device: 'webgpu' });
  const vectors = localEmbedding(folder('bert-cls'), { device: 'webgpu' });
  const prompt = '我的卡丢了';
  const answer = () => generateText({ model, messages: [{ role: 'user', content: prompt }], maxTokens: 8 });
  const vector = () => embedMany({ model: vectors, texts: [prompt] });
  await Promise.all([answer(), answer(), vector(), vector()]);
  await model.dispose();
  await Promise.all([answer(), vector()]);
  const asked = { prompt, continuations: ['卡', 'b'] };
  const { scores } = await score({ model, ...asked });
  const onProcessor = local(folder('llama'));
  const { scores: wanted } = await score({ model: onProcessor, ...asked });
  await Promise.all([model.dispose(), vectors.dispose(), onProcessor.dispose()]);
  return farthest(
    scores.map(({ logprob }) => logprob),
    wanted.map(({ logprob }) => logprob),
  );
}

const decoders = ['llama', 'mistral', 'qwen3', 'gpt2'];
await reportChecks({
  ...Object.fromEntries(decoders.map(name => [name, () => decoder(name)])),
  'passes of llama': () => passes('llama'),
  'llama with adapters': () => adapters('llama', ['dora', 'prompt-tuning']),
  ...Object.fromEntries(['bert-cls', 'xlmr-mean'].map(name => [name, () => embedder(name)])),
  'mistral as embedder': () => decoderAsEmbedder('mistral'),
  ...Object.fromEntries(['bert-classifier'].map(name => [name, () => classifier(name)])),
  int8: () => fewBits('int8'),
  int4: () => fewBits('int4'),
  'int4 in blocks of 128': () => fewBits({ bits: 4, blockSize: 128 }),
  threads,
  probe,
});
