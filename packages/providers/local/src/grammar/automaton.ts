// Deterministic automata over code points: the languages of strings and numbers, before they become bytes.
import { ModeshiftError } from '@modeshift/core';
import { type CodePointSet, everyCodePoint, intersectSets, partition, setHas } from './code-point-set.ts';

/** A deterministic automaton. State 0 is the start; every state can still reach an accepting one. */
export interface Automaton {
  /** Disjoint sets of code points: the alphabet. */
  readonly classes: readonly CodePointSet[];
  /** `next[state * classes.length + class]` is the following state, or -1. */
  readonly next: Int32Array;
  readonly accepting: readonly boolean[];
}

/** The most states an automaton may have before a pattern or a bound is refused. */
const stateLimit = 20_000;

/**
 * Explores states from `start` and trims those from which nothing can be accepted. A language without any word is an
 * automaton whose single state accepts nothing.
 */
export function explore<State>(
  classes: readonly CodePointSet[],
  start: State,
  keyOf: (state: State) => string,
  step: (state: State, classIndex: number) => State | undefined,
  accepts: (state: State) => boolean,
): Automaton {
  const ids = new Map<string, number>([[keyOf(start), 0]]);
  const states: State[] = [start];
  const next: number[] = [];
  for (let at = 0; at < states.length; at++) {
    for (let c = 0; c < classes.length; c++) {
      const to = step(states[at]!, c);
      if (to === undefined) {
        next.push(-1);
        continue;
      }
      const key = keyOf(to);
      let id = ids.get(key);
      if (id === undefined) {
        id = states.length;
        if (id >= stateLimit)
          throw new ModeshiftError(
            { tag: 'unsupported', feature: 'grammar' },
            `This constraint needs more than ${stateLimit} states. Make its repetitions or its length limits smaller.`,
          );
        ids.set(key, id);
        states.push(to);
      }
      next.push(id);
    }
  }
  return trim({ classes, next: Int32Array.from(next), accepting: states.map(accepts) });
}

function trim({ classes, next, accepting }: Automaton): Automaton {
  const width = classes.length;
  const before: number[][] = accepting.map(() => []);
  for (let state = 0; state < accepting.length; state++)
    for (let c = 0; c < width; c++) {
      const to = next[state * width + c]!;
      if (to >= 0) before[to]!.push(state);
    }
  const alive = [...accepting];
  const queue = accepting.flatMap((yes, state) => (yes ? [state] : []));
  for (let state = queue.pop(); state !== undefined; state = queue.pop())
    for (const from of before[state]!)
      if (!alive[from]) {
        alive[from] = true;
        queue.push(from);
      }
  if (!alive[0]) return { classes: [], next: new Int32Array(0), accepting: [false] };
  let count = 0;
  const renamed = alive.map(yes => (yes ? count++ : -1));
  const kept = new Int32Array(count * width).fill(-1);
  for (let state = 0; state < accepting.length; state++)
    if (alive[state])
      for (let c = 0; c < width; c++) {
        const to = next[state * width + c]!;
        if (to >= 0) kept[renamed[state]! * width + c] = renamed[to]!;
      }
  return { classes, next: kept, accepting: accepting.filter((_, state) => alive[state]) };
}

/** The words that both accept. */
export function intersect(a: Automaton, b: Automaton): Automaton {
  const pairs: [number, number][] = [];
  const classes: CodePointSet[] = [];
  for (const [i, one] of a.classes.entries())
    for (const [k, other] of b.classes.entries()) {
      const shared = intersectSets(one, other);
      if (shared.length === 0) continue;
      pairs.push([i, k]);
      classes.push(shared);
    }
  return explore<readonly [number, number]>(
    classes,
    [0, 0],
    ([x, y]) => `${x},${y}`,
    ([x, y], c) => {
      const [i, k] = pairs[c]!;
      const nextX = a.next[x * a.classes.length + i]!;
      const nextY = b.next[y * b.classes.length + k]!;
      return nextX < 0 || nextY < 0 ? undefined : [nextX, nextY];
    },
    ([x, y]) => a.accepting[x]! && b.accepting[y]!,
  );
}

/** The words over all code points that `a` does not accept. */
export function complement(a: Automaton): Automaton {
  const classes = partition(a.classes);
  const source = classes.map(set => a.classes.findIndex(one => setHas(one, set[0]!)));
  return explore<number>(
    classes,
    0,
    String,
    (state, c) => (state < 0 || source[c]! < 0 ? -1 : a.next[state * a.classes.length + source[c]!]!),
    state => state < 0 || !a.accepting[state]!,
  );
}

/** The words of at least `min` and at most `max` code points. */
export function lengthAutomaton(min: number, max: number): Automaton {
  return explore<number>(
    [everyCodePoint],
    0,
    String,
    length => (max === Number.POSITIVE_INFINITY ? Math.min(length + 1, min) : length < max ? length + 1 : undefined),
    length => length >= min,
  );
}

/** Exactly the given words. */
export function wordsAutomaton(words: readonly string[]): Automaton {
  const split = words.map(word => Array.from(word, char => char.codePointAt(0)!));
  const letters = [...new Set(split.flat())].filter(point => setHas(everyCodePoint, point));
  return explore<string>(
    letters.map(point => [point, point]),
    '',
    prefix => prefix,
    (prefix, c) => {
      const longer = prefix + String.fromCodePoint(letters[c]!);
      return words.some(word => word.startsWith(longer)) ? longer : undefined;
    },
    prefix => words.includes(prefix),
  );
}

/** Whether the automaton accepts a text. */
export function accepts(a: Automaton, text: string): boolean {
  let state = 0;
  for (const char of text) {
    const c = a.classes.findIndex(set => setHas(set, char.codePointAt(0)!));
    if (c < 0) return false;
    state = a.next[state * a.classes.length + c]!;
    if (state < 0) return false;
  }
  return a.accepting[state]!;
}

/** Whether the automaton accepts nothing at all. */
export function isEmpty(a: Automaton): boolean {
  return !a.accepting.includes(true);
}
