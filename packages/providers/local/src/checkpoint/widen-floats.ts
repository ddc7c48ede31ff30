// Small floating-point formats as 32-bit floats: IEEE half, bfloat16, and the two 8-bit formats.

/** Sign, exponent and fraction of a small format without infinities handled, as a number. */
function decode(bits: number, exponentBits: number, fractionBits: number): number {
  const bias = 2 ** (exponentBits - 1) - 1;
  const sign = (bits >> (exponentBits + fractionBits)) & 1 ? -1 : 1;
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
}

let halves: Float32Array | undefined;

/** Every half-precision number by its bits: a look-up is several times faster than arithmetic. */
function halfTable(): Float32Array {
  if (halves) return halves;
  halves = new Float32Array(65_536);
  for (let bits = 0; bits < 65_536; bits++) {
    if ((bits & 0x7c00) !== 0x7c00) halves[bits] = decode(bits, 5, 10);
    else if (bits & 0x3ff) halves[bits] = Number.NaN;
    else halves[bits] = bits & 0x8000 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return halves;
}

/**
 * IEEE 754 half precision (F16), or bfloat16: the upper half of a 32-bit float (BF16). Exact. `values` may lie in the upper half of
 * `result`'s own memory.
 */
export function widenHalf(
  values: Uint16Array,
  dtype: 'F16' | 'BF16',
  result = new Float32Array(values.length),
): Float32Array<ArrayBuffer> {
  if (dtype === 'BF16') {
    const words = new Uint32Array(result.buffer, result.byteOffset, result.length);
    for (let i = 0; i < values.length; i++) words[i] = values[i]! << 16;
  } else {
    const table = halfTable();
    for (let i = 0; i < values.length; i++) result[i] = table[values[i]!]!;
  }
  return result;
}

/**
 * 8-bit floats: E5M2 as IEEE 754 would have it, E4M3 without infinities, where only all ones is not a number. Exact.
 *
 * Micikevicius et al. 2022, https://arxiv.org/abs/2209.05433
 */
export function widenFloat8(values: Uint8Array, dtype: 'F8_E4M3' | 'F8_E5M2'): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const bits = values[i]!;
    if (dtype === 'F8_E4M3') result[i] = (bits & 0x7f) === 0x7f ? Number.NaN : decode(bits, 4, 3);
    else if ((bits & 0x7c) !== 0x7c) result[i] = decode(bits, 5, 2);
    else result[i] = bits & 3 ? Number.NaN : bits & 0x80 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return result;
}
