// Orders what words found anew by the characters it has in common with the question: other endings, compounds and names that are
// written apart are near each other there, in every language, and without a stemmer for it.
import { indexText } from '../chunk/chunk.ts';
import { sentenceEnds } from '../chunk/sentences.ts';
import type { Hit } from '../store/store.ts';

/** How many of the best hits are looked at. */
export const mostCompared = 50;
const lengths = [3, 4, 5] as const;
/** What the n-grams count beside BM25, in the passage and in its best sentence. Chosen on one half of XQuAD's articles in four languages. */
const [passageWeight, sentenceWeight] = [0.15, 0.2];
const k1 = 1.2;

const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

/**
 * The hits with the n-grams of 3 to 5 characters that they share with the question added to their scores, the rarer among the hits the
 * more, as BM25 does, and those of the sentence that has most of them once more: what answers a question mostly stands in one sentence
 * with what it asks about. Hits after the first 50 stay behind them. It changes the order of what was found, and finds nothing.
 */
export function closerByCharacters(question: string, hits: readonly Hit[]): Hit[] {
  const compared = hits.slice(0, mostCompared);
  const grams = new Map([...gramsOf(question)].map((gram, i) => [gram, i]));
  if (grams.size === 0 || compared.length < 2) return [...hits];
  const beginnings = new Uint8Array(1 << 12);
  for (const gram of grams.keys()) beginnings[slot(gram, 0)] = 1;
  const sentences = compared.map(({ chunk }) =>
    sentencesOf(indexText(chunk)).map(sentence => countsIn(plain(sentence), grams, beginnings)),
  );
  const counts = sentences.map(list => sumOf(list, grams.size));
  const size = compared.length;
  const rarity = Array.from(grams, (_, i) => {
    const having = counts.reduce((sum, one) => sum + (one[i]! > 0 ? 1 : 0), 0);
    return Math.log(1 + (size - having + 0.5) / (having + 0.5));
  });
  const weighed = (of: Uint32Array, value: (n: number) => number): number =>
    of.reduce((sum, n, i) => sum + (n > 0 ? rarity[i]! * value(n) : 0), 0);
  const scored = compared.map((hit, place) => {
    const passage = weighed(counts[place]!, n => (n * (k1 + 1)) / (n + k1));
    const sentence = Math.max(0, ...sentences[place]!.map(one => weighed(one, () => 1)));
    return { ...hit, score: hit.score + passageWeight * passage + sentenceWeight * sentence };
  });
  return [...scored.sort((a, b) => b.score - a.score), ...hits.slice(mostCompared)];
}

function sentencesOf(text: string): string[] {
  let start = 0;
  return sentenceEnds(text).map(end => {
    const sentence = text.slice(start, end);
    start = end;
    return sentence;
  });
}

function sumOf(lists: readonly Uint32Array[], size: number): Uint32Array {
  const sum = new Uint32Array(size);
  for (const list of lists) for (let i = 0; i < size; i++) sum[i]! += list[i]!;
  return sum;
}

/** Small letters and digits, with one space wherever something else stands, and around all. */
const plain = (text: string): string =>
  ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')} `;

/** The n-grams of each word with its borders, and of scripts without spaces, without. */
function gramsOf(question: string): Set<string> {
  const grams = new Set<string>();
  for (const word of plain(question).split(' ')) {
    if (word === '') continue;
    const bordered = unspaced.test(word) ? word : ` ${word} `;
    for (const length of lengths)
      for (let i = 0; i + length <= bordered.length; i++) grams.add(bordered.slice(i, i + length));
  }
  return grams;
}

/** A small number for the three characters at a place, to pass over most places without cutting a string. */
const slot = (text: string, at: number): number =>
  (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & 0xfff;

function countsIn(text: string, grams: ReadonlyMap<string, number>, beginnings: Uint8Array): Uint32Array {
  const counts = new Uint32Array(grams.size);
  for (let at = 0; at + 3 <= text.length; at++) {
    if (beginnings[slot(text, at)] === 0) continue;
    for (const length of lengths) {
      const gram = grams.get(text.slice(at, at + length));
      // A gram of the question has its shorter beginnings in it, too.
      if (gram === undefined || at + length > text.length) break;
      counts[gram]!++;
    }
  }
  return counts;
}
