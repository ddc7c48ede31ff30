// Tokenizers: read from a checkpoint, or trained on texts.
export { buildTokenizer } from './build-tokenizer.ts';
export { readLlama2cTokenizer } from './read-llama2c-tokenizer.ts';
export { readTokenizer } from './read-tokenizer.ts';
export type { DecodeOptions, EncodeOptions, SpecialTokens, TextSegment, Tokenizer, TokenStream } from './tokenizer.ts';
export type { AddedTokenEntry, TokenizerJson, TokenizerPart } from './tokenizer-json.ts';
export { type TrainBpeOptions, type TrainedTokenizerJson, trainBpe } from './train-bpe.ts';
