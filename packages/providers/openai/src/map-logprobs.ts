// Log-probabilities of generated tokens.
import type { TokenLogprob } from '@modeshift/core';
import type { WireLogprobs } from './wire.ts';

/** Maps a choice's `logprobs`; `undefined` where the server sent none. */
export function mapLogprobs(logprobs: WireLogprobs | null | undefined): readonly TokenLogprob[] | undefined {
  const tokens = [...(logprobs?.content ?? []), ...(logprobs?.refusal ?? [])];
  if (tokens.length === 0) return undefined;
  return tokens.map(({ token, logprob, top_logprobs: top }) => ({
    token,
    logprob,
    ...(top && top.length > 0 && { top: top.map(other => ({ token: other.token, logprob: other.logprob })) }),
  }));
}
