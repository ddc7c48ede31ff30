// Makes a tokenizer of the parts of tokenizer.json.
import { specialTokenTemplate } from './add-special-tokens.ts';
import { BytePairModel, mergesInOrder } from './byte-pair-model.ts';
import { tokenDecoder } from './decode-tokens.ts';
import { normalizer } from './normalize.ts';
import { PipelineTokenizer } from './pipeline-tokenizer.ts';
import { isByteLevel, preTokenizer, wordMarkOf } from './pre-tokenize.ts';
import type { TokenModel, Vocabulary } from './token-model.ts';
import type { SpecialTokens, Tokenizer } from './tokenizer.ts';
import {
  type AddedTokenEntry,
  damaged,
  type TokenizerJson,
  type TokenizerPart,
  unknownPart,
} from './tokenizer-json.ts';
import { UnigramModel } from './unigram-model.ts';
import { WordLevelModel } from './word-level-model.ts';
import { WordPieceModel } from './word-piece-model.ts';

const largestId = 1 << 24;
const roles = ['bos', 'eos', 'unk', 'pad', 'sep', 'cls', 'mask'] as const;

/**
 * Makes a tokenizer of the content of `tokenizer.json`; `config` holds what `tokenizer_config.json` and
 * `special_tokens_map.json` say of special tokens.
 *
 * @throws ModeshiftError `invalid-input` for content that is damaged or of an unknown kind.
 * @example
 * ```ts
 * import { buildTokenizer, trainBpe } from '@modeshift/local';
 *
 * const tokenizer = buildTokenizer(trainBpe({ texts: ['春眠不觉晓，处处闻啼鸟。'], vocabularySize: 260 }));
 * console.log(tokenizer.decode(tokenizer.encode('春晓'))); // 春晓
 * ```
 */
export function buildTokenizer(json: TokenizerJson, config: TokenizerPart = {}): Tokenizer {
  const base = vocabularyOf(json.model);
  const listed = [...(json.added_tokens ?? []), ...configuredTokens(config)];
  const ids = new Map(base);
  const added: AddedTokenEntry[] = [];
  const contents = new Set<string>();
  for (const token of listed) {
    if (typeof token?.content !== 'string' || !Number.isSafeInteger(token.id))
      throw damaged('an added token has no id or no text');
    if (contents.has(token.content)) continue;
    contents.add(token.content);
    added.push(token);
    ids.set(token.content, token.id);
  }
  const named = Object.fromEntries(
    roles.flatMap(role => {
      const content = contentOf(config[`${role}_token`]) ?? (role === 'unk' ? unknownOf(json.model) : undefined);
      const id = content === undefined ? undefined : ids.get(content);
      return id === undefined ? [] : [[role, { id, content: content! }]];
    }),
  ) as Partial<Record<(typeof roles)[number], { readonly id: number; readonly content: string }>>;
  for (const [role, { id, content }] of Object.entries(named)) {
    if (contents.has(content) || contentOf(config[`${role}_token`]) === undefined) continue;
    contents.add(content);
    added.push({ id, content, special: true, normalized: false });
  }
  const vocabulary = vocabularyByBoth(ids, base);
  const inRole = new Set(Object.values(named).map(token => token.id));
  const specialTokens: SpecialTokens = {
    ...Object.fromEntries(Object.entries(named).map(([role, { id }]) => [role, id])),
    additional: added
      .filter(token => token.special && !inRole.has(token.id))
      .map(token => token.id)
      .sort((a, b) => a - b),
  };
  const byteLevel = json.model.type !== 'WordLevel' && isByteLevel(json.pre_tokenizer) && kindOf(json.model) === 'BPE';
  return new PipelineTokenizer({
    vocabulary,
    added,
    normalize: normalizer(json.normalizer),
    preTokenize: preTokenizer(json.pre_tokenizer, byteLevel),
    model: modelOf(json, base, byteLevel),
    template: specialTokenTemplate(json.post_processor),
    decoder: tokenDecoder(json.decoder),
    specialTokens,
  });
}

function vocabularyByBoth(ids: ReadonlyMap<string, number>, base: ReadonlyMap<string, number>): Vocabulary {
  let size = 0;
  for (const [token, id] of ids) {
    if (!Number.isSafeInteger(id) || id < 0 || id > largestId)
      throw damaged(`the token ${JSON.stringify(token)} has the id ${id}`);
    if (id >= size) size = id + 1;
  }
  const tokens = new Array<string | undefined>(size).fill(undefined);
  for (const [token, id] of base) tokens[id] = token;
  for (const [token, id] of ids) if (base.get(token) !== id) tokens[id] = token;
  return { ids, tokens };
}

/** Older files leave the model's kind out. */
function kindOf(model: TokenizerPart): string {
  if (typeof model.type === 'string') return model.type;
  if ('merges' in model) return 'BPE';
  if (Array.isArray(model.vocab)) return 'Unigram';
  return 'continuing_subword_prefix' in model ? 'WordPiece' : 'WordLevel';
}

function vocabularyOf(model: TokenizerPart): Map<string, number> {
  const { vocab } = model;
  if (typeof vocab !== 'object' || vocab === null) throw damaged('the model has no vocabulary');
  return Array.isArray(vocab)
    ? new Map(piecesOf(model).map(([piece], id) => [piece, id]))
    : new Map(Object.entries(vocab as Record<string, number>));
}

function piecesOf(model: TokenizerPart): [string, number][] {
  const pieces = model.vocab as unknown[];
  for (const piece of pieces) {
    if (!Array.isArray(piece) || typeof piece[0] !== 'string' || typeof piece[1] !== 'number') {
      throw damaged('a piece of the vocabulary is no pair of a text and a score');
    }
  }
  return pieces as [string, number][];
}

function unknownOf(model: TokenizerPart): string | undefined {
  if (typeof model.unk_token === 'string') return model.unk_token;
  return typeof model.unk_id === 'number' && Array.isArray(model.vocab)
    ? piecesOf(model)[model.unk_id]?.[0]
    : undefined;
}

function modelOf(json: TokenizerJson, ids: ReadonlyMap<string, number>, byteLevel: boolean): TokenModel {
  const { model } = json;
  const unknown = unknownOf(model);
  switch (kindOf(model)) {
    case 'BPE': {
      if (!Array.isArray(model.merges)) throw damaged('the model has no merges');
      const prefix = typeof model.continuing_subword_prefix === 'string' ? model.continuing_subword_prefix : '';
      const wordMark = wordMarkOf(json.pre_tokenizer) ?? wordMarkOf(json.normalizer);
      return new BytePairModel({
        ids,
        merges: mergesInOrder(model.merges.map(mergeOf), ids, prefix),
        byteLevel,
        byteFallback: model.byte_fallback === true,
        unknown,
        fuseUnknown: model.fuse_unk === true,
        ignoreMerges: model.ignore_merges === true,
        continuingSubwordPrefix: prefix,
        endOfWordSuffix: typeof model.end_of_word_suffix === 'string' ? model.end_of_word_suffix : '',
        ...(wordMark !== undefined && prefix === '' && !model.end_of_word_suffix && { wordMark }),
      });
    }
    case 'Unigram': {
      const unknownId = typeof model.unk_id === 'number' ? model.unk_id : 0;
      return new UnigramModel(piecesOf(model), unknownId, model.byte_fallback === true);
    }
    case 'WordPiece': {
      const unknownId = ids.get(unknown ?? '[UNK]');
      if (unknownId === undefined) throw damaged(`the vocabulary lacks the unknown token ${unknown ?? '[UNK]'}`);
      return new WordPieceModel({
        ids,
        unknownId,
        continuingSubwordPrefix:
          typeof model.continuing_subword_prefix === 'string' ? model.continuing_subword_prefix : '##',
        maxInputCharsPerWord: Number(model.max_input_chars_per_word ?? 100),
      });
    }
    case 'WordLevel':
      return new WordLevelModel(ids, unknown === undefined ? undefined : ids.get(unknown));
    default:
      throw unknownPart('model', model, ['BPE', 'Unigram', 'WordPiece', 'WordLevel']);
  }
}

/** Merges are written as `a b`, in newer files as `["a", "b"]`. */
function mergeOf(merge: unknown): [string, string] {
  const pair =
    typeof merge === 'string' ? [merge.slice(0, merge.indexOf(' ')), merge.slice(merge.indexOf(' ') + 1)] : merge;
  if (Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string') return [pair[0], pair[1]];
  throw damaged(`the merge ${JSON.stringify(merge)} is no pair`);
}

function contentOf(token: unknown): string | undefined {
  if (typeof token === 'string') return token;
  const content = (token as { readonly content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : undefined;
}

/** The added tokens of `tokenizer_config.json`. */
function configuredTokens(config: TokenizerPart): AddedTokenEntry[] {
  const entries = Object.entries((config.added_tokens_decoder ?? {}) as Record<string, Omit<AddedTokenEntry, 'id'>>);
  return entries.map(([id, token]) => ({ ...token, id: Number(id) }));
}
