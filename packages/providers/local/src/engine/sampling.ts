// How the next token is chosen.

/**
 * Settings of sampling, in the words of transformers. Left-out fields change nothing; `temperature` left out is 1.
 *
 * Order: `logitBias`, `repetitionPenalty`, `frequencyPenalty` and `presencePenalty`, the grammar's mask, `temperature`, `topK`,
 * `topP`, `minP`.
 */
export interface Sampling {
  /** 0: the most probable token, the lowest id where several are. */
  readonly temperature?: number;
  /** Only the most probable `topK` tokens; all that are as probable as the last of them. 0: all. */
  readonly topK?: number;
  /** Only the fewest most probable tokens that hold at least this much probability together. */
  readonly topP?: number;
  /** Only tokens at least this many times as probable as the most probable one. */
  readonly minP?: number;
  /** Divides positive logits and multiplies negative ones of tokens that occurred, in the prompt too. */
  readonly repetitionPenalty?: number;
  /** Taken off a token's logit for every time it was generated. */
  readonly frequencyPenalty?: number;
  /** Taken off a token's logit once it was generated. */
  readonly presencePenalty?: number;
  /** The same seed and request give the same tokens, whatever else is computed beside it. Left out: another each time. */
  readonly seed?: number;
  /** Added to logits of tokens by id. */
  readonly logitBias?: ReadonlyMap<number, number>;
}
