// What to train and on what, in words that every provider that trains shares.
import type { Message } from './message.ts';
import type { Progress } from './progress.ts';

/** Low-rank adapters on linear layers, in PEFT's terms. */
export interface LoraSettings {
  /** Rank of the two factors. Default 8. */
  readonly rank?: number;
  /** The change is scaled by `alpha / rank`, for rsLoRA by `alpha / sqrt(rank)`. Default: twice the rank. */
  readonly alpha?: number;
  /** Share of a layer's inputs that the adapter does not see at a step. Default 0. */
  readonly dropout?: number;
  /**
   * Layers by the end of their name (`q_proj`), `'all-linear'` for every linear layer but the output projection, or a regular
   * expression that matches whole names. The embedding table is only meant by its name (`embed_tokens`); where it is the output
   * projection too, what is read changes and what is chosen does not, as with PEFT. Default: queries and values.
   */
  readonly targets?: string | readonly string[];
  /** Layers to leave out, in the same forms. */
  readonly exclude?: string | readonly string[];
  /** Only these blocks, counted from 0. */
  readonly blocks?: readonly number[];
  /** Other ranks by a regular expression for the end of the layer's name. */
  readonly rankPattern?: Readonly<Record<string, number>>;
  /** Other alphas in the same way. */
  readonly alphaPattern?: Readonly<Record<string, number>>;
  /** First values: A uniform and B zero (default), A normal and B zero, or both uniform, so that the change is not zero. */
  readonly init?: 'uniform' | 'gaussian' | 'random';
}

/** Vectors that are put before the embedded tokens. */
export interface SoftPromptSettings {
  /** How many. Default 20. */
  readonly tokens?: number;
  /** Embeddings of this text (repeated or cut to length), of random tokens (default), or normal numbers. */
  readonly init?: { readonly text: string } | { readonly ids: readonly number[] } | 'vocabulary' | 'random';
}

/** Keys and values that every layer sees before those of the tokens. */
export interface PrefixSettings {
  /** How many. Default 20. */
  readonly tokens?: number;
  /** Normal numbers (default) or zeros. */
  readonly init?: 'random' | 'zero';
}

/** What is made small. */
export type TrainLoss =
  /** Next-token cross-entropy: the mean over the tokens that count, of all micro-batches of a step together. */
  | { readonly kind: 'causal' }
  /** A head over classes. */
  | {
      readonly kind: 'classification';
      /** The classes, or how many numbers a regression gives. */
      readonly labels: readonly string[] | number;
      /** One class (default), any number of classes, or numbers. */
      readonly problem?: 'single-label' | 'multi-label' | 'regression';
    }
  /** A query near its passage and far from the other passages of the batch. */
  | {
      readonly kind: 'contrastive';
      /** What cosines are divided by. Default 0.05. */
      readonly temperature?: number;
      /** Also each passage near its query. Default `false`. */
      readonly symmetric?: boolean;
      /** How a text becomes one vector. Default: mean for encoders, the last token for decoders. */
      readonly pooling?: 'mean' | 'first' | 'last';
    }
  /** An answer that was preferred over another. */
  | {
      readonly kind: 'preference';
      /** DPO (default) and IPO measure against the model before training; SimPO needs no reference. */
      readonly form?: 'dpo' | 'ipo' | 'simpo';
      /** How strongly. Default 0.1; for SimPO 2. */
      readonly beta?: number;
      /** SimPO's margin. Default 0.5. */
      readonly gamma?: number;
      /** Log-probabilities per token instead of their sum. Default: `true` for IPO and SimPO. */
      readonly perToken?: boolean;
    };

/** How the learning rate moves, as the schedulers of transformers do: the first step of a warm-up has rate 0. */
export interface TrainSchedule {
  /** Default `linear`. `wsd`: warm-up, stable, decay. */
  readonly kind?: 'constant' | 'linear' | 'cosine' | 'wsd';
  /** Steps of warm-up, or below 1 their share of all steps. Default 0. */
  readonly warmup?: number;
  /** The last rate as a share of the highest. Default 0. */
  readonly minRatio?: number;
  /** For `wsd`: the share of steps in which the rate falls. Default 0.2. */
  readonly decay?: number;
}

/** AdamW. */
export interface TrainOptimizer {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** On matrices; gains of normalisations and biases never decay. Default 0. */
  readonly weightDecay?: number;
  /** The greatest norm of the gradient. Default 1; `Infinity` does not clip. */
  readonly clipNorm?: number;
}

/** How examples become steps. */
export interface TrainBatches {
  /** Examples of one step. Default 8. */
  readonly size?: number;
  /** The most tokens in memory at once; larger batches are cut and their gradients added up. Default 4096. */
  readonly tokens?: number;
  /** Examples share rows, with attention kept apart and positions that begin again. Decoders only. Default `false`. */
  readonly packing?: boolean;
  /** Examples of like length come together, which saves padding. Default `false`. */
  readonly groupByLength?: boolean;
  /** The most tokens of an example. Default: the model's context. */
  readonly maxLength?: number;
  /**
   * What is done with an example of more tokens: an error that names it (default), a shorter prompt, cut at its beginning so that what
   * is to be learned stays (a text that is classified or embedded is cut at its end), or none of it: such examples are left out, and
   * counted in {@link TrainOutcome}.
   */
  readonly tooLong?: 'error' | 'truncate-prompt' | 'drop';
  /**
   * Activation checkpointing: what a block computes is not kept for the backward pass but computed again. For long sequences; about
   * a third more work. Default `false`.
   */
  readonly recompute?: boolean;
}

/** One example in words. Which form fits depends on the loss. */
export type TrainExample =
  /** Trained on the whole text. */
  | { readonly text: string }
  /** Trained on what the assistant says. */
  | { readonly messages: readonly Message[] }
  /** Trained on the completion. */
  | { readonly prompt: string | readonly Message[]; readonly completion: string }
  /** For classification: a class, several, or numbers. */
  | { readonly text: string; readonly pair?: string; readonly label: string | number | readonly (string | number)[] }
  /** For a contrastive loss. */
  | { readonly query: string; readonly positive: string; readonly negatives?: readonly string[] }
  /** For preferences. */
  | { readonly prompt: string | readonly Message[]; readonly chosen: string; readonly rejected: string };

/** A whole training run. */
export interface TrainRun<Example> {
  readonly examples: readonly Example[];
  /** Passes over the examples. Default 3, unless `steps` is given. */
  readonly epochs?: number;
  /** The number of steps in place of epochs. */
  readonly steps?: number;
  /** The highest learning rate of this run. Default: that of the trainer's spec. */
  readonly learningRate?: number;
  /** Examples whose loss is measured during the run. */
  readonly evaluation?: {
    readonly examples: readonly Example[];
    /** Default: at the end of each epoch. */
    readonly everySteps?: number;
    /** Stop when the loss has not become smaller at this many measurements. Left out: never. */
    readonly patience?: number;
    /** How much smaller counts. Default 0. */
    readonly minDelta?: number;
    /** Ends with the state of the smallest loss. Default `true`. */
    readonly keepBest?: boolean;
  };
  /** Where to write states that a killed run goes on from. */
  readonly checkpoints?: {
    readonly folder: string;
    /** Default: at the end of each epoch. */
    readonly everySteps?: number;
    /** How many of the latest are kept, besides the best. Default 2. */
    readonly keep?: number;
    /** Go on from the latest one that is there. Default `true`. */
    readonly resume?: boolean;
  };
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Called after each evaluation and at the end of each epoch, e.g. for measures of the task. */
  readonly onEvaluation?: (report: TrainEvaluation) => void | Promise<void>;
}

/** A measurement during a run. */
export interface TrainEvaluation {
  readonly step: number;
  readonly epoch: number;
  /** Mean loss of the steps since the last measurement. */
  readonly trainLoss: number;
  /** Mean loss of the evaluation examples, and what else the loss tells, e.g. `accuracy`. */
  readonly figures: Readonly<Record<string, number>>;
  readonly best: boolean;
}

/** How a run ended. */
export interface TrainOutcome {
  readonly steps: number;
  readonly stopped: 'finished' | 'early';
  /** Loss of each step. */
  readonly losses: readonly number[];
  readonly evaluations: readonly TrainEvaluation[];
  /** The step whose state the trainer holds now. */
  readonly step: number;
  /** Examples that were too long and left out. */
  readonly dropped?: number;
}
