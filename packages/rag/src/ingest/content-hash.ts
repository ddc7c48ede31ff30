// Whether a document is still the same.
import { createHash } from 'node:crypto';
import type { SourceDocument } from '../chunk/document.ts';

/** SHA-256 over everything of a document that a collection keeps; the order of metadata and labels does not count. */
export function contentHash(document: SourceDocument): string {
  const { id, text, blocks, pages, places, title, uri, metadata = {}, tenant, access = [] } = document;
  const sorted = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  const rest = [id, blocks, pages, title, uri, sorted, tenant, [...access].sort(), ...(places ? [places] : [])];
  // JSON says itself where it ends.
  return createHash('sha256').update(JSON.stringify(rest)).update(text).digest('hex');
}
