// Splitting, and taking 20 MB of text in without embedding, beside LangChain's splitter and memory store, in turns in one process.
// Installs LangChain from the npm registry. Ours writes words of every chunk to a full-text index; LangChain's store keeps texts only.
//   node --conditions=modeshift-source packages/rag/bench/peers/ingest.ts
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from '../../../../bench/peers/install.ts';
import { median } from '../../../../bench/peers/median.ts';
import { ingest, openStore, structureChunker } from '../../src/index.ts';
import { englishText } from './long-text.ts';

interface LangChainDocument {
  readonly pageContent: string;
}
interface TextSplitters {
  readonly RecursiveCharacterTextSplitter: new (options: {
    readonly chunkSize: number;
    readonly chunkOverlap: number;
  }) => { createDocuments(texts: readonly string[]): Promise<LangChainDocument[]> };
}
interface MemoryStores {
  readonly MemoryVectorStore: new (
    embeddings: object,
  ) => {
    addVectors(vectors: number[][], documents: LangChainDocument[]): Promise<void>;
  };
}

const rounds = 5;
const data = process.env.MODESHIFT_DATA ?? path.resolve(import.meta.dirname, '../../../../../shared/data');
const place = mkdtempSync(path.join(tmpdir(), 'modeshift-langchain-'));
const megabytes = 20;

async function cpu(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

try {
  install(place, ['@langchain/textsplitters@1.0.2', '@langchain/classic@1.0.50', '@langchain/core@1.4.0'], {});
  const load = <Library>(file: string): Promise<Library> =>
    import(pathToFileURL(path.join(place, 'node_modules/@langchain', file)).href);
  const { RecursiveCharacterTextSplitter } = await load<TextSplitters>('textsplitters/dist/index.js');
  const { MemoryVectorStore } = await load<MemoryStores>('classic/dist/vectorstores/memory.js');
  const text = englishText(data, megabytes * 1e6);
  const size = 1e5;
  const documents = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => ({
    id: `d${i}`,
    text: text.slice(i * size, (i + 1) * size).toWellFormed(),
  }));
  // As many characters as a chunk of ours has: 400 tokens of three bytes.
  const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1200, chunkOverlap: 0 });
  const chunker = structureChunker();
  const spent = { ourSplit: [] as number[], theirSplit: [] as number[], ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    spent.ourSplit.push(await cpu(() => documents.map(document => chunker.chunk(document))));
    let split: LangChainDocument[] = [];
    const theirSplit = await cpu(async () => {
      split = await splitter.createDocuments(documents.map(document => document.text));
    });
    spent.theirSplit.push(theirSplit);
    const memory = new MemoryVectorStore({});
    spent.theirs.push(
      theirSplit +
        (await cpu(() =>
          memory.addVectors(
            split.map(() => [1]),
            split,
          ),
        )),
    );
    const store = await openStore(':memory:');
    const collection = await store.collection('main', 'all');
    spent.ours.push(await cpu(() => ingest({ collection, documents })));
    await store.close();
  }
  const speed = (times: readonly number[]): string => `${(megabytes / median(times)).toFixed(1)} MB per CPU s`;
  const ratio = (a: readonly number[], b: readonly number[]): string =>
    median(a.map((value, i) => value / b[i]!)).toFixed(2);
  console.log(`splitting: ours ${speed(spent.ourSplit)}, LangChain ${speed(spent.theirSplit)}`);
  console.log(`  ${ratio(spent.theirSplit, spent.ourSplit)} times as fast`);
  console.log(`split, indexed and stored: ours ${speed(spent.ours)}, LangChain's memory store ${speed(spent.theirs)}`);
  console.log(`  ${ratio(spent.theirs, spent.ours)} times as fast`);
} finally {
  rmSync(place, { recursive: true, force: true });
}
