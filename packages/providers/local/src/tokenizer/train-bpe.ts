// Trains a byte-level byte-pair vocabulary, for models that are trained from nothing.
import { invalidInput, throwIfAborted } from '@modeshift/core';
import { AddedTokenFinder } from './added-tokens.ts';
import { byteCharacters } from './byte-alphabet.ts';
import { learnMerges } from './learn-merges.ts';
import { preTokenizer } from './pre-tokenize.ts';
import type { AddedTokenEntry, TokenizerJson, TokenizerPart } from './tokenizer-json.ts';

/** What {@link trainBpe} takes. */
export interface TrainBpeOptions {
  /** The texts to learn from. Words do not cross texts. */
  readonly texts: Iterable<string>;
  /** Tokens in all: 256 bytes, the special tokens and one per merge. Fewer where no pair of tokens is left to merge. */
  readonly vocabularySize: number;
  /** They get the first ids, in this order, and texts are cut at them. Default: none. */
  readonly specialTokens?: readonly string[];
  /** How texts are cut into words, in the syntax of `tokenizer.json`. Default: GPT-2's pattern. */
  readonly pattern?: string;
  /** A pair that is seen less often is not merged. Default 1. */
  readonly minimumFrequency?: number;
  readonly signal?: AbortSignal;
}

/** The content of a `tokenizer.json` that was trained. */
export interface TrainedTokenizerJson extends TokenizerJson {
  readonly version: '1.0';
  readonly model: TokenizerPart & {
    readonly type: 'BPE';
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (readonly [string, string])[];
  };
}

/**
 * Trains a byte-level byte-pair tokenizer (Sennrich et al. 2016; Radford et al. 2019). The most frequent pair is merged first,
 * and of equally frequent ones the greater by its bytes, so that the same texts always give the same merges. Write what it
 * gives as `tokenizer.json`: Hugging Face's tokenizers read it and give the same ids.
 *
 * @throws ModeshiftError `invalid-input` for a vocabulary that is too small or a special token that is empty or double;
 * `aborted` when the signal fires.
 * @example
 * ```ts
 * import { buildTokenizer, trainBpe } from '@modeshift/local';
 *
 * const texts = ['床前明月光，疑是地上霜。', '举头望明月，低头思故乡。'];
 * const json = trainBpe({ texts, vocabularySize: 270, specialTokens: ['<|endoftext|>'] });
 * const tokenizer = buildTokenizer(json);
 * console.log(tokenizer.vocabularySize, tokenizer.encode('明月').length < 6); // 270 true
 * ```
 */
export function trainBpe(options: TrainBpeOptions): TrainedTokenizerJson {
  const { texts, vocabularySize, specialTokens = [], pattern, minimumFrequency = 1, signal } = options;
  const least = 256 + specialTokens.length;
  if (!Number.isSafeInteger(vocabularySize) || vocabularySize < least) {
    throw invalidInput(
      `A vocabulary of ${vocabularySize} has no room for 256 bytes and ${specialTokens.length} special tokens. Give "vocabularySize" of at least ${least}.`,
    );
  }
  if (specialTokens.includes('') || new Set(specialTokens).size < specialTokens.length) {
    throw invalidInput('A special token is empty or given twice. Give each of "specialTokens" once.');
  }
  const added = specialTokens.map(
    (content, id): AddedTokenEntry => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }),
  );
  const bytes: TokenizerPart = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: pattern === undefined,
  };
  const splitter: TokenizerPart =
    pattern === undefined
      ? bytes
      : {
          type: 'Sequence',
          pretokenizers: [{ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }, bytes],
        };
  const counts = countWords(texts, added, splitter, signal);
  const merges = learnMerges(counts, vocabularySize - least, minimumFrequency, signal);
  const vocab: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const { content, id } of added) vocab[content] = id;
  let next = added.length;
  for (const character of byteCharacters.toSorted()) vocab[character] ??= next++;
  const inCharacters = (latin: string): string => {
    let written = '';
    for (let i = 0; i < latin.length; i++) written += byteCharacters[latin.charCodeAt(i)];
    return written;
  };
  const pairs = merges.map(([left, right]): [string, string] => [inCharacters(left), inCharacters(right)]);
  for (const [left, right] of pairs) vocab[left + right] ??= next++;
  return {
    version: '1.0',
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: splitter,
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges: pairs,
    },
  };
}

function countWords(
  texts: Iterable<string>,
  added: readonly AddedTokenEntry[],
  splitter: TokenizerPart,
  signal: AbortSignal | undefined,
): Map<string, number> {
  const finder = new AddedTokenFinder(added);
  const split = preTokenizer(splitter, true);
  const counts = new Map<string, number>();
  for (const text of texts) {
    throwIfAborted(signal);
    const whole = text.toWellFormed();
    let from = 0;
    for (const { start, end } of [...finder.find(whole), { start: whole.length, end: whole.length }]) {
      for (const word of split(whole.slice(from, start), from === 0)) counts.set(word, (counts.get(word) ?? 0) + 1);
      from = end;
    }
  }
  return counts;
}
