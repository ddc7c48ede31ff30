// How a package offers its modes and models to tools such as the command line, without the tool knowing them.
import type { Mode, ModeKind } from './mode.ts';
import type { EmbeddingModel, LanguageModel, Model, ScoringModel } from './models.ts';
import type { Price } from './usage.ts';

/** A model that can answer in text, by generating or by scoring. */
export type AnsweringModel = LanguageModel | ScoringModel;

/**
 * The kind of model that a mode needs: `none` runs by itself, `answering` generates or scores, `scoring` scores given
 * continuations, `trainable` can be trained here and answers with what was trained.
 */
export type ModeNeeds = 'none' | 'answering' | 'scoring' | 'trainable';

/**
 * A mode that a package offers. Every mode package exports `modes: readonly ModeOffer[]`; whoever adds an entry there has
 * added the mode to the command line and to the apps.
 */
export interface ModeOffer {
  /** As in `--modes`, e.g. `few-shot`. */
  readonly name: string;
  readonly kind: ModeKind;
  /** One line for the help. */
  readonly summary: string;
  readonly needs: ModeNeeds;
  /** Whether it compares vectors where an embedding model is given. One that `needs` nothing is, without it, run only where it is named. */
  readonly embeds?: boolean;
  /** @throws ModeshiftError `invalid-input` when the model cannot do what the mode needs. */
  create(options: {
    readonly model?: AnsweringModel;
    readonly embedder?: EmbeddingModel;
    /** Embeds inputs, where that is done otherwise than for examples. Left out: `embedder`. */
    readonly queryEmbedder?: EmbeddingModel;
  }): Mode<{ text: string }, string>;
}

/** A provider that a package offers. Every provider package exports `providers: readonly ProviderOffer[]`. */
export interface ProviderOffer {
  /** As in `--model name:id`, e.g. `openai`. */
  readonly name: string;
  /**
   * `device` is only given to providers of models on this machine, e.g. `webgpu`.
   *
   * @throws ModeshiftError `invalid-input` or `authentication` before any I/O, when something is missing.
   */
  model(modelId: string, options: { readonly price?: Price; readonly device?: string }): Model;
}
