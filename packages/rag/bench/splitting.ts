// How fast chunkers are: MB of UTF-8 per CPU second, and how many passes of a plain loop over the text's units that costs.
//   node --conditions=modeshift-source packages/rag/bench/splitting.ts
// `MODESHIFT_DATA` names the folder that holds `chunking_eval` and `xquad`; left out: ../shared/data beside the repository.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type Chunker,
  codeChunker,
  parentChildChunker,
  type SourceDocument,
  sentenceWindowChunker,
  slidingWindowChunker,
  structureChunker,
} from '../src/index.ts';
import { englishText, xquad } from './peers/long-text.ts';

const rounds = 7;
const data = process.env.MODESHIFT_DATA ?? path.resolve(import.meta.dirname, '../../../../shared/data');

const paragraphs = xquad(data, 'zh')
  .map(one => one.context)
  .join('\n\n');
const chinese = Buffer.from(`${paragraphs}\n\n`.repeat(Math.ceil(20e6 / Buffer.byteLength(paragraphs)))).toString();
const sources = globSync('src/**/*.ts', { cwd: path.resolve(import.meta.dirname, '..') }).sort();
const code = sources.map(file => readFileSync(path.resolve(import.meta.dirname, '..', file), 'utf8'));

const cpu = (work: () => unknown): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** A pass that looks at every unit of a text and does nothing else. */
function loop(text: string): number {
  let foreign = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) foreign++;
  return foreign;
}

function measure(name: string, chunker: Chunker, documents: readonly SourceDocument[]): void {
  const bytes = documents.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const speeds: number[] = [];
  const passes: number[] = [];
  let chunks = 0;
  for (let round = 0; round < rounds; round++) {
    const plain = cpu(() => documents.map(({ text }) => loop(text)));
    chunks = 0;
    const spent = cpu(() => {
      for (const document of documents) chunks += chunker.chunk(document).length;
    });
    speeds.push(bytes / 1e6 / spent);
    passes.push(spent / plain);
  }
  const best = Math.max(...speeds).toFixed(0);
  console.log(
    `${name.padEnd(34)} ${best.padStart(5)} MB/s at best, ${median(speeds).toFixed(0).padStart(5)} median, ` +
      `${median(passes).toFixed(1).padStart(5)} passes, ${chunks} chunks`,
  );
}

const english = englishText(data, 20e6);
for (const [language, text] of [
  ['English', english],
  ['Chinese', chinese],
] as const) {
  const documents = [{ id: 'a', text }];
  measure(`structure, ${language}`, structureChunker(), documents);
  measure(`sliding window, ${language}`, slidingWindowChunker(), documents);
  measure(`sentence window, ${language}`, sentenceWindowChunker(), documents);
  measure(`parent–child, ${language}`, parentChildChunker(), documents);
}
const programs = code.map((text, i): SourceDocument => ({ id: `${i}.ts`, text }));
measure('code by syntax, TypeScript', await codeChunker(), programs);
measure('code by indentation, TypeScript', await codeChunker({ grammars: [] }), programs);
