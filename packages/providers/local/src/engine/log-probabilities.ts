// Log-probabilities from logits.
import type { TokenLogprob } from './generate-types.ts';
import { largest } from './largest.ts';

/** The natural logarithm of the sum of exponentials, computed so that nothing overflows. */
export function logSumExp(logits: Float32Array): number {
  let most = -Infinity;
  for (let i = 0; i < logits.length; i++) if (logits[i]! > most) most = logits[i]!;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - most);
  return most + Math.log(sum);
}

/** The log-probability of `id`, and of the `count` most probable tokens. */
export function tokenLogprobs(
  logits: Float32Array,
  id: number,
  count: number,
): { readonly logprob: number; readonly top?: readonly TokenLogprob[] } {
  const total = logSumExp(logits);
  const logprob = logits[id]! - total;
  if (count === 0) return { logprob };
  const top = largest(logits, count).map(({ index, value }) => ({ id: index, logprob: value - total }));
  return { logprob, top };
}
