// The corpora of chunking_eval, one after another, as long as is asked.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const corpora = ['chatlogs', 'finance', 'pubmed', 'state_of_the_union', 'wikitexts'];

/** About 99.8 % of it is ASCII. */
export function englishText(data: string, units: number): string {
  const once = corpora
    .map(name => readFileSync(path.join(data, 'chunking_eval/corpora', `${name}.md`), 'utf8'))
    .join('\n\n');
  const text = `${once}\n\n`.repeat(Math.ceil(units / once.length)).slice(0, units);
  // One flat string, as a file is read.
  return Buffer.from(text.toWellFormed()).toString();
}
