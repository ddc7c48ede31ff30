// `modeshift search`: the passages of a knowledge base that fit some words.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { Passage, Retrieved } from '@modeshift/rag';
import { type Command, Option } from 'commander';
import { excerpt } from './excerpt.ts';
import { interruptible } from './interruptible.ts';
import { addPlaceOptions, type PlaceOptions, withRetriever } from './knowledge-base.ts';
import { count } from './option-values.ts';
import type { Output } from './output.ts';
import { printable, printableJson } from './printable.ts';

interface SearchOptions extends PlaceOptions {
  readonly k: number;
  readonly mode?: 'lexical' | 'vector' | 'hybrid';
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds the command to the program; `finish` is told the exit code. */
export function addSearchCommand(program: Command, output: Output, finish: (code: number) => void): void {
  addPlaceOptions(
    program
      .command('search')
      .description('find the passages of a knowledge base that fit some words')
      .argument('<words...>', 'a question or some words'),
  )
    .option('-k <n>', 'how many passages', count, 5)
    .addOption(
      new Option('--mode <mode>', 'by words, vectors or both (default: both where there are vectors)').choices([
        'lexical',
        'vector',
        'hybrid',
      ]),
    )
    .option('--json', 'print the hits as JSON')
    .option('--quiet', 'only the hits')
    .action(async (words: string[], options: SearchOptions) => {
      finish(await runSearch(words.join(' '), options, output));
    });
}

async function runSearch(words: string, options: SearchOptions, output: Output): Promise<number> {
  if (words.trim() === '') throw invalidInput('There are no words to search for. Give some.');
  try {
    return await interruptible(output.stderr, signal =>
      withRetriever(options, async (retriever, mode, note) => {
        if (!options.quiet) output.stderr.write(`${note}\n`);
        const found = await retriever.retrieve(words, { signal });
        const text = options.json ? printableJson(asJson(words, mode, found)) : printable(inWords(found));
        output.stdout.write(`${text}\n`);
        return 0;
      }),
    );
  } catch (error) {
    if (ModeshiftError.is(error, 'aborted')) return 130;
    throw error;
  }
}

function asJson(query: string, mode: string, { passages, steps }: Retrieved): object {
  const hits = passages.map(({ chunk, text, start, end, score, steps: places }) => ({
    ...{ source: chunk.documentId, span: { start, end }, text, score, steps: places },
    ...{ line: chunk.line, page: chunk.page, headings: chunk.headings },
  }));
  return { query, mode, hits, steps };
}

function inWords({ passages }: Retrieved): string {
  if (passages.length === 0) return 'Nothing was found.';
  return passages.map((passage, i) => `${i + 1}. ${placeInWords(passage)}\n   ${excerpt(passage.text)}`).join('\n\n');
}

function placeInWords({ chunk, score }: Passage): string {
  const page = chunk.page === undefined ? '' : `, page ${chunk.page}`;
  const headings = chunk.headings.length > 0 ? `  ${chunk.headings.join(' › ')}` : '';
  return `${chunk.documentId}:${chunk.line}${page}${headings}  (${Number(score.toPrecision(3))})`;
}
