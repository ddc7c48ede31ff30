// The inverted lists of a space in the file: its writers make them, and give the pieces that are there already their lists step by step.
import type { BinaryCode } from '../../vectors/binary-code.ts';
import { CodeBlock } from '../../vectors/code-block.ts';
import { InvertedLists, samplesPerList, trainLists } from '../../vectors/inverted-lists.ts';
import type { Database } from './database.ts';
import { mostCodes, type Piece, type Segment, Segments } from './segments.ts';

/** When the space has grown this many times, its lists are made again. */
const growth = 8;

/** Which lists there are. */
export interface ListsState {
  /** Their number in the file: new ones have another. */
  readonly listing: number;
  /** Whether every vector has its list. */
  readonly isComplete: boolean;
}

/** What is stored of a block. */
export const pieceOf = ({ count, data, levels }: CodeBlock): Piece => ({ size: count, data, extra: levels });

/** Deletes what was made of a space's vectors. */
export function clearCodes(db: Database, space: number): void {
  for (const kind of ['codes', 'lists', 'listed'] as const) new Segments(db, kind, space).clear();
}

/** The lists of a space, within the current transaction. */
export class StoredLists {
  readonly #codes: Segments;
  readonly #points: Segments;
  /** One piece without data: up to which vector lists are given, and how many vectors there were when they were made. */
  readonly #progress: Segments;
  readonly #from: number;
  #read: { readonly listing: number; readonly lists: InvertedLists } | undefined;

  /** `from`: how many vectors a space has at least that gets lists. */
  constructor(db: Database, space: number, from: number) {
    this.#codes = new Segments(db, 'codes', space);
    this.#points = new Segments(db, 'lists', space);
    this.#progress = new Segments(db, 'listed', space);
    this.#from = from;
  }

  state(): ListsState | undefined {
    const points = this.#points.list()[0];
    const progress = this.#progress.list()[0];
    return points && progress && { listing: points.key, isComplete: progress.last >= points.last };
  }

  /** The lists of a state. */
  lists(code: BinaryCode, { listing }: ListsState): InvertedLists {
    if (this.#read?.listing !== listing) {
      const block = CodeBlock.of(code.bytes, this.#points.data(listing), this.#points.extra(listing));
      this.#read = { listing, lists: new InvertedLists(code, block) };
    }
    return this.#read.lists;
  }

  /** Gives the rows of a new block their lists, where there are lists. */
  assign(code: BinaryCode, block: CodeBlock): void {
    const state = this.state();
    if (!state) return;
    this.lists(code, state).assign(block);
    block.listing = state.listing;
  }

  /** Makes lists where they are due, or gives some vectors that are there their lists, at the end of a transaction. */
  settle(code: BinaryCode, size: number): void {
    const points = this.#points.list()[0];
    const progress = this.#progress.list()[0];
    if (size >= Math.max(this.#from, growth * (progress?.size ?? 0))) this.#train(code, size);
    else if (points && progress && progress.last < points.last) this.#step(code, points, progress);
  }

  #train(code: BinaryCode, size: number): void {
    const pieces = this.#codes.list();
    const last = pieces.at(-1);
    if (!last) return;
    const total = pieces.reduce((sum, one) => sum + one.size, 0);
    const count = InvertedLists.countFor(total);
    const sampled = Math.min(total, samplesPerList * count);
    const vectors = new Float32Array(sampled * code.length);
    let [seen, taken] = [0, 0];
    for (const { key } of pieces) {
      const block = CodeBlock.of(code.bytes, this.#codes.data(key), this.#codes.extra(key));
      for (let row = 0; row < block.count; row++, seen++) {
        if (taken === sampled || seen < Math.floor((taken * total) / sampled)) continue;
        code.decode(block, row, vectors.subarray(taken * code.length, (taken + 1) * code.length));
        taken++;
      }
    }
    const block = trainLists(code, vectors, count);
    for (const one of [this.#points, this.#progress]) one.clear();
    this.#points.add(last.last, pieceOf(block));
    this.#progress.add(0, { size, data: new Uint8Array(0) });
  }

  #step(code: BinaryCode, { key: listing, last: until }: Segment, progress: Segment): void {
    let { last: done } = progress;
    let rows = 0;
    for (const piece of this.#codes.list()) {
      if (piece.last <= done) continue;
      const block = CodeBlock.of(code.bytes, this.#codes.data(piece.key), this.#codes.extra(piece.key));
      this.lists(code, { listing, isComplete: false }).assign(block);
      block.listing = listing;
      this.#codes.replace(piece, pieceOf(block));
      done = piece.last;
      rows += piece.size;
      if (rows >= mostCodes || done >= until) break;
    }
    this.#progress.clear();
    // What is left where pieces were deleted has nothing to be given.
    this.#progress.add(rows > 0 ? done : until, { size: progress.size, data: new Uint8Array(0) });
  }
}
