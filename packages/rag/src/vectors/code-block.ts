// Codes of many vectors as one piece of bytes, column by column, so that a piece is read in one go.

/** Columns of four bytes: key, document, bias, then scale and deviation for each precision but the first, whose deviation is its scale's. */
const columns = 8;
const header = 16;

/** The list of a row that is in none. */
export const noList = 0xffff;

/** The columns of codes. */
export class CodeBlock {
  readonly count: number;
  /** Ascending. */
  readonly keys: Uint32Array;
  readonly documents: Uint32Array;
  /** What a sum of signs is multiplied by to estimate an inner product. */
  readonly scales: Float32Array;
  readonly biases: Float32Array;
  /** The same of the levels: their factor, and one standard deviation of the estimate for a query of length one. */
  readonly fineScales: Float32Array;
  readonly fineDeviations: Float32Array;
  /** The same of two bits. */
  readonly secondScales: Float32Array;
  readonly secondDeviations: Float32Array;
  readonly bits: Uint8Array;
  readonly seconds: Uint8Array;
  /** The inverted lists that the rows are in, or `noList`. */
  readonly lists: Uint16Array;
  /** What a file holds, without the levels. */
  readonly data: Uint8Array;
  /** The levels, four bits each; undefined where they were not read. */
  readonly levels: Uint8Array | undefined;
  readonly #bytes: number;

  private constructor(bytes: number, data: Uint8Array, levels: Uint8Array | undefined) {
    const count = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
    const column = (i: number): number => data.byteOffset + header + 4 * count * i;
    this.#bytes = bytes;
    this.count = count;
    this.data = data;
    this.levels = levels;
    this.keys = new Uint32Array(data.buffer, column(0), count);
    this.documents = new Uint32Array(data.buffer, column(1), count);
    this.scales = new Float32Array(data.buffer, column(2), count);
    this.biases = new Float32Array(data.buffer, column(3), count);
    this.fineScales = new Float32Array(data.buffer, column(4), count);
    this.fineDeviations = new Float32Array(data.buffer, column(5), count);
    this.secondScales = new Float32Array(data.buffer, column(6), count);
    this.secondDeviations = new Float32Array(data.buffer, column(7), count);
    const start = header + 4 * columns * count;
    this.bits = data.subarray(start, start + bytes * count);
    this.seconds = data.subarray(start + bytes * count, start + 2 * bytes * count);
    this.lists = new Uint16Array(data.buffer, data.byteOffset + start + 2 * bytes * count, count);
  }

  /** An empty block to fill; `bytes`: of a code's bits. */
  static make(bytes: number, count: number): CodeBlock {
    const data = new Uint8Array(header + (4 * columns + 2 * bytes + 2) * count);
    new DataView(data.buffer).setUint32(0, count, true);
    const block = new CodeBlock(bytes, data, new Uint8Array(4 * bytes * count));
    block.lists.fill(noList);
    return block;
  }

  /** The block of bytes that a file holds. */
  static of(bytes: number, data: Uint8Array, levels?: Uint8Array): CodeBlock {
    return new CodeBlock(bytes, data.byteOffset % 4 === 0 ? data : data.slice(), levels);
  }

  /** The number of what gave the rows their lists; 0 where nothing did. */
  get listing(): number {
    return new DataView(this.data.buffer, this.data.byteOffset).getUint32(4, true);
  }

  set listing(listing: number) {
    new DataView(this.data.buffer, this.data.byteOffset).setUint32(4, listing, true);
  }

  /** One block of the rows of several for which `keep` holds. */
  static join(bytes: number, blocks: readonly CodeBlock[], keep: (key: number) => boolean): CodeBlock {
    const count = blocks.reduce((sum, one) => sum + one.keys.filter(keep).length, 0);
    const joined = CodeBlock.make(bytes, count);
    joined.listing = blocks.reduce((most, one) => Math.max(most, one.listing), 0);
    let row = 0;
    for (const block of blocks)
      for (let i = 0; i < block.count; i++) if (keep(block.keys[i]!)) joined.copy(row++, block, i);
    return joined;
  }

  copy(row: number, from: CodeBlock, at: number): void {
    this.keys[row] = from.keys[at]!;
    this.documents[row] = from.documents[at]!;
    this.scales[row] = from.scales[at]!;
    this.biases[row] = from.biases[at]!;
    this.lists[row] = from.listing === this.listing ? from.lists[at]! : noList;
    this.fineScales[row] = from.fineScales[at]!;
    this.fineDeviations[row] = from.fineDeviations[at]!;
    this.secondScales[row] = from.secondScales[at]!;
    this.secondDeviations[row] = from.secondDeviations[at]!;
    const bytes = this.#bytes;
    this.bits.set(from.bits.subarray(at * bytes, (at + 1) * bytes), row * bytes);
    this.seconds.set(from.seconds.subarray(at * bytes, (at + 1) * bytes), row * bytes);
    this.levels!.set(from.levels!.subarray(4 * at * bytes, 4 * (at + 1) * bytes), 4 * row * bytes);
  }
}
