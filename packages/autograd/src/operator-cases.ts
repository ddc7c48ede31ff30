// How each case of fixtures/operators.json is built here: one line for each, of the same name. Test-only.
import * as ag from './ops/index.ts';
import type { FloatTensor, IndexTensor, Tensor } from './tensor.ts';

type Inputs = Readonly<Record<string, Tensor>>;
type Build = (inputs: Inputs) => FloatTensor;

const one =
  (operator: (x: FloatTensor) => FloatTensor): Build =>
  ({ x }) =>
    operator(x as FloatTensor);
const two =
  (operator: (x: FloatTensor, y: FloatTensor) => FloatTensor): Build =>
  ({ x, y }) =>
    operator(x as FloatTensor, y as FloatTensor);
const product =
  (options: ag.MatMulOptions = {}): Build =>
  ({ x, w }) =>
    ag.matMul(x as FloatTensor, w as FloatTensor, options);
const attend =
  (options: ag.AttentionOptions = {}): Build =>
  ({ q, k, v, seen }) =>
    ag.attention(q as FloatTensor, k as FloatTensor, v as FloatTensor, {
      ...options,
      ...(seen ? { padding: seen as Tensor<'bool'> } : {}),
    });
const labelled =
  (options: ag.CrossEntropyOptions = {}): Build =>
  ({ x, labels, weights }) =>
    ag.crossEntropy(x as FloatTensor, labels as IndexTensor, {
      ...options,
      ...(weights ? { weights: weights as FloatTensor } : {}),
    });
const contrast =
  (symmetric: boolean): Build =>
  ({ q, k }) =>
    ag.contrastiveLoss(q as FloatTensor, k as FloatTensor, { temperature: 0.2, symmetric });
const preferred =
  (options: ag.PreferenceOptions): Build =>
  ({ chosen, rejected, a, b }) =>
    ag.preferenceLoss(
      {
        chosen: chosen as FloatTensor,
        rejected: rejected as FloatTensor,
        referenceChosen: a as FloatTensor,
        referenceRejected: b as FloatTensor,
      },
      options,
    );
const turned =
  (base: number): Build =>
  ({ x, positions }) => {
    const at = positions ? (positions as IndexTensor) : ag.range(x!.graph, 'l');
    return ag.rope(x as FloatTensor, ag.ropeTables(at, { headSize: 6, base }));
  };

/** Builders by case name; the part before the dot is the operator. */
export const operatorCases: Readonly<Record<string, Build>> = {
  add: two(ag.add),
  'add.outer': two(ag.add),
  'add.number': one(x => ag.add(x, 2.5)),
  sub: two(ag.sub),
  'sub.number': one(x => ag.sub(1, x)),
  mul: two(ag.mul),
  'mul.same': one(x => ag.mul(x, x)),
  div: two(ag.div),
  neg: one(ag.neg),
  abs: one(ag.abs),
  exp: one(ag.exp),
  log: one(ag.log),
  sqrt: one(ag.sqrt),
  rsqrt: one(ag.rsqrt),
  pow: one(x => ag.pow(x, 2.5)),
  'pow.square': one(x => ag.pow(x, 2)),
  'pow.inverse': one(x => ag.pow(x, -1)),
  tanh: one(ag.tanh),
  erf: one(ag.erf),
  sigmoid: one(ag.sigmoid),
  softplus: one(ag.softplus),
  relu: one(ag.relu),
  silu: one(ag.silu),
  swiglu: two(ag.swiglu),
  logSigmoid: one(ag.logSigmoid),
  gelu: one(ag.gelu),
  'gelu.tanh': one(x => ag.gelu(x, { approximate: 'tanh' })),
  matMul: product(),
  'matMul.transposeA': product({ transposeA: true }),
  'matMul.transposeB': product({ transposeB: true, scale: 0.5 }),
  'matMul.transposeBoth': product({ transposeA: true, transposeB: true, scale: 2 }),
  'matMul.broadcast': product(),
  'matMul.lowRank': ({ x, a, b }) =>
    ag.matMul(ag.matMul(x as FloatTensor, a as FloatTensor, { transposeB: true }), b as FloatTensor, {
      transposeB: true,
    }),
  linear: ({ x, w, bias }) => ag.linear(x as FloatTensor, w as FloatTensor, bias as FloatTensor),
  reshape: one(x => ag.reshape(x, ['b', 'l', 2, 3])),
  'reshape.merge': one(x => ag.reshape(x, [-1, 2])),
  transpose: one(x => ag.transpose(x, [0, 2, 1, 3])),
  'transpose.last': one(x => ag.transpose(x)),
  expand: two((x, y) => ag.mul(ag.expand(x, ['b', 'l', 3]), y)),
  slice: one(x => ag.slice(x, { axis: 2, start: 1, end: 4 })),
  'slice.end': one(x => ag.slice(x, { axis: 1, start: -2 })),
  'slice.head': one(x => ag.slice(x, { axis: 1, end: -1, size: 'l-1' })),
  split: one(x => {
    const [a, b] = ag.split(x, [2, 2, 2], 1);
    return ag.mul(a!, b!);
  }),
  concat: two((x, y) => ag.concat([x, y], 1)),
  'concat.symbolic': two((x, y) => ag.concat([x, y, x], 1)),
  reduceSum: one(x => ag.reduceSum(x, { axes: [1] })),
  'reduceSum.all': one(x => ag.reduceSum(x)),
  reduceMean: one(x => ag.reduceMean(x, { axes: [1], keepDims: true })),
  'reduceMean.all': one(x => ag.reduceMean(x)),
  reduceMax: one(x => ag.reduceMax(x, { axes: [1] })),
  sumSquares: one(ag.sumSquares),
  softmax: one(x => ag.softmax(x)),
  'softmax.axis': one(x => ag.softmax(x, 1)),
  logSoftmax: one(x => ag.logSoftmax(x)),
  layerNorm: ({ x, w, bias }) => ag.layerNorm(x as FloatTensor, w as FloatTensor, bias as FloatTensor),
  rmsNorm: ({ x, w }) => ag.rmsNorm(x as FloatTensor, w as FloatTensor, { epsilon: 1e-6 }),
  l2Normalize: one(x => ag.l2Normalize(x)),
  gather: ({ table, ids }) => ag.gather(table as FloatTensor, ids as IndexTensor),
  selectRows: ({ table, ids }) => ag.selectRows(table as FloatTensor, ids as IndexTensor),
  gatherElements: ({ x, ids }) => ag.gatherElements(x as FloatTensor, ids as IndexTensor),
  segmentSum: ({ x, segments }) => ag.segmentSum(x as FloatTensor, segments as IndexTensor, 4),
  where: ({ c, x, y }) => ag.where(c as Tensor<'bool'>, x as FloatTensor, y as FloatTensor),
  cast: one(x => ag.mul(ag.cast(ag.cast(x, x.dtype === 'float64' ? 'float32' : 'float64'), x.dtype), 2)),
  stopGradient: one(x => ag.mul(x, ag.stopGradient(x))),
  dropout: one(x => ag.dropout(x, { rate: 0.25, seed: x.graph.constant(5, { dtype: 'int32' }) })),
  rope: turned(10_000),
  'rope.positions': turned(100),
  attention: attend(),
  'attention.causal': attend({ causal: true }),
  'attention.padding': attend({ scale: 0.7 }),
  'attention.cache': attend({ causal: true }),
  'attention.dropout': ({ q, k, v }) =>
    ag.attention(q as FloatTensor, k as FloatTensor, v as FloatTensor, {
      causal: true,
      dropout: { rate: 0.25, seed: q!.graph.constant(5, { dtype: 'int32' }) },
    }),
  'attention.documents': ({ q, k, v, documents }) =>
    ag.attention(q as FloatTensor, k as FloatTensor, v as FloatTensor, {
      causal: true,
      mask: ag.documentMask(documents as IndexTensor),
    }),
  crossEntropy: labelled({ ignoreIndex: 3 }),
  'crossEntropy.smoothing': labelled({ ignoreIndex: 3, labelSmoothing: 0.1 }),
  'crossEntropy.sum': labelled({ ignoreIndex: 3, reduction: 'sum' }),
  'crossEntropy.none': labelled({ reduction: 'none' }),
  'crossEntropy.weights': labelled(),
  binaryCrossEntropy: two((x, y) => ag.binaryCrossEntropy(x, y)),
  'binaryCrossEntropy.weights': ({ x, y, w }) =>
    ag.binaryCrossEntropy(x as FloatTensor, y as FloatTensor, { weights: w as FloatTensor }),
  preferenceLoss: preferred({ beta: 0.5 }),
  'preferenceLoss.smoothing': preferred({ beta: 0.5, labelSmoothing: 0.1 }),
  checkpoint: ({ x, w }) =>
    ag.checkpoint([x as FloatTensor], h => ag.mul(ag.silu(ag.linear(h, w as FloatTensor)), ag.tanh(h))),
  'checkpoint.nested': ({ x, w }) =>
    ag.checkpoint([x as FloatTensor], h =>
      ag.checkpoint([ag.tanh(h), ag.mul(h, 2)], (a, b) => ag.mul(ag.silu(ag.linear(a, w as FloatTensor)), b)),
    ),
  meanSquaredError: two((x, y) => ag.meanSquaredError(x, y)),
  klDivergence: two((x, y) => ag.klDivergence(x, y)),
  contrastiveLoss: contrast(false),
  'contrastiveLoss.symmetric': contrast(true),
  embeddingBag: ({ table, ids, w }) => ag.embeddingBag(table as FloatTensor, ids as IndexTensor, w as FloatTensor),
  embeddingBagFlat: ({ table, ids, segments, w }) =>
    ag.embeddingBagFlat(table as FloatTensor, ids as IndexTensor, segments as IndexTensor, w as FloatTensor, 2),
};
