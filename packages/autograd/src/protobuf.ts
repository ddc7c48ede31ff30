// A protobuf encoder as small as ONNX needs: varints, length-delimited fields, floats.
// Wire format: https://protobuf.dev/programming-guides/encoding. Big byte fields are kept as pieces and copied once.

/** One message under construction. Fields of ONNX have numbers below 2^28 and values that fit a signed 64-bit integer. */
export class ProtobufMessage {
  readonly #pieces: Uint8Array[] = [];
  #small: number[] = [];
  #length = 0;

  /** The encoded length in bytes. */
  get length(): number {
    return this.#length + this.#small.length;
  }

  /** An integer field; negative numbers take ten bytes, as the format says. */
  int(field: number, value: number | bigint): this {
    this.#varint(field << 3);
    this.#varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.#varint((field << 3) | 5);
    this.#small.push(...new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    if (value.length < 64) this.#small.push(...value);
    else {
      this.#flush();
      this.#push(value);
    }
    return this;
  }

  message(field: number, value: ProtobufMessage): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    this.#flush();
    value.#flush();
    for (const piece of value.#pieces) this.#push(piece);
    return this;
  }

  /** The encoded message as one array. */
  encode(): Uint8Array {
    this.#flush();
    const out = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      out.set(piece, at);
      at += piece.length;
    }
    return out;
  }

  #varint(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0) {
      let rest = value;
      for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#small.push((rest % 0x80) | 0x80);
      this.#small.push(rest);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) this.#small.push(Number(rest & 0x7fn) | 0x80);
    this.#small.push(Number(rest));
  }

  #push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #flush(): void {
    if (this.#small.length === 0) return;
    this.#push(Uint8Array.from(this.#small));
    this.#small = [];
  }
}
