// Has a model read labelled examples and answer with a label: by scoring every label where it can, else by writing one.
import {
  type AnsweringModel,
  type CallContext,
  costOf,
  generateObject,
  type LanguageModel,
  labels as labelsSchema,
  ModeshiftError,
  type Prediction,
  type ScoringModel,
} from '@modeshift/core';
import {
  continuationOf,
  labelLogs,
  labelPrompt,
  labelTemplates,
  labelWords,
  languageOfLabels,
  likeliestLabel,
  wordLogs,
} from '@modeshift/core/label-mode';
import { dataRule, tagPassages } from '../retrieve/tag-passages.ts';
import type { NearExample, StoredRetrieved } from './example-base.ts';

type Read = (input: string, found: readonly NearExample[], ctx: CallContext) => Promise<Prediction<string>>;

/**
 * Reads for one task. A model that scores cannot answer with what is no label, and is asked so where it does both. Examples are
 * shown from the farthest to the nearest, so that the nearest stands next to the input. What the provider refuses for one input
 * (its content, its length) is a `problem` of that input.
 */
export function exampleReader(model: AnsweringModel, task: Pick<StoredRetrieved, 'labels' | 'instruction'>): Read {
  const read = 'score' in model ? byScore(model, task) : byWriting(model, task);
  return async (input, found, ctx) => {
    try {
      return await read(input, [...found].reverse(), ctx);
    } catch (error) {
      const tags = ['invalid-response', 'content-filter', 'context-length'] as const;
      if (!ModeshiftError.is(error) || !tags.some(tag => error.reason.tag === tag)) throw error;
      const { usage, usd } = error.partial ?? {};
      return { output: undefined, problem: error.message, ...(usage && { usage }), usd };
    }
  };
}

/** The form in which `few-shot` and `verbalized` show examples. */
function byScore(model: ScoringModel, { labels, instruction }: Pick<StoredRetrieved, 'labels' | 'instruction'>): Read {
  const words = labelWords(labels);
  const frame = { template: labelTemplates[languageOfLabels(labels)], instruction, words };
  const continuations = words.map(one => one.map(word => continuationOf(frame, word)));
  const wordOf = new Map(labels.map((label, i) => [label, words[i]![0]!]));
  return async (input, found, ctx) => {
    const shots = found.map(({ text, label }) => ({ text, word: wordOf.get(label)! }));
    const { logs, usage } = await wordLogs(model, labelPrompt(frame, input, shots), continuations, 'none', ctx);
    return { ...likeliestLabel(labels, labelLogs(logs)), usage, usd: costOf(usage, model.price) };
  };
}

function byWriting(
  model: LanguageModel,
  { labels, instruction }: Pick<StoredRetrieved, 'labels' | 'instruction'>,
): Read {
  return async (input, found, { signal }) => {
    const shown = found.map(({ text, label }, i) => ({ number: i + 1, text, source: label }));
    const { text, tag } = tagPassages(shown, input);
    const rules = `${instruction}\nAnswer with one of: ${labels.map(label => JSON.stringify(label)).join(', ')}. Similar texts stand between tags, each with its right answer as "source".\n${dataRule(tag)}`;
    const messages = [
      { role: 'system', content: rules },
      { role: 'user', content: `${text}\n\nText: ${input}` },
    ] as const;
    const call = { model, messages, schema: labelsSchema(labels), name: 'label' };
    const { object, usage, usd } = await generateObject({ ...call, ...(signal && { signal }) });
    return { output: object, usage, usd };
  };
}
