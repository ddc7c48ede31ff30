// Questions that need several passages, of which one says what to look for next.
import { generateText, invalidInput, type LanguageModel } from '@modeshift/core';
import { fuse } from './fuse.ts';
import type { Passage, Retrieved, RetrieveOptions, Retriever } from './retriever.ts';
import { StepRecorder, type StepReport } from './step-recorder.ts';
import { dataRule, tagPassages } from './tag-passages.ts';

/** Options of {@link multiHop}. */
export interface MultiHopOptions {
  readonly retriever: Retriever;
  /** Says what is missing. */
  readonly model: LanguageModel;
  /** The most searches, the first included, at least 2. Left out: 3. */
  readonly hops?: number;
  /** How many passages to give in the end. Left out: as many as the retriever gives for one search. */
  readonly k?: number;
}

/**
 * A retriever that takes a question apart: it searches, has a model say which question is still open after what was found, searches
 * for that, and so on. The lists are joined by reciprocal rank. What was asked stands in the step `decompose`.
 *
 * Sources: Press et al., "Measuring and Narrowing the Compositionality Gap" (2022), https://arxiv.org/abs/2210.03350; Trivedi et al.,
 * "Interleaving Retrieval with Chain-of-Thought Reasoning" (2022), https://arxiv.org/abs/2212.10509
 *
 * @throws ModeshiftError `invalid-input` for fewer than 2 hops.
 * @example
 * ```ts
 * import { createRetriever, ingest, multiHop, openStore } from '@modeshift/rag';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const store = await openStore(':memory:');
 * const collection = await store.collection('people', 'all');
 * const documents = [{ id: 'a', text: '《茶馆》的作者是老舍。' }, { id: 'b', text: '老舍生于北京。' }, { id: 'c', text: '鲁迅生于绍兴。' }];
 * await ingest({ collection, documents });
 * const model = scriptedModel({ reply: (_, asked) => (asked === 0 ? '老舍生在哪里？' : 'NOTHING') });
 * const { passages, steps } = await multiHop({ retriever: createRetriever({ collection, k: 2 }), model }).retrieve('《茶馆》的作者生在哪里？');
 * console.log(passages.map(one => one.chunk.documentId).includes('b')); // true
 * console.log(steps.find(step => step.name === 'decompose')?.texts); // [ '老舍生在哪里？' ]
 * await store.close();
 * ```
 */
export function multiHop({ retriever, model, hops = 3, k }: MultiHopOptions): Retriever {
  if (!(Number.isSafeInteger(hops) && hops >= 2)) throw invalidInput(`"hops" is ${hops}. Give at least 2.`);
  return {
    collection: retriever.collection,
    async retrieve(question: string, options: RetrieveOptions = {}): Promise<Retrieved> {
      const { signal } = options;
      const steps: StepReport[] = [];
      const lists: (readonly Passage[])[] = [];
      const asked = [question];
      for (let hop = 1; hop <= hops; hop++) {
        const found = await retriever.retrieve(asked.at(-1)!, options);
        steps.push(...found.steps.map(step => (hop === 1 ? step : { ...step, name: `hop-${hop}/${step.name}` })));
        lists.push(found.passages);
        if (hop === hops || found.passages.length === 0) break;
        const recorder = new StepRecorder(undefined, signal);
        const open = await recorder.step(
          'decompose',
          () => openQuestion(model, asked, lists.flat(), signal),
          one => one,
        );
        steps.push(...recorder.reports);
        const [next] = open;
        if (next === undefined || asked.includes(next)) break;
        asked.push(next);
      }
      const wanted = k ?? options.k ?? Math.max(...lists.map(list => list.length));
      const weighted = lists.map(list => ({ list: list.map(item => ({ item, score: item.score })), weight: 1 }));
      const joined = fuse(weighted, { kind: 'rrf' }, passage => `${passage.chunk.id}:${passage.start}`);
      return { passages: joined.slice(0, wanted).map(({ item, score }) => ({ ...item, score })), steps };
    },
  };
}

/** The question that is still open, or nothing. */
async function openQuestion(
  model: LanguageModel,
  asked: readonly string[],
  passages: readonly Passage[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const seen = [...new Map(passages.map(passage => [passage.chunk.id, passage])).values()];
  const { text, tag } = tagPassages(
    seen.map((passage, i) => ({ number: i + 1, text: passage.text })),
    asked.join('\n'),
  );
  const rule = `A question is answered from documents step by step. From the passages that were found, write the one question that has to be searched for next, so that it can be understood by itself: put in the names that the passages told. Keep its language. Where nothing is missing, write NOTHING. Write one line.\n${dataRule(tag)}`;
  const before = asked.slice(1).map(one => `Already searched for: ${one}\n`);
  const messages = [
    { role: 'system', content: rule },
    { role: 'user', content: `${text}\n\n${before.join('')}Question: ${asked[0]}` },
  ] as const;
  const { text: answer } = await generateText({ model, messages, ...(signal && { signal }) });
  const [line = ''] = answer.trim().split('\n');
  return line === '' || line.startsWith('NOTHING') ? [] : [line];
}
