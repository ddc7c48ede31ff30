// A line before each chunk, written by a language model, that says what the chunk is about within its document.
import {
  cache,
  generateText,
  invalidInput,
  type KeyValueStore,
  type LanguageModel,
  type Message,
  type Price,
  throwIfAborted,
  type Usage,
} from '@modeshift/core';
import type { Chunk } from '../chunk/chunk.ts';
import type { SourceDocument } from '../chunk/document.ts';
import { dataRule, tagFor } from '../retrieve/tag-passages.ts';
import { tokensOf } from './model-bill.ts';

/** A chunk in its document. */
export interface ChunkInDocument {
  readonly document: SourceDocument;
  readonly chunk: Chunk;
}

/** A line for a chunk. */
export interface WrittenPrefix {
  /** On one line; empty where the model had nothing to say. */
  readonly prefix: string;
  /** 0 where it was remembered. */
  readonly usage: Usage;
  readonly isRemembered: boolean;
}

/** Writes prefixes. */
export interface Contextualizer {
  /** Says how, the model included: chunks of another id are written anew. */
  readonly id: string;
  readonly price: Price | undefined;
  /** A prefix for each input, in order. */
  contextualize(
    inputs: readonly ChunkInDocument[],
    context: { readonly concurrency: number; readonly signal?: AbortSignal },
  ): Promise<readonly WrittenPrefix[]>;
  /** About what one would use. */
  estimate(input: ChunkInDocument): Usage;
}

/** Options of {@link contextualPrefixes}. */
export interface ContextualPrefixOptions {
  readonly model: LanguageModel;
  /** How much of a document the model sees, in estimated tokens: all of it, or its headings and what is around the chunk. Left out: 4,000. */
  readonly maxContextTokens?: number;
  /** The longest prefix, in tokens of the model. Left out: 100. */
  readonly maxTokens?: number;
  /** Where prefixes are remembered by the hash of all that the model sees, e.g. `fileStore(…)`. Left out: in memory. */
  readonly store?: KeyValueStore;
  /** What the model is told. Left out: to place the chunk in one or two sentences in the language of the document. */
  readonly instruction?: string;
}

const told =
  'You are given a document, or the parts of it around a chunk, and the chunk. Write one or two short sentences that place the ' +
  'chunk within the document, so that a search finds it: what it is about, and the names, dates and subjects that it refers to ' +
  'without naming them. Write in the language of the chunk. Answer with nothing but these sentences.';

/**
 * Prefixes by a language model (Anthropic, “Introducing Contextual Retrieval”, 2024,
 * https://www.anthropic.com/news/contextual-retrieval). A prefix is indexed and embedded with its chunk; the text of the chunk, its
 * place and what is quoted stay as they are. The same document, chunk, model and instruction are not asked for again. The model is
 * shown text of documents between tags that no document can forge, and told that it is data.
 *
 * @throws ModeshiftError `invalid-input` for a budget that is no whole number of at least 1; from the model what it throws.
 * @example
 * ```ts
 * import { contextualPrefixes, ingest, openStore } from '@modeshift/rag';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const model = scriptedModel({ reply: () => '甲店 2026 年的退款规则。' });
 * const store = await openStore(':memory:');
 * const collection = await store.collection('rules', 'all');
 * const documents = [{ id: 'a', text: '七天内可以退款。' }];
 * const report = await ingest({ collection, documents, contextualizer: contextualPrefixes({ model }) });
 * const [hit] = await collection.searchText('甲店 退款', { k: 1 });
 * console.log(report.chunks.contextualized, hit?.chunk.text); // 1 七天内可以退款。
 * await store.close();
 * ```
 */
export function contextualPrefixes(options: ContextualPrefixOptions): Contextualizer {
  const { maxContextTokens = 4000, maxTokens = 100, store, instruction = told } = options;
  for (const [name, value] of Object.entries({ maxContextTokens, maxTokens }))
    if (!(Number.isSafeInteger(value) && value >= 1)) throw invalidInput(`"${name}" is ${value}. Give at least 1.`);
  const { provider, modelId, price } = options.model;
  const model = cache(store ? { store } : {})(options.model);
  const messagesFor = ({ document, chunk }: ChunkInDocument): readonly Message[] => {
    const shown = surroundings(document, chunk, maxContextTokens);
    // By what is shown of the document alone: its chunks have one beginning in common, which providers need not read again.
    const tag = tagFor('text', [shown]);
    return [
      { role: 'system', content: `${instruction}\n${dataRule(tag)}` },
      {
        role: 'user',
        content: `<${tag} of="document">\n${shown}\n</${tag}>\n\n<${tag} of="chunk">\n${chunk.text}\n</${tag}>`,
      },
    ];
  };
  const write = async (input: ChunkInDocument, signal: AbortSignal | undefined): Promise<WrittenPrefix> => {
    throwIfAborted(signal);
    const messages = messagesFor(input);
    const { text, usage, cached } = await generateText({ model, messages, maxTokens, ...(signal && { signal }) });
    return { prefix: text.replaceAll(/\s+/g, ' ').trim(), usage, isRemembered: cached !== undefined };
  };
  return {
    id: `context/2 model=${provider}/${modelId} around=${maxContextTokens} max=${maxTokens}${instruction === told ? '' : ` told=${JSON.stringify(instruction)}`}`,
    price,
    estimate: input => ({
      inputTokens: messagesFor(input).reduce((sum, { content }) => sum + tokensOf(content as string), 0),
      outputTokens: maxTokens,
    }),
    async contextualize(inputs, { concurrency, signal }) {
      const written: WrittenPrefix[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < inputs.length) {
          const at = next++;
          written[at] = await write(inputs[at]!, signal);
        }
      };
      await Promise.all(Array.from({ length: Math.min(concurrency, inputs.length) }, work));
      return written;
    },
  };
}

/** The whole document, or its title, its headings and what stands around the chunk. */
function surroundings(document: SourceDocument, { start, end }: Chunk, maxTokens: number): string {
  const { text, title, blocks = [] } = document;
  const head = title === undefined ? [] : [title];
  if (tokensOf(text) <= maxTokens) return [...head, text].join('\n\n');
  const perUnit = tokensOf(text) / text.length;
  const headings = blocks.flatMap(({ kind, title: words, level = 1 }) =>
    kind === 'heading' && words ? [`${'#'.repeat(level)} ${words}`] : [],
  );
  const outline = headings.join('\n').slice(0, Math.floor(maxTokens / perUnit / 4));
  const room = Math.max(0, Math.floor(maxTokens / perUnit) - outline.length - (end - start));
  const from = Math.max(0, Math.min(start - (room >> 1), text.length - (end - start) - room));
  const around = text.slice(from, Math.min(text.length, from + room + (end - start)));
  return [...head, outline, around].filter(Boolean).join('\n\n…\n\n');
}
