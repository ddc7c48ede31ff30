// Which examples make a step, and how they are cut into pieces that fit into memory: pure functions of seed and epoch.
import { Random } from '@modeshift/autograd';
import type { ResolvedSpec } from './resolve-spec.ts';
import { lengthOf, sequenceCount, type TokenExample } from './token-example.ts';

/** Batches whose examples are sorted by length together. */
const window = 32;

/** The batches of an epoch as places of examples, in order. The same seed and epoch give the same batches. */
export function batchesOf(
  examples: readonly TokenExample[],
  epoch: number,
  { seed, batchSize, groupByLength }: Pick<ResolvedSpec, 'seed' | 'batchSize' | 'groupByLength'>,
): number[][] {
  const random = new Random(`${seed}/order/${epoch}`);
  const order = shuffled([...examples.keys()], random);
  if (!groupByLength) return cut(order, batchSize);
  const batches = cut(order, window * batchSize).flatMap(part =>
    cut(
      part.sort((a, b) => lengthOf(examples[b]!) - lengthOf(examples[a]!)),
      batchSize,
    ),
  );
  return shuffled(batches, random);
}

function shuffled<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

const cut = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/** Cuts a batch into micro-batches of at most `tokens` tokens, padding among them. In-batch negatives need a batch as a whole. */
export function microBatches(
  batch: readonly TokenExample[],
  { tokens, packing, loss, virtual }: ResolvedSpec,
): TokenExample[][] {
  if (loss.kind === 'contrastive') return [[...batch]];
  const extra = virtual?.tokens ?? 0;
  const sized = batch.map(example => ({ example, length: lengthOf(example) + extra }));
  // Like lengths share a micro-batch, the longest first: the most memory is asked for at the beginning.
  const sorted = sized.sort((a, b) => b.length - a.length);
  const parts: TokenExample[][] = [];
  let part: TokenExample[] = [];
  let longest = 0;
  let held = 0;
  let rows = 0;
  for (const { example, length } of sorted) {
    const count = sequenceCount(example);
    const wide = Math.max(longest, length);
    const cost = packing ? held + count * length : (rows + count) * wide;
    if (part.length > 0 && cost > tokens) {
      parts.push(part);
      part = [];
      longest = 0;
      held = 0;
      rows = 0;
    }
    part.push(example);
    longest = Math.max(longest, length);
    held += count * length;
    rows += count;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
