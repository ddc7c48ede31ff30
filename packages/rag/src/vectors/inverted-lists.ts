// Inverted lists: points among the vectors by k-means, as codes, so that a vector's list is found by a scan of few codes.
// Jégou, Douze and Schmid, "Product Quantization for Nearest Neighbor Search" (2011), for searching few of many lists.
import type { BinaryCode, EncodedQuery } from './binary-code.ts';
import { CodeBlock } from './code-block.ts';
import { CodeIndex } from './code-index.ts';

/** So many points, and four for each list that is wanted, are looked at closer to find the nearest. */
const nearPoints = 16;
const rounds = 5;
/** Vectors that k-means looks at for each list. */
export const samplesPerList = 20;
const mostLists = 8192;

/** The points of lists, to find the nearest. */
export class InvertedLists {
  readonly #code: BinaryCode;
  readonly #index: CodeIndex;
  readonly #rotated: Float32Array;

  /** `block`: the points, with levels. */
  constructor(code: BinaryCode, block: CodeBlock) {
    this.#code = code;
    this.#rotated = new Float32Array(code.length);
    this.#index = new CodeIndex(code.bytes);
    this.#index.append(CodeBlock.of(code.bytes, block.data, block.levels));
  }

  /** How many lists are worth making of so many vectors: about 4·√n. */
  static countFor(vectors: number): number {
    return Math.min(mostLists, 2 ** Math.round(Math.log2(4 * Math.sqrt(vectors))));
  }

  get count(): number {
    return this.#index.size;
  }

  /** The lists, the nearest first, so many as are asked for. */
  nearest(query: EncodedQuery, wanted: number): number[] {
    const lists: number[] = [];
    const candidates = this.#index.search(query, nearPoints + 4 * wanted);
    for (; lists.length < wanted && candidates.size > 0; candidates.next()) lists.push(candidates.row);
    return lists;
  }

  /** Gives rows of a block, from one on, their lists. */
  assign(block: CodeBlock): void {
    for (let row = 0; row < block.count; row++) {
      this.#code.decode(block, row, this.#rotated);
      block.lists[row] = this.nearest(this.#code.queryOf(this.#rotated), 1)[0]!;
    }
  }
}

/** Points for so many lists among rotated vectors, which lie one after another. */
export function trainLists(code: BinaryCode, vectors: Float32Array, count: number): CodeBlock {
  const { length } = code;
  const size = vectors.length / length;
  const vector = (row: number): Float32Array => vectors.subarray(row * length, (row + 1) * length);
  const sums = new Float32Array(count * length);
  for (let list = 0; list < count; list++) sums.set(vector(Math.floor((list * size) / count)), list * length);
  for (let round = 0; ; round++) {
    const block = CodeBlock.make(code.bytes, count);
    for (let list = 0; list < count; list++)
      code.encodeCentre(sums.subarray(list * length, (list + 1) * length), block, list);
    if (round === rounds) return block;
    const lists = new InvertedLists(code, block);
    const members = new Uint32Array(count);
    sums.fill(0);
    for (let row = 0; row < size; row++) {
      const one = vector(row);
      const list = lists.nearest(code.queryOf(one), 1)[0]!;
      members[list]!++;
      for (let i = 0, at = list * length; i < length; i++, at++) sums[at] = sums[at]! + one[i]!;
    }
    for (let list = 0; list < count; list++) {
      // A list of none begins anew at a vector.
      if (members[list] === 0) sums.set(vector((list * 7919) % size), list * length);
      else for (let i = list * length; i < (list + 1) * length; i++) sums[i] = sums[i]! / members[list]!;
    }
  }
}
