// Responses as servers really send them: every field may be missing, whatever the specification says.
import type { WireLogprob } from './wire.ts';

/** A piece of an answer's message. */
export interface WireOutputContent {
  readonly type?: string;
  readonly text?: string;
  readonly refusal?: string;
  readonly annotations?: readonly WireOutputAnnotation[] | null;
  readonly logprobs?: readonly WireLogprob[] | null;
}

/** Where a piece of text was taken from. */
export interface WireOutputAnnotation {
  readonly type?: string;
  readonly url?: string;
  readonly title?: string;
  readonly filename?: string;
  readonly file_id?: string;
}

/** One item of an answer: a message, a thought, a call of a tool, or what a tool of the server did. */
export interface WireOutputItem {
  readonly type?: string;
  readonly id?: string | null;
  readonly content?: readonly WireOutputContent[] | null;
  readonly summary?: readonly { readonly text?: string }[] | null;
  readonly encrypted_content?: string | null;
  readonly call_id?: string | null;
  readonly name?: string | null;
  readonly arguments?: unknown;
  /** The image of an image generation, in base64. */
  readonly result?: unknown;
  readonly output_format?: string | null;
}

/** Usage of a response. */
export interface WireResponseUsage {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly total_tokens?: number | null;
  readonly input_tokens_details?: {
    readonly cached_tokens?: number | null;
    readonly cache_write_tokens?: number | null;
  } | null;
  readonly output_tokens_details?: { readonly reasoning_tokens?: number | null } | null;
}

/** A response, whole or as far as it is known. */
export interface WireResponse {
  readonly id?: string | null;
  readonly model?: string | null;
  readonly status?: string | null;
  readonly output?: readonly WireOutputItem[] | null;
  readonly usage?: WireResponseUsage | null;
  readonly error?: { readonly code?: string | null; readonly message?: string | null } | null;
  readonly incomplete_details?: { readonly reason?: string | null } | null;
}

/** One event of a streamed response. */
export interface WireResponseEvent {
  readonly type?: string;
  readonly output_index?: number;
  readonly summary_index?: number;
  readonly delta?: unknown;
  readonly logprobs?: readonly WireLogprob[] | null;
  readonly item?: WireOutputItem;
  readonly annotation?: WireOutputAnnotation;
  readonly response?: WireResponse;
}
