// What guessing ahead brings, on a checkpoint of yours that talks in ChatML: processor time of a token with it and without, in turns.
// CHECKPOINT=folder npm run bench -- local/bench/ahead
import { openCheckpoint } from '../src/checkpoint/checkpoint.ts';
import { Decoder } from '../src/engine/decoder.ts';
import { Generator } from '../src/engine/generator.ts';
import { readTokenizer } from '../src/tokenizer/index.ts';

const folder = process.env.CHECKPOINT;
if (!folder) {
  console.log('Set CHECKPOINT to the folder of a checkpoint.');
  process.exit(0);
}
const passage =
  'Refunds are paid within fourteen days of the return. The parcel must be unopened, and the order number must be on the label. Parcels from abroad take up to ten days longer. If the refund does not arrive, write to our service with the number of your order and the date on which you sent the parcel back.';
const works = {
  'a text with a word replaced': `Rewrite this text and replace "parcel" by "package". Text: ${passage}`,
  'a quotation': `${passage}\n\nQuote the sentence that says what must be on the label, and the sentences after it.`,
  'a list in JSON':
    'Give a JSON array of objects with the members "name", "country" and "population" for ten large cities.',
  'free text': 'Tell me a story about a fox who learns to swim.',
};
const samplings = { greedy: { temperature: 0 }, 'temperature 0.7': { temperature: 0.7, seed: 3 } };
const rounds = 3;
const tokenizer = await readTokenizer(folder);
const end = tokenizer.encode('<|im_end|>')[0]!;

interface Answer {
  readonly ms: number;
  readonly passes: number;
  readonly ids: string;
}

async function answer(generator: Generator, text: string, sampling: { temperature: number }): Promise<Answer> {
  const ids = tokenizer.encode(`<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`);
  const before = generator.statistics.passes;
  const out: number[] = [];
  let start = process.cpuUsage();
  for await (const { id } of generator.generate({ ids, maxTokens: 100, sampling, stopTokens: new Set([end]) }))
    if (out.push(id) === 1) start = process.cpuUsage();
  const { user, system } = process.cpuUsage(start);
  const passes = generator.statistics.passes - before;
  return { ms: (user + system) / 1000 / (out.length - 1), passes: passes / out.length, ids: out.join() };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
console.log(
  '| weights | work | choice | passes a token | times as fast, median of pairs | same tokens |\n|---|---|---|---|---|---|',
);
for (const weights of ['int8', 'f32'] as const) {
  const decoder = await Decoder.load(await openCheckpoint(folder), { weights, threads: 1, contextLength: 1024 });
  const [guessing, plain] = [new Generator(decoder), new Generator(decoder, { guessAhead: false })];
  for (const [work, text] of Object.entries(works))
    for (const [choice, sampling] of Object.entries(samplings)) {
      const ratios: number[] = [];
      let last: readonly [Answer, Answer] | undefined;
      for (let round = -1; round < rounds; round++) {
        last = [await answer(guessing, text, sampling), await answer(plain, text, sampling)];
        if (round >= 0) ratios.push(last[1].ms / last[0].ms);
      }
      const [ahead, steps] = last!;
      const same = ahead.ids === steps.ids ? 'yes' : 'no';
      console.log(
        `| ${[weights, work, choice, ahead.passes.toFixed(2), median(ratios).toFixed(2), same].join(' | ')} |`,
      );
    }
  await decoder.dispose();
}
