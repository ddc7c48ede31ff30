import * as ort from 'onnxruntime-node';
import { Graph, writeOnnx, add } from '../src/index.ts';
 const g = new Graph(); const x = g.input('x','float32',['n']); const m = writeOnnx(g,{y: add(x,1)});
 const s = await ort.InferenceSession.create(m.bytes,{intraOpNumThreads:1, graphOptimizationLevel:'disabled'});
for (const n of [1<<20,1<<20,1<<20,1<<20]) {
 const a=new Float32Array(n).fill(1), b=new Float32Array(n).fill(1);
 const f={x:new ort.Tensor('float32',a,[n])}, o={y:new ort.Tensor('float32',b,[n])};
 let r: any;
 for(let i=0;i<3;i++) r= await s.run(f,o);
 const c=process.cpuUsage(); const t=performance.now(); for(let i=0;i<50;i++) r = await s.run(f,o);
 const d=process.cpuUsage(c); 
 console.log(n,(d.user+d.system)/50000,'ms cpu', (performance.now()-t)/50, 'wall', r.y===o.y, r.y.data===b, r.y.data.buffer===b.buffer);
 const h=(s as any).handler;
 const t2=performance.now(); for(let i=0;i<50;i++) await h.run(f,o,{}); console.log('   handler', (performance.now()-t2)/50);
}
