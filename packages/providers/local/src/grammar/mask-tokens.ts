// The tokens that may follow a configuration. What a token does inside the innermost call is worked out once for all calls.
import type { Configuration, Configurations, Item } from './configuration.ts';
import { RecentCache } from './recent-cache.ts';
import { bodyStart } from './string-body.ts';
import { bodyTokens, setBodyTokens } from './string-body-tokens.ts';
import { setTokens, type TokenTrie } from './token-trie.ts';

/** A mask, as words or, where few bits are set, as the ids. */
type PackedMask = Uint32Array | Int32Array;

/** What the tokens do that begin in some states of a rule, whoever called it. */
interface LocalTokens {
  /** Tokens that stay in the rule or end with it. */
  readonly mask: PackedMask;
  /** Places of the trie where the rule is done and the token goes on. */
  readonly exits: readonly number[];
}

/** What is remembered about a vocabulary, by the configurations of all its grammars. */
interface Remembered {
  readonly masks: RecentCache<Configuration, PackedMask>;
  readonly locals: RecentCache<Configuration, LocalTokens>;
  /** What tokens do that close a string and go on from here. */
  readonly tails: RecentCache<Configuration, PackedMask>;
}

const bytesKept = 24 * 2 ** 20;
/** What a configuration that is kept alive by its mask is reckoned to take. */
const bytesOfConfiguration = 4096;
const remembered = new WeakMap<TokenTrie, Remembered>();

function rememberedOf(trie: TokenTrie): Remembered {
  let caches = remembered.get(trie);
  if (!caches) {
    caches = {
      masks: new RecentCache(bytesKept),
      locals: new RecentCache(bytesKept),
      tails: new RecentCache(bytesKept),
    };
    remembered.set(trie, caches);
  }
  return caches;
}

/** Masks of a grammar over a vocabulary. */
export class TokenMasks {
  readonly #trie: TokenTrie;
  readonly #configurations: Configurations;
  readonly #deepest: number;
  readonly #remembered: Remembered;

  constructor(trie: TokenTrie, configurations: Configurations) {
    this.#trie = trie;
    this.#configurations = configurations;
    this.#remembered = rememberedOf(trie);
    let need = 0;
    for (const state of configurations.rules.states)
      if (state.need < Number.POSITIVE_INFINITY) need = Math.max(need, state.need);
    this.#deepest = trie.mostBrackets + 2 + need;
  }

  /** Sets the bits of the tokens that may come next; `into` holds zeros. */
  set(from: Configuration, into: Uint32Array): void {
    const { masks } = this.#remembered;
    let mask = masks.get(from);
    if (!mask) {
      const words = new Uint32Array(this.#trie.words);
      this.#compute(from, words);
      mask = pack(words);
      masks.add(from, mask, bytesOfConfiguration + mask.byteLength);
    }
    unpack(mask, into);
  }

  #compute(from: Configuration, into: Uint32Array): void {
    const { rules } = this.#configurations;
    const groups = new Map<Item['stack'], Item[]>();
    for (const item of from.items) {
      if (rules.states[item.state]!.body) this.#string(item, into);
      else if (groups.has(item.stack)) groups.get(item.stack)!.push(item);
      else groups.set(item.stack, [item]);
    }
    for (const [stack, items] of groups) {
      const local = this.#local(items);
      unpack(local.mask, into);
      if (!stack.parent || local.exits.length === 0) continue;
      const after = this.#configurations.returned(stack);
      for (const place of local.exits) this.#walk(place, after, into);
    }
    if (from.complete) for (const id of this.#trie.endTokens) into[id >>> 5]! |= 1 << (id & 31);
  }

  /** What tokens do from some states of one rule, on an empty stack as deep as the real one, as far as that can matter. */
  #local(items: readonly Item[]): LocalTokens {
    const configurations = this.#configurations;
    const { maxDepth, rules } = configurations;
    const nests = items.some(item => rules.callsOthers[rules.states[item.state]!.rule]);
    const room = Math.min(maxDepth - items[0]!.stack.depth, this.#deepest);
    const bottom = configurations.bottom(nests ? maxDepth - room : 0);
    const start = configurations.open(items.map(item => ({ ...item, stack: bottom })));
    const { locals } = this.#remembered;
    let local = locals.get(start);
    if (!local) {
      const words = new Uint32Array(this.#trie.words);
      const exits: number[] = [];
      this.#walk(0, start, words, exits);
      local = { mask: pack(words), exits };
      locals.add(start, local, bytesOfConfiguration + local.mask.byteLength + 8 * exits.length);
    }
    return local;
  }

  #string(item: Item, into: Uint32Array): void {
    const { min, max, to } = this.#configurations.rules.states[item.state]!.body!;
    const tokens = bodyTokens(this.#trie, item.inner);
    const room = max - item.count;
    if (tokens.ids.length > 0) setBodyTokens(tokens, room, into);
    if (tokens.exits.length === 0) return;
    const after = this.#configurations.close([{ state: to, inner: 0, count: 0, stack: item.stack }])!;
    const fewest = min - item.count;
    if (fewest > 0 || room < tokens.mostBeforeExit || item.inner !== bodyStart) {
      for (const { place, count } of tokens.exits) if (count >= fewest && count <= room) this.#exit(place, after, into);
      return;
    }
    const { tails } = this.#remembered;
    let tail = tails.get(after);
    if (!tail) {
      const words = new Uint32Array(this.#trie.words);
      for (const { place } of tokens.exits) this.#exit(place, after, words);
      tail = pack(words);
      tails.add(after, tail, bytesOfConfiguration + tail.byteLength);
    }
    unpack(tail, into);
  }

  #exit(place: number, after: Configuration, into: Uint32Array): void {
    setTokens(this.#trie, place, into);
    this.#walk(place, after, into);
  }

  /** Sets the bits of all tokens below a place that the configuration there allows. */
  #walk(from: number, start: Configuration, into: Uint32Array, exits?: number[]): void {
    const trie = this.#trie;
    const { bytes, depths, ends } = trie;
    const end = from === 0 ? bytes.length : ends[from]!;
    const base = from === 0 ? 0 : depths[from]!;
    const path: Configuration[] = [start];
    for (let place = from + 1; place < end; ) {
      const depth = depths[place]! - base;
      const before = path[depth - 1]!;
      const byte = bytes[place]!;
      const now = before.next[byte] ?? this.#configurations.step(before, byte);
      if (now === null) {
        place = ends[place]!;
        continue;
      }
      setTokens(trie, place, into);
      if (exits && now.complete && ends[place]! > place + 1) exits.push(place);
      path[depth] = now;
      place = now.items.length === 0 ? ends[place]! : place + 1;
    }
  }
}

/** A mask in the smaller of its two forms. */
function pack(words: Uint32Array): PackedMask {
  const most = words.length >> 2;
  const ids: number[] = [];
  for (let i = 0; i < words.length; i++) {
    for (let word = words[i]!; word !== 0; word &= word - 1) ids.push((i << 5) + 31 - Math.clz32(word & -word));
    if (ids.length > most) return words;
  }
  return Int32Array.from(ids);
}

function unpack(mask: PackedMask, into: Uint32Array): void {
  if (mask instanceof Uint32Array) for (let i = 0; i < mask.length; i++) into[i]! |= mask[i]!;
  else for (const id of mask) into[id >>> 5]! |= 1 << (id & 31);
}
