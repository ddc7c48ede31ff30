// Examples to the arrays of one forward pass.
import type { Feed, TensorValue } from '@modeshift/autograd';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { packSequences } from './pack-sequences.ts';
import type { ResolvedLoss } from './resolve-spec.ts';
import type { ClassificationExample, ContrastiveExample, Sequence, TokenExample } from './token-example.ts';
import { sequencesOf } from './token-example.ts';
import type { VirtualTokens } from './training-graph.ts';

/** How batches are laid out. */
export interface CollateOptions {
  readonly loss: ResolvedLoss;
  readonly packing: boolean;
  /** The longest sequence of the model, virtual tokens among it. */
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly virtual?: VirtualTokens | undefined;
}

/** The arrays of one pass. */
export interface Collated {
  readonly feeds: Record<string, Feed>;
  /** What the mean loss is over: tokens that count, texts or pairs. */
  readonly weight: number;
  /** Tokens without padding. */
  readonly tokens: number;
}

/** Rows are filled up to a multiple of this many tokens, so that few shapes occur. */
const rounding = 8;

const int32 = (data: Int32Array, shape: readonly number[]): TensorValue => ({ dtype: 'int32', shape, data });
const float32 = (data: Float32Array, shape: readonly number[]): TensorValue => ({ dtype: 'float32', shape, data });

/** Lays examples out for one pass. Throws `invalid-input` for examples that do not fit the loss or the vocabulary. */
export function collate(examples: readonly TokenExample[], options: CollateOptions): Collated {
  if (examples.length === 0) throw invalidInput('A batch needs at least one example.');
  const { loss, vocabularySize } = options;
  const groups = examples.map(example => sequencesOf(example, loss));
  // Chosen answers first, then rejected ones; queries and passages in any order.
  const sequences = loss.kind === 'preference' ? [0, 1].flatMap(side => groups.map(one => one[side]!)) : groups.flat();
  for (const { ids } of sequences)
    for (const id of ids)
      if (!(id >= 0 && id < vocabularySize))
        throw invalidInput(`The token id ${id} is outside the model's vocabulary of ${vocabularySize}.`);
  const { feeds, starts } = layOut(sequences, options);
  const tokens = sequences.reduce((sum, { ids }) => sum + ids.length, 0);
  const texts = sequences.length;
  switch (loss.kind) {
    case 'causal': {
      const weight = addCounted(feeds, sequences, starts, options);
      return { feeds, weight, tokens };
    }
    case 'preference': {
      addCounted(feeds, sequences, starts, options);
      const pairs = examples.length;
      const answers = sequences.flatMap(({ counted }, i) => counted.map(() => i));
      feeds.answers = int32(Int32Array.from(answers), [answers.length]);
      feeds.answerLengths = float32(
        Float32Array.from(sequences, ({ counted }) => counted.length),
        [2, pairs],
      );
      feeds.pairCount = float32(new Float32Array(pairs), [pairs]);
      return { feeds, weight: pairs, tokens };
    }
    case 'classification': {
      addLast(feeds, sequences, starts);
      addLabels(feeds, examples as readonly ClassificationExample[], loss.labels.length, loss.problem);
      return { feeds, weight: texts, tokens };
    }
    case 'contrastive': {
      addLast(feeds, sequences, starts);
      const rows = pairRows(examples as readonly ContrastiveExample[]);
      if (loss.symmetric && rows.passages.length !== rows.queries.length)
        throw invalidInput('A symmetric contrastive loss takes no negatives of its own: leave them out, or symmetric.');
      feeds.queryRows = int32(Int32Array.from(rows.queries), [rows.queries.length]);
      feeds.passageRows = int32(Int32Array.from(rows.passages), [rows.passages.length]);
      return { feeds, weight: rows.queries.length, tokens };
    }
  }
}

/** The inputs of the network, and where in the flattened batch each sequence's own tokens begin. */
function layOut(
  sequences: readonly Sequence[],
  { packing, contextLength, virtual }: CollateOptions,
): { feeds: Record<string, Feed>; starts: number[] } {
  const soft = virtual?.kind === 'soft-prompt' ? virtual.tokens : 0;
  const prefix = virtual?.kind === 'prefix' ? virtual.tokens : 0;
  const lengths = sequences.map(({ ids }) => ids.length + soft);
  const longest = Math.max(...lengths);
  if (longest + prefix > contextLength)
    throw new ModeshiftError(
      { tag: 'context-length' },
      `A sequence has ${longest + prefix} tokens with what is put before it, and the model reads ${contextLength}. Set batches.maxLength to at most ${contextLength - soft - prefix}.`,
    );
  const length = Math.min(Math.ceil(longest / rounding) * rounding, Math.max(longest, contextLength - prefix));
  const rows = packing ? packSequences(lengths, length) : lengths.map((_, i) => [i]);
  const size = rows.length * length;
  const shape = [rows.length, length];
  const ids = new Int32Array(size);
  const typeIds = new Int32Array(size);
  const padding = new Uint8Array(size);
  const documents = new Int32Array(size).fill(-1);
  const positions = new Int32Array(size);
  const prompts = new Int32Array(sequences.length * soft);
  const starts = new Array<number>(sequences.length);
  for (const [r, row] of rows.entries()) {
    let at = r * length;
    for (const index of row) {
      const { ids: own, typeIds: kinds } = sequences[index]!;
      starts[index] = at + soft;
      for (let i = 0; i < soft; i++) prompts[index * soft + i] = at + i;
      for (let i = 0; i < lengths[index]!; i++) positions[at + i] = prefix + i;
      ids.set(own, at + soft);
      if (kinds) typeIds.set(kinds, at + soft);
      padding.fill(1, at, at + lengths[index]!);
      documents.fill(index, at, at + lengths[index]!);
      at += lengths[index]!;
    }
  }
  // Padding is at the end and nothing looks at it, so positions beyond the model's table may repeat the last one.
  const straight = Int32Array.from({ length }, (_, i) => Math.min(prefix + i, contextLength - 1));
  const feeds: Record<string, Feed> = {
    ids: int32(ids, shape),
    typeIds: int32(typeIds, shape),
    padding: { dtype: 'bool', shape, data: padding } as TensorValue,
    documents: int32(documents, shape),
    positions: packing ? int32(positions, shape) : int32(straight, [length]),
  };
  if (soft > 0) feeds.promptPlaces = int32(prompts, [sequences.length, soft]);
  return { feeds, starts };
}

/** Places whose logits are wanted, and the tokens wanted there. Gives how many they are. */
function addCounted(
  feeds: Record<string, Feed>,
  sequences: readonly Sequence[],
  starts: readonly number[],
  { virtual }: CollateOptions,
): number {
  const places: number[] = [];
  const targets: number[] = [];
  for (const [s, { ids, counted }] of sequences.entries())
    for (const i of counted) {
      // Nothing comes before the first token, unless a soft prompt does.
      if (i === 0 && virtual?.kind !== 'soft-prompt') continue;
      places.push(starts[s]! + i - 1);
      targets.push(ids[i]!);
    }
  feeds.places = int32(Int32Array.from(places), [places.length]);
  feeds.targets = int32(Int32Array.from(targets), [targets.length]);
  return places.length;
}

function addLast(feeds: Record<string, Feed>, sequences: readonly Sequence[], starts: readonly number[]): void {
  const places = Int32Array.from(sequences, ({ ids }, i) => starts[i]! + ids.length - 1);
  feeds.lastPlaces = int32(places, [places.length]);
}

function addLabels(
  feeds: Record<string, Feed>,
  examples: readonly ClassificationExample[],
  count: number,
  problem: 'single-label' | 'multi-label' | 'regression',
): void {
  if (problem === 'single-label') {
    for (const { label } of examples)
      if (!(Number.isInteger(label) && (label as number) >= 0 && (label as number) < count))
        throw invalidInput(
          `The label ${JSON.stringify(label)} is no class: give a whole number from 0 to ${count - 1}.`,
        );
    feeds.labels = int32(
      Int32Array.from(examples, ({ label }) => label as number),
      [examples.length],
    );
    return;
  }
  const values = examples.map(({ label }) => (typeof label === 'number' ? [label] : label));
  const wrong = values.find(value => value.length !== count);
  if (wrong) throw invalidInput(`An example has ${wrong.length} numbers as labels, and the head gives ${count}.`);
  feeds.targets = float32(Float32Array.from(values.flat()), [examples.length, count]);
}

/** Rows of queries, and of passages: those that belong to the queries first, in their order. */
function pairRows(examples: readonly ContrastiveExample[]): { queries: number[]; passages: number[] } {
  const queries: number[] = [];
  const own: number[] = [];
  const others: number[] = [];
  let row = 0;
  for (const { negatives = [] } of examples) {
    queries.push(row++);
    own.push(row++);
    for (let i = 0; i < negatives.length; i++) others.push(row++);
  }
  return { queries, passages: [...own, ...others] };
}
