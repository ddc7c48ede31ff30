// A question without the words that every question has, which say nothing of what it is about.
import { searchTerms } from '../tokenize-for-search.ts';

/** English function and question words. */
export const englishFunctionWords: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'a an the of in on at to for by with from as is are was were be been do does did have has had what which who whom whose when where why how that this these those it its and or not can could would should will may might there their they he she his her you your i I me my we our'.split(
    ' ',
  ),
);
const chinese =
  /什么时候|什么样的?|什么|哪些|哪个|哪种|哪里|哪儿|哪位|哪一?年|哪|谁|多少|怎么样?|怎样|如何|为什么|为何|何时|何|几|吗|呢|请问|是否|[的了是在和与或被把对于为以及之其]/gu;

/**
 * A question without English and Chinese function and question words; the question itself where nothing else is left. English words
 * go where they begin the question or are in small letters: “IT” and “May” stay.
 */
export function contentWords(question: string): string {
  let isFirst = true;
  const kept = question.replace(chinese, ' ').replace(/\p{scx=Latin}[\p{L}\p{M}\p{N}’'-]*/gu, word => {
    const isFunction = englishFunctionWords.has(isFirst ? word.toLowerCase() : word);
    isFirst = false;
    return isFunction ? ' ' : word;
  });
  return searchTerms(kept).length > 0 ? kept : question;
}
