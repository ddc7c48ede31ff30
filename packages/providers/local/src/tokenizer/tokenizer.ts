// What every tokenizer of the engine can do, whatever file it was read from.

/** How text is turned into ids. */
export interface EncodeOptions {
  /** Adds what the tokenizer puts round a text by itself: BOS, `[CLS]` … `[SEP]`, EOS. Default `false`. */
  readonly addSpecialTokens?: boolean;
  /**
   * `true` (default): a control token that is written in the text becomes its id. `false`: it is ordinary text, so that what a
   * user wrote can never open or close a turn. Control tokens are the special ones and other added tokens that look like markup
   * (`<think>`, `[INST]`); added tokens that are plain text (runs of spaces) are recognised in both cases.
   */
  readonly parseSpecial?: boolean;
}

/** How ids are turned into text. */
export interface DecodeOptions {
  /** Leaves special tokens out. Default `false`. */
  readonly skipSpecialTokens?: boolean;
  /**
   * The tokens go on with a text rather than begin one, as those that are generated behind a plain prompt: a space at their
   * beginning is kept, which some tokenizers put before every text and take away again. Default `false`.
   */
  readonly continues?: boolean;
}

/** A piece of a text, and whether control tokens in it count as such. */
export interface TextSegment {
  readonly text: string;
  /** As {@link EncodeOptions.parseSpecial}. A control token counts only if all of it lies in segments that allow it. */
  readonly parseSpecial: boolean;
  /** No control token may cross the beginning of this segment. Default `false`. */
  readonly guarded?: boolean;
  /** Forces a token border before this segment, as there is one where a model begins to write. Default `false`. */
  readonly startsToken?: boolean;
}

/** The ids of tokens with a role. A role that the tokenizer does not know is absent. */
export interface SpecialTokens {
  readonly bos?: number;
  readonly eos?: number;
  readonly unk?: number;
  readonly pad?: number;
  readonly sep?: number;
  readonly cls?: number;
  readonly mask?: number;
  /** Special tokens without one of the roles above, in the order of their ids. */
  readonly additional: readonly number[];
}

/** Text out of tokens as they come. */
export interface TokenStream {
  /** Takes a token and gives the text that is certain now: never half a character, and often nothing. */
  push(id: number): string;
  /** Gives what is left; half a character becomes U+FFFD as in `decode`. The stream can be used again afterwards. */
  end(): string;
}

/** Text to ids and back. */
export interface Tokenizer {
  /** One more than the highest id. A checkpoint's embedding may have more rows. */
  readonly vocabularySize: number;
  readonly specialTokens: SpecialTokens;
  /** Ids of all control tokens: the special ones and other added tokens that look like markup, e.g. `<think>`. */
  readonly controlTokens: readonly number[];
  /** Ids of a text. */
  encode(text: string, options?: EncodeOptions): number[];
  /**
   * Ids of pieces that are one text: the same ids as for the joined text, but control tokens are recognised only in the pieces
   * that allow it. `starts[i]` is the index of the first token of piece `i`, or −1 where that is not certain; it is certain where
   * the piece has `startsToken` or begins at a control token.
   */
  encodeSegments(
    segments: readonly TextSegment[],
    options?: { readonly addSpecialTokens?: boolean },
  ): { readonly ids: number[]; readonly starts: number[] };
  /**
   * Ids of a prompt and of its continuation, for scoring. Joined, they are always the ids of the joined text. Where a token
   * crosses the border it belongs to the continuation; so does whitespace at the end of the prompt that merges with it.
   */
  encodeContinuation(
    prompt: string,
    continuation: string,
    options?: EncodeOptions,
  ): { readonly prompt: number[]; readonly continuation: number[] };
  /**
   * Ids and token types (0 for `a`, 1 for `b`) of a text or a pair with its special tokens, as BERT and cross-encoders take them.
   * Never truncated. With `parseSpecial: false` a `[SEP]` that somebody wrote is text.
   */
  encodePair(
    a: string,
    b?: string,
    options?: Pick<EncodeOptions, 'parseSpecial'>,
  ): { readonly ids: number[]; readonly typeIds: number[] };
  /** Text of ids. Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  /** Decodes one token at a time; the pieces joined are exactly what `decode` gives for all ids. */
  stream(options?: DecodeOptions): TokenStream;
  /**
   * The bytes that a token adds in the middle of a text, for grammars and stop strings. `undefined` for special tokens and for
   * ids that are not in the vocabulary.
   */
  bytes(id: number): Uint8Array | undefined;
  /** The id of a token as the vocabulary writes it, e.g. `Ġthe` or `<|im_end|>`. */
  idOf(token: string): number | undefined;
  /** The token of an id as the vocabulary writes it. */
  tokenOf(id: number): string | undefined;
  /** Whether `skipSpecialTokens` leaves this id out. */
  isSpecial(id: number): boolean;
}
