// Checks of requests before anything is computed.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { NetworkConfig } from '../architectures/architecture.ts';
import type { GenerateRequest, ScoreRequest } from './generate-types.ts';
import { checkSampling } from './sampler.ts';

/** What limits the length of sequences. */
export interface Limits {
  readonly config: NetworkConfig;
  /** The longest sequence in tokens. */
  readonly context: number;
  /** Whether memory is what limits it. */
  readonly byMemory: boolean;
}

/** Throws `invalid-input` unless all are ids of the vocabulary, and there is one. */
export function checkIds(what: string, ids: readonly number[], { config }: Limits): void {
  if (ids.length === 0)
    throw invalidInput(`${what} has no tokens. Begin with the token that texts of this model begin with.`);
  for (const id of ids)
    if (!Number.isInteger(id) || id < 0 || id >= config.vocabularySize)
      throw invalidInput(
        `${what} holds ${id}, which is no token: ids are 0 to ${config.vocabularySize - 1}. Where a text gave it, tokenizer.json is of another model.`,
      );
}

/** The error of a sequence that is too long, with the numbers. */
export function tooLong(what: string, tokens: number, room: string, { context, byMemory }: Limits): ModeshiftError {
  const why = byMemory ? ' (as many as the memory for keys and values holds: raise cacheBytes for more)' : '';
  return new ModeshiftError(
    { tag: 'context-length' },
    `${what} has ${tokens} tokens${room}, and the context holds ${context}${why}. Shorten it.`,
  );
}

/** Throws `invalid-input` or `context-length`. `virtual`: tokens that adapters put before the prompt. */
export function checkGenerate(request: GenerateRequest, virtual: number, limits: Limits): void {
  const { ids, maxTokens, logprobs, sampling } = request;
  checkIds('The prompt', ids, limits);
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw invalidInput(`maxTokens is ${maxTokens}; it must be a whole number above 0.`);
  if (logprobs !== undefined && !(Number.isInteger(logprobs) && logprobs >= 0))
    throw invalidInput(`logprobs is ${logprobs}; it must be a whole number, 0 for the chosen token alone.`);
  checkSampling(sampling, limits.config.vocabularySize);
  const length = ids.length + virtual;
  if (length >= limits.context) throw tooLong('The prompt', length, ', and at least one is to be generated', limits);
}

/** Throws `invalid-input` or `context-length`. */
export function checkScore({ prompt, continuations }: ScoreRequest, virtual: number, limits: Limits): void {
  checkIds('The prompt', prompt, limits);
  for (const [i, ids] of continuations.entries()) {
    checkIds(`Continuation ${i}`, ids, limits);
    const length = virtual + prompt.length + ids.length;
    if (length > limits.context) throw tooLong(`The prompt with continuation ${i}`, length, '', limits);
  }
}
