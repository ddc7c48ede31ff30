// Checkpoints that run well here, with what is certain of them: the guide and the command line show this list.

/** A checkpoint that is recommended. */
export interface RecommendedModel {
  /** Its name on the hub. */
  readonly id: string;
  readonly task: 'generating' | 'embedding' | 'reranking';
  /** The family, as the list of architectures names it. */
  readonly architecture: 'Llama' | 'Mistral' | 'Qwen2' | 'Qwen3' | 'GPT-2' | 'BERT';
  /** What it is for, in a few words. */
  readonly note: string;
  /** Parameters, counted from its configuration; a matrix that is used twice counts once. */
  readonly parameters: number;
  /** Of these, in embedding tables, which are held in 8 bits where other weights are in few. */
  readonly embeddingParameters: number;
  /** The output projection is the embedding table; with few bits it is held once more, in 8. */
  readonly tied: boolean;
  /** Bytes of its weights as safetensors, to three digits. */
  readonly downloadBytes: number;
  /** As its model card names it. */
  readonly license: string;
}

/** The list. */
export const recommendedModels: readonly RecommendedModel[] = [
  {
    id: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    task: 'generating',
    architecture: 'Llama',
    note: 'smallest that answers; English',
    parameters: 134_515_008,
    embeddingParameters: 28_311_552,
    tied: true,
    downloadBytes: 269e6,
    license: 'apache-2.0',
  },
  {
    id: 'HuggingFaceTB/SmolLM2-360M-Instruct',
    task: 'generating',
    architecture: 'Llama',
    note: 'small; English',
    parameters: 361_821_120,
    embeddingParameters: 47_185_920,
    tied: true,
    downloadBytes: 724e6,
    license: 'apache-2.0',
  },
  {
    id: 'Qwen/Qwen2.5-0.5B-Instruct',
    task: 'generating',
    architecture: 'Qwen2',
    note: 'small; Chinese and English, tools',
    parameters: 494_032_768,
    embeddingParameters: 136_134_656,
    tied: true,
    downloadBytes: 988e6,
    license: 'apache-2.0',
  },
  {
    id: 'Qwen/Qwen3-0.6B',
    task: 'generating',
    architecture: 'Qwen3',
    note: 'the one to begin with; Chinese and English, tools, thinks',
    parameters: 596_049_920,
    embeddingParameters: 155_582_464,
    tied: true,
    downloadBytes: 1.5e9,
    license: 'apache-2.0',
  },
  {
    id: 'TinyLlama/TinyLlama-1.1B-Chat-v1.0',
    task: 'generating',
    architecture: 'Llama',
    note: 'English; known from many comparisons',
    parameters: 1_100_048_384,
    embeddingParameters: 65_536_000,
    tied: false,
    downloadBytes: 2.2e9,
    license: 'apache-2.0',
  },
  {
    id: 'Qwen/Qwen2.5-1.5B-Instruct',
    task: 'generating',
    architecture: 'Qwen2',
    note: 'Chinese and English, tools',
    parameters: 1_543_714_304,
    embeddingParameters: 233_373_696,
    tied: true,
    downloadBytes: 3.09e9,
    license: 'apache-2.0',
  },
  {
    id: 'HuggingFaceTB/SmolLM2-1.7B-Instruct',
    task: 'generating',
    architecture: 'Llama',
    note: 'English',
    parameters: 1_711_376_384,
    embeddingParameters: 100_663_296,
    tied: true,
    downloadBytes: 3.42e9,
    license: 'apache-2.0',
  },
  {
    id: 'Qwen/Qwen3-1.7B',
    task: 'generating',
    architecture: 'Qwen3',
    note: 'Chinese and English, tools, thinks',
    parameters: 1_720_574_976,
    embeddingParameters: 311_164_928,
    tied: true,
    downloadBytes: 4.06e9,
    license: 'apache-2.0',
  },
  {
    id: 'mistralai/Mistral-7B-Instruct-v0.3',
    task: 'generating',
    architecture: 'Mistral',
    note: 'large; tools; 4 bits on a usual machine',
    parameters: 7_248_023_552,
    embeddingParameters: 134_217_728,
    tied: false,
    downloadBytes: 14.5e9,
    license: 'apache-2.0',
  },
  {
    id: 'openai-community/gpt2',
    task: 'generating',
    architecture: 'GPT-2',
    note: 'a base model without chat template, for scoring and trials',
    parameters: 124_439_808,
    embeddingParameters: 39_383_808,
    tied: true,
    downloadBytes: 548e6,
    license: 'mit',
  },
  {
    id: 'sentence-transformers/all-MiniLM-L6-v2',
    task: 'embedding',
    architecture: 'BERT',
    note: '384 numbers; fastest; English',
    parameters: 22_713_216,
    embeddingParameters: 11_917_824,
    tied: false,
    downloadBytes: 90.9e6,
    license: 'apache-2.0',
  },
  {
    id: 'BAAI/bge-small-zh-v1.5',
    task: 'embedding',
    architecture: 'BERT',
    note: '512 numbers; Chinese',
    parameters: 23_953_920,
    embeddingParameters: 11_080_704,
    tied: false,
    downloadBytes: 95.8e6,
    license: 'mit',
  },
  {
    id: 'BAAI/bge-small-en-v1.5',
    task: 'embedding',
    architecture: 'BERT',
    note: '384 numbers; English',
    parameters: 33_360_000,
    embeddingParameters: 11_917_824,
    tied: false,
    downloadBytes: 133e6,
    license: 'mit',
  },
  {
    id: 'intfloat/multilingual-e5-small',
    task: 'embedding',
    architecture: 'BERT',
    note: '384 numbers; some 100 languages; wants "query: " and "passage: " before texts',
    parameters: 117_653_760,
    embeddingParameters: 96_211_584,
    tied: false,
    downloadBytes: 471e6,
    license: 'mit',
  },
  {
    id: 'cross-encoder/ms-marco-MiniLM-L6-v2',
    task: 'reranking',
    architecture: 'BERT',
    note: 'fastest; English',
    parameters: 22_713_601,
    embeddingParameters: 11_917_824,
    tied: false,
    downloadBytes: 90.9e6,
    license: 'apache-2.0',
  },
  {
    id: 'BAAI/bge-reranker-base',
    task: 'reranking',
    architecture: 'BERT',
    note: 'Chinese and English',
    parameters: 278_044_417,
    embeddingParameters: 192_397_056,
    tied: false,
    downloadBytes: 1.11e9,
    license: 'mit',
  },
];

/** Bytes of a weight in a product: few bits have a scale of four bytes for each 64 weights, in most shapes. */
const bytesPerWeight = { f32: 4, int8: 1 + 4 / 64, int4: 0.5 + 4 / 64 } as const;

/**
 * The memory that a model's weights take, in bytes. The key/value cache and the work of a call come on top.
 *
 * @example
 * ```ts
 * import { recommendedModels, weightBytes } from '@modeshift/local';
 *
 * const qwen = recommendedModels.find(model => model.id === 'Qwen/Qwen3-0.6B')!;
 * console.log((weightBytes(qwen, 'f32') / 1e9).toFixed(1)); // 2.4
 * ```
 */
export function weightBytes(
  { parameters, embeddingParameters, tied }: RecommendedModel,
  format: keyof typeof bytesPerWeight,
): number {
  if (format === 'f32') return 4 * parameters;
  const inTable = (tied ? 2 : 1) * embeddingParameters;
  return Math.round(bytesPerWeight.int8 * inTable + bytesPerWeight[format] * (parameters - embeddingParameters));
}
