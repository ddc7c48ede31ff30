// What to search for in place of a question: as it should be worded, in several wordings, or as an answer might look.
import { generateText, invalidInput, type LanguageModel } from '@modeshift/core';

/** What is searched for. */
export interface SearchQueries {
  /** Each is searched for by words and vectors; the lists are joined by reciprocal rank. */
  readonly queries: readonly string[];
  /** Made-up passages: their vectors are averaged with the first query's. */
  readonly passages?: readonly string[];
}

/** Says what to search for. */
export type QueryExpander = (question: string, context: { readonly signal?: AbortSignal }) => Promise<SearchQueries>;

/** Options of {@link rewriteQuery}. */
export interface RewriteOptions {
  readonly model: LanguageModel;
}

/** Options of {@link multiQuery} and {@link hypotheticalAnswer}. */
export interface SeveralOptions extends RewriteOptions {
  /** How many to write. Left out: 3 wordings, 1 answer. */
  readonly count?: number;
}

/**
 * Has a model word a question as a search, and searches for that and for the question itself.
 *
 * Source: Ma et al., "Query Rewriting for Retrieval-Augmented Large Language Models" (2023), https://arxiv.org/abs/2305.14283
 *
 * @example
 * ```ts
 * import { rewriteQuery } from '@modeshift/rag';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const expand = rewriteQuery({ model: scriptedModel({ reply: () => '退款 期限' }) });
 * console.log((await expand('我上周买的，还来得及退吗？', {})).queries); // [ '我上周买的，还来得及退吗？', '退款 期限' ]
 * ```
 */
export function rewriteQuery({ model }: RewriteOptions): QueryExpander {
  const rule =
    'Word the user’s question as a query for a search engine over documents: the words that a document with the answer would use, without chat. Keep its language. Write the query only.';
  return async (question, context) => {
    const [query = ''] = linesOf(await write(model, rule, question, context));
    return { queries: distinct([question, query]) };
  };
}

/**
 * Has a model word a question in other ways, and searches for all of them (RAG-Fusion).
 *
 * Source: Rackauckas, "RAG-Fusion" (2024), https://arxiv.org/abs/2402.03367
 *
 * @throws ModeshiftError `invalid-input` for a count that is none.
 * @example
 * ```ts
 * import { multiQuery } from '@modeshift/rag';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const expand = multiQuery({ model: scriptedModel({ reply: () => '1. 退款期限\n2. 多久之内能退货' }), count: 2 });
 * console.log((await expand('几天能退款', {})).queries); // [ '几天能退款', '退款期限', '多久之内能退货' ]
 * ```
 */
export function multiQuery({ model, count = 3 }: SeveralOptions): QueryExpander {
  checkCount(count);
  const rule = `Write ${count} other wordings of the user’s question for a search engine, each from another side, one on each line. Keep its language. Write nothing else.`;
  return async (question, context) => {
    const written = linesOf(await write(model, rule, question, context)).slice(0, count);
    return { queries: distinct([question, ...written]) };
  };
}

/**
 * Has a model make up a passage that would answer the question, and searches for what is like it (HyDE). By words the question is
 * searched for as it is: what is made up may be wrong, and it is never shown.
 *
 * Source: Gao et al., "Precise Zero-Shot Dense Retrieval without Relevance Labels" (2022), https://arxiv.org/abs/2212.10496
 *
 * @throws ModeshiftError `invalid-input` for a count that is none.
 * @example
 * ```ts
 * import { hypotheticalAnswer } from '@modeshift/rag';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const expand = hypotheticalAnswer({ model: scriptedModel({ reply: () => '顾客可在七天内申请退款。' }) });
 * console.log((await expand('几天能退款', {})).passages); // [ '顾客可在七天内申请退款。' ]
 * ```
 */
export function hypotheticalAnswer({ model, count = 1 }: SeveralOptions): QueryExpander {
  checkCount(count);
  const rule =
    'Write a short passage, as it might stand in a document, that answers the user’s question. Make up what you do not know. Keep its language. Write the passage only.';
  return async (question, context) => {
    const passages: string[] = [];
    for (let i = 0; i < count; i++) passages.push((await write(model, rule, question, context)).trim());
    return { queries: [question], passages: passages.filter(one => one !== '') };
  };
}

async function write(
  model: LanguageModel,
  rule: string,
  question: string,
  { signal }: { readonly signal?: AbortSignal },
): Promise<string> {
  const messages = [
    { role: 'system', content: rule },
    { role: 'user', content: question },
  ] as const;
  return (await generateText({ model, messages, ...(signal && { signal }) })).text;
}

/** Lines without numbers and marks of lists. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.replace(/^\s*(?:[-*•]|\d{1,2}[.)、])\s*/u, '').trim())
    .filter(Boolean);
}

const distinct = (queries: readonly string[]): string[] => [...new Set(queries.filter(query => query.trim() !== ''))];

function checkCount(count: number): void {
  if (!(Number.isSafeInteger(count) && count >= 1)) throw invalidInput(`"count" is ${count}. Give at least 1.`);
}
