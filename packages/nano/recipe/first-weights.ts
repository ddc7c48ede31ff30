// The weights that training begins with: random ones, and in the first two layers heads that copy.
//
// Nearly everything nano does is copying: find where the last words stood before and go on as it went on there. Transformers learn
// this by themselves (induction heads: Olsson et al. 2022, https://arxiv.org/abs/2209.11895), but late, and for a model that is trained
// on a few cores late is too late. Weights that begin near what training finds in the end are known to help most where the task
// is to recall (Trockman and Kolter 2023, https://arxiv.org/abs/2305.09828). So training begins with such heads; it may change everything about them.
import { Random } from '@modeshift/autograd';
import { config } from './checkpoint-files.ts';

/** A matrix or a vector. */
export interface FirstWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const { hidden_size: size, intermediate_size: wide, head_dim: head, num_hidden_layers: layers } = config;
const { num_attention_heads: heads, num_key_value_heads: keyHeads, vocab_size: vocabulary } = config;
const perKey = heads / keyHeads;

// Where things stand in the stream: which token is here (one slice for each key head), a sketch of the token before and of the one
// before that, room for what is learned, and one number that is the same everywhere.
const tokenSize = head * keyHeads;
const before = tokenSize;
const before2 = before + head;
const free = before2 + head;
const constant = size - 1;

/** Standard deviation of a token's numbers. */
const tokenScale = 0.2;
/** What the number that is the same everywhere is in units of the stream's deviation. */
const constantUnits = 2;
/** Pairs of a head that turn fast with the distance, for looking one or two places back, and the first that turns so slowly that distance hardly counts. */
const fastPairs = 3;
const slowFrom = 7;
/** How sharply a head looks back, and how sharply it looks for what is alike. */
const backward = 6.5;
const likeness = 3;
/** How much of what followed the last time is written, when one token is alike and when two are; the token here has 1. */
const [copyOne, copyTwo] = [0.8, 1.6];

/** The first weights for a seed, by name. */
export function firstWeights(seed: number): Map<string, FirstWeight> {
  const random = new Random(`${seed}/weights`);
  const all = new Map<string, FirstWeight>();
  const matrix = (name: string, rows: number, columns: number, deviation: number): Setter => {
    const data = new Float32Array(rows * columns);
    if (deviation > 0) for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
    all.set(`${name}.weight`, { shape: [rows, columns], data });
    return {
      set: (row, column, value) => {
        data[row * columns + column] = value;
      },
      clear: (from, to) => data.fill(0, from * columns, to * columns),
    };
  };
  const gain = (name: string, value: number): void => {
    all.set(`${name}.weight`, { shape: [size], data: new Float32Array(size).fill(value) });
  };
  const squares = tokenSize * tokenScale ** 2;
  const constantValue = Math.sqrt((constantUnits ** 2 * squares) / (size - constantUnits ** 2));
  const tokens = matrix('model.embed_tokens', vocabulary, size, 0);
  for (let id = 0; id < vocabulary; id++) {
    for (let i = 0; i < tokenSize; i++) tokens.set(id, i, tokenScale * random.normal());
    for (let i = free; i < constant; i++) tokens.set(id, i, 0.05 * random.normal());
    tokens.set(id, constant, constantValue);
  }
  const inner = 1 / Math.sqrt(size);
  const attention = Array.from({ length: layers }, (_, i) => {
    const layer = `model.layers.${i}`;
    gain(`${layer}.input_layernorm`, 1);
    const projections = {
      q: matrix(`${layer}.self_attn.q_proj`, heads * head, size, inner),
      k: matrix(`${layer}.self_attn.k_proj`, keyHeads * head, size, inner),
      v: matrix(`${layer}.self_attn.v_proj`, keyHeads * head, size, inner),
      // What is added to the stream begins at nothing, so that it does not drown what the heads below write.
      o: matrix(`${layer}.self_attn.o_proj`, size, heads * head, 0),
    };
    gain(`${layer}.post_attention_layernorm`, 1);
    matrix(`${layer}.mlp.gate_proj`, wide, size, inner);
    matrix(`${layer}.mlp.up_proj`, wide, size, inner);
    matrix(`${layer}.mlp.down_proj`, size, wide, 0);
    return projections;
  });
  const drawn = (rows: number, columns: number, deviation: number): number[][] =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => deviation * random.normal()));
  const sketch = drawn(head, tokenSize, 1 / Math.sqrt(tokenSize));
  lookBack(attention[0]!, sketch, Math.sqrt((squares + constantValue ** 2) / size));
  const deviation = Math.sqrt((squares + 2 * head * tokenScale ** 2 + constantValue ** 2) / size);
  for (let group = 0; group < keyHeads; group++) {
    const slow = 2 * (head / 2 - slowFrom);
    copyWhatFollowed(
      attention[1]!,
      group,
      sketch,
      drawn(slow, head, 1 / Math.sqrt(head)),
      drawn(slow, head, 1 / Math.sqrt(head)),
      deviation,
    );
  }
  gain('model.norm', 0.3);
  return all;
}

interface Setter {
  set(row: number, column: number, value: number): void;
  /** Sets rows to zero. */
  clear(from: number, to: number): void;
}
type Attention = Readonly<Record<'q' | 'k' | 'v' | 'o', Setter>>;

/** Heads 0 and 1 look one and two places back, whatever stands there, and write a sketch of the token. */
function lookBack({ q, k, v, o }: Attention, sketch: readonly number[][], deviation: number): void {
  q.clear(0, 2 * head);
  k.clear(0, head);
  v.clear(0, head);
  const strength = backward / constantUnits;
  for (let pair = 0; pair < fastPairs; pair++) {
    const turn = config.rope_theta ** (-pair / (head / 2));
    k.set(pair, constant, strength);
    for (const back of [1, 2]) {
      const row = (back - 1) * head + pair;
      q.set(row, constant, strength * Math.cos(back * turn));
      q.set(row + head / 2, constant, -strength * Math.sin(back * turn));
    }
  }
  for (let i = 0; i < head; i++) {
    for (let j = 0; j < tokenSize; j++) v.set(i, j, sketch[i]![j]!);
    o.set(before + i, i, deviation);
    o.set(before2 + i, head + i, deviation);
  }
}

/**
 * The two heads of a key head look for places whose token before is the token here (the second head: also the one before that), and
 * write a slice of the token that stands there.
 */
function copyWhatFollowed(
  { q, k, v, o }: Attention,
  group: number,
  sketch: readonly number[][],
  one: readonly number[][],
  two: readonly number[][],
  deviation: number,
): void {
  const key = group * head;
  const query = group * perKey * head;
  q.clear(query, query + perKey * head);
  k.clear(key, key + head);
  v.clear(key, key + head);
  for (const [i, weights] of one.entries()) {
    const pairs = head / 2 - slowFrom;
    const row = i < pairs ? slowFrom + i : head / 2 + slowFrom + i - pairs;
    for (let j = 0; j < head; j++) {
      k.set(key + row, before + j, weights[j]!);
      k.set(key + row, before2 + j, two[i]![j]!);
      q.set(query + head + row, before + j, likeness * two[i]![j]!);
    }
    for (let t = 0; t < tokenSize; t++) {
      const seen = likeness * weights.reduce((sum, weight, j) => sum + weight * sketch[j]![t]!, 0);
      q.set(query + row, t, seen);
      q.set(query + head + row, t, seen);
    }
  }
  for (let i = 0; i < head; i++) {
    v.set(key + i, key + i, 1);
    o.set(key + i, query + i, copyOne * deviation);
    o.set(key + i, query + head + i, copyTwo * deviation);
  }
}
