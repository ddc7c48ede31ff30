// A WebAssembly function as bytes, and a module of such functions over one imported memory. Only the instructions that the scan
// of codes uses. Source: https://webassembly.github.io/spec/core/binary/
const types = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;
type ValueType = keyof typeof types;

const plain = {
  end: [0x0b],
  'i32.add': [0x6a],
  'i32.sub': [0x6b],
  'i32.mul': [0x6c],
  'i32.divU': [0x6e],
  'i32.geU': [0x4f],
  'i32.leU': [0x4d],
  'i32.ltU': [0x49],
  'i32.wrap': [0xa7],
  'i64.and': [0x83],
  'i64.xor': [0x85],
  'i64.popcnt': [0x7b],
  'i64.add': [0x7c],
  'v128.and': [0xfd, 0x4e],
  'i8x16.shrU': [0xfd, 0x6d],
  'i16x8.extendLowU': [0xfd, 0x89, 0x01],
  'i16x8.extendHighU': [0xfd, 0x8a, 0x01],
  'i32x4.add': [0xfd, 0xae, 0x01],
  'i32x4.dot': [0xfd, 0xba, 0x01],
} as const;

/** An unsigned integer in LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value >>> 0; ; ) {
    const byte = rest & 0x7f;
    rest >>>= 7;
    if (rest === 0) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

/** One exported function; instructions are appended in order, on a stack machine. */
export class WasmCode {
  readonly name: string;
  readonly #parameters: number;
  readonly #locals: ValueType[] = [];
  readonly #bytes: number[] = [];

  /** Parameters and the one result are i32. */
  constructor(name: string, parameters: number) {
    this.name = name;
    this.#parameters = parameters;
  }

  local(type: ValueType): number {
    return this.#parameters + this.#locals.push(type) - 1;
  }

  get(local: number): this {
    return this.#push(0x20, ...unsigned(local));
  }

  set(local: number): this {
    return this.#push(0x21, ...unsigned(local));
  }

  /** A constant below 2^31. */
  i32(value: number): this {
    const bytes = unsigned(value);
    const last = bytes.at(-1)!;
    // Signed LEB128: bit 6 of the last byte is the sign.
    return this.#push(0x41, ...(last & 0x40 ? [...bytes.slice(0, -1), last | 0x80, 0] : bytes));
  }

  do(...names: readonly (keyof typeof plain)[]): this {
    for (const name of names) this.#push(...plain[name]);
    return this;
  }

  /** Sixteen times one byte. */
  bytes(value: number): this {
    return this.#push(0xfd, 0x0c, ...new Array<number>(16).fill(value));
  }

  loadVector(offset: number): this {
    return this.#push(0xfd, 0x00, 0x04, ...unsigned(offset));
  }

  load(offset = 0): this {
    return this.#push(0x28, 0x02, ...unsigned(offset));
  }

  /** Eight bytes, as i64. */
  loadLong(offset = 0): this {
    return this.#push(0x29, 0x03, ...unsigned(offset));
  }

  store(offset = 0): this {
    return this.#push(0x36, 0x02, ...unsigned(offset));
  }

  /** One lane of i32x4. */
  lane(lane: number): this {
    return this.#push(0xfd, 0x1b, lane);
  }

  /** `while (condition) body()`; the condition leaves an i32. */
  while(condition: () => void, body: () => void): this {
    this.#push(0x02, 0x40, 0x03, 0x40); // block, loop
    condition();
    this.#push(0x45, 0x0d, 1); // i32.eqz, br_if out
    body();
    return this.#push(0x0c, 0, 0x0b, 0x0b);
  }

  /** `if (condition on the stack) body()`. */
  if(body: () => void): this {
    this.#push(0x04, 0x40);
    body();
    return this.do('end');
  }

  get signature(): number[] {
    return [0x60, ...unsigned(this.#parameters), ...new Array<number>(this.#parameters).fill(types.i32), 1, types.i32];
  }

  encode(): number[] {
    const locals = this.#locals.flatMap(type => [1, types[type]]);
    const body = [...unsigned(this.#locals.length), ...locals, ...this.#bytes, 0x0b];
    return [...unsigned(body.length), ...body];
  }

  #push(...bytes: readonly number[]): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }
}

/** The bytes of a module that exports the functions and imports `memory.0`. */
export function moduleBytes(functions: readonly WasmCode[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, items: readonly (readonly number[])[]): number[] => {
    const body = [...unsigned(items.length), ...items.flat()];
    return [id, ...unsigned(body.length), ...body];
  };
  const text = (value: string): number[] => [...unsigned(value.length), ...new TextEncoder().encode(value)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      functions.map(one => one.signature),
    ),
    ...section(2, [[...text('memory'), ...text('0'), 0x02, 0x00, 0x01]]),
    ...section(
      3,
      functions.map((_, i) => unsigned(i)),
    ),
    ...section(
      7,
      functions.map(({ name }, i) => [...text(name), 0x00, ...unsigned(i)]),
    ),
    ...section(
      10,
      functions.map(one => one.encode()),
    ),
  ]);
}
