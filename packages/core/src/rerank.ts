// Orders documents by their relevance to a query.
import type { ModelThatReranks } from './capability.ts';
import { invalidInput, ModeshiftError } from './errors.ts';
import type { Model, Ranked, RerankModel } from './models.ts';
import { type CallOptions, runCall } from './run-call.ts';

/** What {@link rerank} takes. */
export interface RerankCall<M extends Model, Document> extends CallOptions {
  readonly model: M & ModelThatReranks<M>;
  readonly query: string;
  readonly documents: readonly Document[];
  /** The text of a document that is not a string. */
  readonly text?: (document: Document) => string;
  /** How many to give, at most. Left out: all. */
  readonly top?: number;
}

/** A document in its place. */
export interface RankedDocument<Document> extends Ranked {
  readonly document: Document;
}

/**
 * Orders documents by relevance to a query, the most relevant first. Documents of equal score keep their order.
 *
 * @throws ModeshiftError `invalid-input` for documents that are not text when `text` is not given.
 * @example
 * ```ts
 * import { rerank, type RerankModel } from '@modeshift/core';
 *
 * const byLength: RerankModel = {
 *   provider: 'example',
 *   modelId: 'by-length',
 *   rerank: async (_, documents) => documents.map((document, index) => ({ index, score: document.length })),
 * };
 * const ranked = await rerank({ model: byLength, query: '长', documents: ['短', '比较长的文本', '中等长'], top: 2 });
 * console.log(ranked.map(one => one.document)); // [ '比较长的文本', '中等长' ]
 * ```
 */
export async function rerank<M extends Model, Document>(
  call: RerankCall<M, Document>,
): Promise<readonly RankedDocument<Document>[]> {
  const model = call.model as unknown as RerankModel;
  const { query, documents, text, top = documents.length } = call;
  if (!(top >= 0)) throw invalidInput(`"top" is ${top}. Give a number of documents, or leave it out.`);
  const texts = documents.map(document => {
    if (text) return text(document);
    if (typeof document === 'string') return document;
    throw invalidInput('The documents are not strings. Give "text", which reads the text of a document.');
  });
  if (documents.length === 0 || top === 0) return [];
  const ranked = await runCall(model, call, context => model.rerank(query, texts, context));
  const places = new Set(ranked.map(one => one.index));
  if (places.size < ranked.length || ranked.some(one => Number.isNaN(one.score))) {
    throw new ModeshiftError(
      { tag: 'invalid-response' },
      `${model.provider} ranked a document twice, or with a score that is no number. This is a defect of the provider package.`,
    );
  }
  const sorted = [...ranked].sort((a, b) => b.score - a.score || a.index - b.index).slice(0, top);
  return sorted.map(({ index, score }) => {
    if (!Object.hasOwn(documents, index)) {
      throw new ModeshiftError(
        { tag: 'invalid-response' },
        `${model.provider} ranked document ${index}, which was not given.`,
      );
    }
    return { index, score, document: documents[index]! };
  });
}
