import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { prepare } from '/work/main/packages/autograd/bench/workloads.ts';
import { compileTraining } from '/work/main/packages/autograd/src/index.ts';

const [work, steps = '10'] = process.argv.slice(2);
for (const f of readdirSync('/tmp/ortprof', { withFileTypes: true })) rmSync('/tmp/ortprof/' + f.name);
const { trainer, feeds } = await prepare(work as any, 1, { profile: '/tmp/ortprof/p' } as any);
for (let i = 0; i < +steps; i++) await trainer.step(feeds);
await trainer.dispose();
const best = '';
const size = 0;
for (const f of readdirSync('/tmp/ortprof')) {
  const t = readFileSync('/tmp/ortprof/' + f, 'utf8');
  const ev = JSON.parse(t).filter((e: any) => e.cat === 'Node' && e.name.endsWith('_kernel_time'));
  const by = new Map<string, [number, number]>();
  for (const e of ev) {
    const shapes = process.argv[4]
      ? JSON.stringify((e.args.input_type_shape ?? []).map((x: any) => Object.values(x)[0])).slice(0, 90) +
        '->' +
        JSON.stringify((e.args.output_type_shape ?? []).map((x: any) => Object.values(x)[0])).slice(0, 60)
      : '';
    const k = e.args.op_name + ' ' + shapes;
    const c = by.get(k) ?? [0, 0];
    c[0] += e.dur / 1000 / +steps;
    c[1] += 1 / +steps;
    by.set(k, c);
  }
  const tot = [...by.values()].reduce((a, b) => a + b[0], 0);
  console.log(f, 'total', tot.toFixed(2), 'ms/step');
  for (const [k, [ms, n]] of [...by].sort((a, b) => b[1][0] - a[1][0]).slice(0, +(process.argv[4] ?? 25)))
    console.log('  ', ms.toFixed(2), n.toFixed(0), k);
}
