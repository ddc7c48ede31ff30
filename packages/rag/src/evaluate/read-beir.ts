// A retrieval data set in the layout of BEIR: corpus.jsonl, queries.jsonl, qrels/test.tsv.
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import type { RetrievalQuery } from './evaluate-retrieval.ts';

/** A data set. */
export interface BeirDataset {
  /** Its documents; the title stands before the text. Reads the file anew each time. */
  documents(): AsyncGenerator<SourceDocument>;
  /** The queries that are judged. */
  readonly queries: readonly RetrievalQuery[];
}

/**
 * Reads a folder in the layout of BEIR (Thakur et al. 2021, https://github.com/beir-cellar/beir): `corpus.jsonl` with `_id`, `title`
 * and `text`, `queries.jsonl` with `_id` and `text`, and `qrels/<split>.tsv` with query, document and relevance under a header.
 *
 * @throws ModeshiftError `invalid-input` where a file is missing, and with the line of what is wrong; `storage` where one cannot be read.
 * @example
 * ```ts
 * import { mkdirSync, writeFileSync } from 'node:fs';
 * import { readBeir } from '@modeshift/rag';
 *
 * mkdirSync('beir/qrels', { recursive: true });
 * writeFileSync('beir/corpus.jsonl', '{"_id": "d1", "title": "退款", "text": "七天内可以退款。"}\n');
 * writeFileSync('beir/queries.jsonl', '{"_id": "q1", "text": "几天内退款？"}\n');
 * writeFileSync('beir/qrels/test.tsv', 'query-id\tcorpus-id\tscore\nq1\td1\t1\n');
 * const { queries } = await readBeir('beir');
 * console.log(queries[0]?.text, queries[0]?.relevance.get('d1')); // 几天内退款？ 1
 * ```
 */
export async function readBeir(folder: string, options: { readonly split?: string } = {}): Promise<BeirDataset> {
  const { split = 'test' } = options;
  const corpus = path.join(folder, 'corpus.jsonl');
  const judged = new Map<string, Map<string, number>>();
  const qrels = path.join(folder, 'qrels', `${split}.tsv`);
  for await (const { line, number } of linesOf(qrels)) {
    const [query = '', document = '', score = ''] = line.split('\t').map(part => part.trim());
    if (number === 1 && !/^-?\d+$/.test(score)) continue;
    if (query === '' || document === '' || !/^-?\d+$/.test(score))
      throw invalidInput(`${qrels}, line ${number}: write query, document and relevance with tabs between them.`);
    const relevance = judged.get(query) ?? new Map<string, number>();
    judged.set(query, relevance.set(document, Number(score)));
  }
  const queries: RetrievalQuery[] = [];
  for await (const { _id, text } of entriesOf(path.join(folder, 'queries.jsonl'))) {
    const relevance = judged.get(_id);
    if (relevance) queries.push({ id: _id, text, relevance });
  }
  if (queries.length === 0) throw invalidInput(`${folder}: no query of queries.jsonl is judged in qrels/${split}.tsv.`);
  return {
    queries,
    async *documents() {
      for await (const { _id, title, text } of entriesOf(corpus)) {
        const whole = title ? `${title}\n\n${text}` : text;
        if (whole.trim() !== '') yield { id: _id, text: whole.toWellFormed(), ...(title && { title }) };
      }
    },
  };
}

interface Entry {
  readonly _id: string;
  readonly title: string;
  readonly text: string;
}

async function* entriesOf(file: string): AsyncGenerator<Entry> {
  for await (const { line, number } of linesOf(file)) {
    if (line.trim() === '') continue;
    let entry: Partial<Entry> | undefined;
    try {
      entry = JSON.parse(line) as Partial<Entry>;
    } catch {
      entry = undefined;
    }
    if (typeof entry?.text !== 'string' || (typeof entry._id !== 'string' && typeof entry._id !== 'number'))
      throw invalidInput(`${file}, line ${number}: each line is an object with "_id" and "text".`);
    yield { _id: String(entry._id), title: typeof entry.title === 'string' ? entry.title : '', text: entry.text };
  }
}

async function* linesOf(file: string): AsyncGenerator<{ readonly line: string; readonly number: number }> {
  let number = 0;
  try {
    const input = createReadStream(file, 'utf8');
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
      yield { line: number === 0 ? line.replace(/^\ufeff/, '') : line, number: ++number };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (ModeshiftError.is(cause) || code === undefined) throw cause;
    const layout = 'A folder in the layout of BEIR has corpus.jsonl, queries.jsonl and qrels/test.tsv.';
    if (code === 'ENOENT' || code === 'ENOTDIR') throw invalidInput(`There is no file ${file}. ${layout}`);
    throw new ModeshiftError({ tag: 'storage', code, path: file }, `${file} cannot be read (${code}). ${layout}`, {
      cause,
    });
  }
}
