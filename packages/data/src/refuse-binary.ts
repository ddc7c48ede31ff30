// Files that are no text: named by their first bytes, with what to do about them.
import { invalidInput } from '@modeshift/core';

const asText = 'Save the sheet as "CSV UTF-8" and give that file.';

/** First bytes → what the file is and what to do. https://en.wikipedia.org/wiki/List_of_file_signatures */
const signatures: readonly (readonly [bytes: string, what: string, advice: string])[] = [
  ['d0cf11e0a1b11ae1', 'an old Office file (.xls or .doc)', asText],
  ['25504446', 'a PDF', 'Give a CSV, TSV or JSONL file.'],
  ['89504e47', 'a PNG image', 'Give a CSV, TSV or JSONL file.'],
  ['ffd8ff', 'a JPEG image', 'Give a CSV, TSV or JSONL file.'],
  ['47494638', 'a GIF image', 'Give a CSV, TSV or JSONL file.'],
  ['1f8b', 'gzip-compressed', 'Unpack it first (gunzip) and give the file inside.'],
  ['28b52ffd', 'zstd-compressed', 'Unpack it first (zstd -d) and give the file inside.'],
  ['425a68', 'bzip2-compressed', 'Unpack it first (bunzip2) and give the file inside.'],
  ['fd377a585a00', 'xz-compressed', 'Unpack it first (unxz) and give the file inside.'],
  ['377abcaf271c', 'a 7z archive', 'Unpack it first and give the file inside.'],
  ['526172211a07', 'a RAR archive', 'Unpack it first and give the file inside.'],
  ['50415231', 'a Parquet file', 'Export it as CSV or JSONL and give that file.'],
  ['4152524f5731', 'an Arrow file', 'Export it as CSV or JSONL and give that file.'],
  ['53514c69746520666f726d6174203300', 'an SQLite database', 'Export the table as CSV and give that file.'],
];

/** Office files are zip archives; the names inside tell which. */
const zipped: readonly (readonly [inside: string, what: string, advice: string])[] = [
  ['xl/', 'an Excel file', asText],
  ['word/', 'a Word file', 'Put the rows into a CSV file and give that one.'],
  ['ppt/', 'a PowerPoint file', 'Put the rows into a CSV file and give that one.'],
  ['opendocument.spreadsheet', 'an OpenDocument spreadsheet', asText],
];

/**
 * Refuses bytes that are a known binary format or a stand-in for a file (a web page, a Git LFS pointer).
 *
 * @throws ModeshiftError `invalid-input` that says what the file is and what to do.
 */
export function refuseBinary(bytes: Uint8Array, name: string): void {
  const refuse = (what: string, advice: string): never => {
    throw invalidInput(`${name} is ${what}, not a table of text. ${advice}`);
  };
  const first = [...bytes.subarray(0, 16)].map(byte => byte.toString(16).padStart(2, '0')).join('');
  for (const [signature, what, advice] of signatures) if (first.startsWith(signature)) refuse(what, advice);
  if (/^504b0(304|506|708)/.test(first)) {
    const start = latin1(bytes.subarray(0, 8192)) + latin1(bytes.subarray(Math.max(0, bytes.length - 8192)));
    for (const [inside, what, advice] of zipped) if (start.includes(inside)) refuse(what, advice);
    if (/\.xls[xmb]$/i.test(name)) refuse('an Excel file', asText);
    refuse('a zip archive', 'Unpack it first and give the file inside.');
  }
  const start = latin1(bytes.subarray(0, 512))
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  if (/^(<!doctype html|<html)/i.test(start)) refuse('a web page', 'Download the file itself and give that one.');
  if (start.startsWith('version https://git-lfs')) refuse('a Git LFS pointer', 'Fetch the file with "git lfs pull".');
  if (/^\{\\rtf/.test(start)) refuse('an RTF document', 'Save it as plain text (CSV, TSV or JSONL).');
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
