// Delimited text into records (RFC 4180), each with the line it starts on.
import { invalidInput } from '@modeshift/core';

/** One record of delimited text. */
export interface DelimitedRecord {
  /** The line on which the record starts, 1-based. A quoted field may span lines, so records and lines differ. */
  readonly line: number;
  /** The fields; none for a blank line. */
  readonly fields: readonly string[];
  /** Whether characters stood after a closing quote. They are kept, as Excel and Python's `csv` keep them. */
  readonly strayQuote: boolean;
}

/** Options of {@link readRecords}. */
export interface ReadRecordsOptions {
  /** One character between fields. */
  readonly delimiter: string;
  /** Whether `"` quotes fields. Left out: yes. */
  readonly quotes?: boolean;
}

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Reads delimited text record by record: quoted fields with delimiters, doubled quotes and line breaks inside; lines that
 * end in LF, CRLF or CR, also mixed. A quote that does not start a field is a plain character.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 * @throws ModeshiftError `invalid-input` for a quote that is never closed, with the line where it was opened.
 * @example
 * ```ts
 * import { readRecords } from '@modeshift/data';
 *
 * const records = [...readRecords('text,label\n"你好,\n""世界""",greeting\n', { delimiter: ',' })];
 * console.log(records.map(record => record.line).join(), JSON.stringify(records[1]?.fields[0])); // 1,2 "你好,\n\"世界\""
 * ```
 */
export function* readRecords(text: string, options: ReadRecordsOptions): Generator<DelimitedRecord, void, undefined> {
  const { delimiter, quotes = true } = options;
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
    throw invalidInput(`A delimiter is one character, not a quote or a line break; got ${JSON.stringify(delimiter)}.`);
  }
  const separator = delimiter.charCodeAt(0);
  const end = text.length;
  let at = 0;
  let line = 1;
  while (at < end) {
    const startLine = line;
    const fields: string[] = [];
    let strayQuote = false;
    let isBlank = false;
    for (;;) {
      const start = at;
      let prefix: string | undefined;
      if (quotes && text.charCodeAt(at) === quote) {
        const opened = line;
        const close = closingQuote(text, at);
        if (close < 0) throw unclosed(opened);
        prefix = text.slice(at + 1, close);
        line += countLineBreaks(prefix);
        if (prefix.includes('""')) prefix = prefix.replaceAll('""', '"');
        at = close + 1;
        const tail = endOfField(text, at, separator);
        if (tail > at) {
          if (line > opened) throw strayAfterBreak(opened, line);
          strayQuote = true;
          prefix += text.slice(at, tail);
          at = tail;
        }
        fields.push(prefix);
      } else {
        at = endOfField(text, at, separator);
        if (at === start && fields.length === 0 && text.charCodeAt(at) !== separator) isBlank = true;
        fields.push(text.slice(start, at));
      }
      if (at < end && text.charCodeAt(at) === separator) {
        at++;
        continue;
      }
      if (at < end) {
        at += text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === lineFeed ? 2 : 1;
        line++;
      }
      break;
    }
    yield { line: startLine, fields: isBlank ? [] : fields, strayQuote };
  }
}

/** The position of the quote that closes the one at `open`, or -1. */
function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text.charCodeAt(at + 1) === quote) at = text.indexOf('"', at + 2);
  return at;
}

function endOfField(text: string, from: number, separator: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === separator || code === lineFeed || code === carriageReturn) break;
  }
  return at;
}

function countLineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) !== lineFeed) count++;
  }
  return count;
}

function unclosed(line: number): Error {
  return invalidInput(
    `The quote opened on line ${line} is never closed. Close it, or write it twice inside a quoted field.`,
  );
}

function strayAfterBreak(opened: number, closed: number): Error {
  return invalidInput(
    `The quote opened on line ${opened} ends on line ${closed} in the middle of a field, so a quote is missing between them. Close it, or write it twice inside a quoted field.`,
  );
}
