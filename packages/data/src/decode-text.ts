// Bytes to text, with what was found out about the encoding.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { type DataWarning, dataWarning, shownLines } from './data-warning.ts';
import { detectEncoding } from './detect-encoding.ts';

/** What {@link decodeText} gives. */
export interface DecodedText {
  /** Without a byte order mark. */
  readonly text: string;
  readonly encoding: string;
  readonly warnings: readonly DataWarning[];
}

/**
 * Decodes a text file in the given encoding, or in the detected one.
 *
 * @throws ModeshiftError `invalid-input` for an unknown encoding, for bytes that are no text, and for more text than one
 * string holds (about 500 million characters).
 * @example
 * ```ts
 * import { decodeText } from '@modeshift/data';
 *
 * const utf16 = Uint8Array.of(0xff, 0xfe, 0x60, 0x4f, 0x7d, 0x59);
 * console.log(decodeText(utf16, 'a.csv').text, decodeText(utf16, 'a.csv').encoding); // 你好 utf-16le
 * ```
 */
export function decodeText(bytes: Uint8Array, name: string, encoding?: string): DecodedText {
  const detected = encoding === undefined ? detectEncoding(bytes) : { encoding: known(encoding), by: 'mark' as const };
  let text: string;
  try {
    text = new TextDecoder(detected.encoding).decode(bytes);
  } catch (cause) {
    const size = `${Math.round(bytes.length / 1e6)} MB`;
    throw new ModeshiftError(
      { tag: 'invalid-input' },
      `${name} (${size}) is too large to be read as one text. Split it into files of less than 400 MB.`,
      { cause },
    );
  }
  if (text.includes('\0')) throw invalidInput(`${name} is a binary file, not a table of text. Save it as CSV UTF-8.`);
  const warnings: DataWarning[] = [];
  if (detected.by === 'guess' && detected.encoding !== 'utf-8') {
    const names = [detected.encoding.toUpperCase()];
    warnings.push(dataWarning({ code: 'encoding-guessed', count: 1, names, source: name }));
  }
  const broken = text.includes('\ufffd') && !containsEncoded(bytes, detected.encoding) ? brokenPlaces(text) : undefined;
  if (broken) warnings.push(dataWarning({ code: 'undecodable-bytes', ...broken, source: name }));
  return { text, encoding: detected.encoding, warnings };
}

function known(encoding: string): string {
  try {
    return new TextDecoder(encoding).encoding;
  } catch {
    throw invalidInput(`There is no encoding "${encoding}". Use utf-8, utf-16le, gb18030, big5 or windows-1252.`);
  }
}

/** Whether U+FFFD may stand in the file itself: then the bytes are valid. */
function containsEncoded(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function brokenPlaces(text: string): { count: number; lines: number[] } {
  const lines: number[] = [];
  let count = 0;
  let line = 1;
  let from = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    count++;
    if (lines.length === shownLines) continue;
    line += text.slice(from, at).split(/\r\n|\n|\r/).length - 1;
    from = at;
    if (lines.at(-1) !== line) lines.push(line);
  }
  return { count, lines };
}
