// Decoders of tokenizer.json: what text the tokens stand for.
import { fromByteCharacters } from './byte-alphabet.ts';
import { replacePattern } from './normalize.ts';
import { partsOf, type TokenizerPart, textOf, unknownPart } from './tokenizer-json.ts';

/** Tokens to bytes, one after another. */
export interface TokenDecoder {
  /** The bytes of a token; `first` for the first of a text. */
  bytes(token: string, first: boolean): Uint8Array;
  /** What is taken away at the beginning of the text: up to `count` times this character. */
  readonly strip: { readonly content: string; readonly count: number };
}

type Step = (token: string, first: boolean) => string | Uint8Array;

const known = ['Sequence', 'ByteLevel', 'ByteFallback', 'Metaspace', 'WordPiece', 'Replace', 'Fuse', 'Strip'];
const encoder = new TextEncoder();

/** The decoder of a part; without one, tokens are words with spaces between them. */
export function tokenDecoder(part: TokenizerPart | null | undefined): TokenDecoder {
  const steps: Step[] = [];
  let strip = { content: ' ', count: 0 };
  if (part === null || part === undefined) steps.push((token, first) => (first ? token : ` ${token}`));
  else {
    let fused = false;
    for (const one of part.type === 'Sequence' ? partsOf(part, 'decoders') : [part]) {
      if (one.type === 'Fuse') fused = true;
      else if (one.type === 'Strip' && fused && !one.stop) {
        strip = { content: textOf(one, 'content'), count: Number(one.start ?? 0) };
      } else steps.push(decodingStep(one));
    }
  }
  return {
    strip,
    bytes: (token, first) => {
      let text = token;
      for (const step of steps) {
        const changed = step(text, first);
        if (typeof changed !== 'string') return changed;
        text = changed;
      }
      return encoder.encode(text);
    },
  };
}

function decodingStep(part: TokenizerPart): Step {
  switch (part.type) {
    case 'ByteLevel':
      return token => fromByteCharacters(token) ?? token;
    case 'ByteFallback':
      return token => {
        const byte = /^<0x([0-9A-F]{2})>$/.exec(token);
        return byte ? Uint8Array.of(Number.parseInt(byte[1]!, 16)) : token;
      };
    case 'Metaspace': {
      const mark = textOf(part, 'replacement');
      const prefixed = (part.prepend_scheme ?? (part.add_prefix_space === false ? 'never' : 'always')) !== 'never';
      return (token, first) => token.replaceAll(mark, first && prefixed ? '' : ' ');
    }
    case 'WordPiece': {
      const prefix = textOf(part, 'prefix');
      const clean = part.cleanup !== false ? cleanedUp : (text: string) => text;
      return (token, first) => {
        if (first) return clean(token);
        return clean(token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`);
      };
    }
    case 'Replace': {
      const pattern = replacePattern(part);
      const content = textOf(part, 'content');
      return typeof pattern === 'string'
        ? token => token.replaceAll(pattern, () => content)
        : token => token.replace(pattern, () => content);
    }
    case 'Strip': {
      const content = textOf(part, 'content');
      const [start, stop] = [Number(part.start ?? 0), Number(part.stop ?? 0)];
      return token => {
        let [from, to] = [0, token.length];
        while (from < start && token[from] === content) from++;
        while (token.length - to < stop && to > from && token[to - 1] === content) to--;
        return token.slice(from, to);
      };
    }
    default:
      throw unknownPart('decoder', part, known);
  }
}

const gaps: readonly (readonly [string, string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

function cleanedUp(text: string): string {
  return gaps.reduce((cleaned, [from, to]) => cleaned.replaceAll(from, to), text);
}
