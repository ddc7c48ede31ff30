// From logits to the next token of a sequence, and what follows from it.
import { tokenLogprobs } from './log-probabilities.ts';
import type { Sequence } from './sequence.ts';

/** Logits of the next token, or the most probable one where that is all that is needed. */
export type Choice = Float32Array | number;

/** Draws the next token of a sequence, or takes the one that is forced, and gives it out. Ends the sequence where it is due. */
export function takeToken(sequence: Sequence, choice: Choice, forced?: number): void {
  if (sequence.over) return;
  const { grammar, logprobs } = sequence.request;
  try {
    const logits = typeof choice === 'number' ? undefined : choice;
    const id = forced ?? (typeof choice === 'number' ? choice : drawn(sequence, choice));
    give(sequence, id, logprobs === undefined ? undefined : logits);
    const next = sequence.over || forced !== undefined ? undefined : grammar?.forced();
    if (!next) return;
    // With log-probabilities the forced tokens wait for their logits; without, nothing is left to wait for.
    if (logprobs !== undefined) sequence.forced = next;
    else for (const one of next) give(sequence, one, undefined);
  } catch (error) {
    sequence.over = true;
    sequence.stream.fail(error);
  }
}

function drawn({ request: { grammar }, sampler }: Sequence, logits: Float32Array): number {
  if (!grammar) return sampler.draw(logits);
  const mask = new Uint32Array(Math.ceil(logits.length / 32));
  grammar.mask(mask);
  return sampler.draw(logits, mask);
}

function give(sequence: Sequence, id: number, logits: Float32Array | undefined): void {
  if (sequence.over) return;
  const { grammar, logprobs, stopTokens } = sequence.request;
  sequence.ids.push(id);
  sequence.sampler.accept(id);
  grammar?.accept(id);
  sequence.stream.put({ id, ...(logits ? tokenLogprobs(logits, id, logprobs ?? 0) : {}) });
  if (stopTokens.has(id) || grammar?.hasEnded) end(sequence, 'stop');
  else if (sequence.generated >= sequence.limit) end(sequence, 'length');
}

function end(sequence: Sequence, reason: 'stop' | 'length'): void {
  sequence.over = true;
  sequence.stream.end(sequence.summary(reason));
}
