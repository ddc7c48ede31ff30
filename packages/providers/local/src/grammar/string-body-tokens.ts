// Which tokens may stand in a JSON string, worked out once per vocabulary: every grammar and every string shares it.
import { bodyDead, bodyEnd, bodyStart, bodyTable } from './string-body.ts';
import type { TokenTrie } from './token-trie.ts';

/** The tokens that may follow in one state of a string. */
export interface BodyTokens {
  /** Ids of the tokens that stay in the string, by the characters they need, fewest first. */
  readonly ids: Int32Array;
  /** `idStarts[n]`: the first of `ids` that needs `n` characters or more. */
  readonly idStarts: readonly number[];
  /** The most characters that one token needs. */
  readonly most: number;
  /** Places of the trie behind a closing quote, with the characters before it. */
  readonly exits: readonly { readonly place: number; readonly count: number }[];
  readonly mostBeforeExit: number;
  /** Masks of the tokens that need at most 0, 1, 2, 4, 8 … characters; the last one holds all. */
  readonly levels: readonly { readonly need: number; readonly words: Uint32Array }[];
}

const known = new WeakMap<TokenTrie, Map<number, BodyTokens>>();

/** The tokens that may follow in a state of {@link bodyTable}. */
export function bodyTokens(trie: TokenTrie, inner: number): BodyTokens {
  const states = known.get(trie) ?? new Map<number, BodyTokens>();
  known.set(trie, states);
  let tokens = states.get(inner);
  if (!tokens) {
    tokens = findTokens(trie, inner);
    states.set(inner, tokens);
  }
  return tokens;
}

function findTokens(trie: TokenTrie, inner: number): BodyTokens {
  const { bytes, depths, ends, idStarts: tokenStarts, ids: tokenIds } = trie;
  const states = new Uint8Array(trie.longest + 1);
  const counts = new Uint16Array(trie.longest + 1);
  states[0] = inner;
  const byNeed: number[][] = [];
  const exits: { place: number; count: number }[] = [];
  for (let place = 1; place < bytes.length; ) {
    const depth = depths[place]!;
    const to = bodyTable[states[depth - 1]! * 256 + bytes[place]!]!;
    const count = counts[depth - 1]!;
    if (to === bodyDead || to === bodyEnd) {
      if (to === bodyEnd) exits.push({ place, count });
      place = ends[place]!;
      continue;
    }
    states[depth] = to;
    counts[depth] = to === bodyStart ? count + 1 : count;
    const need = count + 1;
    byNeed[need] ??= [];
    const list = byNeed[need];
    for (let i = tokenStarts[place]!; i < tokenStarts[place + 1]!; i++) list.push(tokenIds[i]!);
    place++;
  }
  const idStarts: number[] = [];
  const ids: number[] = [];
  for (let need = 0; need < byNeed.length; need++) {
    idStarts.push(ids.length);
    for (const id of byNeed[need] ?? []) ids.push(id);
  }
  const most = Math.max(0, byNeed.length - 1);
  idStarts.push(ids.length);
  const levels: { need: number; words: Uint32Array }[] = [];
  const words = new Uint32Array(trie.words);
  let done = 0;
  for (let need = 0; ; need = need === 0 ? 1 : need * 2) {
    const last = need >= most;
    const to = last ? ids.length : idStarts[need + 1]!;
    for (; done < to; done++) words[ids[done]! >>> 5]! |= 1 << (ids[done]! & 31);
    levels.push({ need: Math.min(need, most), words: words.slice() });
    if (last) break;
  }
  const mostBeforeExit = exits.reduce((all, exit) => Math.max(all, exit.count), 0);
  return { ids: Int32Array.from(ids), idStarts, most, exits, mostBeforeExit, levels };
}

/** Sets the bits of the tokens that stay in the string and need at most `room` characters. */
export function setBodyTokens(tokens: BodyTokens, room: number, into: Uint32Array): void {
  const { levels, ids, idStarts, most } = tokens;
  const level = levels.findLast(one => one.need <= room)!;
  for (let i = 0; i < into.length; i++) into[i]! |= level.words[i]!;
  const to = room >= most ? ids.length : idStarts[room + 1]!;
  for (let i = idStarts[level.need + 1]!; i < to; i++) into[ids[i]! >>> 5]! |= 1 << (ids[i]! & 31);
}
