// Tokens per second of training steps, beside PyTorch in turn where PyTorch is installed.
// node --conditions=modeshift-source packages/autograd/bench/train-step.ts [decoder|classifier|bag|flat|rows] [rounds]
// BENCH_THREADS sets the threads of both
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  adamW,
  compileTraining,
  crossEntropy,
  embeddingBag,
  embeddingBagFlat,
  type Feed,
  Graph,
  linear,
  normal,
  Random,
  type Trainer,
  tensorValue,
} from '../src/index.ts';
import { classifierLoss, decoderLoss } from '../src/reference-models.ts';

const works = {
  decoder: { vocabulary: 4096, size: 256, heads: 8, keyHeads: 4, hidden: 768, layers: 6, batch: 4, length: 256 },
  classifier: {
    ...{ vocabulary: 8192, size: 128, heads: 4, keyHeads: 4, hidden: 512, layers: 4, batch: 32, length: 64 },
    ...{ positions: 128, classes: 8 },
  },
  bag: { vocabulary: 50_000, size: 96, classes: 8, batch: 64, length: 60, shortest: 5 },
};
type Bag = 'bag' | 'flat' | 'rows';
type Work = 'decoder' | 'classifier' | Bag;
const isBag = (work: Work): work is Bag => work !== 'decoder' && work !== 'classifier';
const sizesOf = (work: Work) => works[isBag(work) ? 'bag' : work];
const threads = Number(process.env.BENCH_THREADS ?? availableParallelism());

const ids = (count: number, high: number, random: Random): BigInt64Array =>
  BigInt64Array.from({ length: count }, () => BigInt(1 + random.integer(high - 1)));

/** A padded or flat bag-of-embeddings classifier over texts of different lengths. */
function bag(form: 'bag' | 'flat' | 'rows'): {
  graph: Graph;
  options: Parameters<typeof compileTraining>[0];
  feeds: Record<string, Feed>;
} {
  const { vocabulary, size, classes, batch, length, shortest } = works.bag;
  const graph = new Graph();
  const rowsBy = form === 'rows' ? { rowsBy: ['ids'] } : {};
  const table = graph.parameter('table', [vocabulary, size], { initialize: normal(0.1), ...rowsBy });
  const labels = graph.input('labels', 'int64', ['batch']);
  const head = (x: Parameters<typeof linear>[0]) =>
    crossEntropy(
      linear(x, graph.parameter('w', [classes, size], { initialize: normal(0.1) }), graph.parameter('b', [classes])),
      labels,
    );
  const random = new Random(1);
  const lengths = Array.from({ length: batch }, () => shortest + random.integer(length - shortest + 1));
  const feeds: Record<string, Feed> = { labels: tensorValue(ids(batch, classes, random)) };
  if (form === 'bag') {
    const weights = new Float32Array(batch * length);
    for (const [i, count] of lengths.entries()) weights.fill(1 / count, i * length, i * length + count);
    feeds.ids = tensorValue(ids(batch * length, vocabulary, random), [batch, length]);
    feeds.weights = tensorValue(weights, [batch, length]);
    const pooled = embeddingBag(
      table,
      graph.input('ids', 'int64', ['batch', 'length']),
      graph.input('weights', 'float32', ['batch', 'length']),
    );
    return { graph, options: { loss: head(pooled) }, feeds };
  }
  const segments = lengths.flatMap((count, i) => Array<bigint>(count).fill(BigInt(i)));
  feeds.ids = tensorValue(ids(segments.length, vocabulary, random));
  feeds.segments = tensorValue(BigInt64Array.from(segments));
  feeds.weights = tensorValue(Float32Array.from(lengths.flatMap(count => Array<number>(count).fill(1 / count))));
  const pooled = embeddingBagFlat(
    table,
    graph.input('ids', 'int64', ['entries']),
    graph.input('segments', 'int64', ['entries']),
    graph.input('weights', 'float32', ['entries']),
    'batch',
  );
  return { graph, options: { loss: head(pooled) }, feeds };
}

async function ours(work: Work): Promise<{ trainer: Trainer; feeds: Record<string, Feed>; tokens: number }> {
  if (isBag(work)) {
    const { options, feeds } = bag(work);
    const { batch, length, shortest } = works.bag;
    return {
      trainer: await compileTraining({ ...options, optimizer: adamW(), threads }),
      feeds,
      tokens: (batch * (length + shortest)) / 2,
    };
  }
  const graph = new Graph();
  const random = new Random(1);
  const { vocabulary, batch, length } = works[work];
  const built = work === 'decoder' ? decoderLoss(graph, works.decoder) : classifierLoss(graph, works.classifier);
  const feeds: Record<string, Feed> = { ids: tensorValue(ids(batch * length, vocabulary, random), [batch, length]) };
  feeds.labels =
    work === 'decoder'
      ? tensorValue(ids(batch * length, vocabulary, random), [batch, length])
      : tensorValue(ids(batch, works.classifier.classes, random));
  return { trainer: await compileTraining({ loss: built.loss, threads }), feeds, tokens: batch * length };
}

async function measure(work: Work, seconds: number): Promise<{ tokensPerSecond: number; growth: number }> {
  const { trainer, feeds, tokens } = await ours(work);
  for (let i = 0; i < 3; i++) await trainer.step(feeds);
  const before = process.memoryUsage().rss;
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const start = performance.now();
    await trainer.step(feeds);
    times.push(performance.now() - start);
  }
  const growth = process.memoryUsage().rss - before;
  await trainer.dispose();
  times.sort((a, b) => a - b);
  return { tokensPerSecond: (1000 * tokens) / times[Math.floor(times.length / 10)]!, growth };
}

function torch(
  work: Work,
  seconds: number,
): { tokensPerSecond: number; peakMegabytes: number; version: string } | undefined {
  const script = fileURLToPath(new URL('../../../oracles/autograd/bench_torch.py', import.meta.url));
  const { status, stdout } = spawnSync(
    'python3',
    [script, work, JSON.stringify(sizesOf(work)), String(seconds), String(threads)],
    {
      encoding: 'utf8',
    },
  );
  return status === 0 ? JSON.parse(stdout) : undefined;
}

const asked = process.argv[2] as Work | undefined;
const rounds = Number(process.argv[3] ?? 3);
if (process.env.BENCH_CHILD) {
  const result = await measure(asked!, 3);
  console.log(JSON.stringify({ ...result, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
} else {
  console.log(`${threads} threads, the fastest tenth of steps, best of ${rounds} rounds in turn`);
  for (const work of asked ? [asked] : (['decoder', 'classifier', 'bag', 'flat', 'rows'] as const)) {
    let best = { tokensPerSecond: 0, peakMegabytes: 0, growth: 0 };
    let other: ReturnType<typeof torch>;
    for (let round = 0; round < rounds; round++) {
      const child = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), work], {
        encoding: 'utf8',
        env: { ...process.env, BENCH_CHILD: '1' },
      });
      if (child.status !== 0) throw new Error(child.stderr);
      const mine = JSON.parse(child.stdout);
      if (mine.tokensPerSecond > best.tokensPerSecond) best = mine;
      const theirs = torch(work, 3);
      if (theirs && theirs.tokensPerSecond > (other?.tokensPerSecond ?? 0)) other = theirs;
    }
    const mine = `${Math.round(best.tokensPerSecond)} tokens/s, peak ${Math.round(best.peakMegabytes)} MB, growth while stepping ${(best.growth / 2 ** 20).toFixed(1)} MB`;
    console.log(`${work}: ${mine}`);
    if (other)
      console.log(
        `  PyTorch ${other.version}: ${Math.round(other.tokensPerSecond)} tokens/s, peak ${Math.round(other.peakMegabytes)} MB; ratio ${(best.tokensPerSecond / other.tokensPerSecond).toFixed(2)}`,
      );
    else console.log('  PyTorch is not installed here, so there is no ratio.');
  }
}
