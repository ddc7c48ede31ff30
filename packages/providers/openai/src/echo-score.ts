// From an echoed text to log p(continuation | prompt).
import { ModeshiftError, type ScoredContinuation, type TokenLogprob } from '@modeshift/core';

/** A choice of a text completion that echoes its prompt. */
export interface EchoedChoice {
  readonly index?: number;
  readonly text?: string;
  readonly logprobs?: {
    readonly tokens?: readonly string[] | null;
    /** Natural logarithms; the first token of a text has none. */
    readonly token_logprobs?: readonly (number | null)[] | null;
    /** Where each token starts, in characters from the start of the text. */
    readonly text_offset?: readonly number[] | null;
  } | null;
}

/**
 * Adds up the tokens of the continuation. A token that holds the end of the prompt and the start of the continuation together
 * counts whole: its log-probability then includes the last letters of the prompt.
 *
 * @throws ModeshiftError `unsupported` where the server did not echo, `invalid-response` where the offsets do not fit.
 */
export function scoreEcho(
  prompt: string,
  continuation: string,
  choice: EchoedChoice | undefined,
  host: string,
): ScoredContinuation {
  const { tokens, token_logprobs: logprobs, text_offset: offsets } = choice?.logprobs ?? {};
  const text = choice?.text ?? '';
  if (!text.startsWith(prompt + continuation) || !tokens || !logprobs || !offsets) throw noEcho(host);
  const [start, end] = boundaries(prompt, continuation, text, tokens, offsets);
  const scored: TokenLogprob[] = [];
  for (const [i, token] of tokens.entries()) {
    const from = offsets[i] ?? end;
    const to = i + 1 < tokens.length ? (offsets[i + 1] ?? end) : Math.max(end, from);
    if (from >= end || to <= start) continue;
    const logprob = logprobs[i];
    if (typeof logprob !== 'number') throw misaligned(host);
    scored.push({ token, logprob });
  }
  if (scored.length === 0) throw misaligned(host);
  return { continuation, logprob: scored.reduce((sum, token) => sum + token.logprob, 0), tokens: scored };
}

/**
 * Start and end of the continuation in the unit of the offsets: code points (servers in Python) or UTF-16 units. They differ
 * only where a character lies outside the basic plane; then the unit is the one in which more tokens are found at their place.
 */
function boundaries(
  prompt: string,
  continuation: string,
  text: string,
  tokens: readonly string[],
  offsets: readonly number[],
): readonly [number, number] {
  const points = [...text];
  const start = [...prompt].length;
  const inPoints = [start, start + [...continuation].length] as const;
  if (points.length === text.length) return inPoints;
  let balance = 0;
  for (const [i, token] of tokens.entries()) {
    const offset = offsets[i] ?? 0;
    if (text.startsWith(token, offset)) balance--;
    if (points.slice(offset, offset + [...token].length).join('') === token) balance++;
  }
  return balance < 0 ? [prompt.length, prompt.length + continuation.length] : inPoints;
}

function misaligned(host: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'invalid-response' },
    `The token offsets of ${host} do not fit the text it echoed, so the continuation cannot be scored.`,
  );
}

/** The error of a server that cannot score. */
export function noEcho(host: string): ModeshiftError {
  return new ModeshiftError(
    { tag: 'unsupported', feature: 'score' },
    `${host} does not echo a prompt with its log-probabilities, so it cannot score. vLLM does; with others use a model that generates.`,
  );
}
