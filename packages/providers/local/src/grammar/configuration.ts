// Where a text stands in a grammar: a set of states, each with the calls it returns to. Configurations are immutable and shared.

import type { BodyEdge, RuleSet } from './rule-set.ts';
import { bodyDead, bodyEnd, bodyStart, bodyTable } from './string-body.ts';

/** The calls that are open: a chain that ends in one without parent. */
export class CallStack {
  readonly id: number;
  /** Where to go on when the call is done. */
  readonly returnTo: number;
  readonly parent: CallStack | undefined;
  readonly depth: number;
  readonly children: Map<number, CallStack> = new Map();
  /** The configuration after the call is done, once it was needed. */
  returned: Configuration | undefined;

  constructor(id: number, returnTo: number, parent: CallStack | undefined, depth: number) {
    this.id = id;
    this.returnTo = returnTo;
    this.parent = parent;
    this.depth = depth;
  }
}

/** One way to read the text so far. */
export interface Item {
  readonly state: number;
  /** State in {@link bodyTable}; 0 unless `state` has a body. */
  readonly inner: number;
  /** Characters of the string so far, as far as its limits need them. */
  readonly count: number;
  readonly stack: CallStack;
}

/** A set of items that a text leads to. */
export class Configuration {
  readonly items: readonly Item[];
  /** Whether the text may end here (or, on a local stack, leave the rule it began in). */
  readonly complete: boolean;
  /** The following configurations by byte; `null`: not allowed; a hole: not yet asked. */
  readonly next: (Configuration | null | undefined)[] = new Array(256);

  constructor(items: readonly Item[], complete: boolean) {
    this.items = items;
    this.complete = complete;
  }
}

/** How many configurations and stacks are kept before the tables are emptied. */
const keepLimit = 8192;

/** Makes and remembers the configurations of a grammar. */
export class Configurations {
  readonly rules: RuleSet;
  readonly maxDepth: number;
  #known = new Map<string, Configuration>();
  #bottoms = new Map<number, CallStack>();
  #ids = 0;

  constructor(rules: RuleSet, maxDepth: number) {
    this.rules = rules;
    this.maxDepth = maxDepth;
  }

  /** The configuration at the beginning of a rule. */
  begin(rule: number): Configuration {
    return this.close([{ state: this.rules.starts[rule]!, inner: 0, count: 0, stack: this.bottom(0) }])!;
  }

  /** A stack without calls, `depth` calls deep. */
  bottom(depth: number): CallStack {
    let stack = this.#bottoms.get(depth);
    if (!stack) {
      stack = new CallStack(this.#ids++, -1, undefined, depth);
      this.#bottoms.set(depth, stack);
    }
    return stack;
  }

  /** The configuration of items whose empty edges and calls are already followed. */
  open(items: readonly Item[]): Configuration {
    return this.#intern(
      items.map(item => ({ item, key: keyOf(item) })),
      false,
    );
  }

  /** The configuration after a byte, or null. */
  step(from: Configuration, byte: number): Configuration | null {
    const known = from.next[byte];
    if (known !== undefined) return known;
    const reached: Item[] = [];
    for (const item of from.items) {
      const { edges, body } = this.rules.states[item.state]!;
      if (body) stepBody(item, body, byte, reached);
      for (let i = 0; i < edges.length; i += 3)
        if (byte >= edges[i]! && byte <= edges[i + 1]!)
          reached.push({ state: edges[i + 2]!, inner: 0, count: 0, stack: item.stack });
    }
    const to = reached.length === 0 ? null : this.close(reached);
    from.next[byte] = to;
    return to;
  }

  /** The configuration after the innermost call is done. */
  returned(stack: CallStack): Configuration {
    stack.returned ??= this.close([{ state: stack.returnTo, inner: 0, count: 0, stack: stack.parent! }])!;
    return stack.returned;
  }

  /** Follows empty edges, calls and returns. `null` where nothing is left: no way leads to an end within the depth allowed. */
  close(items: readonly Item[]): Configuration | null {
    const { states, starts } = this.rules;
    const seen = new Set<string>();
    const kept: { item: Item; key: string }[] = [];
    const work: Item[] = [];
    let complete = false;
    const add = (item: Item): void => {
      if (item.stack.depth + states[item.state]!.need > this.maxDepth) return;
      const key = keyOf(item);
      if (seen.has(key)) return;
      seen.add(key);
      work.push(item);
      const { edges, body } = states[item.state]!;
      if (edges.length > 0 || body) kept.push({ item, key });
    };
    for (const item of items) add(item);
    for (let item = work.pop(); item; item = work.pop()) {
      const { empty, calls, final } = states[item.state]!;
      const { stack } = item;
      for (const state of empty) add({ state, inner: 0, count: 0, stack });
      for (let i = 0; i < calls.length; i += 2) {
        const returnTo = calls[i + 1]!;
        // Where the call is not allowed, or its return is not, `add` would drop the item after the push: ask first.
        if (stack.depth + states[returnTo]!.need > this.maxDepth) continue;
        const state = starts[calls[i]!]!;
        if (stack.depth + 1 + states[state]!.need > this.maxDepth) continue;
        add({ state, inner: 0, count: 0, stack: this.#push(stack, returnTo) });
      }
      if (!final) continue;
      if (stack.parent) add({ state: stack.returnTo, inner: 0, count: 0, stack: stack.parent });
      else complete = true;
    }
    return kept.length === 0 && !complete ? null : this.#intern(kept, complete);
  }

  #push(parent: CallStack, returnTo: number): CallStack {
    let stack = parent.children.get(returnTo);
    if (!stack) {
      stack = new CallStack(this.#ids++, returnTo, parent, parent.depth + 1);
      parent.children.set(returnTo, stack);
    }
    return stack;
  }

  #intern(kept: { item: Item; key: string }[], complete: boolean): Configuration {
    kept.sort((a, b) => (a.key < b.key ? -1 : 1));
    const key = kept.map(one => one.key).join(';') + (complete ? '!' : '');
    let known = this.#known.get(key);
    if (known) return known;
    if (this.#known.size >= keepLimit) {
      // Those in use live on with whoever holds them; new ones begin new tables.
      this.#known = new Map();
      this.#bottoms = new Map();
    }
    known = new Configuration(
      kept.map(one => one.item),
      complete,
    );
    this.#known.set(key, known);
    return known;
  }
}

const keyOf = (item: Item): string => `${item.state},${item.inner},${item.count},${item.stack.id}`;

function stepBody(item: Item, body: BodyEdge, byte: number, reached: Item[]): void {
  const { inner, count, stack } = item;
  const to = bodyTable[inner * 256 + byte]!;
  if (to === bodyDead) return;
  if (to === bodyEnd) {
    if (count >= body.min) reached.push({ state: body.to, inner: 0, count: 0, stack });
    return;
  }
  if (inner === bodyStart && count >= body.max) return;
  if (to !== bodyStart) reached.push({ ...item, inner: to });
  else reached.push({ ...item, inner: bodyStart, count: countAfter(body, count + 1) });
}

/** A count as far as the limits need it: beyond `min`, an unlimited string does not count. */
export function countAfter(body: BodyEdge, count: number): number {
  return body.max === Number.POSITIVE_INFINITY ? Math.min(count, body.min) : count;
}
