// SentencePiece's compiled normalisation: a double-array trie from text to its replacement.
import { damaged } from './tokenizer-json.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
// Characters that form a grapheme by themselves when a neighbour of the same kind follows.
const alone = /^[\n -~\u00a1-\u00ac\u00ae-\u02ff\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uff01-\uff9d]$/;
const longestReplaced = 5;

/** A normaliser of a `precompiled_charsmap`, given as base64. Text is looked up grapheme by grapheme, then by characters. */
export function precompiledNormalizer(charsmap: string): (text: string) => string {
  const bytes = Uint8Array.from(Buffer.from(charsmap, 'base64'));
  const size = bytes.length < 4 ? Infinity : new DataView(bytes.buffer).getUint32(0, true);
  if (4 + size > bytes.length || size % 4 !== 0) throw damaged('the compiled normalisation is cut off');
  const units = new Uint32Array(bytes.slice(4, 4 + size).buffer);
  const replacements = bytes.subarray(4 + size);
  const known = new Map<string, string | undefined>();
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

  /** The replacement of the shortest beginning of `text` that the trie knows. */
  const lookUp = (text: string): string | undefined => {
    let node = 0;
    let unit = units[0] ?? 0;
    for (const byte of encoder.encode(text)) {
      node ^= (unit >>> 10) << ((unit & 0x200) >>> 6);
      if (byte === 0) return undefined;
      node ^= byte;
      unit = units[node] ?? 0;
      if ((unit & 0x800000ff) >>> 0 !== byte) return undefined;
      if (((unit >>> 8) & 1) === 1) {
        const value = (units[node ^ ((unit >>> 10) << ((unit & 0x200) >>> 6))] ?? 0) & 0x7fffffff;
        const end = replacements.indexOf(0, value);
        return decoder.decode(replacements.subarray(value, end === -1 ? undefined : end));
      }
    }
    return undefined;
  };
  const replacement = (text: string): string | undefined => {
    if (known.has(text)) return known.get(text);
    const found = lookUp(text);
    if (known.size < 1 << 16) known.set(text, found);
    return found;
  };
  const characters = (text: string): string => {
    let written = '';
    for (const character of text) written += replacement(character) ?? character;
    return written;
  };
  const graphemes = (text: string): string => {
    let written = '';
    for (const { segment } of segmenter.segment(text)) {
      const whole =
        segment.length <= longestReplaced && Buffer.byteLength(segment) <= longestReplaced
          ? replacement(segment)
          : undefined;
      written += whole ?? characters(segment);
    }
    return written;
  };

  return text => {
    let written = '';
    let from = 0;
    let previous = true;
    // Runs between characters that stand alone are cut into graphemes; the rest goes by characters.
    for (let i = 0; i < text.length; i++) {
      const here = alone.test(text[i]!);
      const border = previous && here;
      if (border && from < i) {
        const run = text.slice(from, i);
        written += run.length === 1 && alone.test(run) ? characters(run) : graphemes(run);
        from = i;
      }
      previous = here;
    }
    const rest = text.slice(from);
    return written + graphemes(rest);
  };
}
