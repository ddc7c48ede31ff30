// Real texts, one after another, as long as is asked.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const corpora = ['chatlogs', 'finance', 'pubmed', 'state_of_the_union', 'wikitexts'];

/** The corpora of chunking_eval; about 99.8 % of them is ASCII. */
export function englishText(data: string, units: number): string {
  return repeated(
    corpora.map(name => readFileSync(path.join(data, 'chunking_eval/corpora', `${name}.md`), 'utf8')),
    units,
  );
}

/** XQuAD's paragraphs, and poems and prose of two thousand years: many more different characters and pairs than one book has. */
export function chineseText(data: string, units: number): string {
  const poems = path.join(data, 'text_chinese_poetry');
  const works = globSync('*.json', { cwd: poems })
    .sort()
    .flatMap(file => JSON.parse(readFileSync(path.join(poems, file), 'utf8')) as readonly object[])
    .map(work => linesOf(work).join(''));
  return repeated([...xquadParagraphs(data), ...works.filter(Boolean)], units);
}

/** The paragraphs of XQuAD in Chinese. */
export function xquadParagraphs(data: string): string[] {
  const { data: articles } = JSON.parse(readFileSync(path.join(data, 'xquad/xquad.zh.json'), 'utf8')) as {
    readonly data: readonly { readonly paragraphs: readonly { readonly context: string }[] }[];
  };
  return articles.flatMap(one => one.paragraphs.map(paragraph => paragraph.context));
}

/** Collections name the lines of a work differently, and nest some. */
function linesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(linesOf);
  if (typeof value !== 'object' || value === null) return [];
  const { paragraphs, content, para } = value as Record<string, unknown>;
  return linesOf(paragraphs ?? content ?? para);
}

function repeated(texts: readonly string[], units: number): string {
  const once = `${texts.join('\n\n')}\n\n`;
  const text = once.repeat(Math.ceil(units / once.length)).slice(0, units);
  // One flat string, as a file is read.
  return Buffer.from(text.toWellFormed()).toString();
}
