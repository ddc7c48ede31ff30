// One side of the encoding benchmark, in a process of its own: reads a line, encodes all texts once, and prints milliseconds and a
// sum of the vectors. Arguments: which side, the checkpoint's folder, the file with the texts, and the folder of transformers.js.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [side, folder, file, peer] = process.argv.slice(2) as [string, string, string, string];
const texts = JSON.parse(readFileSync(file, 'utf8')) as string[];

type Encode = () => Promise<readonly ArrayLike<number>[]>;

async function ours(weights: 'f32' | 'int8'): Promise<Encode> {
  const { openCheckpoint } = await import('../../src/checkpoint/checkpoint.ts');
  const { Encoder } = await import('../../src/encoder/encoder.ts');
  const { fitTokens } = await import('../../src/encoder/fit-tokens.ts');
  const { readEmbeddingSetup } = await import('../../src/encoder/read-embedding-setup.ts');
  const { readTokenizer } = await import('../../src/tokenizer/index.ts');
  const checkpoint = await openCheckpoint(folder);
  const tokenizer = await readTokenizer(folder);
  const encoder = await Encoder.loadEmbedding(checkpoint, await readEmbeddingSetup(folder, 'encoder'), { weights });
  return () => encoder.run(texts.map(text => ({ ids: fitTokens(tokenizer, text, 256, true) })));
}

interface TransformersJs {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  pipeline(
    task: string,
    model: string,
    options: object,
  ): Promise<(texts: readonly string[], options: object) => Promise<{ tolist(): number[][] }>>;
}

async function theirs(batch: number): Promise<Encode> {
  const entry = createRequire(join(peer, 'package.json')).resolve('@huggingface/transformers');
  const { env, pipeline } = (await import(pathToFileURL(entry).href)) as TransformersJs;
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  const extract = await pipeline('feature-extraction', basename(folder), { dtype: 'fp32', device: 'cpu' });
  return async () => {
    // In order of length, so that little is filled up: the kindest way to call it.
    const order = texts.map((_, i) => i).sort((a, b) => texts[a]!.length - texts[b]!.length);
    const rows: number[][] = [];
    for (let i = 0; i < order.length; i += batch) {
      const part = order.slice(i, i + batch);
      const output = await extract(
        part.map(index => texts[index]!),
        { pooling: 'mean', normalize: true },
      );
      for (const [k, row] of output.tolist().entries()) rows[part[k]!] = row;
    }
    return rows;
  };
}

const encode = side === 'peer' ? await theirs(32) : await ours(side === 'int8' ? 'int8' : 'f32');
console.log('ready');
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  const rows = await encode();
  const ms = performance.now() - start;
  const sum = rows.reduce((total, row, i) => total + row[i % row.length]!, 0);
  console.log(JSON.stringify({ ms, sum }));
}
