import * as ort from 'onnxruntime-node';
import { Graph, writeOnnx } from '../src/index.ts';

const only = process.argv[2];
async function bench(label: string, build: (g: Graph) => any, feeds: Record<string, number[]>, reps = 40) {
  if (only && !label.includes(only)) return;
  const g = new Graph();
  const m = writeOnnx(g, { out: build(g) });
  try {
    const s = await ort.InferenceSession.create(m.bytes, {
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
      graphOptimizationLevel: 'disabled',
    });
    const f: any = {};
    for (const i of m.inputs) {
      const dims = i.shape as number[];
      const n = dims.reduce((a, b) => a * b, 1);
      f[i.name] = new ort.Tensor(
        'float32',
        Float32Array.from({ length: n }, () => Math.random() * 2 - 1),
        dims,
      );
    }
    const out = await s.run(f);
    const name = Object.keys(out)[0]!;
    const fetch = { [name]: out[name]! } as any;
    for (let i = 0; i < 3; i++) await s.run(f, fetch);
    let best = Infinity;
    for (let r = 0; r < 5; r++) {
      const c = process.cpuUsage();
      for (let i = 0; i < reps; i++) await s.run(f, fetch);
      const d = process.cpuUsage(c);
      best = Math.min(best, (d.user + d.system) / 1000 / reps);
    }
    console.log(best.toFixed(3), 'ms', label);
  } catch (e) {
    console.log('FAIL', label, String(e).slice(0, 150));
  }
}
const N = [2048, 512];
const x = (g: Graph, name = 'x', shape = N) => g.input(name, 'float32', shape);
const o = (shape = N) => ({ dtype: 'float32' as const, shape });
for (const op of [
  'Identity',
  'Neg',
  'Erf',
  'Exp',
  'Tanh',
  'Sigmoid',
  'Sqrt',
  'Abs',
  'Relu',
  'Sign',
  'HardSigmoid',
  'Gelu',
  'Softmax',
  'HardSwish',
  'Elu',
  'Softplus',
])
  await bench(op, g => g.emit(op, [x(g)], o()), {});
for (const op of ['Gelu', 'FastGelu', 'QuickGelu'])
  await bench('ms.' + op, g => g.emit(op, [x(g)], o(), {}, 'com.microsoft'), {});
await bench('ms.BiasGelu', g => g.emit('BiasGelu', [x(g), x(g, 'b', [512])], o(), {}, 'com.microsoft'), {});
for (const op of ['Mul', 'Add', 'Sub', 'Div']) {
  await bench(op, g => g.emit(op, [x(g), x(g, 'y')], o()), {});
  await bench(op + ' scalar', g => g.emit(op, [x(g), g.scalar(0.5)], o()), {});
  await bench(op + ' row[512]', g => g.emit(op, [x(g), x(g, 'b', [512])], o()), {});
  await bench(op + ' col[2048,1]', g => g.emit(op, [x(g), x(g, 'b', [2048, 1])], o()), {});
}
await bench('Sum3', g => g.emit('Sum', [x(g), x(g, 'y'), x(g, 'z')], o()), {});
await bench(
  'LayerNorm',
  g => g.emit('LayerNormalization', [x(g), x(g, 'w', [512]), x(g, 'b', [512])], o(), { axis: -1 }),
  {},
);
await bench(
  'SimplifiedLN',
  g => g.emit('SimplifiedLayerNormalization', [x(g), x(g, 'w', [512])], o(), { axis: -1 }),
  {},
);
await bench('ReduceSum ax0', g => g.emit('ReduceSum', [x(g), g.indices([0])], o([512]), { keepdims: 0 }), {});
await bench('ReduceSum ax1', g => g.emit('ReduceSum', [x(g), g.indices([1])], o([2048]), { keepdims: 0 }), {});
await bench('ReduceMean ax1', g => g.emit('ReduceMean', [x(g), g.indices([1])], o([2048]), { keepdims: 0 }), {});
await bench('ones@x ax0', g => g.emit('MatMul', [x(g, 'o', [1, 2048]), x(g)], o([1, 512])), {});
await bench('x@ones ax1', g => g.emit('MatMul', [x(g), x(g, 'o', [512, 1])], o([2048, 1])), {});
await bench(
  'Transpose 0213',
  g => g.emit('Transpose', [x(g, 'x', [32, 64, 4, 128])], o([32, 4, 64, 128]), { perm: [0, 2, 1, 3] }),
  {},
);
await bench('gemm NN 2048x128x512', g => g.emit('MatMul', [x(g, 'a', [2048, 128]), x(g, 'b', [128, 512])], o()), {});
await bench(
  'gemm NT 2048x128x512',
  g => g.emit('FusedMatMul', [x(g, 'a', [2048, 128]), x(g, 'b', [512, 128])], o(), { transB: 1 }, 'com.microsoft'),
  {},
);
await bench(
  'Gemm NT 2048x128x512 bias',
  g => g.emit('Gemm', [x(g, 'a', [2048, 128]), x(g, 'b', [512, 128]), x(g, 'c', [512])], o(), { transB: 1 }),
  {},
);
await bench(
  'gemm NN 2048x512x128',
  g => g.emit('MatMul', [x(g, 'a', [2048, 512]), x(g, 'b', [512, 128])], o([2048, 128])),
  {},
);
await bench(
  'gemm NT 2048x512x128',
  g =>
    g.emit(
      'FusedMatMul',
      [x(g, 'a', [2048, 512]), x(g, 'b', [128, 512])],
      o([2048, 128]),
      { transB: 1 },
      'com.microsoft',
    ),
  {},
);
await bench(
  'gemm TN 128x2048x512',
  g =>
    g.emit(
      'FusedMatMul',
      [x(g, 'a', [2048, 128]), x(g, 'b', [2048, 512])],
      o([128, 512]),
      { transA: 1 },
      'com.microsoft',
    ),
  {},
);
await bench(
  'gemm TN 512x2048x128',
  g =>
    g.emit(
      'FusedMatMul',
      [x(g, 'a', [2048, 512]), x(g, 'b', [2048, 128])],
      o([512, 128]),
      { transA: 1 },
      'com.microsoft',
    ),
  {},
);
await bench(
  'gemm TT->NN pre-transposed 512x2048x128',
  g => g.emit('MatMul', [x(g, 'a', [512, 2048]), x(g, 'b', [2048, 128])], o([512, 128])),
  {},
);
await bench(
  'gemm NN 2048x128x128',
  g => g.emit('MatMul', [x(g, 'a', [2048, 128]), x(g, 'b', [128, 128])], o([2048, 128])),
  {},
);
await bench(
  'gemm NN 2048x128x384',
  g => g.emit('MatMul', [x(g, 'a', [2048, 128]), x(g, 'b', [128, 384])], o([2048, 384])),
  {},
);
await bench(
  'gemm TN 128x2048x128',
  g =>
    g.emit(
      'FusedMatMul',
      [x(g, 'a', [2048, 128]), x(g, 'b', [2048, 128])],
      o([128, 128]),
      { transA: 1 },
      'com.microsoft',
    ),
  {},
);
await bench(
  'gemm TN 384x2048x128',
  g =>
    g.emit(
      'FusedMatMul',
      [x(g, 'a', [2048, 384]), x(g, 'b', [2048, 128])],
      o([384, 128]),
      { transA: 1 },
      'com.microsoft',
    ),
  {},
);
await bench(
  'bat TN',
  g =>
    g.emit(
      'FusedMatMul',
      [x(g, 'a', [32, 4, 64, 64]), x(g, 'b', [32, 4, 64, 32])],
      o([32, 4, 64, 32]),
      { transA: 1 },
      'com.microsoft',
    ),
  {},
);
await bench(
  'bat NN',
  g => g.emit('MatMul', [x(g, 'a', [32, 4, 64, 64]), x(g, 'b', [32, 4, 64, 32])], o([32, 4, 64, 32])),
  {},
);
await bench(
  'bat NT',
  g =>
    g.emit(
      'FusedMatMul',
      [x(g, 'a', [32, 4, 64, 32]), x(g, 'b', [32, 4, 64, 32])],
      o([32, 4, 64, 64]),
      { transB: 1 },
      'com.microsoft',
    ),
  {},
);
await bench(
  'Transpose 64x64 batch',
  g => g.emit('Transpose', [x(g, 'a', [32, 4, 64, 64])], o([32, 4, 64, 64]), { perm: [0, 1, 3, 2] }),
  {},
);
