// From a regular expression to a deterministic automaton: Thompson's construction, then sets of states.
import { ModeshiftError } from '@modeshift/core';
import { type Automaton, explore } from './automaton.ts';
import { type CodePointSet, partition, setHas } from './code-point-set.ts';
import { anyText, parseRegex, type RegexNode } from './parse-regex.ts';

type Edge = { readonly to: number } & (
  | { readonly kind: 'empty' | 'start' | 'end' }
  | { readonly kind: 'set'; readonly set: CodePointSet }
);

const edgeLimit = 60_000;

class Thompson {
  readonly edges: Edge[][] = [];
  readonly #pattern: string;
  #count = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  state(): number {
    return this.edges.push([]) - 1;
  }

  connect(from: number, edge: Edge): void {
    if (++this.#count > edgeLimit)
      throw new ModeshiftError(
        { tag: 'unsupported', feature: 'regex' },
        `The regular expression ${JSON.stringify(this.#pattern)} is too large: make its repetitions smaller.`,
      );
    this.edges[from]!.push(edge);
  }

  /** Adds a node's states after `from` and returns where it ends. */
  add(node: RegexNode, from: number): number {
    switch (node.type) {
      case 'set': {
        const to = this.state();
        this.connect(from, { kind: 'set', set: node.set, to });
        return to;
      }
      case 'start':
      case 'end': {
        const to = this.state();
        this.connect(from, { kind: node.type, to });
        return to;
      }
      case 'sequence':
        return node.items.reduce((at, item) => this.add(item, at), from);
      case 'alternatives': {
        const to = this.state();
        for (const item of node.items) {
          const begin = this.state();
          this.connect(from, { kind: 'empty', to: begin });
          this.connect(this.add(item, begin), { kind: 'empty', to });
        }
        return to;
      }
      case 'repeat':
        return this.#repeat(node.item, node.min, node.max, from);
    }
  }

  #repeat(item: RegexNode, min: number, max: number, from: number): number {
    let at = from;
    for (let i = 0; i < min; i++) at = this.add(item, at);
    if (max === Number.POSITIVE_INFINITY) {
      const loop = this.state();
      this.connect(at, { kind: 'empty', to: loop });
      this.connect(this.add(item, loop), { kind: 'empty', to: loop });
      const to = this.state();
      this.connect(loop, { kind: 'empty', to });
      return to;
    }
    const to = this.state();
    for (let i = min; i < max; i++) {
      this.connect(at, { kind: 'empty', to });
      at = this.add(item, at);
    }
    this.connect(at, { kind: 'empty', to });
    return to;
  }
}

const kept = new Map<string, Automaton>();
const automataKept = 200;

/**
 * The automaton of a regular expression with the meaning of JavaScript's `u` flag. `whole`: the text must match from end to
 * end; otherwise a match anywhere in it is enough, as JSON Schema's `pattern` says.
 */
export function regexAutomaton(pattern: string, whole: boolean): Automaton {
  const key = `${whole ? 'whole' : 'part'} ${pattern}`;
  let automaton = kept.get(key);
  if (automaton) return automaton;
  automaton = build(pattern, whole);
  const oldest = kept.keys().next();
  if (kept.size >= automataKept && !oldest.done) kept.delete(oldest.value);
  kept.set(key, automaton);
  return automaton;
}

function build(pattern: string, whole: boolean): Automaton {
  const node = parseRegex(pattern);
  const nfa = new Thompson(pattern);
  const start = nfa.state();
  const end = nfa.add(whole ? node : { type: 'sequence', items: [anyText, node, anyText] }, start);
  const sets = [...new Map(nfa.edges.flat().flatMap(e => (e.kind === 'set' ? [[e.set.join(), e.set]] : []))).values()];
  const classes = partition(sets as CodePointSet[]);
  const members = new Map(
    (sets as CodePointSet[]).map(set => [set.join(), classes.map(one => setHas(set, one[0]!))] as const),
  );
  const membership = nfa.edges.map(list => list.map(e => (e.kind === 'set' ? members.get(e.set.join())! : undefined)));

  const close = (states: Iterable<number>, atStart: boolean, atEnd: boolean): number[] => {
    const seen = new Set(states);
    for (const state of seen)
      for (const edge of nfa.edges[state]!)
        if (edge.kind === 'empty' || (edge.kind === 'start' && atStart) || (edge.kind === 'end' && atEnd))
          seen.add(edge.to);
    return [...seen].sort((a, b) => a - b);
  };
  interface Position {
    readonly states: readonly number[];
    readonly atStart: boolean;
  }
  return explore<Position>(
    classes,
    { states: close([start], true, false), atStart: true },
    ({ states, atStart }) => `${atStart}${states.join()}`,
    ({ states }, c) => {
      const to = new Set<number>();
      for (const state of states)
        for (const [i, edge] of nfa.edges[state]!.entries()) if (membership[state]![i]?.[c]) to.add(edge.to);
      return to.size === 0 ? undefined : { states: close(to, false, false), atStart: false };
    },
    ({ states, atStart }) => close(states, atStart, true).includes(end),
  );
}
