// Ingestion: what is embedded and what is not, deletions, failures, dry runs, and runs that are killed.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type EmbeddingModel, invalidInput, random } from '@modeshift/core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceDocument } from '../chunk/document.ts';
import { structureChunker } from '../chunk/structure-chunker.ts';
import { openStore } from '../store/sqlite/open-store.ts';
import type { Collection, KnowledgeStore } from '../store/store.ts';
import { type IngestOptions, ingest } from './ingest.ts';

const asked: string[] = [];
let requests: number[] = [];
const embedder = (modelId = 'm', dimensions = 4): EmbeddingModel => ({
  provider: 'test',
  modelId,
  dimensions,
  limits: { maxItems: 16 },
  price: { inputPerMillion: 10, outputPerMillion: 0, asOf: '2026-11-01', source: 'a test' },
  embed: async texts => {
    asked.push(...texts);
    requests.push(texts.length);
    const embeddings = texts.map(text =>
      Float32Array.from({ length: dimensions }, (_, i) => 1 + (text.codePointAt(i % text.length)! % 97)),
    );
    return { embeddings, usage: { inputTokens: texts.length, outputTokens: 0 } };
  },
});
const page = (i: number, version = 0): SourceDocument => ({
  id: `doc-${String(i).padStart(3, '0')}`,
  text: Array.from({ length: 1 + (i % 4) }, (_, p) => `第 ${i} 篇的第 ${p} 段，版本 ${p === 0 ? version : 0}。`).join(
    '\n\n',
  ),
  metadata: { i },
});
const chunker = structureChunker({ maxTokens: 16 });

let store: KnowledgeStore;
let collection: Collection;
beforeEach(async () => {
  store = await openStore(':memory:');
  collection = await store.collection('main', 'all');
  asked.length = 0;
  requests = [];
});
afterEach(() => store.close());
const run = (documents: IngestOptions['documents'], more: Partial<IngestOptions> = {}) =>
  ingest({ collection, documents, chunker, embedder: embedder(), ...more });

describe('ingest', () => {
  it('embeds everything once, and nothing again', async () => {
    const documents = Array.from({ length: 50 }, (_, i) => page(i));
    const first = await run(documents, { batchTexts: 20 });
    const { chunks } = await collection.count();
    expect(first).toMatchObject({
      added: 50,
      changed: 0,
      unchanged: 0,
      chunks: { written: chunks, embedded: chunks, reused: 0 },
    });
    expect([asked.length, new Set(asked).size]).toEqual([chunks, chunks]);
    expect(Math.max(...requests)).toBeLessThanOrEqual(16);
    expect(first.usage.inputTokens).toBe(chunks);
    expect(first.usd).toBeCloseTo(chunks * 1e-5, 12);
    const second = await run(documents);
    expect(second).toMatchObject({ added: 0, unchanged: 50, chunks: { written: 0, embedded: 0 }, usd: 0 });
    expect(asked).toHaveLength(chunks);
  });

  it('embeds of a changed document only what changed, and follows deletions', async () => {
    await run(Array.from({ length: 20 }, (_, i) => page(i)));
    asked.length = 0;
    const now = Array.from({ length: 18 }, (_, i) => page(i, i === 3 || i === 7 ? 1 : 0));
    const report = await run(now, { deleteMissing: true });
    expect(report).toMatchObject({
      added: 0,
      changed: 2,
      unchanged: 16,
      deleted: 2,
      chunks: { embedded: 2, reused: 6 },
    });
    expect(asked).toEqual(['第 3 篇的第 0 段，版本 1。', '第 7 篇的第 0 段，版本 1。']);
    expect((await collection.count()).documents).toBe(18);
    expect(await collection.missing('test/m', 9)).toEqual([]);
    const kept = await run([page(0)], { deleteMissing: { field: 'i', lt: 5 } });
    expect([kept.deleted, (await collection.count()).documents]).toEqual([4, 14]);
  });

  it('writes again what only metadata, access or the way of cutting changed, without embedding', async () => {
    await run([page(3)]);
    asked.length = 0;
    expect(await run([{ ...page(3), metadata: { i: 4 } }])).toMatchObject({ changed: 1, chunks: { embedded: 0 } });
    expect(await run([{ ...page(3), metadata: { i: 4 }, access: ['a'] }])).toMatchObject({ changed: 1 });
    expect(await run([{ ...page(3), metadata: { i: 4 }, access: ['a'] }])).toMatchObject({ unchanged: 1 });
    expect(asked).toEqual([]);
    expect(await run([page(3)], { chunker: structureChunker() })).toMatchObject({
      changed: 1,
      chunks: { written: 1, embedded: 1 },
    });
  });

  it('reports sources that failed and keeps what there was of them', async () => {
    await run([page(1), page(2)]);
    const error = invalidInput('坏了');
    const documents = [{ id: page(1).id, error }, page(3), { id: 'bad', text: 'x\ud800' }, page(3)];
    const report = await run(documents, { deleteMissing: true });
    expect(report).toMatchObject({ added: 1, deleted: 1 });
    expect(report.failed.map(one => one.id)).toEqual([page(1).id, page(3).id, 'bad']);
    expect((await collection.documents()).map(one => one.id)).toEqual([page(1).id, page(3).id]);
  });

  it('says in a dry run what would be done and what it would cost, and changes nothing', async () => {
    await run([page(1), page(2), page(3)]);
    asked.length = 0;
    const documents = [page(1), page(2, 5), page(9)];
    const dry = await run(documents, { dryRun: true, deleteMissing: true });
    expect(dry).toMatchObject({ added: 1, changed: 1, unchanged: 1, deleted: 1 });
    expect(dry.usd).toBeGreaterThan(0);
    expect([asked, (await collection.count()).documents]).toEqual([[], 3]);
    const real = await run(documents, { deleteMissing: true });
    expect({ ...real, usage: 0, usd: 0 }).toEqual({ ...dry, usage: 0, usd: 0 });
  });

  it('fills the space of a new model beside the old one', async () => {
    await run([page(1), page(2), page(3)]);
    const report = await run([page(1), page(2), page(3)], { embedder: embedder('new', 7), batchTexts: 2 });
    const { chunks } = await collection.count();
    expect(report.unchanged).toBe(3);
    expect(await collection.spaces()).toEqual([
      { name: 'test/m', dimensions: 4 },
      { name: 'test/new', dimensions: 7 },
    ]);
    for (const [space, length] of [
      ['test/m', 4],
      ['test/new', 7],
    ] as const)
      expect(await collection.searchVector(new Float32Array(length).fill(1), { space, k: 99 })).toHaveLength(chunks);
  });

  it('keeps to the tenant of the collection', async () => {
    const bound = await store.collection('main', { tenant: 'a' });
    await ingest({ collection: bound, documents: [page(1)] });
    await ingest({ collection, documents: [{ ...page(2), tenant: 'b' }] });
    expect(await ingest({ collection: bound, documents: [], deleteMissing: true })).toMatchObject({ deleted: 1 });
    expect((await collection.documents()).map(one => one.tenant)).toEqual(['b']);
  });

  it('stops when it is cancelled or the model fails, and goes on at the next run', async () => {
    const documents = Array.from({ length: 40 }, (_, i) => page(i));
    let calls = 0;
    const failing = {
      ...embedder(),
      embed: (...call: Parameters<EmbeddingModel['embed']>) =>
        ++calls > 2 ? Promise.reject(new Error('网络')) : embedder().embed(...call),
    };
    await expect(run(documents, { embedder: failing, batchTexts: 10, concurrency: 1 })).rejects.toThrow('网络');
    const done = (await collection.count()).documents;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(40);
    const stop = new AbortController();
    const seen: number[] = [];
    const cancelled = run(documents, {
      signal: stop.signal,
      batchTexts: 10,
      onProgress: ({ done: now }) => seen.push(now) && now > 30 && stop.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const report = await run(documents);
    expect(report.added + report.unchanged).toBe(40);
    expect(await collection.missing('test/m', 9)).toEqual([]);
  });
});

describe('ingestion that is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'modeshift-ingest-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const source = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);
  const child = (file: string) => `
    import { writeSync } from 'node:fs';
    const { openStore } = await import(${source('../store/sqlite/open-store.ts')});
    const { ingest } = await import(${source('ingest.ts')});
    const { structureChunker } = await import(${source('../chunk/structure-chunker.ts')});
    const store = await openStore(${JSON.stringify(file)});
    const collection = await store.collection('main', 'all');
    const embedder = { provider: 'test', modelId: 'm', dimensions: 4, embed: async texts => {
      writeSync(1, texts.length + '\\n');
      await new Promise(done => setTimeout(done, 3));
      return { embeddings: texts.map(text => Float32Array.from([1, text.length, text.charCodeAt(2), text.charCodeAt(7)])), usage: { inputTokens: 1, outputTokens: 0 } };
    } };
    const documents = Array.from({ length: 80 }, (_, i) => ({ id: 'd' + i, text: Array.from({ length: 1 + i % 5 }, (_, p) => '第 ' + i + ' 篇第 ' + p + ' 段。').join('\\n\\n') }));
    await ingest({ collection, documents, embedder, chunker: structureChunker({ maxTokens: 9 }), batchTexts: 8 });
    await store.close();`;
  const start = (file: string, killAfter: number): Promise<{ embedded: number; code: number | null }> =>
    new Promise((done, fail) => {
      const args = [
        '--conditions=modeshift-source',
        '--disable-warning=ExperimentalWarning',
        '--input-type=module',
        '-e',
        child(file),
      ];
      const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      running.stdout.on('data', (part: Buffer) => {
        if (said === '' && Number.isFinite(killAfter)) setTimeout(() => running.kill('SIGKILL'), killAfter);
        said += String(part);
      });
      running.on('error', fail);
      running.on('close', code => {
        const embedded = said.split('\n').reduce((sum, line) => sum + Number(line), 0);
        done({ embedded, code });
      });
    });
  const contents = async (file: string): Promise<unknown> => {
    const opened = await openStore(file);
    const main = await opened.collection('main', 'all');
    const documents = await main.documents({ limit: 1000 });
    const all = [];
    for (const { id } of documents) {
      const chunks = await main.chunks({ id });
      const vectors = await main.vectors(
        'test/m',
        chunks.map(one => one.id),
      );
      all.push([id, chunks.map(({ id: chunk, text }) => [chunk, text, [...vectors.get(chunk)!]])]);
    }
    await opened.close();
    return all;
  };

  it('ends as one that was not, with no more than one batch embedded twice for each kill', {
    timeout: 120_000,
  }, async () => {
    const whole = await start(join(folder, 'whole.db'), Number.POSITIVE_INFINITY);
    const chance = random(4);
    let embedded = 0;
    let kills = 0;
    for (let tries = 0; ; tries++) {
      const { code, embedded: some } = await start(
        join(folder, 'killed.db'),
        tries < 5 ? chance.next() * 60 : Number.POSITIVE_INFINITY,
      );
      embedded += some;
      if (code === 0) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(1);
    expect(await contents(join(folder, 'killed.db'))).toEqual(await contents(join(folder, 'whole.db')));
    expect(embedded - whole.embedded).toBeLessThanOrEqual(kills * 12);
    expect((await start(join(folder, 'killed.db'), Number.POSITIVE_INFINITY)).embedded).toBe(0);
  });
});
