// npm run train:nano: trains nano from scratch, or goes on where the last run stopped.
// Options: --steps N, --minutes M, --threads T, --folder F, --seed S, --publish (write the package's weights and end),
// --cool (the rate falls to nothing over the --steps or --minutes of this call, for the last stretch before publishing; one over steps that was
// broken off goes on),
// --continue (where there is no run, begin with the weights of the package and their record in place of new ones).
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@modeshift/autograd';
import {
  createTrainer,
  type LocalTrainer,
  openCheckpoint,
  readChatTemplate,
  readTokenizer,
  writeSafetensors,
} from '@modeshift/local';
import { unpackWeights } from '../src/unpack-weights.ts';
import { checkpointFiles, makeTokenizer, tokenizerConfig } from './checkpoint-files.ts';
import { encodeExample, withCutWords } from './encode.ts';
import { firstWeights } from './first-weights.ts';
import { publish } from './publish.ts';
import { type Averages, RunFolder, type RunRecord } from './run-folder.ts';
import { trainingExample } from './stream.ts';

const settings = {
  /** Examples of one step, about 2,900 tokens of the mix that stays. */
  batch: 24,
  learningRate: 2e-3,
  warmup: 200,
  /** From this step on the rate falls with the square root of the step, so that a run can go on for as long as one likes. */
  steadyUntil: 3000,
  /** Steps in which every token counts, so that the language is learned first; later only what the assistant says, and some examples whole. */
  wholeUntil: 300,
  wholeEvery: 50,
  /** Examples until the curriculum has become the mix that stays. */
  curriculum: 60_000,
  /** The published weights are an average over about this many steps, which does what letting the rate fall to zero would. */
  averaging: 200,
  averageEvery: 8,
  saveEvery: 250,
} as const;

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string' },
    minutes: { type: 'string' },
    threads: { type: 'string' },
    folder: { type: 'string' },
    seed: { type: 'string' },
    publish: { type: 'boolean' },
    continue: { type: 'boolean' },
    cool: { type: 'boolean' },
  },
});
const packageFolder = dirname(import.meta.dirname);
const weightsFolder = join(packageFolder, 'weights');
const run = new RunFolder(options.folder ?? join(packageFolder, '.modeshift', 'training'));

async function train(): Promise<void> {
  if (options.cool && !options.steps && !options.minutes)
    throw new Error('--cool needs --steps or --minutes: how long it lasts.');
  const seed = Number(options.seed ?? run.record()?.seed ?? 1);
  if (!existsSync(join(run.base, 'model.safetensors'))) {
    if (options.continue) writePublished();
    else writeBase(seed);
  }
  writeTemplate();
  const tokenizer = await readTokenizer(run.base);
  const template = await readChatTemplate(run.base, tokenizer);
  const trainer = await createTrainer(await openCheckpoint(run.base), {
    method: 'full',
    learningRate: settings.learningRate,
    // Steps are made here; the size only stands in the state's fingerprint, which a run that goes on must not change.
    batches: { size: 32, packing: true, tokens: 8192 },
    optimizer: { weightDecay: 0.05, beta2: 0.98, clipNorm: 1 },
    seed,
    options: { threads: Number(options.threads ?? 2) },
  });
  const resumed = run.record();
  let record: RunRecord = resumed ??
    publishedRecord() ?? { seed, step: 0, examples: 0, tokens: 0, seconds: 0, recipes: [], curve: [] };
  const hash = recipeHash();
  const recipes = record.recipes ?? [];
  if (!resumed && record.step > 0) record = { ...record, continued: [...(record.continued ?? []), record.step] };
  if (recipes.at(-1)?.hash !== hash) record = { ...record, recipes: [...recipes, { step: record.step, hash }] };
  let averages: Averages;
  if (resumed) {
    await run.restore(trainer, record.step);
    averages = run.averages(record.step);
    console.log(`Going on at step ${record.step} after ${record.tokens.toLocaleString('en')} tokens.`);
  } else {
    averages = copyOf(trainer);
    const start = record.step > 0 ? `from the package's weights of step ${record.step}` : 'from scratch';
    console.log(`${trainer.printTrainableParameters()}; ${start} with seed ${seed}.`);
  }

  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  const broken = options.cool ? record.cooled?.find(({ to }) => to > record.step) : undefined;
  const first = broken?.from ?? record.step;
  const last = broken?.to ?? (options.steps === undefined ? Number.POSITIVE_INFINITY : first + Number(options.steps));
  const begun = performance.now();
  const minutes = broken || options.minutes === undefined ? Number.POSITIVE_INFINITY : Number(options.minutes);
  const until = begun + 60_000 * minutes;
  const earlier = (record.cooled ?? []).filter(one => one !== broken);
  /** The share of the rate that is left, where it falls. */
  const cooled = (now: number): number => {
    if (!options.cool) return 1;
    const steps = last === Number.POSITIVE_INFINITY ? 1 : (last - record.step) / (last - first);
    const time = until === Number.POSITIVE_INFINITY ? 1 : Math.max(0, until - now) / (until - begun);
    return Math.min(steps, time);
  };
  /** Writes the state; a stretch that cools by the clock ends, for the record, where it has come to. */
  const write = (): Promise<void> => {
    if (options.cool)
      record = { ...record, cooled: [...earlier, { from: first, to: Number.isFinite(last) ? last : record.step }] };
    return run.write(trainer, averages, record);
  };
  let since = begun;
  let losses = { sum: 0, weight: 0, tokens: 0 };
  while (record.step < last && performance.now() < until && !end.signal.aborted) {
    const whole = record.step < settings.wholeUntil;
    const batch = Array.from({ length: settings.batch }, (_, i) => {
      const place = record.examples + i;
      const example = trainingExample(seed, place, place / settings.curriculum);
      const encoded = encodeExample(example, { tokenizer, template }, whole || place % settings.wholeEvery === 0);
      return withCutWords(encoded, tokenizer, new Random(`${seed}/${place}/cut`));
    });
    const { loss, weight, tokens } = await trainer.forwardBackward(batch);
    const now = performance.now();
    const warm = Math.min(1, (trainer.steps + 1) / 50);
    await trainer.optimStep({ learningRate: rateAt(record.step + 1) * warm * cooled(now) });
    record = {
      ...record,
      step: record.step + 1,
      examples: record.examples + settings.batch,
      tokens: record.tokens + tokens,
      seconds: record.seconds + (now - since) / 1000,
    };
    since = now;
    losses = { sum: losses.sum + loss * weight, weight: losses.weight + weight, tokens: losses.tokens + tokens };
    if (record.step % settings.averageEvery === 0) average(averages, trainer, record.step);
    if (record.step % 50 === 0) {
      const { step, tokens: all, seconds, curve } = record;
      const mean = losses.sum / losses.weight;
      const speed = Math.round(losses.tokens / (seconds - (curve.at(-1)?.seconds ?? 0)));
      console.log(`step ${step}  tokens ${all.toLocaleString('en')}  loss ${mean.toFixed(4)}  ${speed} tokens/s`);
      record = {
        ...record,
        curve: [...curve, { step, tokens: all, seconds: Math.round(seconds), loss: Number(mean.toFixed(4)) }],
      };
      losses = { sum: 0, weight: 0, tokens: 0 };
    }
    if (record.step % settings.saveEvery === 0) await write();
  }
  await write();
  console.log(
    `Stopped at step ${record.step}, ${record.tokens.toLocaleString('en')} tokens, ${Math.round(record.seconds / 60)} minutes in all.`,
  );
  await trainer.dispose();
}

/** A hash of what decides which texts the examples are, and of the settings. */
function recipeHash(): string {
  const files = globSync(['chat-template.jinja', 'encode.ts', 'stream.ts', 'world.ts', 'tasks/*.ts', 'words/*.ts'], {
    cwd: import.meta.dirname,
  }).sort();
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const file of files.filter(name => !name.endsWith('.test.ts')))
    hash.update(readFileSync(join(import.meta.dirname, file)));
  return hash.digest('hex').slice(0, 12);
}

/** The learning rate of a step, counted from 1. */
function rateAt(step: number): number {
  const { learningRate, warmup, steadyUntil } = settings;
  return learningRate * Math.min(1, step / warmup, Math.sqrt(steadyUntil / step));
}

const copyOf = (trainer: LocalTrainer): Averages =>
  new Map(Object.entries(trainer.parameters()).map(([name, data]) => [name, Float32Array.from(data)]));

/** Moves the average towards the weights; it looks back over a tenth of a young run, and never further than an old one's share. */
function average(averages: Averages, trainer: LocalTrainer, step: number): void {
  const share = settings.averageEvery / Math.max(settings.averageEvery, Math.min(settings.averaging, step / 10));
  for (const [name, values] of Object.entries(trainer.parameters())) {
    const mean = averages.get(name)!;
    for (let i = 0; i < mean.length; i++) mean[i]! += share * (values[i]! - mean[i]!);
  }
}

/** The package's weights as the checkpoint to begin with; moments of the optimizer are not published and begin anew. */
function writePublished(): void {
  mkdirSync(run.base, { recursive: true });
  const { files } = JSON.parse(readFileSync(join(weightsFolder, 'manifest.json'), 'utf8')) as { files: string[] };
  for (const name of files) copyFileSync(join(weightsFolder, name), join(run.base, name));
  writeFileSync(
    join(run.base, 'model.safetensors'),
    unpackWeights(readFileSync(join(weightsFolder, 'nano.safetensors'))),
  );
  copyFileSync(join(weightsFolder, 'training.json'), join(run.folder, 'published.json'));
}

/** The record of the weights that a run began with, where it did not begin from scratch. */
function publishedRecord(): RunRecord | undefined {
  const file = join(run.folder, 'published.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RunRecord) : undefined;
}

/** The chat template as it is now: a run that goes on may have begun with another. */
function writeTemplate(): void {
  writeFileSync(join(run.base, 'tokenizer_config.json'), tokenizerConfig());
}

/** The untrained checkpoint. */
function writeBase(seed: number): void {
  mkdirSync(run.base, { recursive: true });
  for (const [name, text] of Object.entries(checkpointFiles(makeTokenizer(seed))))
    writeFileSync(join(run.base, name), text);
  writeFileSync(
    join(run.base, 'model.safetensors'),
    writeSafetensors(Object.fromEntries(firstWeights(seed)), { format: 'pt' }),
  );
}

if (options.publish) await publish(run, weightsFolder);
else await train();
