// What docs/decisions/answers.md compares: ways to search for a question by words (XQuAD, chunking_eval), and ways to tell that it
// has no answer (XQuAD).
// Run: node --conditions=modeshift-source packages/rag/bench/questions.ts
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readTable } from '@modeshift/data';
import { Bm25, indexText, markdownDocument, searchTerms, structureChunker } from '@modeshift/rag';
import { contentTerms } from '../src/answer/content-terms.ts';
import { contentWords } from '../src/retrieve/content-words.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const data = process.env.MODESHIFT_DATA ?? path.resolve(root, '../shared/data');
interface Paragraph {
  readonly context: string;
  readonly qas: readonly { readonly question: string }[];
}
interface Variant {
  readonly terms: (question: string) => string[];
  readonly indexed?: (text: string) => string[];
  readonly single?: number;
  readonly k1?: number;
  readonly b?: number;
}
type Counts = ReadonlyMap<string, number>;

const count = (terms: readonly string[]): Map<string, number> => {
  const times = new Map<string, number>();
  for (const term of terms) times.set(term, (times.get(term) ?? 0) + 1);
  return times;
};
const trigrams = (text: string): string[] => {
  const runs = text.match(/\p{scx=Han}{3,}/gu) ?? [];
  const of = (run: string): string[] => [...run].slice(2).map((_, i) => [...run].slice(i, i + 3).join(''));
  return [...searchTerms(text), ...runs.flatMap(of)];
};
const isSingle = (term: string): boolean => /^\p{scx=Han}$/u.test(term);

/** Scores of every document: BM25, single Chinese characters weighed. */
function scorer(docs: readonly Counts[], { k1 = 1.2, b = 0.75, single = 1 }: Variant) {
  const lengths = docs.map(doc => [...doc.values()].reduce((sum, times) => sum + times, 0));
  const mean = lengths.reduce((sum, one) => sum + one, 0) / docs.length;
  const having = new Map<string, number>();
  for (const doc of docs) for (const term of doc.keys()) having.set(term, (having.get(term) ?? 0) + 1);
  const rarity = (term: string): number => {
    const n = having.get(term) ?? 0;
    return Math.log(1 + (docs.length - n + 0.5) / (n + 0.5)) * (isSingle(term) ? single : 1);
  };
  return (terms: readonly string[]): number[] =>
    docs.map((doc, i) => {
      const norm = k1 * (1 - b + (b * lengths[i]!) / mean);
      return terms.reduce((sum, term) => {
        const times = doc.get(term) ?? 0;
        return times === 0 ? sum : sum + (rarity(term) * times * (k1 + 1)) / (times + norm);
      }, 0);
    });
}

const plain = (question: string): string[] => [...new Set(searchTerms(question))];
const content = (question: string): string[] => [...new Set(searchTerms(contentWords(question)))];
const longer = (question: string): string[] => content(question.replace(/[有这那个一由从能会可也都]/gu, ' '));
const variants: Readonly<Record<string, Variant>> = {
  'all words': { terms: plain },
  'k1 = 0.9': { terms: plain, k1: 0.9 },
  'k1 = 1.5': { terms: plain, k1: 1.5 },
  'b = 0.4': { terms: plain, b: 0.4 },
  trigrams: { terms: question => [...new Set(trigrams(question))], indexed: trigrams },
  'without function words (taken)': { terms: content },
  'a longer Chinese list': { terms: longer },
  'without function words, single characters half': { terms: content, single: 0.5 },
};

for (const language of ['en', 'zh']) {
  const file = path.join(data, 'xquad', `xquad.${language}.json`);
  const squad = JSON.parse(readFileSync(file, 'utf8')) as { data: { paragraphs: Paragraph[] }[] };
  const paragraphs = squad.data.flatMap((article, number) =>
    article.paragraphs.map(one => ({ ...one, article: number })),
  );
  for (const [name, variant] of Object.entries(variants)) {
    const docs = paragraphs.map(({ context }) => count((variant.indexed ?? searchTerms)(context)));
    const score = scorer(docs, variant);
    const halves = [0, 1].map(half => {
      const asked = paragraphs.flatMap(({ qas, article }, place) =>
        article % 2 === half ? qas.map(one => ({ ...one, place })) : [],
      );
      const right = asked.filter(({ question, place }) => {
        const scores = score(variant.terms(question));
        return scores.indexOf(Math.max(...scores)) === place;
      });
      return { asked: asked.length, right: right.length };
    });
    const [even, odd] = halves as [(typeof halves)[0], (typeof halves)[0]];
    const all = (even.right + odd.right) / (even.asked + odd.asked);
    const share = (one: typeof even): string => (one.right / one.asked).toFixed(3);
    console.log(`${language} R@1 ${all.toFixed(3)} (articles 0, 2 … ${share(even)}, 1, 3 … ${share(odd)})  ${name}`);
  }
  signals(language, paragraphs);
}

await excerpts();

/** How much of the excerpts that answer the questions of chunking_eval stands in the first chunks. */
async function excerpts(): Promise<void> {
  const folder = path.join(data, 'chunking_eval');
  const corpora = ['chatlogs', 'finance', 'pubmed', 'state_of_the_union', 'wikitexts'];
  const index = new Bm25();
  const chunks = corpora.flatMap(corpus => {
    const text = readFileSync(path.join(folder, 'corpora', `${corpus}.md`), 'utf8');
    return structureChunker()
      .chunk(markdownDocument(corpus, text))
      .map(chunk => ({ ...chunk, corpus }));
  });
  for (const chunk of chunks) index.add(searchTerms(indexText(chunk)));
  const { rows } = await readTable(path.join(folder, 'questions_df.csv'));
  for (const [name, words] of [
    ['all words', (one: string) => one],
    ['without function words', contentWords],
  ] as const) {
    const recall = [1, 5].map(most => {
      const shares = rows.map(({ values }) => {
        const { question, references, corpus_id: corpus } = values as Record<string, string>;
        const wanted = JSON.parse(references!) as { start_index: number; end_index: number }[];
        const found = index.search(searchTerms(words(question!)), most).map(hit => chunks[hit.document]!);
        const own = found.filter(chunk => chunk.corpus === corpus);
        const overlap = (start: number, end: number): number =>
          own.reduce((sum, one) => sum + Math.max(0, Math.min(one.end, end) - Math.max(one.start, start)), 0);
        const whole = wanted.reduce((sum, one) => sum + one.end_index - one.start_index, 0);
        return wanted.reduce((sum, one) => sum + overlap(one.start_index, one.end_index), 0) / whole;
      });
      return (shares.reduce((sum, one) => sum + one, 0) / shares.length).toFixed(3);
    });
    console.log(
      `chunking_eval, ${rows.length} questions: recall in one chunk ${recall[0]}, in five ${recall[1]}  ${name}`,
    );
  }
}

/** The area under the curve of signs that a question is answered, against the same questions without their article. */
function signals(language: string, paragraphs: readonly (Paragraph & { readonly article: number })[]): void {
  const docs = paragraphs.map(({ context }) => count(searchTerms(context)));
  const score = scorer(docs, { terms: plain });
  const share = (terms: readonly string[], doc: Counts): number =>
    terms.filter(term => doc.has(term)).length / terms.length;
  const signs: Readonly<Record<string, (terms: string[], found: Counts[], scores: number[]) => number>> = {
    'share of terms in the best passage (taken)': (terms, found) => Math.max(...found.map(doc => share(terms, doc))),
    'weighed by rarity among five': (terms, found) => {
      const weights = terms.map(term =>
        Math.log(1 + (found.length + 1) / (1 + found.filter(doc => doc.has(term)).length)),
      );
      const whole = weights.reduce((sum, one) => sum + one, 0);
      const of = (doc: Counts): number => terms.reduce((sum, term, i) => sum + (doc.has(term) ? weights[i]! : 0), 0);
      return Math.max(...found.map(doc => of(doc) / whole));
    },
    'share in all five': (terms, found) => terms.filter(term => found.some(doc => doc.has(term))).length / terms.length,
    'first score by fifth': (_, __, scores) => scores[0]! / (scores[4]! + 1e-9),
  };
  for (const [name, sign] of Object.entries(signs)) {
    const areas = [0, 1].map(half => {
      const [answered, not]: [number[], number[]] = [[], []];
      for (const { qas, article } of paragraphs) {
        if (article % 2 !== half) continue;
        for (const { question } of qas) {
          const terms = contentTerms(question);
          const scores = score(plain(question));
          const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, 25);
          const others = order.filter(place => paragraphs[place]!.article !== article).slice(0, 5);
          for (const [list, into] of [
            [order.slice(0, 5), answered],
            [others, not],
          ] as const)
            into.push(
              sign(
                terms,
                list.map(place => docs[place]!),
                list.map(place => scores[place]!),
              ),
            );
        }
      }
      let above = 0;
      for (const a of answered) for (const b of not) above += a > b ? 1 : a === b ? 0.5 : 0;
      return (above / (answered.length * not.length)).toFixed(3);
    });
    console.log(`${language} area under the curve ${areas.join(', ')}  ${name}`);
  }
}
