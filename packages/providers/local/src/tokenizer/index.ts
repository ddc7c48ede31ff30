// Tokenizers: read from a checkpoint, or trained on texts.
export { buildTokenizer } from './build-tokenizer.ts';
export { readTokenizer } from './read-tokenizer.ts';
export type { EncodeOptions, SpecialTokens, TextSegment, Tokenizer, TokenStream } from './tokenizer.ts';
export type { TokenizerJson } from './tokenizer-json.ts';
