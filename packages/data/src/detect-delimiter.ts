// Which character stands between the fields: the one that gives the most rows the header's number of fields.
import { readRecords } from './read-records.ts';

/** The delimiters that are looked for, in the order in which a tie is decided. */
export const knownDelimiters = [',', '\t', ';', '|'] as const;

const sampledCharacters = 1 << 16;
const sampledRecords = 200;

/**
 * Finds the delimiter of a text by reading its first 200 records with each candidate, quotes respected. The winner is the
 * one with the largest share of records as wide as the header, then the one with more columns. A text with one column
 * gives `','`. A first line `sep=;`, as Excel writes it, decides.
 *
 * @example
 * ```ts
 * import { detectDelimiter } from '@modeshift/data';
 *
 * console.log(detectDelimiter('text;label\n"yes, please; now";a\n好,谢谢;b\n')); // ;
 * ```
 */
export function detectDelimiter(text: string): string {
  const told = toldDelimiter(text);
  if (told !== undefined) return told.delimiter;
  const isCut = text.length > sampledCharacters;
  const sample = isCut ? text.slice(0, sampledCharacters) : text;
  let best: { delimiter: string; share: number; width: number } = { delimiter: ',', share: 0, width: 1 };
  for (const delimiter of knownDelimiters) {
    const widths = widthsOf(sample, delimiter);
    if (isCut && widths.length > 1 && widths.length < sampledRecords) widths.pop();
    const width = widths[0] ?? 1;
    if (width < 2) continue;
    const share = widths.filter(other => other === width).length / widths.length;
    if (share > best.share || (share === best.share && width > best.width)) best = { delimiter, share, width };
  }
  return best.delimiter;
}

/** The delimiter that a first line `sep=…` tells, and where the text goes on. */
export function toldDelimiter(text: string): { readonly delimiter: string; readonly start: number } | undefined {
  const match = /^"?sep=([^"\r\n])"?(\r\n|\n|\r)/i.exec(text);
  return match ? { delimiter: match[1]!, start: match[0].length } : undefined;
}

function widthsOf(sample: string, delimiter: string): number[] {
  const widths: number[] = [];
  try {
    for (const { fields } of readRecords(sample, { delimiter })) {
      if (fields.length > 0) widths.push(fields.length);
      if (widths.length === sampledRecords) break;
    }
  } catch {
    // A quote that the sample does not close: what was read until there counts.
  }
  return widths;
}
