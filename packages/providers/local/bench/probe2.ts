import { Graph, adamW, compileTraining, crossEntropy, dropout,gather, embeddingBag, embeddingBagFlat, linear, matMul, normal, relu, tensorValue, add, Random } from '@modeshift/autograd';
const V=20000,D=Number(process.argv[3]??256),C=77,B=128,L=163,kind=process.argv[2]!;
const run=async()=>{
const g=new Graph(); const r=new Random(1);
const E=g.parameter('e',[V,D],{initialize:normal(0.02)}); const W=g.parameter('w',[C,D],{initialize:normal(0.02)}); const c=g.parameter('c',[C]);const b=g.parameter('b',[D]);
const y=g.input('y','int32',['batch']); const seed=g.input('seed','int32',[]);
let h:any; let feed:()=>any;
const ids=()=>Int32Array.from({length:B*L},()=>Math.floor(V*r.uniform()**3));
if(kind==='flat'){ const i=g.input('ids','int32',['n']),s=g.input('seg','int32',['n']),w=g.input('wt','float32',['n']); h=embeddingBagFlat(E,i,s,w,'batch'); feed=()=>({ids:tensorValue(ids()),seg:tensorValue(Int32Array.from({length:B*L},(_,k)=>Math.floor(k/L))),wt:tensorValue(Float32Array.from({length:B*L},()=>r.uniform()/10))}); }
else if(kind==='pad'){ const i=g.input('ids','int32',['batch','l']),w=g.input('wt','float32',['batch','l']); h=embeddingBag(E,i,w); feed=()=>({ids:tensorValue(ids(),[B,L]),wt:tensorValue(Float32Array.from({length:B*L},()=>r.uniform()/10),[B,L])}); }
else if(kind==='active'){ const u=g.input('u','int32',['active']),x=g.input('x','float32',['batch','active']); h=matMul(x,gather(E,u)); feed=()=>{const q=ids(); const m=new Map<number,number>(); q.forEach(v=>{if(!m.has(v))m.set(v,m.size)}); const U=m.size; const x=new Float32Array(B*U); q.forEach((v,k)=>{x[Math.floor(k/L)*U+m.get(v)!]!+=r.uniform()/10}); return {u:tensorValue(Int32Array.from(m.keys())),x:tensorValue(x,[B,U])}}; }
else { const x=g.input('x','float32',['batch',V]); h=matMul(x,E); feed=()=>{const x=new Float32Array(B*V); const q=ids(); q.forEach((v,k)=>{x[Math.floor(k/L)*V+v]!+=r.uniform()/10}); return {x:tensorValue(x,[B,V])}}; }
h=dropout(relu(add(h,b)),{rate:.5,seed});
const loss=crossEntropy(linear(h,W,c),y,{labelSmoothing:.1});
const t=await compileTraining({loss,optimizer:adamW({weightDecay:.1}),learningRate:.005,threads:Number(process.env.TH??2),...(process.argv[4]&&{profile:'/tmp/prof'})});
let c0=process.cpuUsage(),t0=performance.now(),last=0;
for(let s=0;s<20;s++){ if(s===5){c0=process.cpuUsage();t0=performance.now()} last=(await t.evaluate({...feed(),y:tensorValue(Int32Array.from({length:B},()=>r.integer(C))),seed:s})).loss; }
const u=process.cpuUsage(c0); console.log(kind,D,'ms/step',((performance.now()-t0)/15).toFixed(1),'cpu',((u.user+u.system)/15e3).toFixed(1),last,t.parameters().e!.reduce((a,b)=>a+b*b,0), Math.round(process.memoryUsage().rss/1e6)+'MB');
await t.dispose();};
await run(); await run();
