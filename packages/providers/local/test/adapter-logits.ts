// What a generator with adapters says, beside logits of PEFT.
import type { AdapterUse } from '../src/engine/generate-types.ts';
import type { Generator } from '../src/engine/generator.ts';

/** Log-probabilities of every token after each of the last three positions of a prompt, in turn. */
export async function lastThree(
  generator: Generator,
  prompt: readonly number[],
  adapters?: readonly AdapterUse[],
): Promise<number[]> {
  const every = Array.from({ length: generator.decoder.config.vocabularySize }, (_, i) => [i]);
  const rows: number[] = [];
  for (const left of [2, 1, 0]) {
    const scores = await generator.score({
      prompt: prompt.slice(0, prompt.length - left),
      continuations: every,
      ...(adapters ? { adapters } : {}),
    });
    rows.push(...scores.map(({ logprobs: [one] }) => one!));
  }
  return rows;
}

/** The same from logits of PEFT. */
export function fromLogits(logits: Float32Array, vocabulary: number): number[] {
  return Array.from({ length: logits.length / vocabulary }).flatMap((_, row) => {
    const part = [...logits.subarray(row * vocabulary, (row + 1) * vocabulary)];
    const most = Math.max(...part);
    const total = most + Math.log(part.reduce((sum, value) => sum + Math.exp(value - most), 0));
    return part.map(value => value - total);
  });
}

/** The greatest difference of two lists. */
export const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
