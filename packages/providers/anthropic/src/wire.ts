// The Messages API as servers really send it: every field may be missing, and new kinds of blocks may come.

/** One block of content. Kinds that this package does not read are kept as they came. */
export interface WireBlock {
  readonly type: string;
  readonly text?: string;
  readonly citations?: readonly WireCitation[] | null;
  readonly thinking?: string;
  readonly signature?: string;
  /** Of `redacted_thinking`. */
  readonly data?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  /** Of results of the server's own tools. */
  readonly content?: unknown;
}

/** Where a sentence was taken from: a document of the request, a search result, or a page of the web. */
export interface WireCitation {
  readonly type?: string;
  readonly cited_text?: string | null;
  readonly url?: string | null;
  readonly title?: string | null;
  readonly document_title?: string | null;
  /** Of `search_result_location`: what the caller named as the source, mostly a URL. */
  readonly source?: string | null;
}

/** Usage. In a stream the numbers are totals: the last one counts. */
export interface WireUsage {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation?: {
    readonly ephemeral_5m_input_tokens?: number | null;
    readonly ephemeral_1h_input_tokens?: number | null;
  } | null;
  readonly output_tokens_details?: { readonly thinking_tokens?: number | null } | null;
  readonly service_tier?: string | null;
}

/** A whole message. */
export interface WireMessage {
  readonly type?: string;
  readonly id?: string | null;
  readonly model?: string | null;
  readonly content?: readonly WireBlock[] | null;
  readonly stop_reason?: string | null;
  readonly usage?: WireUsage | null;
}

/** The delta of a block. */
export interface WireDelta {
  readonly type?: string;
  readonly text?: string;
  readonly partial_json?: string;
  readonly thinking?: string;
  readonly signature?: string;
  readonly citation?: WireCitation;
  readonly stop_reason?: string | null;
}

/** An error, in a body or in a stream. */
export interface WireError {
  readonly type?: string;
  readonly message?: string;
  readonly details?: { readonly error_code?: string | null } | null;
}

/** One event of a stream. */
export interface WireEvent {
  readonly type?: string;
  readonly index?: number;
  readonly message?: WireMessage;
  readonly content_block?: WireBlock;
  readonly delta?: WireDelta;
  readonly usage?: WireUsage | null;
  readonly error?: WireError;
  readonly request_id?: string;
}
