// Splitting, and taking 20 MB of text in without embedding, in English and Chinese: beside LangChain's splitter and memory store, which
// builds no index, and beside three that do, over LangChain's chunks: SQLite's FTS5, MiniSearch and Orama. In turns in one process.
// Installs the others from the npm registry. Ours writes a file that survives the process, as FTS5 here does; the others keep memory.
//   node --conditions=modeshift-source packages/rag/bench/peers/ingest.ts [megabytes]
// `MODESHIFT_DATA` names the folder that holds `chunking_eval`, `text_chinese_poetry` and `xquad`; left out: ../shared/data beside the repository.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { install } from '../../../../bench/peers/install.ts';
import { median } from '../../../../bench/peers/median.ts';
import { ingest, openStore, type SourceDocument, structureChunker } from '../../src/index.ts';
import { chineseText, englishText } from './long-text.ts';

interface Split {
  readonly pageContent: string;
}
interface TextSplitters {
  readonly RecursiveCharacterTextSplitter: new (options: {
    readonly chunkSize: number;
    readonly chunkOverlap: number;
  }) => { createDocuments(texts: readonly string[]): Promise<Split[]> };
}
interface MemoryStores {
  readonly MemoryVectorStore: new (
    embeddings: object,
  ) => { addVectors(vectors: number[][], documents: Split[]): Promise<void> };
}
interface MiniSearchModule {
  readonly default: new (options: {
    readonly fields: readonly string[];
    readonly storeFields: readonly string[];
    readonly tokenize?: (text: string) => string[];
  }) => { addAll(documents: readonly object[]): void };
}
interface OramaModule {
  create(options: { readonly schema: object; readonly components?: { readonly tokenizer: unknown } }): object;
  insertMultiple(index: object, documents: readonly object[]): Promise<unknown>;
}
interface MandarinModule {
  createTokenizer(): unknown;
}

const rounds = 5;
const megabytes = Number(process.argv[2] ?? 20);
/** What builds an index in JavaScript takes many times as long: it gets the first so many, once. */
const fewMegabytes = Math.min(megabytes, 4);
const data = process.env.MODESHIFT_DATA ?? path.resolve(import.meta.dirname, '../../../../../shared/data');
const place = mkdtempSync(path.join(tmpdir(), 'modeshift-ingest-'));

interface Spent {
  /** Seconds of all threads, and of a clock. */
  readonly cpu: number;
  readonly wall: number;
}

async function spentIn(work: () => unknown): Promise<Spent> {
  globalThis.gc?.();
  const [before, start] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1e6, wall: (performance.now() - start) / 1000 };
}

/** Documents of about 100 kB, in flat strings as files are read. */
function documentsOf(text: string, unitsEach: number): SourceDocument[] {
  return Array.from({ length: Math.ceil(text.length / unitsEach) }, (_, i) => ({
    id: `d${i}`,
    text: Buffer.from(text.slice(i * unitsEach, (i + 1) * unitsEach).toWellFormed()).toString(),
  }));
}

const bigrams = (text: string): string[] =>
  (text.match(/\p{Script=Han}+|[a-z0-9]+/giu) ?? []).flatMap(run =>
    /^[a-z0-9]/i.test(run) || run.length < 2
      ? [run]
      : Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2)),
  );

try {
  const langchain = ['@langchain/textsplitters@1.0.2', '@langchain/classic@1.0.50', '@langchain/core@1.4.0'];
  install(place, [...langchain, 'minisearch@7.2.0', '@orama/orama@3.1.18', '@orama/tokenizers@3.1.18'], {});
  const load = <Library>(file: string): Promise<Library> =>
    import(pathToFileURL(path.join(place, 'node_modules', file)).href);
  const { RecursiveCharacterTextSplitter } = await load<TextSplitters>('@langchain/textsplitters/dist/index.js');
  const { MemoryVectorStore } = await load<MemoryStores>('@langchain/classic/dist/vectorstores/memory.js');
  const { default: MiniSearch } = await load<MiniSearchModule>('minisearch/dist/es/index.js');
  const orama = await load<OramaModule>('@orama/orama/dist/esm/index.js');
  const mandarin = await load<MandarinModule>('@orama/tokenizers/dist/esm/mandarin.js');

  const languages = [
    {
      name: 'English',
      text: englishText(data, megabytes * 1e6),
      unitsEach: 1e5,
      chunkSize: 1200,
      tokenizer: 'unicode61',
    },
    // FTS5's own tokenizer takes a run of Chinese as one word and finds nothing in it.
    {
      name: 'Chinese',
      text: chineseText(data, (megabytes * 1e6) / 3),
      unitsEach: 33_000,
      chunkSize: 400,
      tokenizer: 'trigram',
    },
  ] as const;
  for (const { name, text, unitsEach, chunkSize, tokenizer } of languages) {
    const isChinese = name === 'Chinese';
    const documents = documentsOf(text, unitsEach);
    const bytes = Buffer.byteLength(text);
    const texts = documents.map(document => document.text);
    // As many characters as a chunk of ours has: 400 tokens of three bytes.
    const splitter = new RecursiveCharacterTextSplitter({ chunkSize, chunkOverlap: 0 });
    const chunker = structureChunker();
    const file = (kind: string): string => path.join(place, `${kind}.db`);
    const ours = async (): Promise<void> => {
      const store = await openStore(file('ours'));
      await ingest({ collection: await store.collection('main', 'all'), documents });
      await store.close();
    };
    const memory = async (): Promise<void> => {
      const split = await splitter.createDocuments(texts);
      const store = new MemoryVectorStore({});
      await store.addVectors(
        split.map(() => [1]),
        split,
      );
    };
    const fullText = async (): Promise<void> => {
      const db = new DatabaseSync(file('fts5'));
      db.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE VIRTUAL TABLE t USING fts5(text, tokenize = ${tokenizer})`,
      );
      const insert = db.prepare('INSERT INTO t (text) VALUES (?)');
      db.exec('BEGIN');
      for (const { pageContent } of await splitter.createDocuments(texts)) insert.run(pageContent);
      db.exec('COMMIT');
      db.close();
    };
    const split: Record<'ours' | 'theirs', number[]> = { ours: [], theirs: [] };
    const whole: Record<'ours' | 'memory' | 'fullText', Spent[]> = { ours: [], memory: [], fullText: [] };
    for (let round = 0; round < rounds; round++) {
      split.ours.push((await spentIn(() => documents.map(document => chunker.chunk(document)))).cpu);
      split.theirs.push((await spentIn(() => splitter.createDocuments(texts))).cpu);
      whole.memory.push(await spentIn(memory));
      whole.fullText.push(await spentIn(fullText));
      whole.ours.push(await spentIn(ours));
      for (const kind of ['ours', 'fts5'])
        for (const end of ['', '-wal', '-shm']) rmSync(`${file(kind)}${end}`, { force: true });
    }
    const few = texts.slice(0, Math.ceil((texts.length * fewMegabytes) / megabytes));
    const fewChunks = async (): Promise<object[]> =>
      (await splitter.createDocuments(few)).map(({ pageContent }, id) => ({ id: String(id), text: pageContent }));
    const mini = await spentIn(async () =>
      new MiniSearch({ fields: ['text'], storeFields: ['text'], ...(isChinese && { tokenize: bigrams }) }).addAll(
        await fewChunks(),
      ),
    );
    const oramas = await spentIn(async () => {
      const components = isChinese ? { components: { tokenizer: mandarin.createTokenizer() } } : {};
      await orama.insertMultiple(orama.create({ schema: { text: 'string' }, ...components }), await fewChunks());
    });

    const middle = (list: readonly Spent[], of: keyof Spent): number => median(list.map(one => one[of]));
    const speed = (seconds: number, of = bytes): string => `${(of / 1e6 / seconds).toFixed(1).padStart(6)} MB`;
    const fewBytes = few.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
    const ratio = (a: readonly number[], b: readonly number[]): string =>
      median(a.map((value, i) => value / b[i]!)).toFixed(2);
    console.log(`${name}, ${(bytes / 1e6).toFixed(0)} MB`);
    console.log(`  splitting: ours ${speed(median(split.ours))} per CPU s, LangChain ${speed(median(split.theirs))}`);
    console.log(`    ${ratio(split.theirs, split.ours)} times as fast`);
    console.log(
      `  split, indexed and stored: ours ${speed(middle(whole.ours, 'cpu'))} per CPU s, ${speed(middle(whole.ours, 'wall'))} per s`,
    );
    for (const [kind, label] of [
      ['memory', 'LangChain and its memory store, no index'],
      ['fullText', `LangChain and FTS5 (${tokenizer}), a file`],
    ] as const) {
      const times = whole[kind];
      const cpus = ratio(
        times.map(one => one.cpu),
        whole.ours.map(one => one.cpu),
      );
      const walls = ratio(
        times.map(one => one.wall),
        whole.ours.map(one => one.wall),
      );
      console.log(`    ${label}: ${speed(middle(times, 'cpu'))} per CPU s, ${speed(middle(times, 'wall'))} per s`);
      console.log(`      ours is ${cpus} times as fast by CPU time, ${walls} by the clock`);
    }
    const own = middle(whole.ours, 'cpu') / bytes;
    for (const [label, spent] of [
      [`LangChain and MiniSearch${isChinese ? ' over pairs' : ''}`, mini],
      [`LangChain and Orama${isChinese ? ' with its Chinese tokenizer' : ''}`, oramas],
    ] as const)
      console.log(
        `    ${label}, ${fewMegabytes} MB once: ${speed(spent.cpu, fewBytes)} per CPU s; ours is ${(spent.cpu / fewBytes / own).toFixed(1)} times as fast`,
      );
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
