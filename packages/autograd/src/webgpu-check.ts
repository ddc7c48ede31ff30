// Every operator case and the tiny models' training on the WebGPU provider, one JSON line each, in a process of its own, since
// a driver may end it. Test-only.
// node --conditions=modeshift-source webgpu-check.ts [probe | names]
import { evaluate } from './compile.ts';
import { Graph } from './graph.ts';
import { build, distance, feedsOf, fixture } from './operator-fixture.ts';
import { add } from './ops/arithmetic.ts';
import { matMul } from './ops/matmul.ts';
import { feeds, trainer, fixture as trajectories } from './trajectory-fixture.ts';

const webgpu = { executionProviders: ['webgpu', 'cpu'] };
const report = (line: object): void => console.log(JSON.stringify(line));

async function probe(): Promise<void> {
  const x = new Graph().input('x', 'float32', ['n']);
  const { y } = await evaluate({ y: add(x, 1) }, { x: [1, 2] }, webgpu);
  report({ name: 'probe', worst: Math.abs(y.data[0]! - 2) + Math.abs(y.data[1]! - 3) });
}

async function check(name: string): Promise<void> {
  const compiled = await build(name, 'float32', webgpu);
  let worst = 0;
  for (const [i, { output, gradients }] of fixture.cases[name]!.variants.entries()) {
    const out = await compiled.run(feedsOf(name, i, 'float32'));
    worst = Math.max(worst, distance(out.output!.data, output.data));
    for (const [key, data] of Object.entries(gradients)) worst = Math.max(worst, distance(out[`d:${key}`]!.data, data));
  }
  await compiled.dispose();
  report({ name, worst });
}

/** The greatest distance of a loss from PyTorch's over 20 steps. */
async function follow(name: 'decoder' | 'classifier'): Promise<void> {
  const run = await trainer(name, webgpu);
  let worst = 0;
  for (const [step, loss] of trajectories[name].losses.entries())
    worst = Math.max(worst, Math.abs((await run.step(feeds(name, step))).loss - loss));
  await run.dispose();
  report({ name, worst });
}

/** An empty input, whose product would end the process: refused before the run. */
async function empty(): Promise<void> {
  const graph = new Graph();
  const y = matMul(graph.input('a', 'float32', [2, 'n']), graph.input('b', 'float32', ['n', 3]));
  const none = { dtype: 'float32', data: new Float32Array(0) } as const;
  const feeds = { a: { ...none, shape: [2, 0] }, b: { ...none, shape: [0, 3] } };
  const refused = await evaluate({ y }, feeds, webgpu).then(
    () => '',
    (error: unknown) => String(error),
  );
  report({ name: 'empty', worst: /The input "a" is empty/.test(refused) ? 0 : 1 });
}

const runs = {
  ...Object.fromEntries(Object.keys(fixture.cases).map(name => [name, () => check(name)])),
  decoder: () => follow('decoder'),
  classifier: () => follow('classifier'),
  empty,
  probe,
};
const [what, ...names] = process.argv.slice(2);
const asked = what ? [what, ...names] : Object.keys(runs);
for (const name of asked)
  await runs[name as 'probe']().catch((error: unknown) => report({ name, error: String(error) }));
// Some drivers crash when they are unloaded in order.
process.exit(0);
