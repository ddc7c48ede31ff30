// Real texts, one after another, as long as is asked.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const corpora = ['chatlogs', 'finance', 'pubmed', 'state_of_the_union', 'wikitexts'];

/** The corpora of chunking_eval; about 99.8 % of them is ASCII. */
export function englishCorpora(data: string): string[] {
  return corpora.map(name => readFileSync(path.join(data, 'chunking_eval/corpora', `${name}.md`), 'utf8'));
}

export function englishText(data: string, units: number): string {
  return repeated(englishCorpora(data), units);
}

/** XQuAD's paragraphs, and poems and prose of two thousand years: many more different characters and pairs than one book has. */
export function chineseText(data: string, units: number): string {
  return repeated([...xquad(data, 'zh').map(one => one.context), ...chineseWorks(data)], units);
}

/** Chinese poems and prose, each work one text. */
export function chineseWorks(data: string): string[] {
  const folder = path.join(data, 'text_chinese_poetry');
  return globSync('*.json', { cwd: folder })
    .sort()
    .flatMap(file => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as readonly object[])
    .map(work => linesOf(work).join(''))
    .filter(Boolean);
}

/** The paragraphs of XQuAD with their questions. */
export function xquad(data: string, language: string): { context: string; questions: string[] }[] {
  const { data: articles } = JSON.parse(readFileSync(path.join(data, `xquad/xquad.${language}.json`), 'utf8')) as {
    readonly data: readonly {
      readonly paragraphs: readonly {
        readonly context: string;
        readonly qas: readonly { readonly question: string }[];
      }[];
    }[];
  };
  return articles.flatMap(article =>
    article.paragraphs.map(({ context, qas }) => ({ context, questions: qas.map(one => one.question) })),
  );
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
