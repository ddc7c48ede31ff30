import * as ort from 'onnxruntime-node';
import { add, Graph, writeOnnx } from '../src/index.ts';
import { prepare } from './workloads.ts';

{
  const g = new Graph();
  const x = g.input('x', 'float32', ['n']);
  const m = writeOnnx(g, { y: add(x, 1) });
  for (const opts of [{}, { enableCpuMemArena: false }, { enableMemPattern: false }]) {
    const s = await ort.InferenceSession.create(m.bytes, { intraOpNumThreads: 1, ...opts });
    const n = 1 << 20;
    const a = new Float32Array(n).fill(1),
      b = new Float32Array(n).fill(1);
    const f = { x: new ort.Tensor('float32', a, [n]) },
      o = { y: new ort.Tensor('float32', b, [n]) };
    for (let i = 0; i < 3; i++) await s.run(f, o);
    const p = process.resourceUsage().minorPageFault,
      c = process.cpuUsage();
    for (let i = 0; i < 50; i++) await s.run(f, o);
    const d = process.cpuUsage(c);
    console.log(
      JSON.stringify(opts),
      (process.resourceUsage().minorPageFault - p) / 50,
      'faults',
      (d.user + d.system) / 50000,
      'ms',
      d,
    );
  }
}
for (const w of ['classifier', 'decoder'] as const)
  for (const more of [{}]) {
    const { trainer, feeds } = await prepare(w, 1, more);
    for (let i = 0; i < 3; i++) await trainer.step(feeds);
    const p = process.resourceUsage().minorPageFault,
      c = process.cpuUsage();
    for (let i = 0; i < 8; i++) await trainer.step(feeds);
    const d = process.cpuUsage(c);
    console.log(w, (process.resourceUsage().minorPageFault - p) / 8, 'faults', d.user / 8000, d.system / 8000);
    await trainer.dispose();
  }
