// One request on its way through the generator.
import type { AdapterSelection } from '../adapters/adapter-table.ts';
import type { GenerateRequest, GenerationSummary } from './generate-types.ts';
import { GenerationStream } from './generation-stream.ts';
import { GuessAhead } from './guess-ahead.ts';
import { Sampler } from './sampler.ts';

/** The state of a request: its tokens, how far they are computed, and its sampler. */
export class Sequence {
  readonly request: GenerateRequest;
  readonly adapters: AdapterSelection;
  readonly stream: GenerationStream;
  readonly sampler: Sampler;
  readonly guesses = new GuessAhead();
  /** Virtual tokens of adapters, the prompt, and what was generated. */
  readonly ids: number[];
  /** Tokens of `ids` before the generated ones. */
  readonly promptLength: number;
  /** The most tokens that will be generated. */
  readonly limit: number;
  /** When it came, for turns. */
  readonly order: number;
  /** Tokens of `ids` whose keys and values are in its slot. */
  computed = 0;
  /** Tokens of the prompt whose keys and values were copied. */
  copied = 0;
  /** Tokens that the grammar forces and that wait for their log-probabilities. */
  forced: readonly number[] = [];
  /** The prompt is computed, and tokens are generated. */
  decoding = false;
  /** It was cancelled or has ended: its slot is free. */
  over = false;

  constructor(
    request: GenerateRequest,
    adapters: AdapterSelection,
    context: number,
    order: number,
    onLeave: () => void,
  ) {
    this.request = request;
    this.adapters = adapters;
    this.ids = [...adapters.ids, ...request.ids];
    this.promptLength = this.ids.length;
    this.limit = Math.min(request.maxTokens, context - this.ids.length);
    this.order = order;
    this.sampler = new Sampler(request.sampling, request.ids);
    this.stream = new GenerationStream(onLeave);
  }

  get generated(): number {
    return this.ids.length - this.promptLength;
  }

  /** Tokens that are not computed yet. */
  get pending(): number {
    return this.ids.length - this.computed;
  }

  /** Whether the most probable token is all that is needed of a pass. */
  get isPlain(): boolean {
    const { grammar, logprobs, sampling } = this.request;
    const { temperature, logitBias, repetitionPenalty = 1, frequencyPenalty = 0, presencePenalty = 0 } = sampling;
    if (temperature !== 0 || grammar || logprobs !== undefined || logitBias) return false;
    return repetitionPenalty === 1 && frequencyPenalty === 0 && presencePenalty === 0;
  }

  summary(finishReason: GenerationSummary['finishReason']): GenerationSummary {
    const virtual = this.adapters.ids.length;
    return {
      finishReason,
      promptTokens: this.request.ids.length,
      cachedPromptTokens: Math.max(0, Math.min(this.copied, this.promptLength) - virtual),
      generatedTokens: this.generated,
    };
  }
}
