// The grammar as a recursive automaton over bytes: states with byte edges, empty edges, calls of rules and string bodies.
import type { Automaton } from './automaton.ts';
import { type CodePointSet, intersectSets } from './code-point-set.ts';
import { type ByteSequence, utf8Sequences } from './utf8-sequences.ts';

/** A JSON string's content between its quotes, of `min` to `max` code points. */
export interface BodyEdge {
  readonly min: number;
  readonly max: number;
  /** Where the closing quote leads. */
  readonly to: number;
}

/** A state of the automaton. */
export interface RuleState {
  readonly rule: number;
  /** `[low, high, target, …]`. */
  readonly edges: number[];
  readonly empty: number[];
  /** `[rule, return state, …]`. */
  readonly calls: number[];
  body: BodyEdge | undefined;
  final: boolean;
  /** How many calls deep one must go from here at least to finish the rule; Infinity where it cannot be finished. */
  need: number;
}

const encoder = new TextEncoder();
/** Characters that stand in a JSON string as they are. */
const plain: CodePointSet = [0x20, 0x21, 0x23, 0x5b, 0x5d, 0xd7ff, 0xe000, 0x10ffff];
const escaped: CodePointSet = [0, 0x1f, 0x22, 0x22, 0x5c, 0x5c];

const known = { json: new WeakMap<CodePointSet, ByteSequence[]>(), text: new WeakMap<CodePointSet, ByteSequence[]>() };

/** The states of an automaton share their sets: each is split into bytes once. */
function sequencesOf(set: CodePointSet, json: boolean): ByteSequence[] {
  const cache = known[json ? 'json' : 'text'];
  let sequences = cache.get(set);
  if (!sequences) {
    sequences = utf8Sequences(json ? intersectSets(set, plain) : set);
    cache.set(set, sequences);
  }
  return sequences;
}

/** Rules under construction, then the finished grammar. */
export class RuleSet {
  readonly states: RuleState[] = [];
  /** The first state of each rule. */
  readonly starts: number[] = [];
  /** Whether a rule calls others. */
  readonly callsOthers: boolean[] = [];

  /** A new rule; its start state is `starts[rule]`. */
  rule(): number {
    const rule = this.starts.length;
    this.starts.push(0);
    this.callsOthers.push(false);
    this.starts[rule] = this.state(rule);
    return rule;
  }

  state(rule: number): number {
    const state = {
      rule,
      edges: [],
      empty: [],
      calls: [],
      body: undefined,
      final: false,
      need: Number.POSITIVE_INFINITY,
    };
    return this.states.push(state) - 1;
  }

  /** A new state of the same rule. */
  beside(state: number): number {
    return this.state(this.states[state]!.rule);
  }

  byte(from: number, low: number, high: number, to: number): void {
    this.states[from]!.edges.push(low, high, to);
  }

  empty(from: number, to: number): void {
    this.states[from]!.empty.push(to);
  }

  call(from: number, rule: number, to: number): void {
    this.callsOthers[this.states[from]!.rule] = true;
    this.states[from]!.calls.push(rule, to);
  }

  /** Adds a text after `from`; returns where it ends, which is `to` where given. */
  text(from: number, text: string, to?: number): number {
    let at = from;
    const bytes = encoder.encode(text);
    for (const [i, byte] of bytes.entries()) {
      const next = i === bytes.length - 1 && to !== undefined ? to : this.beside(at);
      this.byte(at, byte, byte, next);
      at = next;
    }
    if (bytes.length === 0 && to !== undefined) this.empty(from, to);
    return to ?? at;
  }

  /** Any one of the texts, with their common beginnings shared. */
  texts(from: number, texts: readonly string[], to: number): void {
    for (const end of this.branches(from, texts)) this.empty(end, to);
  }

  /** Adds texts with their common beginnings shared; returns where each ends. */
  branches(from: number, texts: readonly string[]): number[] {
    const children = new Map<string, number>();
    return texts.map(text => {
      let at = from;
      for (const byte of encoder.encode(text)) {
        const key = `${at},${byte}`;
        let next = children.get(key);
        if (next === undefined) {
          next = this.beside(from);
          this.byte(at, byte, byte, next);
          children.set(key, next);
        }
        at = next;
      }
      return at;
    });
  }

  /** A JSON string of any characters, quotes included. */
  string(from: number, min: number, max: number, to: number): void {
    const body = this.beside(from);
    this.byte(from, 0x22, 0x22, body);
    this.states[body]!.body = { min, max, to };
  }

  /**
   * The words of an automaton in UTF-8; `json`: as the content of a JSON string, escaped as `JSON.stringify` does. Returns the
   * state of the grammar for each state of the automaton.
   */
  words(from: number, automaton: Automaton, json: boolean, to: number): number[] {
    const ids = automaton.accepting.map(() => this.beside(from));
    this.empty(from, ids[0]!);
    const width = automaton.classes.length;
    for (const [state, id] of ids.entries()) {
      if (automaton.accepting[state]) this.empty(id, to);
      const tails = new Map<string, number>();
      for (let c = 0; c < width; c++) {
        const next = automaton.next[state * width + c]!;
        if (next >= 0) this.#characters(id, automaton.classes[c]!, json, ids[next]!, tails);
      }
    }
    return ids;
  }

  #characters(from: number, set: CodePointSet, json: boolean, to: number, tails: Map<string, number>): void {
    for (const sequence of sequencesOf(set, json)) this.#sequence(from, sequence, to, tails);
    if (!json) return;
    const specials = intersectSets(set, escaped);
    for (let i = 0; i < specials.length; i += 2)
      for (let point = specials[i]!; point <= specials[i + 1]!; point++) {
        const bytes = encoder.encode(JSON.stringify(String.fromCharCode(point)).slice(1, -1));
        this.#sequence(
          from,
          Array.from(bytes, byte => [byte, byte] as const),
          to,
          tails,
        );
      }
  }

  /** Bytes one after another. States with the same rest of the way and the same end are one. */
  #sequence(from: number, sequence: ByteSequence, to: number, tails: Map<string, number>): void {
    let next = to;
    let key = `${to}`;
    for (let i = sequence.length - 1; i > 0; i--) {
      const [low, high] = sequence[i]!;
      key += `,${low}-${high}`;
      let state = tails.get(key);
      if (state === undefined) {
        state = this.beside(from);
        this.byte(state, low, high, next);
        tails.set(key, state);
      }
      next = state;
    }
    this.byte(from, sequence[0]![0], sequence[0]![1], next);
  }

  /** Works out `need` of every state. Call once, when all rules are complete. */
  finish(): void {
    const users: number[][] = this.states.map(() => []);
    const callers: number[][] = this.starts.map(() => []);
    for (const [id, state] of this.states.entries()) {
      for (let i = 2; i < state.edges.length; i += 3) users[state.edges[i]!]!.push(id);
      for (const to of state.empty) users[to]!.push(id);
      if (state.body) users[state.body.to]!.push(id);
      for (let i = 0; i < state.calls.length; i += 2) {
        users[state.calls[i + 1]!]!.push(id);
        callers[state.calls[i]!]!.push(id);
      }
    }
    const queue = this.states.flatMap((state, id) => (state.final ? [id] : []));
    for (const id of queue) this.states[id]!.need = 0;
    // Needs are small numbers: going through them in rising order settles each state once.
    for (let level: number[] = queue, need = 0; level.length > 0; need++) {
      const later = new Set<number>();
      for (let id = level.pop(); id !== undefined; id = level.pop()) {
        const state = this.states[id]!;
        const using = this.starts[state.rule] === id ? [...users[id]!, ...callers[state.rule]!] : users[id]!;
        for (const user of using) {
          const reached = this.#needOf(user);
          if (reached >= this.states[user]!.need) continue;
          if (reached > need) later.add(user);
          else {
            this.states[user]!.need = reached;
            level.push(user);
          }
        }
      }
      for (const id of later) {
        const reached = this.#needOf(id);
        if (reached < this.states[id]!.need) {
          this.states[id]!.need = reached;
          level.push(id);
        }
      }
    }
  }

  #needOf(id: number): number {
    const state = this.states[id]!;
    let need = state.final ? 0 : Number.POSITIVE_INFINITY;
    for (let i = 2; i < state.edges.length; i += 3) need = Math.min(need, this.states[state.edges[i]!]!.need);
    for (const to of state.empty) need = Math.min(need, this.states[to]!.need);
    if (state.body) need = Math.min(need, this.states[state.body.to]!.need);
    for (let i = 0; i < state.calls.length; i += 2) {
      const callee = this.states[this.starts[state.calls[i]!]!]!.need;
      need = Math.min(need, Math.max(1 + callee, this.states[state.calls[i + 1]!]!.need));
    }
    return need;
  }
}
