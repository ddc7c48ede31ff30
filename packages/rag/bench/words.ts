// Searches by words beside SQLite's FTS5 over the same passages, in turns in one process: the time of a query in English, whether the
// right passage is found in Chinese, and what ordering by common characters costs.
//   node --conditions=modeshift-source packages/rag/bench/words.ts [passages]
// `MODESHIFT_DATA` names the folder that holds `chunking_eval`, `text_chinese_poetry`, `text_nltk_pd` and `xquad`; left out: ../shared/data
// beside the repository.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Random, random } from '@modeshift/core';
import { type Collection, createRetriever, ingest, openStore } from '../src/index.ts';
import { chineseWorks, englishCorpora, xquad } from './peers/long-text.ts';

const data = process.env.MODESHIFT_DATA ?? path.resolve(import.meta.dirname, '../../../../shared/data');
const passages = Number(process.argv[2] ?? 100_000);
const queries = 300;

type Ask = (query: string) => unknown;

/** Milliseconds of each query: by the clock and of the processor, asked in turns by everything that is compared. */
async function timed(questions: readonly string[], asks: Readonly<Record<string, Ask>>): Promise<void> {
  const times = Object.fromEntries(Object.keys(asks).map(name => [name, { wall: [] as number[], cpu: 0 }]));
  for (const question of questions.slice(0, 50)) for (const ask of Object.values(asks)) await ask(question);
  for (const question of questions)
    for (const [name, ask] of Object.entries(asks)) {
      const [before, start] = [process.cpuUsage(), performance.now()];
      await ask(question);
      const { user, system } = process.cpuUsage(before);
      times[name]!.wall.push(performance.now() - start);
      times[name]!.cpu += (user + system) / 1000;
    }
  for (const [name, { wall, cpu }] of Object.entries(times)) {
    const median = wall.sort((a, b) => a - b)[wall.length >> 1]!;
    console.log(
      `  ${name.padEnd(44)} median ${median.toFixed(2).padStart(7)} ms, ${(cpu / questions.length).toFixed(2).padStart(7)} CPU ms on average`,
    );
  }
}

/** A collection of passages, each a document. */
async function collected(name: string, texts: readonly string[]): Promise<Collection> {
  const collection = await store.collection(name, 'all');
  await ingest({ collection, documents: texts.map((text, i) => ({ id: String(i), text })) });
  return collection;
}

/** The best ten by FTS5, as numbers of passages. */
function fullText(texts: readonly string[], tokenizer: string): (match: string) => number[] {
  const db = new DatabaseSync(':memory:');
  db.exec(`CREATE VIRTUAL TABLE t USING fts5(text, tokenize = ${tokenizer})`);
  const insert = db.prepare('INSERT INTO t (rowid, text) VALUES (?, ?)');
  db.exec('BEGIN');
  for (const [i, text] of texts.entries()) insert.run(i, text);
  db.exec('COMMIT');
  // What is given back is read, as a search of ours reads its passages.
  const search = db.prepare('SELECT rowid, text FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10');
  return match => search.all(match).map(row => Number(row.rowid));
}

const anyOf = (words: readonly string[]): string => words.map(word => `"${word}"`).join(' OR ');
const drawn = <T>(list: readonly T[], source: Random): T => list[source.integer(list.length)]!;

const source = random(1);
const store = await openStore(':memory:');

// English: passages of twenty words, a new one every few words, and questions of five words in a row.
const speeches = globSync('*/*.txt', { cwd: path.join(data, 'text_nltk_pd') }).sort();
const words = [
  ...englishCorpora(data),
  ...speeches.map(file => readFileSync(path.join(data, 'text_nltk_pd', file), 'utf8')),
]
  .join(' ')
  .split(/\s+/);
const step = (words.length - 20) / passages;
const english = Array.from({ length: passages }, (_, i) =>
  words.slice(Math.floor(i * step), Math.floor(i * step) + 20).join(' '),
);
const inEnglish = await collected('en', english);
const asked = Array.from({ length: queries }, () => {
  const list = drawn(english, source).split(' ');
  const from = source.integer(list.length - 5);
  return list.slice(from, from + 5).join(' ');
});
const fts = fullText(english, 'unicode61');
const plain = createRetriever({ collection: inEnglish, k: 10, characters: false });
const close = createRetriever({ collection: inEnglish, k: 10 });
console.log(
  `${passages} English passages of 20 words, a new one every ${step.toFixed(1)} words; five words in a row are asked for`,
);
await timed(asked, {
  'searchText, ten passages': query => inEnglish.searchText(query, { k: 10 }),
  'FTS5, ten passages': query => fts(anyOf(query.match(/[\p{L}\p{N}]+/gu) ?? [])),
  'retrieve without common characters': query => plain.retrieve(query),
  retrieve: query => close.retrieve(query),
});

// Chinese: works and paragraphs, and five characters in a row wherever they stand.
const chinese = [...xquad(data, 'zh').map(one => one.context), ...chineseWorks(data)];
const inChinese = await collected('zh', chinese);
const [pairs, trigrams, runs] = [inChinese, fullText(chinese, 'trigram'), fullText(chinese, 'unicode61')];
const wanted = Array.from({ length: 1000 }, () => {
  for (;;) {
    const number = source.integer(chinese.length);
    const found = [...chinese[number]!.matchAll(/(?=(\p{Script=Han}{5}))/gu)].map(match => match[1]!);
    if (found.length > 0) return { number, query: drawn(found, source) };
  }
});
const hits = { ours: 0, trigrams: 0, runs: 0 };
for (const { number, query } of wanted) {
  const found = await pairs.searchText(query, { k: 10 });
  if (found.some(hit => hit.chunk.documentId === String(number))) hits.ours++;
  const threes = Array.from({ length: 3 }, (_, i) => query.slice(i, i + 3));
  if (trigrams(anyOf(threes)).includes(number)) hits.trigrams++;
  if (runs(anyOf([query])).includes(number)) hits.runs++;
}
const share = (count: number): string => (count / wanted.length).toFixed(3);
console.log(
  `${chinese.length} Chinese works and paragraphs, five characters in a row: hit@10 ${share(hits.ours)}; FTS5 trigram ${share(hits.trigrams)}, unicode61 ${share(hits.runs)}`,
);
await timed(
  wanted.slice(0, queries).map(one => one.query),
  { 'searchText, ten works': query => inChinese.searchText(query, { k: 10 }) },
);

// What common characters cost where passages are long.
for (const language of ['en', 'zh']) {
  const list = xquad(data, language);
  const collection = await collected(
    `xquad-${language}`,
    list.map(one => one.context),
  );
  const questions = list.flatMap(one => one.questions).slice(0, queries);
  console.log(`XQuAD ${language}, ${list.length} paragraphs`);
  await timed(questions, {
    'retrieve without common characters': query => createRetriever({ collection, characters: false }).retrieve(query),
    retrieve: query => createRetriever({ collection }).retrieve(query),
  });
}
await store.close();
