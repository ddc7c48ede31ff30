// Where the time of ingestion without an embedder goes: CPU milliseconds of each of its parts alone, at best and with all as one.
//   node --conditions=modeshift-source packages/rag/bench/ingesting.ts [megabytes]
// `MODESHIFT_DATA` names the folder that holds `chunking_eval`, `text_chinese_poetry` and `xquad`; left out: ../shared/data beside the repository.
import path from 'node:path';
import { ingest, openStore, type SourceDocument, structureChunker } from '../src/index.ts';
import { contentHash } from '../src/ingest/content-hash.ts';
import { prepareDocument } from '../src/ingest/prepare-document.ts';
import { checkWrite, prepareChunks } from '../src/store/prepare-write.ts';
import { Database } from '../src/store/sqlite/database.ts';
import { insertDocument } from '../src/store/sqlite/document-rows.ts';
import { TermWriter } from '../src/store/sqlite/term-index.ts';
import { Vocabulary } from '../src/store/sqlite/vocabulary.ts';
import { chineseText, englishText } from './peers/long-text.ts';

const data = process.env.MODESHIFT_DATA ?? path.resolve(import.meta.dirname, '../../../../shared/data');
const megabytes = Number(process.argv[2] ?? 20);
const rounds = 5;
/** Chunks of a transaction, as `ingest` has them. */
const batch = 4096;

async function measure(language: string, text: string, unitsEach: number): Promise<void> {
  const documents: SourceDocument[] = Array.from({ length: Math.ceil(text.length / unitsEach) }, (_, i) => ({
    id: `d${i}`,
    text: Buffer.from(text.slice(i * unitsEach, (i + 1) * unitsEach).toWellFormed()).toString(),
  }));
  const best = new Map<string, number>();
  const part = async <Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> => {
    const before = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, (user + system) / 1000));
    return result;
  };
  const chunker = structureChunker();
  for (let round = 0; round < rounds; round++) {
    await part('hashes of documents', () => documents.map(contentHash));
    const prepared = await part('chunks', () =>
      documents.map(one => prepareDocument(one, chunker, 'hash', 'pipeline', false)),
    );
    const writes = prepared.map(({ write, chunks }) => ({ ...write, chunks }));
    await part('checks', () => writes.forEach(checkWrite));
    await part('hashes and names of chunks', () => writes.map(one => prepareChunks(one, '')));
    const db = await Database.open(':memory:', 0);
    db.run('INSERT INTO collections (name) VALUES (?)', 'main');
    const unwritten = { add: () => undefined } as unknown as TermWriter;
    await part('rows, with hashes and names', () =>
      db.write(() => {
        for (const one of writes) insertDocument(db, 1, one, '', unwritten);
      }),
    );
    await part('terms: read, sorted, written, joined', () => {
      const vocabulary = new Vocabulary();
      const texts = writes.flatMap((one, document) => one.chunks.map(chunk => ({ document, text: chunk.indexText })));
      for (let from = 0; from < texts.length; from += batch)
        db.write(() => {
          const terms = new TermWriter(db, 1, vocabulary);
          for (const [i, { document, text: indexed }] of texts.slice(from, from + batch).entries())
            terms.add(from + i + 1, document, indexed);
          terms.settle();
        });
    });
    db.close();
    const store = await openStore(':memory:');
    const collection = await store.collection('main', 'all');
    await part('ingest', () => ingest({ collection, documents }));
    await store.close();
  }
  console.log(`${language}, ${(Buffer.byteLength(text) / 1e6).toFixed(0)} MB`);
  const whole = best.get('ingest')!;
  for (const [name, ms] of best)
    console.log(
      `  ${name.padEnd(40)} ${ms.toFixed(0).padStart(6)} CPU ms, ${((100 * ms) / whole).toFixed(0).padStart(3)} %`,
    );
}

await measure('English', englishText(data, megabytes * 1e6), 1e5);
await measure('Chinese', chineseText(data, (megabytes * 1e6) / 3), 33_000);
