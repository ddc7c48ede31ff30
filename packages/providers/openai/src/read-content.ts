// The text and the reasoning of a message or a delta, whatever form they have.
import type { SourcePart } from '@modeshift/core';
import type { WireCompletion, WireContentPart, WireMessage } from './wire.ts';

/** Reads content: text, refusals included, apart from reasoning. Listed content (Mistral) may hold both. */
export function readContent(message: WireMessage): { readonly text: string; readonly reasoning: string } {
  let text = typeof message.content === 'string' ? message.content : '';
  // OpenRouter sends the same reasoning under both names.
  let reasoning = message.reasoning_content ?? message.reasoning ?? '';
  if (Array.isArray(message.content)) {
    for (const part of message.content) {
      if (part.type === 'thinking') {
        const { thinking } = part;
        reasoning += typeof thinking === 'string' ? thinking : joined(thinking);
      } else if (typeof part.text === 'string') text += part.text;
    }
  }
  if (message.refusal) text += message.refusal;
  return { text, reasoning };
}

/** The sources of an answer: Perplexity's list of citations and web search annotations, each once. */
export function readSources(envelope: Pick<WireCompletion, 'citations'>, message?: WireMessage | null): SourcePart[] {
  const sources = new Map<string, SourcePart>();
  for (const url of envelope.citations ?? []) {
    if (typeof url === 'string') sources.set(url, { type: 'source', url });
  }
  for (const { url_citation: citation } of message?.annotations ?? []) {
    if (!citation?.url) continue;
    sources.set(citation.url, { type: 'source', url: citation.url, ...(citation.title && { title: citation.title }) });
  }
  return [...sources.values()];
}

function joined(pieces: WireContentPart['thinking']): string {
  return Array.isArray(pieces) ? pieces.map(piece => String(piece.text ?? '')).join('') : '';
}
