// The workloads of the training benchmark: a decoder, an encoder classifier, and bags of embeddings.
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
  type TrainingOptions,
  tensorValue,
} from '../src/index.ts';
import { classifierLoss, decoderLoss } from '../src/reference-models.ts';

/** Every workload. */
export const workNames = ['decoder', 'lora', 'classifier', 'bag', 'flat', 'rows'] as const;

const decoder = { vocabulary: 4096, size: 256, heads: 8, keyHeads: 4, hidden: 768, layers: 6, batch: 4, length: 256 };
const works = {
  decoder,
  lora: { ...decoder, rank: 8 },
  classifier: {
    ...{ vocabulary: 8192, size: 128, heads: 4, keyHeads: 4, hidden: 512, layers: 4, batch: 32, length: 64 },
    ...{ positions: 128, classes: 8 },
  },
  bag: { vocabulary: 50_000, size: 96, classes: 8, batch: 64, length: 60, shortest: 5 },
};
type Bag = 'bag' | 'flat' | 'rows';
/** The name of a workload. */
export type Work = (typeof workNames)[number];
const isBag = (work: Work): work is Bag => !['decoder', 'lora', 'classifier'].includes(work);
/** Sizes of a workload, for the PyTorch script. */
export const sizesOf = (work: Work) => works[isBag(work) ? 'bag' : work];
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

/** A trainer with its batch; `tokens` counts what one step reads. */
export async function prepare(
  work: Work,
  threads: number,
  more: Partial<TrainingOptions> = {},
): Promise<{ trainer: Trainer; feeds: Record<string, Feed>; tokens: number }> {
  if (isBag(work)) {
    const { options, feeds } = bag(work);
    const { batch, length, shortest } = works.bag;
    return {
      trainer: await compileTraining({ ...options, optimizer: adamW(), threads, ...more }),
      feeds,
      tokens: (batch * (length + shortest)) / 2,
    };
  }
  const graph = new Graph();
  const random = new Random(1);
  const { vocabulary, batch, length } = works[work];
  const built = work === 'classifier' ? classifierLoss(graph, works.classifier) : decoderLoss(graph, works[work]);
  const feeds: Record<string, Feed> = { ids: tensorValue(ids(batch * length, vocabulary, random), [batch, length]) };
  feeds.labels =
    work === 'classifier'
      ? tensorValue(ids(batch, works.classifier.classes, random))
      : tensorValue(ids(batch * length, vocabulary, random), [batch, length]);
  const train = work === 'lora' ? { train: [...graph.parameters.keys()].filter(name => /[.][ab]$/.test(name)) } : {};
  const trainer = await compileTraining({ loss: built.loss, threads, ...train, ...more });
  return { trainer, feeds, tokens: batch * length };
}
