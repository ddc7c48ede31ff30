// The alphabet in which byte-level tokenizers write bytes: printable bytes stand for themselves, the others for U+0100 and on.

const printable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);

let next = 0x100;

/** The character of each byte. */
export const byteCharacters: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  String.fromCharCode(printable(byte) ? byte : next++),
);

const bytesOfCharacters = new Map(byteCharacters.map((character, byte) => [character, byte]));

const encoder = new TextEncoder();

/** Text in the byte alphabet: one character for each byte of its UTF-8. */
export function toByteCharacters(text: string): string {
  let written = '';
  for (const byte of encoder.encode(text)) written += byteCharacters[byte];
  return written;
}

/** The bytes that a token in the byte alphabet stands for; `undefined` where it holds another character. */
export function fromByteCharacters(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = bytesOfCharacters.get(token[i]!);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}
