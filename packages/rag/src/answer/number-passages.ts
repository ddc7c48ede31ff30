// Chooses the passages that fit a budget of tokens and numbers them.
import { sentenceEnds } from '../chunk/sentences.ts';
import { type CountTokens, measureOf } from '../chunk/token-measure.ts';
import type { Passage } from '../retrieve/retriever.ts';
import type { Collection, DocumentKey } from '../store/store.ts';
import type { NumberedPassage } from './answer.ts';

/** What {@link numberPassages} keeps to. */
export interface PassageBudget {
  readonly maxTokens: number;
  readonly countTokens?: CountTokens | undefined;
}

/** A little for the tags and the title of each passage. */
const tagTokens = 24;

/**
 * The first passages that fit, numbered from 1. One that does not fit as a whole is left out; if it is the first, its beginning is
 * taken, up to a sentence's end.
 */
export async function numberPassages(
  passages: readonly Passage[],
  collection: Collection,
  { maxTokens, countTokens }: PassageBudget,
): Promise<NumberedPassage[]> {
  const numbered: NumberedPassage[] = [];
  const known = new Map<string, { title?: string; uri?: string }>();
  let left = maxTokens;
  for (const passage of passages) {
    const measure = measureOf(passage.text, countTokens);
    let { end, text } = passage;
    let tokens = measure(0, text.length) + tagTokens;
    if (tokens > left) {
      if (numbered.length > 0) continue;
      const fitting = sentenceEnds(text).filter(one => measure(0, one) + tagTokens <= left);
      text = text.slice(0, fitting.at(-1) ?? 0).trimEnd();
      if (text === '') continue;
      end = passage.start + text.length;
      tokens = measure(0, text.length) + tagTokens;
    }
    left -= tokens;
    const key = { id: passage.chunk.documentId, tenant: passage.chunk.tenant };
    const name = JSON.stringify(key);
    if (!known.has(name)) known.set(name, await describe(key, collection));
    numbered.push({ ...passage, text, end, number: numbered.length + 1, ...known.get(name) });
  }
  return numbered;
}

async function describe(key: DocumentKey, collection: Collection): Promise<{ title?: string; uri?: string }> {
  const { title, uri } = (await collection.document(key)) ?? {};
  return { ...(title !== undefined && { title }), ...(uri !== undefined && { uri }) };
}
