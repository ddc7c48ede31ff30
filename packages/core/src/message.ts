// Messages of a conversation and the parts they are made of.

/**
 * Marks the end of a prefix that later calls repeat. A provider with explicit prompt caching (Anthropic) puts a cache point
 * there; one that caches by itself (OpenAI) needs no hint and ignores it.
 */
export interface PromptCacheHint {
  /** How long the prefix should stay cached, in seconds. Left out: the provider's default. */
  readonly ttlSeconds?: number;
}

/** Text. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  readonly cache?: PromptCacheHint;
}

/** Bytes of an image, a sound or a document, or where to read them. */
export interface FilePart {
  readonly type: 'file';
  /** MIME type, e.g. `image/png`, `audio/wav`, `application/pdf`. */
  readonly mediaType: string;
  /** The bytes, or a URL that the provider can read. */
  readonly data: Uint8Array | URL;
  readonly filename?: string;
  readonly cache?: PromptCacheHint;
}

/** What a model thought before it answered. */
export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
  /**
   * Opaque data that the provider wants back in the next turn, tagged with its origin. Another provider does not send it.
   */
  readonly replay?: { readonly provider: string; readonly data: unknown };
}

/** A model's wish to call a tool. */
export interface ToolCallPart {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** The arguments as the model wrote them: JSON text, not yet parsed and possibly wrong. */
  readonly arguments: string;
}

/** What a tool gave back. */
export interface ToolResultPart {
  readonly type: 'tool-result';
  readonly id: string;
  readonly name: string;
  readonly content: string | readonly (TextPart | FilePart)[];
  readonly isError?: boolean;
  readonly cache?: PromptCacheHint;
}

/** Where an answer was taken from. */
export interface SourcePart {
  readonly type: 'source';
  readonly url?: string;
  readonly title?: string;
  readonly text?: string;
}

/** Everything an assistant message may hold. */
export type AssistantPart = TextPart | ReasoningPart | ToolCallPart | FilePart | SourcePart;

/** One message. `content` as a string is one text part. */
export type Message =
  | { readonly role: 'system'; readonly content: string; readonly cache?: PromptCacheHint }
  | { readonly role: 'user'; readonly content: string | readonly (TextPart | FilePart)[] }
  | { readonly role: 'assistant'; readonly content: string | readonly AssistantPart[] }
  | { readonly role: 'tool'; readonly content: readonly ToolResultPart[] };
