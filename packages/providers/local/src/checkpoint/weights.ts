// The weights of a checkpoint by name, wherever they lie.

/** A weight that can be read. */
export interface Weight {
  readonly shape: readonly number[];
  /** Bytes on disk. */
  readonly bytes: number;
  /** The values as 32-bit floats, row-major, where they may stay: in `into`, which has room for them, or in memory of their own. */
  read(into?: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>>;
}

/** Where weights come from: safetensors files, a llama2.c file, memory. */
export interface Weights {
  readonly names: readonly string[];
  /** The weight of a name, or `undefined`. */
  find(name: string): Weight | undefined;
  /** What errors call the place, e.g. the folder. */
  readonly place: string;
  close(): Promise<void>;
}

/** Weights that are in memory already. */
export function weightsInMemory(
  entries: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array<ArrayBuffer> }>,
  place: string,
): Weights {
  return {
    names: [...entries.keys()],
    place,
    find: name => {
      const entry = entries.get(name);
      return entry && { shape: entry.shape, bytes: entry.data.byteLength, read: async () => entry.data };
    },
    close: async () => undefined,
  };
}
