// What loading a checkpoint costs, step by step, in processor time beside reading its bytes once: random weights of 160M parameters.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRuntime, Session, writeOnnx } from '@modeshift/autograd';
import { openCheckpoint } from '../src/checkpoint/checkpoint.ts';
import { decoderOf } from '../src/engine/decoder.ts';
import { decoderGraph, plainFeatures, planDecoder } from '../src/engine/decoder-graph.ts';
import { loadWeights } from '../src/network/load-weights.ts';
import { sizes, writeCheckpoint } from './decode/checkpoints.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-load-'));
const rounds = 3;

let last = process.cpuUsage();
/** Milliseconds of processor time since the last call. */
function lap(): number {
  const { user, system } = process.cpuUsage(last);
  last = process.cpuUsage();
  return (user + system) / 1000;
}

/** The least of some rounds: what other work on the machine adds is not what a step costs. */
const least = (values: readonly number[]): number => Math.min(...values);

try {
  await writeCheckpoint(folder, sizes.at(-1)!);
  await loadRuntime();
  const reads: number[] = [];
  for (let i = 0; i < rounds; i++) {
    lap();
    readFileSync(join(folder, 'model.safetensors'));
    reads.push(lap());
  }
  console.log(`${sizes.at(-1)!.name} parameters; reading the bytes once: ${least(reads).toFixed(0)} ms\n`);
  console.log(
    '| weights | open and plan | read, widen, quantise | graph and ONNX | optimise the graph | copy and reorder | all beside reading |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const format of ['f32', 'int8', 'int4'] as const) {
    const steps: number[][] = [];
    for (let i = 0; i < rounds; i++) {
      lap();
      const checkpoint = await openCheckpoint(folder);
      const { config, weights } = checkpoint;
      const architecture = decoderOf(checkpoint);
      const plan = planDecoder(architecture, config, weights);
      const open = lap();
      const loaded = await loadWeights(weights, plan, { format });
      await weights.close();
      const read = lap();
      const { graph, outputs } = decoderGraph(architecture, config, loaded, folder, plainFeatures, 2048);
      const model = writeOnnx(graph, outputs, { weights: 'beside' });
      const build = lap();
      await (await Session.open(model, { optimization: 'disabled' })).dispose();
      const copy = lap();
      await (await Session.open(model)).dispose();
      const whole = lap();
      steps.push([open, read, build, Math.max(0, whole - copy), Math.min(copy, whole), open + read + build + whole]);
    }
    const best = steps[0]!.map((_, k) => least(steps.map(step => step[k]!)));
    const cells = best.slice(0, -1).map(ms => `${ms.toFixed(0)} ms`);
    console.log(`| ${[format, ...cells, `${(best.at(-1)! / least(reads)).toFixed(1)}×`].join(' | ')} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
