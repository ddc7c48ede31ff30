// Ingesting again what has not changed: how much is embedded again, and the CPU time.
//   node --conditions=modeshift-source packages/rag/bench/resync.ts [chunks]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddingModel, random } from '@modeshift/core';
import { ingest, openStore, type SourceDocument, structureChunker } from '../src/index.ts';

const chunks = Number(process.argv[2] ?? 20_000);
const source = random(1);
const sentence = (): string => `${Array.from({ length: 12 }, () => `word${source.integer(5000)}`).join(' ')}.`;
// A chunk of these is a paragraph.
const chunker = structureChunker({ maxTokens: 64, countTokens: text => text.split(' ').length });
const paragraph = (): string => Array.from({ length: 4 }, sentence).join(' ');
const documents: SourceDocument[] = Array.from({ length: chunks / 5 }, (_, i) => ({
  id: `d${i}`,
  text: Array.from({ length: 5 }, paragraph).join('\n\n'),
}));
let embedded = 0;
const embedder: EmbeddingModel = {
  provider: 'bench',
  modelId: 'drawn',
  dimensions: 384,
  embed: async texts => {
    embedded += texts.length;
    const draw = (): Float32Array => Float32Array.from({ length: 384 }, () => source.normal());
    return { embeddings: texts.map(draw), usage: { inputTokens: texts.length, outputTokens: 0 } };
  },
};
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const folder = mkdtempSync(join(tmpdir(), 'modeshift-resync-'));
const store = await openStore(join(folder, 'store.db'));
const collection = await store.collection('main', 'all');
const runs = [
  ['first', documents],
  ['again', documents],
  ['one document changed', documents.map((one, i) => (i === 0 ? { ...one, text: `${one.text}\n\nmore` } : one))],
] as const;
for (const [name, given] of runs) {
  embedded = 0;
  const before = cpu();
  const report = await ingest({ collection, documents: given, chunker, embedder, deleteMissing: true });
  const { added, changed, unchanged } = report;
  console.log(
    `${name}: ${added} added, ${changed} changed, ${unchanged} unchanged of ${(await collection.count()).chunks} chunks; ${embedded} embedded; ${(cpu() - before).toFixed(2)} CPU s`,
  );
}
await store.close();
rmSync(folder, { recursive: true });
