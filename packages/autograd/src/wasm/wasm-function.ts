// A WebAssembly function under construction, as bytes. Only the instructions that the kernels use.
// Source: https://webassembly.github.io/spec/core/binary/instructions.html

/** Value types, by their code in the binary format. */
export const valueTypes = { i32: 0x7f, f64: 0x7c, f32: 0x7d, v128: 0x7b } as const;
/** The type of a local, a parameter or a result. */
export type ValueType = keyof typeof valueTypes;

/** An unsigned integer of up to 32 bits in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value >>> 0; ; ) {
    const byte = rest & 0x7f;
    rest >>>= 7;
    if (rest === 0) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

const instructions = {
  select: [0x1b],
  'f32.gt': [0x5e],
  'f32.lt': [0x5d],
  'f32.abs': [0x8b],
  'f32.neg': [0x8c],
  'f32.div': [0x95],
  'f32.min': [0x96],
  'f32.max': [0x97],
  'i32.add': [0x6a],
  'i32.mul': [0x6c],
  'i32.geU': [0x4f],
  'f64.add': [0xa0],
} as const;

/** Vector instructions without operands of their own, by number after the prefix 0xfd. */
const vectorInstructions = {
  'v128.and': 0x4e,
  'v128.or': 0x50,
  'i8x16.narrowU': 0x66,
  'i8x16.minU': 0x77,
  'i16x8.narrow': 0x85,
  'i16x8.shrU': 0x8d,
  'i32x4.truncSat': 0xf8,
  'f32x4.splat': 0x13,
  'f64x2.splat': 0x14,
  'f64x2.promoteLow': 0x5f,
  'f32x4.abs': 0xe0,
  'f32x4.neg': 0xe1,
  'f32x4.sqrt': 0xe3,
  'f32x4.add': 0xe4,
  'f32x4.sub': 0xe5,
  'f32x4.mul': 0xe6,
  'f32x4.div': 0xe7,
  'f32x4.pmin': 0xea,
  'f32x4.pmax': 0xeb,
  'f64x2.abs': 0xec,
  'f64x2.neg': 0xed,
  'f64x2.sqrt': 0xef,
  'f64x2.add': 0xf0,
  'f64x2.sub': 0xf1,
  'f64x2.mul': 0xf2,
  'f64x2.div': 0xf3,
} as const;

/** The name of a vector instruction. */
export type VectorInstruction = keyof typeof vectorInstructions;

/** One exported function: instructions are appended in order, on a stack machine. */
export class WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | undefined;
  readonly locals: ValueType[] = [];
  readonly #code: number[] = [];

  constructor(name: string, parameters: readonly ValueType[], result?: ValueType) {
    this.name = name;
    this.parameters = parameters;
    this.result = result;
  }

  /** A new local, zero at first; returns its number, which follows those of the parameters. */
  local(type: ValueType): number {
    return this.parameters.length + this.locals.push(type) - 1;
  }

  get(local: number): this {
    return this.#push(0x20, ...unsigned(local));
  }

  set(local: number): this {
    return this.#push(0x21, ...unsigned(local));
  }

  i32(value: number): this {
    // Signed LEB128: bit 6 of the last byte is the sign, so a value that sets it takes one more byte.
    const bytes = unsigned(value);
    const last = bytes.at(-1)!;
    return this.#push(0x41, ...(last & 0x40 ? [...bytes.slice(0, -1), last | 0x80, 0] : bytes));
  }

  /** A constant of a floating-point type. */
  constant(type: 'f32' | 'f64', value: number): this {
    const data = new DataView(new ArrayBuffer(type === 'f32' ? 4 : 8));
    if (type === 'f32') data.setFloat32(0, value, true);
    else data.setFloat64(0, value, true);
    return this.#push(type === 'f32' ? 0x43 : 0x44, ...new Uint8Array(data.buffer));
  }

  plain(name: keyof typeof instructions): this {
    return this.#push(...instructions[name]);
  }

  vector(name: VectorInstruction): this {
    return this.#push(0xfd, ...unsigned(vectorInstructions[name]));
  }

  /** Sixteen bytes at the address on the stack plus `offset`, in one of the memories. */
  load(memory: number, offset = 0): this {
    return this.#push(0xfd, 0x00, ...access(memory, offset));
  }

  store(memory: number, offset = 0): this {
    return this.#push(0xfd, 0x0b, ...access(memory, offset));
  }

  /** A 32-bit integer at the address on the stack. */
  loadInteger(memory: number): this {
    return this.#push(0x28, 0x42, ...unsigned(memory), 0);
  }

  /** Copies bytes between memories; target address, source address and length are on the stack. */
  copy(to: number, from: number): this {
    return this.#push(0xfc, 0x0a, ...unsigned(to), ...unsigned(from));
  }

  /** The upper eight bytes of the vector on the stack, twice. */
  upperHalf(): this {
    const upper = [8, 9, 10, 11, 12, 13, 14, 15];
    return this.#push(0xfd, 0x0d, ...upper, ...upper);
  }

  /** One lane of a vector of float64. */
  lane(lane: 0 | 1): this {
    return this.#push(0xfd, 0x21, lane);
  }

  /** One lane of a vector of float32. */
  floatLane(lane: 0 | 1 | 2 | 3): this {
    return this.#push(0xfd, 0x1f, lane);
  }

  /** A vector of two bytes in turns. */
  bytes(even: number, odd: number): this {
    return this.#push(0xfd, 0x0c, ...Array.from({ length: 16 }, (_, i) => (i % 2 ? odd : even)));
  }

  /** Writes a 32-bit float; address and value are on the stack. */
  storeFloat(memory: number): this {
    return this.#push(0x38, 0x42, ...unsigned(memory), 0);
  }

  /** `for (; at < end; at += stride) body()`, with unsigned addresses in locals. */
  loop(at: number, end: number, stride: number, body: () => void): this {
    this.#push(0x02, 0x40, 0x03, 0x40); // block, loop
    this.get(at).get(end).plain('i32.geU').#push(0x0d, 1); // br_if out of the block
    body();
    return this.get(at).i32(stride).plain('i32.add').set(at).#push(0x0c, 0, 0x0b, 0x0b); // br to the loop; end, end
  }

  /** The function's body in the binary format. */
  encode(): number[] {
    const locals = this.locals.flatMap(type => [1, valueTypes[type]]);
    const body = [...unsigned(this.locals.length), ...locals, ...this.#code, 0x0b];
    return [...unsigned(body.length), ...body];
  }

  #push(...bytes: readonly number[]): this {
    for (const byte of bytes) this.#code.push(byte);
    return this;
  }
}

/** Alignment to 16 bytes, with the memory's number (bit 6 says that one follows). */
const access = (memory: number, offset: number): number[] => [0x44, ...unsigned(memory), ...unsigned(offset)];
