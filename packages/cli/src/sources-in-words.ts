// What stands below an answer in a terminal: where each citation leads, and what is wrong with it.
import type { Answer, Citation } from '@modeshift/rag';
import { excerpt } from './excerpt.ts';

/** The lines below an answer, with what ends the answer's own line. */
export function sourcesInWords({
  citations,
  status,
  finishReason,
}: Pick<Answer, 'citations' | 'status' | 'finishReason'>): string {
  const lines = citations.map(citationInWords);
  if (finishReason === 'length') lines.push('The answer is cut off: the model used up its limit of tokens.');
  if (finishReason === 'content-filter') lines.push('The answer is cut off: the provider withheld the rest.');
  if (status === 'unsupported') lines.push('No citation of this answer holds: do not rely on it.');
  return `\n${lines.length > 0 ? `\n${[...new Set(lines)].join('\n')}\n` : ''}`;
}

function citationInWords({ number, quote, check, source }: Citation): string {
  const words = excerpt(quote);
  if (!source) return words === '' ? `[${number}] is no source` : `[${number}] not in the sources: “${words}”`;
  const page = source.page === undefined ? '' : `, page ${source.page}`;
  const place = source.place === undefined ? '' : `, ${source.place}`;
  return `[${number}] ${source.documentId}:${source.line}${page}${place} “${words}”${check === 'unquoted' ? ' (not quoted)' : ''}`;
}
