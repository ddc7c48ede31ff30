// A passage as the page shows it: with the text around it, so that one reads it where it stands.
import type { Collection, SourcePlace, StoredChunk } from '@modeshift/rag';
import type { Citation } from '@modeshift/ui';

/** How much is shown before and after, in UTF-16 units. */
const around = 1200;

/** Where the passage is, in words: the document, its page, slide or line, the headings above. */
export function placeInWords(
  { documentId, page, place, line, headings }: Pick<SourcePlace, 'documentId' | 'page' | 'place' | 'line' | 'headings'>,
  language: 'en' | 'zh',
): string {
  const inside =
    page !== undefined
      ? language === 'zh'
        ? `第 ${page} 页`
        : `page ${page}`
      : (place ?? (language === 'zh' ? `第 ${line} 行` : `line ${line}`));
  return [`${documentId}, ${inside}`, headings.join(' › ')].filter(Boolean).join(' · ');
}

/** The citation of a place: its words marked in the text around them. */
export async function citationOf(collection: Collection, place: SourcePlace, language: 'en' | 'zh'): Promise<Citation> {
  const { documentId: id, tenant, start, end, uri } = place;
  const { text = '', pages, places } = (await collection.document({ id, tenant })) ?? {};
  // Where the words stand, which may be further on than where their passage begins.
  const page = pages && pages.findLastIndex(one => one <= start) + 1;
  const inside = places?.findLast(one => one.start <= start)?.name;
  return {
    title: placeInWords(
      { ...place, ...(page !== undefined && { page }), ...(inside !== undefined && { place: inside }) },
      language,
    ),
    ...inContext(text, start, end),
    ...(uri !== undefined && { url: uri }),
  };
}

/** The same place of a chunk. */
export const placeOfChunk = (chunk: StoredChunk): SourcePlace => ({ ...chunk, chunkId: chunk.id });

/** The words with what is around them. The page marks the first place that has the words: no earlier one is let in. */
function inContext(text: string, start: number, end: number): { readonly text: string; readonly quote: string } {
  const quote = text.slice(start, end);
  const earlier = quote === '' ? -1 : text.lastIndexOf(quote, start - 1);
  const least = earlier >= 0 && earlier < start ? earlier + 1 : 0;
  const from = Math.max(least, boundary(text, Math.max(0, start - around), start));
  const to = text.length - end <= around ? text.length : end + around;
  const shown = text.slice(from, to).toWellFormed();
  return { text: `${from > 0 ? '…' : ''}${shown}${to < text.length ? '…' : ''}`, quote };
}

/** The first beginning of a line at or after `from`, but before `to`. */
function boundary(text: string, from: number, to: number): number {
  if (from === 0) return 0;
  const line = text.indexOf('\n', from - 1);
  return line >= 0 && line + 1 <= to ? line + 1 : from;
}
