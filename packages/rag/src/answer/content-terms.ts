// The terms of a question that say what it is about: without words that every question has.
import { englishFunctionWords } from '../retrieve/content-words.ts';
import { searchTerms } from '../tokenize-for-search.ts';

const english = /* @__PURE__ */ new Set(/* @__PURE__ */ searchTerms([...englishFunctionWords].join(' ')));
/** Of Chinese: particles, pronouns and question words, and pairs made of them. */
const chinese =
  /^[的了是在和与或有被把对为以及于吗呢吧啊么之其这那个些一什谁哪几何怎样多少如时候会能可请问我你您他她它们]+$/u;

/** The terms of a question, each once, without function words; all of them where nothing else is left. */
export function contentTerms(question: string): string[] {
  const all = [...new Set(searchTerms(question))];
  const kept = all.filter(hasContent);
  return kept.length > 0 ? kept : all;
}

/** Whether a text has a term that is no function word. */
export const saysSomething = (text: string): boolean => searchTerms(text).some(hasContent);

const hasContent = (term: string): boolean => !english.has(term) && !chinese.test(term);

/**
 * The share of a question's terms that the best of some texts has, from 0 to 1: how much of what is asked is spoken of at all. On
 * questions whose answer is not among the texts it is lower, whichever way the texts were found.
 *
 * @example
 * ```ts
 * import { questionCoverage } from '@modeshift/rag';
 *
 * console.log(questionCoverage('几天内可以退款？', ['运费由买家承担。', '七天内可以退款。']) > 0.5); // true
 * console.log(questionCoverage('Who painted the ceiling?', ['七天内可以退款。'])); // 0
 * ```
 */
export function questionCoverage(question: string, texts: readonly string[]): number {
  const terms = contentTerms(question);
  if (terms.length === 0) return 0;
  let best = 0;
  for (const text of texts) {
    const has = new Set(searchTerms(text));
    best = Math.max(best, terms.filter(term => has.has(term)).length / terms.length);
  }
  return best;
}
