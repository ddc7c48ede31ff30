// Scores continuations: the prompt once, then all continuations side by side in one row.
import type { AdapterSelection } from '../adapters/adapter-table.ts';
import type { Batcher } from './batcher.ts';
import type { ScoredTokens } from './generate-types.ts';
import type { Job } from './job.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import { logSumExp } from './log-probabilities.ts';
import { indexOfLargest } from './sampler.ts';
import { growTrees, type TokenTree } from './token-tree.ts';

/** Bytes of logits that one pass may give. */
const logitBytes = 2 ** 26;

/** The most tokens in one tree. */
const tokensInTree = 2048;

/** A score request under way. */
export class ScoreJob implements Job {
  readonly results: readonly { readonly logprobs: number[]; readonly topHit: boolean[] }[] & readonly ScoredTokens[];
  readonly #batcher: Batcher;
  readonly #adapters: AdapterSelection;
  readonly #ids: readonly number[];
  readonly #trees: readonly TokenTree[];
  /** Tokens in a pass. */
  readonly #chunk: number;
  #cache: KeyValueCache | undefined;
  #computed = 0;
  #prompted = false;
  #tree = 0;
  /** Nodes of the present tree that are computed. */
  #nodes = 0;

  constructor(
    batcher: Batcher,
    adapters: AdapterSelection,
    prompt: readonly number[],
    continuations: readonly (readonly number[])[],
  ) {
    const { config } = batcher.decoder;
    this.#batcher = batcher;
    this.#adapters = adapters;
    this.#ids = [...adapters.ids, ...prompt];
    const fewest = Math.floor(logitBytes / (4 * config.vocabularySize));
    this.#chunk = Math.max(8, Math.min(batcher.options.prefillTokens, fewest));
    this.#trees = growTrees(continuations, tokensInTree);
    this.results = continuations.map(() => ({ logprobs: [], topHit: [] }));
  }

  async step(): Promise<boolean> {
    if (!this.#prompted) await this.#prompt();
    else await this.#branches();
    while (this.#prompted && this.#tree < this.#trees.length && this.#nodes === this.#trees[this.#tree]!.nodes.length) {
      this.#tree++;
      this.#nodes = 0;
    }
    return this.#prompted && this.#tree === this.#trees.length;
  }

  async #prompt(): Promise<void> {
    if (!this.#cache) {
      const branches = Math.max(...this.#trees.map(({ nodes }) => nodes.length));
      await this.#batcher.table.prepare(this.#adapters);
      this.#cache = this.#batcher.scratch(1, this.#ids.length + branches);
    }
    this.#computed = this.#batcher.adopt(this.#adapters, this.#ids, this.#computed, this.#cache, 0);
    const part = this.#ids.slice(this.#computed, this.#computed + this.#batcher.options.prefillTokens);
    const { values: logits } = await this.#pass(part, this.#computed, [part.length - 1]);
    this.#computed += part.length;
    if (this.#computed < this.#ids.length) return;
    this.#prompted = true;
    this.#batcher.keep(this.#adapters.key, this.#ids, this.#cache, 0);
    for (const tree of this.#trees) this.#read(tree, -1, logits);
  }

  async #branches(): Promise<void> {
    const tree = this.#trees[this.#tree]!;
    const nodes = tree.nodes.slice(this.#nodes, this.#nodes + this.#chunk);
    const prompt = this.#ids.length;
    const { window } = this.#batcher.decoder.config;
    const { values: logits } = await this.#pass(
      nodes.map(({ id }) => id),
      prompt + this.#nodes,
      nodes.map((_, i) => i),
      tree.isChain
        ? {}
        : {
            positions: nodes.map(({ depth }) => prompt + depth),
            bias: tree.bias(prompt, this.#nodes, nodes.length, window),
          },
    );
    const size = this.#batcher.decoder.config.vocabularySize;
    for (let i = 0; i < nodes.length; i++) this.#read(tree, this.#nodes + i, logits.subarray(i * size, (i + 1) * size));
    this.#nodes += nodes.length;
  }

  #pass(
    ids: readonly number[],
    past: number,
    rows: readonly number[],
    more: { readonly positions?: readonly number[]; readonly bias?: Float32Array } = {},
  ) {
    const pass = { cache: this.#cache!, firstSlot: 0, ids, lengths: [ids.length], past: [past], rows, ...more };
    return this.#batcher.forward(pass, [this.#adapters]);
  }

  /** The tokens that stand after a node. */
  #read(tree: TokenTree, node: number, logits: Float32Array): void {
    const wanted = tree.wanted.filter(({ after }) => after === node);
    if (wanted.length === 0) return;
    const total = logSumExp(logits);
    const best = indexOfLargest(logits);
    for (const { id, continuation, index } of wanted) {
      const result = this.results[continuation]!;
      result.logprobs[index] = logits[id]! - total;
      result.topHit[index] = id === best;
    }
  }
}
