// Base64 of bytes, in every runtime.

/**
 * Base64 with padding (RFC 4648, section 4).
 *
 * @example
 * ```ts
 * import { fromBase64, toBase64 } from '@modeshift/core/provider';
 *
 * const text = toBase64(new TextEncoder().encode('你好'));
 * console.log(text, new TextDecoder().decode(fromBase64(text))); // 5L2g5aW9 你好
 * ```
 */
export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let i = 0; i < bytes.length; i += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(i, i + 0x8000)));
  return btoa(pieces.join(''));
}

/**
 * Bytes of base64, with padding or without.
 *
 * @throws DOMException for text that is none.
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
