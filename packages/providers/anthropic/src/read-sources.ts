// Where an answer was taken from: citations, search results and fetched pages.
import type { SourcePart } from '@modeshift/core';
import type { WireBlock, WireCitation } from './wire.ts';

/** A citation as a source; its `text` is what was cited. */
export function sourceOfCitation(citation: WireCitation): SourcePart {
  const url = citation.url ?? (isUrl(citation.source) ? citation.source : undefined);
  const title = citation.title ?? citation.document_title ?? (url === undefined ? citation.source : undefined);
  return {
    type: 'source',
    ...(url && { url }),
    ...(title && { title }),
    ...(citation.cited_text && { text: citation.cited_text }),
  };
}

/** The pages that the server's own web search found or its web fetch read. */
export function sourcesOfResult(block: WireBlock): SourcePart[] {
  if (block.type === 'web_search_tool_result' && Array.isArray(block.content)) {
    return (block.content as readonly { url?: string; title?: string }[]).flatMap(page =>
      page.url ? [pageOf(page.url, page.title)] : [],
    );
  }
  if (block.type !== 'web_fetch_tool_result') return [];
  const page = block.content as { url?: string; content?: { title?: string | null } } | null | undefined;
  return page?.url ? [pageOf(page.url, page.content?.title)] : [];
}

function pageOf(url: string, title: string | null | undefined): SourcePart {
  return { type: 'source', url, ...(title && { title }) };
}

function isUrl(text: string | null | undefined): text is string {
  return /^https?:\/\//.test(text ?? '');
}
