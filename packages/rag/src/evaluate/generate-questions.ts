// Questions for a collection, each made from a passage that answers it: a data set to measure retrieval with where there is none.
import {
  generateObject,
  invalidInput,
  jsonSchema,
  type LanguageModel,
  ModeshiftError,
  type RunContext,
  random,
  throwIfAborted,
} from '@modeshift/core';
import { findQuote } from '../answer/find-quote.ts';
import { indexText } from '../chunk/chunk.ts';
import { dataRule, tagPassages } from '../retrieve/tag-passages.ts';
import type { Collection, DocumentKey, StoredChunk } from '../store/store.ts';
import type { RetrievalQuery } from './evaluate-retrieval.ts';

/** Options of {@link generateQuestions}. */
export interface GenerateQuestionsOptions extends RunContext {
  readonly collection: Collection;
  readonly model: LanguageModel;
  /** How many passages to ask about, drawn by `seed`. Left out: 50. */
  readonly count?: number;
  /** The fewest characters of a passage that is asked about. Left out: 80. */
  readonly minCharacters?: number;
}

/** A question with its answer: a query for `evaluateRetrieval`. */
export interface GeneratedQuestion extends RetrievalQuery {
  /** The words of the passage that answer it, as they stand there. */
  readonly answer: string;
  readonly documentId: string;
  readonly chunkId: string;
  /** Where the answer stands in the document. */
  readonly span: { readonly start: number; readonly end: number };
}

const form = jsonSchema<{ question: string; answer: string }>({
  type: 'object',
  properties: { question: { type: 'string' }, answer: { type: 'string' } },
  required: ['question', 'answer'],
  additionalProperties: false,
});

/**
 * Has a model ask questions about passages drawn from a collection. A question is kept only where its answer stands in the passage,
 * which is looked up; what is asked twice is kept once. Only one passage is taken as relevant, though others may answer too:
 * figures compare retrievers, and are low by themselves.
 *
 * @throws ModeshiftError what the store and the model throw; `invalid-input` for a count that is none and an empty collection.
 * @example
 * ```ts
 * import { createRetriever, evaluateRetrieval, generateQuestions, ingest, openStore } from '@modeshift/rag';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const store = await openStore(':memory:');
 * const collection = await store.collection('rules', 'all');
 * await ingest({ collection, documents: [{ id: 'a', text: '七天内可以退款。定制商品不退。' }] });
 * const model = scriptedModel({ reply: () => '{"question": "哪些商品不能退款？", "answer": "定制商品不退"}' });
 * const queries = await generateQuestions({ collection, model, minCharacters: 1 });
 * console.log(queries[0]?.text, queries[0]?.span); // 哪些商品不能退款？ { start: 8, end: 14 }
 * const { figures } = await evaluateRetrieval({ retriever: createRetriever({ collection }), queries, metrics: ['mrr'] });
 * console.log(figures[0]?.mean); // 1
 * await store.close();
 * ```
 */
export async function generateQuestions(options: GenerateQuestionsOptions): Promise<readonly GeneratedQuestion[]> {
  const { collection, model, count = 50, minCharacters = 80, seed = 0, signal, onProgress } = options;
  if (!(Number.isSafeInteger(count) && count >= 1)) throw invalidInput(`"count" is ${count}. Give at least 1.`);
  const drawn = await drawChunks(collection, count, minCharacters, seed);
  if (drawn.length === 0)
    throw invalidInput(
      `The collection has no passage of ${minCharacters} characters. Lower "minCharacters", or ingest more.`,
    );
  const questions = new Map<string, GeneratedQuestion>();
  for (const [i, chunk] of drawn.entries()) {
    throwIfAborted(signal);
    onProgress?.({ phase: 'asking', done: i, total: drawn.length, unit: 'passages' });
    const asked = await askAbout(chunk, model, signal);
    if (!asked) continue;
    const found = findQuote(chunk.text, asked.answer);
    if (!found || asked.question.trim() === '' || questions.has(asked.question)) continue;
    questions.set(asked.question, {
      id: `q${questions.size + 1}`,
      text: asked.question,
      relevance: new Map([[chunk.documentId, 1]]),
      answer: chunk.text.slice(found.start, found.end),
      ...{ documentId: chunk.documentId, chunkId: chunk.id },
      span: { start: chunk.start + found.start, end: chunk.start + found.end },
    });
  }
  return [...questions.values()];
}

/** One question, or none where the model did not keep to the form. */
async function askAbout(
  chunk: StoredChunk,
  model: LanguageModel,
  signal: AbortSignal | undefined,
): Promise<{ question: string; answer: string } | undefined> {
  const { text, tag } = tagPassages([{ number: 1, text: indexText(chunk) }]);
  const rule = `Write a question that somebody might ask who does not know the passage and that it answers, understandable by itself: without "the passage", "the text", "this". "answer" is the shortest span of the passage that answers it, copied letter by letter. Keep the passage’s language.\n${dataRule(tag)}`;
  const messages = [
    { role: 'system', content: rule },
    { role: 'user', content: text },
  ] as const;
  try {
    return (await generateObject({ model, messages, schema: form, ...(signal && { signal }) })).object;
  } catch (error) {
    if (ModeshiftError.is(error, 'invalid-response')) return undefined;
    throw error;
  }
}

/** Chunks drawn evenly from all that are long enough, in one pass. */
async function drawChunks(
  collection: Collection,
  count: number,
  minCharacters: number,
  seed: number,
): Promise<StoredChunk[]> {
  const source = random(seed);
  const drawn: StoredChunk[] = [];
  let seen = 0;
  for (let after: DocumentKey | undefined; ; ) {
    const documents = await collection.documents({ limit: 100, ...(after && { after }) });
    for (const { id, tenant } of documents) {
      for (const chunk of await collection.chunks({ id, tenant })) {
        if (chunk.text.length < minCharacters) continue;
        seen++;
        const place = drawn.length < count ? drawn.length : Math.floor(source.next() * seen);
        if (place < count) drawn[place] = chunk;
      }
    }
    after = documents.at(-1);
    if (documents.length < 100) return drawn;
  }
}
