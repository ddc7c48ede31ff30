// Bytes to text: a mark, strict UTF-8, UTF-16 by its zero bytes, what the text declares, and then the likeliest encoding in which
// the bytes are valid.
import { analyse } from 'chardet';

/** What may be guessed: detector's name → the Encoding Standard's. */
const guessable: Readonly<Record<string, string>> = {
  GB18030: 'gb18030',
  Big5: 'big5',
  Shift_JIS: 'shift_jis',
  'EUC-JP': 'euc-jp',
  'EUC-KR': 'euc-kr',
  'windows-1251': 'windows-1251',
  'KOI8-R': 'koi8-r',
  'windows-1252': 'windows-1252',
  'ISO-8859-1': 'windows-1252',
};
const sample = 1 << 16;

/**
 * The text of bytes, without a mark; line ends are kept. Bytes that are valid in no encoding are read as UTF-8 with U+FFFD.
 *
 * @param declared The encoding that the text or a server names; it counts where the bytes are valid in it.
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  return new TextDecoder(encodingOf(bytes, declared)).decode(bytes);
}

/** The encoding that an HTML page or XML declares in its first 1,024 bytes. */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 1024));
  return (/<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(start) ??
    /<\?xml[^>]+encoding\s*=\s*["']([\w-]+)/i.exec(start))?.[1];
}

function encodingOf(bytes: Uint8Array, declared: string | undefined): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const part = bytes.subarray(0, sample);
  const zeros = [0, 1].map(odd => part.filter((byte, i) => i % 2 === odd && byte === 0).length);
  if (zeros[1]! > part.length / 8 && zeros[0]! < part.length / 64) return 'utf-16le';
  if (zeros[0]! > part.length / 8 && zeros[1]! < part.length / 64) return 'utf-16be';
  if (isIso2022Jp(part) && isValid(bytes, 'iso-2022-jp')) return 'iso-2022-jp';
  if (isValid(bytes, 'utf-8')) return 'utf-8';
  if (declared !== undefined && isValid(bytes, declared)) return declared;
  for (const { name } of analyse(part)) {
    const encoding = guessable[name];
    if (encoding && isValid(bytes, encoding)) return encoding;
  }
  return 'utf-8';
}

/** Escapes to JIS X 0208; no other text has them. */
function isIso2022Jp(part: Uint8Array): boolean {
  for (let at = part.indexOf(0x1b); at >= 0; at = part.indexOf(0x1b, at + 1))
    if (part[at + 1] === 0x24 && (part[at + 2] === 0x42 || part[at + 2] === 0x40)) return true;
  return false;
}

function isValid(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
