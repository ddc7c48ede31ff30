// Bytes to text: what is certain by the bytes, then what the text declares, then the likeliest encoding in which they are valid.
import { detectEncoding } from '@modeshift/data';

const sample = 1 << 16;

/**
 * The text of bytes, without a mark; line ends are kept. Which encoding bytes are in, `detectEncoding` of `@modeshift/data` says.
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
  const found = detectEncoding(bytes);
  if (found.by === 'mark' || found.encoding.startsWith('utf-16')) return found.encoding;
  if (isIso2022Jp(bytes.subarray(0, sample)) && isValid(bytes, 'iso-2022-jp')) return 'iso-2022-jp';
  if (found.by === 'guess' && declared !== undefined && isValid(bytes, declared)) return declared;
  return found.encoding;
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
