// Continuations as a tree: tokens that several begin with are computed once.
import { unseen } from './pass-inputs.ts';

/** A token that is computed. */
export interface TreeNode {
  readonly id: number;
  /** The node before it in {@link TokenTree.nodes}, or -1 after the prompt. */
  readonly parent: number;
  /** How many tokens of its continuation stand before it. */
  readonly depth: number;
}

/** A token whose log-probability is wanted: after a node, or after the prompt (-1). */
export interface WantedToken {
  readonly after: number;
  readonly id: number;
  readonly continuation: number;
  readonly index: number;
}

/** Some continuations of one prompt, as a tree in one row. The last token of a continuation need not be computed. */
export class TokenTree {
  readonly nodes: TreeNode[] = [];
  readonly wanted: WantedToken[] = [];
  readonly #children = new Map<string, number>();

  /** Nodes that a continuation would add. */
  cost(ids: readonly number[]): number {
    let at = -1;
    for (let i = 0; i < ids.length - 1; i++) {
      const child = this.#children.get(`${at}:${ids[i]}`);
      if (child === undefined) return ids.length - 1 - i;
      at = child;
    }
    return 0;
  }

  add(continuation: number, ids: readonly number[]): void {
    let after = -1;
    for (const [index, id] of ids.entries()) {
      this.wanted.push({ after, id, continuation, index });
      if (index === ids.length - 1) return;
      const key = `${after}:${id}`;
      let child = this.#children.get(key);
      if (child === undefined) {
        child = this.nodes.push({ id, parent: after, depth: index }) - 1;
        this.#children.set(key, child);
      }
      after = child;
    }
  }

  /** Whether every node but the first follows the one before it: then causal order is all that attention needs. */
  get isChain(): boolean {
    return this.nodes.every(({ parent }, i) => parent === i - 1);
  }

  /**
   * What is added to attention scores of the nodes from `first`, `count` of them: 0 for those of the prompt, of a node's ancestors and
   * itself that are within the window, and a number too low to matter for others. `[count, prompt + first + count]`.
   */
  bias(prompt: number, first: number, count: number, window = Infinity): Float32Array {
    const total = prompt + first + count;
    const bias = new Float32Array(count * total).fill(unseen);
    for (let row = 0; row < count; row++) {
      const { depth } = this.nodes[first + row]!;
      const oldest = Math.max(0, prompt + depth + 1 - window);
      if (oldest < prompt) bias.fill(0, row * total + oldest, row * total + prompt);
      for (let node = first + row; node >= 0; node = this.nodes[node]!.parent)
        if (prompt + this.nodes[node]!.depth >= oldest) bias[row * total + prompt + node] = 0;
    }
    return bias;
  }
}

/** Continuations in trees of at most `room` nodes. */
export function growTrees(continuations: readonly (readonly number[])[], room: number): readonly TokenTree[] {
  const trees: TokenTree[] = [];
  // Those that begin the same stand together.
  const order = continuations.map((ids, i) => ({ ids, i })).sort((a, b) => compare(a.ids, b.ids));
  for (const { ids, i } of order) {
    let tree = trees.at(-1);
    if (!tree || tree.nodes.length + tree.cost(ids) > room) {
      tree = new TokenTree();
      trees.push(tree);
    }
    tree.add(i, ids);
  }
  return trees;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
