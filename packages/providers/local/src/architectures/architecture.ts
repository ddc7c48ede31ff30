// What an architecture is: how it reads a config, and how it is written in the blocks of a network.
import type { FloatTensor } from '@modeshift/autograd';
import type { ConfigReader } from '../checkpoint/config-reader.ts';
import type { Network } from '../network/network.ts';

/** Rotary positions. */
export interface RopeConfig {
  /** Angle per position of each pair of elements: `headSize / 2` numbers, scaling included. */
  readonly frequencies: readonly number[];
  /** A factor on cosines and sines (YaRN); usually 1. */
  readonly scale: number;
}

/** Shares that the model itself leaves out at random while it is trained. */
export interface ModelDropout {
  /** Of embedded tokens, before the first block. */
  readonly embeddings: number;
  /** Of the probabilities of attention. */
  readonly attention: number;
  /** Of what attention and the feed-forward layer add to their input. */
  readonly hidden: number;
  /** Of what a head for classification reads. */
  readonly classifier: number;
}

/** The sizes every architecture has, in its own words of `config.json` turned into ours. */
export interface NetworkConfig {
  readonly modelType: string;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values: fewer than `heads` where queries share them. */
  readonly keyHeads: number;
  readonly headSize: number;
  /** The longest sequence in tokens. */
  readonly contextLength: number;
  /** Added to variances. */
  readonly epsilon: number;
  readonly rope?: RopeConfig;
  /** How many tokens back a position sees; left out: all. */
  readonly window?: number;
  /** The output projection is the embedding table. */
  readonly tied: boolean;
  readonly dropout: ModelDropout;
}

/**
 * A decoder: reads left to right and predicts the next token. `Config` is what `hidden` needs beyond the common sizes.
 * Names of weights are those of Hugging Face checkpoints, without `.weight`.
 */
export interface DecoderArchitecture<Config extends NetworkConfig = NetworkConfig> {
  readonly kind: 'decoder';
  /** Values of `model_type` that it reads. */
  readonly modelTypes: readonly string[];
  /** What the names of weights may begin with, and what some checkpoints leave out, e.g. `model.`. */
  readonly prefix: string;
  /** The embedding table, and the output projection where it is not the table. */
  readonly embedding: string;
  readonly head: string;
  /** Linear layers of a block by the names that adapters use, e.g. `q_proj`. */
  readonly linears: readonly string[];
  config(reader: ConfigReader): Config;
  /** The table of learned positions, and how many rows it must have; left out for rotary ones. */
  positions?(config: Config): { readonly table: string; readonly rows: number };
  /** Hidden states after the last normalisation, `[batch, length, hidden]`. */
  hidden(network: Network, config: Config): FloatTensor;
}

/** An encoder: every position sees every other. */
export interface EncoderArchitecture<Config extends NetworkConfig = NetworkConfig> {
  readonly kind: 'encoder';
  readonly modelTypes: readonly string[];
  readonly prefix: string;
  readonly embedding: string;
  readonly linears: readonly string[];
  config(reader: ConfigReader): Config;
  /** The table of learned positions, and how many rows it must have; left out for rotary ones. */
  positions?(config: Config): { readonly table: string; readonly rows: number };
  /** Hidden states of the last layer, `[batch, length, hidden]`. */
  hidden(network: Network, config: Config): FloatTensor;
  /** Logits `[batch, classes]` of a sequence-classification checkpoint, from the hidden states. */
  classify(network: Network, config: Config, hidden: FloatTensor): FloatTensor;
}

export type Architecture = DecoderArchitecture | EncoderArchitecture;
