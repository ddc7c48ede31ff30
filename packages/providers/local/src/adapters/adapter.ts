// An adapter in memory, as a PEFT folder holds it.
import type { LoraLayer } from '../training/lora-layer.ts';

/** The factors of one adapted layer. */
export interface LoraFactors {
  readonly layer: LoraLayer;
  /** `[rank, in]` */
  readonly a: Float32Array;
  /** `[out, rank]` */
  readonly b: Float32Array;
  /** `[out]`, with DoRA. */
  readonly magnitude?: Float32Array;
  /** The embedding table as it was saved beside its adapter. */
  readonly table?: Float32Array;
}

/** What adapts a model: factors on linear layers, rows before the embeddings, or keys and values before the first token. */
export type Adapter =
  | { readonly kind: 'lora'; readonly layers: readonly LoraFactors[] }
  | { readonly kind: 'soft-prompt'; readonly tokens: number /** `[tokens, hidden]` */; readonly rows: Float32Array }
  | {
      readonly kind: 'prefix';
      readonly tokens: number;
      /** `[tokens, layers · 2 · keyHeads · headSize]`: of each layer keys, then values. */
      readonly rows: Float32Array;
    };
