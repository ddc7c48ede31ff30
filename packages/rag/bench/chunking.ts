// Chunkers on the questions of chunking_eval (Chroma): characters of the reference excerpts that five retrieved chunks hold.
// Retrieval is BM25, so figures compare chunkers with each other, not with tables made with a neural embedder.
//   node --conditions=modeshift-source packages/rag/bench/chunking.ts
// `MODESHIFT_DATA` names the folder that holds `chunking_eval`; left out: ../shared/data beside the repository.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readTable } from '@modeshift/data';
import {
  Bm25,
  type Chunk,
  type Chunker,
  indexText,
  markdownDocument,
  parentChildChunker,
  searchTerms,
  sentenceWindowChunker,
  slidingWindowChunker,
  structureChunker,
} from '../src/index.ts';

const data = process.env.MODESHIFT_DATA ?? path.resolve(import.meta.dirname, '../../../../shared/data');
const corpora = ['chatlogs', 'finance', 'pubmed', 'state_of_the_union', 'wikitexts'];

interface Reference {
  readonly start_index: number;
  readonly end_index: number;
}
type Range = readonly [start: number, end: number];

/** The peer that most libraries ship: separators from coarse to fine, parts joined up to a size in characters. */
function recursiveChunker(size: number): Chunker {
  const separators = ['\n\n', '\n', '.', '?', '!', ' ', ''];
  const split = (text: string, from: number, level: number): Range[] => {
    if (text.length <= size) return [[from, from + text.length]];
    const separator = separators[level]!;
    const ranges: Range[] = [];
    let start = 0;
    let at = 0;
    const pieces: Range[] = [];
    while (at < text.length) {
      const next = separator === '' ? at + 1 : text.indexOf(separator, at + 1);
      const end = next < 0 ? text.length : Math.min(next, text.length);
      pieces.push([at, end]);
      at = end;
    }
    for (let i = 0; i < pieces.length; i++) {
      const [from1, to] = pieces[i]!;
      if (to - from1 > size) {
        if (from1 > start) ranges.push([from + start, from + from1]);
        ranges.push(...split(text.slice(from1, to), from + from1, level + 1));
        start = to;
      } else if (to - start > size) {
        ranges.push([from + start, from + from1]);
        start = from1;
      }
    }
    if (start < text.length) ranges.push([from + start, from + text.length]);
    return ranges;
  };
  return peer(`recursive ${size} characters`, text => split(text, 0, 0));
}

function fixedChunker(size: number, step: number): Chunker {
  return peer(`fixed ${size} characters, step ${step}`, text =>
    Array.from(
      { length: Math.ceil(text.length / step) },
      (_, i): Range => [i * step, Math.min(text.length, i * step + size)],
    ),
  );
}

function peer(id: string, ranges: (text: string) => Range[]): Chunker {
  return {
    id,
    chunk: ({ text }) =>
      ranges(text).map(([start, end], ordinal): Chunk => {
        return { ordinal, start, end, text: text.slice(start, end), headings: [], line: 1 };
      }),
  };
}

const table = await readTable(path.join(data, 'chunking_eval', 'questions_df.csv'));
const questions = table.rows.map(row => row.values as Record<string, string>);
const texts = corpora.map(name => readFileSync(path.join(data, 'chunking_eval/corpora', `${name}.md`), 'utf8'));

const merged = (ranges: readonly Range[]): Range[] => {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const result: [number, number][] = [];
  for (const [start, end] of sorted) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
};
const total = (ranges: readonly Range[]): number => ranges.reduce((sum, [start, end]) => sum + end - start, 0);
const shared = (a: readonly Range[], b: readonly Range[]): number => {
  let sum = 0;
  for (const [start, end] of a)
    for (const [from, to] of b) sum += Math.max(0, Math.min(end, to) - Math.max(start, from));
  return sum;
};

interface Figures {
  readonly chunks: number;
  readonly size: number;
  readonly recall: number;
  readonly precision: number;
  readonly iou: number;
  readonly omega: number;
}

/** `read`: whether the context of a chunk is retrieved instead of the chunk; `plain`: index the text alone. */
function judge(chunker: Chunker, plain = false, top = 5): Figures {
  const index = new Bm25();
  const places: { corpus: number; start: number; end: number }[] = [];
  for (const [corpus, text] of texts.entries()) {
    for (const chunk of chunker.chunk(markdownDocument(corpora[corpus]!, text))) {
      index.add(searchTerms(plain ? chunk.text : indexText(chunk)));
      places.push({ corpus, ...(chunk.context ?? { start: chunk.start, end: chunk.end }) });
    }
  }
  const sums = { recall: 0, precision: 0, iou: 0, omega: 0 };
  for (const { question, references, corpus_id: id } of questions) {
    const corpus = corpora.indexOf(id!);
    const wanted = merged(
      (JSON.parse(references!) as Reference[]).map(one => [one.start_index, one.end_index] as const),
    );
    const seen = new Set<string>();
    const found: (typeof places)[number][] = [];
    for (const { document } of index.search(searchTerms(question!), 50)) {
      const place = places[document]!;
      const key = `${place.corpus}:${place.start}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (found.push(place) === top) break;
    }
    const right = found.filter(one => one.corpus === corpus).map(one => [one.start, one.end] as const);
    const hit = shared(wanted, merged(right));
    const read = total(found.map(one => [one.start, one.end]));
    sums.recall += hit / total(wanted);
    sums.precision += hit / read;
    sums.iou += hit / (read + total(wanted) - hit);
    const all = places.filter(one => one.corpus === corpus && shared(wanted, [[one.start, one.end]]) > 0);
    const unique = merged(all.map(one => [one.start, one.end] as const));
    sums.omega += total(wanted) / Math.max(total(wanted), total(unique));
  }
  const mean = (value: number): number => (100 * value) / questions.length;
  return {
    chunks: places.length,
    size: total(places.map(one => [one.start, one.end])) / places.length,
    recall: mean(sums.recall),
    precision: mean(sums.precision),
    iou: mean(sums.iou),
    omega: mean(sums.omega),
  };
}

const contestants: [string, Chunker, boolean?][] = [
  ['fixed 800 characters', fixedChunker(800, 800)],
  ['fixed 800 characters, half overlapping', fixedChunker(800, 400)],
  ['recursive 400 characters', recursiveChunker(400)],
  ['recursive 800 characters', recursiveChunker(800)],
  ['recursive 1600 characters', recursiveChunker(1600)],
  ...[60, 100, 150, 200, 250, 300, 400, 600, 800].map((size): [string, Chunker] => [
    `structure ${size}`,
    structureChunker({ maxTokens: size }),
  ]),
  ['structure 400, sections not joined', structureChunker({ minTokens: 0 })],
  ['structure 400, text alone indexed', structureChunker(), true],
  ['window 200, overlap 50', slidingWindowChunker({ maxTokens: 200 })],
  ['window 400, overlap 200', slidingWindowChunker({ maxTokens: 400, overlapTokens: 200 })],
  ['sentence window, 3 around', sentenceWindowChunker()],
  ['parent 800, child 100', parentChildChunker()],
  ['parent 400, child 100', parentChildChunker({ parent: structureChunker({ maxTokens: 400 }) })],
];
console.log(`${questions.length} questions, 5 chunks of ${corpora.length} corpora; tokens are bytes / 3; figures in %`);
console.log('| chunker | chunks | mean characters | recall | precision | IoU | precision Ω |');
console.log('|---|--:|--:|--:|--:|--:|--:|');
for (const [name, chunker, plain] of contestants) {
  const { chunks, size, recall, precision, iou, omega } = judge(chunker, plain);
  const figures = [recall, precision, iou, omega].map(value => value.toFixed(1));
  console.log(`| ${name} | ${chunks} | ${size.toFixed(0)} | ${figures.join(' | ')} |`);
}

// Throughput, best of five, in one run: ours, the peer, and a bare walk over the characters.
const large = texts.join('\n\n').repeat(8);
const walk = (text: string): number => {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i) & 1;
  return sum;
};
const speeds: [string, () => unknown][] = [
  ['a walk over the characters', () => walk(large)],
  ['structure 400, plain text', () => structureChunker().chunk({ id: 'a', text: large })],
  ['structure 400, Markdown', () => structureChunker().chunk(markdownDocument('a', large))],
  ['recursive 800 characters (the peer above)', () => recursiveChunker(800).chunk({ id: 'a', text: large })],
];
console.log(`\nThroughput on ${(large.length / 1e6).toFixed(1)} M characters`);
for (const [name, run] of speeds) {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6);
  }
  console.log(`${(large.length / 1e6 / best).toFixed(0).padStart(6)} M characters per CPU s  ${name}`);
}
