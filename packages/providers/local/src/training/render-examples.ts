// Examples in words to examples in tokens: what counts is what the model is to say itself.
import { invalidInput, type Message, ModeshiftError, type TrainExample } from '@modeshift/core';
import type { ChatTemplate } from '../chat-template/chat-template.ts';
import { encodeChat } from '../chat-template/encode-chat.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { ResolvedLoss } from './resolve-spec.ts';
import {
  type CausalExample,
  type ClassificationExample,
  type ContrastiveExample,
  ignoredLabel,
  type PreferenceExample,
  type TokenExample,
  type TokenText,
} from './token-example.ts';

/** What rendering needs to know of a model. */
export interface RenderTrainingOptions {
  readonly tokenizer: Tokenizer;
  /** Needed for messages. */
  readonly template?: ChatTemplate | undefined;
  readonly kind: 'encoder' | 'decoder';
  readonly loss: ResolvedLoss;
}

/**
 * Turns an example into tokens. Texts end with the end-of-text token, messages as the chat template says, and the end of the
 * assistant's turn counts: a model that never saw it does not stop.
 *
 * @throws ModeshiftError `invalid-input` for an example of another loss or an unknown label, `unsupported` for messages without a
 * chat template.
 */
export function renderExample(example: TrainExample, options: RenderTrainingOptions): TokenExample {
  const { loss } = options;
  switch (loss.kind) {
    case 'causal':
      return renderCausal(example, options);
    case 'classification':
      if (!('label' in example)) throw wrong(loss, 'text and label', example);
      return { ...wholeText(example.text, options, example.pair), label: labelOf(example.label, loss) };
    case 'contrastive': {
      if (!('query' in example)) throw wrong(loss, 'query and positive', example);
      const text = (one: string): TokenText => wholeText(one, options);
      const { query, positive, negatives } = example;
      const pair: ContrastiveExample = { query: text(query), positive: text(positive) };
      return negatives ? { ...pair, negatives: negatives.map(text) } : pair;
    }
    case 'preference': {
      if (!('chosen' in example)) throw wrong(loss, 'prompt, chosen and rejected', example);
      return renderPreference(example, options);
    }
  }
}

const wrong = (loss: ResolvedLoss, wanted: string, example: TrainExample): ModeshiftError =>
  invalidInput(
    `A ${loss.kind} loss needs examples with ${wanted}, and one has ${Object.keys(example).join(', ') || 'nothing'}.`,
  );

function renderCausal(example: TrainExample, options: RenderTrainingOptions): CausalExample {
  if ('messages' in example) {
    const { ids, byAssistant } = chat(example.messages, options);
    if (!byAssistant.includes(1)) throw invalidInput('A conversation has no turn of the assistant to train on.');
    return { ids, labels: ids.map((id, i) => (byAssistant[i] ? id : ignoredLabel)) };
  }
  if ('completion' in example) {
    const { prompt, answer } = promptAndAnswer(example.prompt, example.completion, options);
    return { ids: [...prompt, ...answer], labels: [...prompt.map(() => ignoredLabel), ...answer] };
  }
  if (!('text' in example) || 'label' in example)
    throw wrong(options.loss, 'text, messages or prompt and completion', example);
  return { ids: ended(options.tokenizer.encode(example.text, { addSpecialTokens: true }), options) };
}

function renderPreference(
  { prompt, chosen, rejected }: Extract<TrainExample, { chosen: string }>,
  options: RenderTrainingOptions,
): PreferenceExample {
  const better = promptAndAnswer(prompt, chosen, options);
  const worse = promptAndAnswer(prompt, rejected, options);
  // A token may cross the border of prompt and answer, and then the two answers do not share all of the prompt.
  if (better.prompt.join() === worse.prompt.join())
    return { prompt: better.prompt, chosen: better.answer, rejected: worse.answer };
  let shared = 0;
  while (better.prompt[shared] === worse.prompt[shared]) shared++;
  const rest = ({ prompt: before, answer }: typeof better): number[] => [...before.slice(shared), ...answer];
  return { prompt: better.prompt.slice(0, shared), chosen: rest(better), rejected: rest(worse) };
}

function promptAndAnswer(
  prompt: string | readonly Message[],
  answer: string,
  options: RenderTrainingOptions,
): { prompt: number[]; answer: number[] } {
  if (answer === '') throw invalidInput('A completion is empty: there is nothing to train on.');
  if (typeof prompt === 'string') {
    const { tokenizer } = options;
    const parts = tokenizer.encodeContinuation(prompt, answer);
    const { bos } = tokenizer.specialTokens;
    const starts = bos !== undefined && tokenizer.encode('', { addSpecialTokens: true })[0] === bos;
    return { prompt: starts ? [bos, ...parts.prompt] : parts.prompt, answer: ended(parts.continuation, options) };
  }
  const { ids, byAssistant } = chat([...prompt, { role: 'assistant', content: answer }], options);
  // Earlier turns of the assistant belong to the prompt.
  const end = byAssistant.lastIndexOf(1) + 1;
  const start = byAssistant.lastIndexOf(0, end - 1) + 1;
  return { prompt: ids.slice(0, start), answer: ids.slice(start, end) };
}

function chat(messages: readonly Message[], { template, tokenizer }: RenderTrainingOptions) {
  if (!template)
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'training on messages' },
      'The checkpoint has no chat template, so messages cannot be rendered. Give prompts and completions as plain strings, or a chat template.',
    );
  return encodeChat(tokenizer, template.renderForTraining(messages));
}

/** Ids with the end-of-text token, once. */
function ended(ids: number[], { tokenizer }: RenderTrainingOptions): number[] {
  const { eos } = tokenizer.specialTokens;
  return eos === undefined || ids.at(-1) === eos ? ids : [...ids, eos];
}

/** A text as classifiers and embedders read it. */
function wholeText(text: string, { tokenizer, kind }: RenderTrainingOptions, pair?: string): TokenText {
  if (kind === 'encoder') return tokenizer.encodePair(text, pair);
  return { ids: tokenizer.encode(pair === undefined ? text : `${text}\n${pair}`, { addSpecialTokens: true }) };
}

function labelOf(
  label: string | number | readonly (string | number)[],
  { labels, problem }: Extract<ResolvedLoss, { kind: 'classification' }>,
): ClassificationExample['label'] {
  const place = (name: string | number): number => {
    const at = typeof name === 'string' ? labels.indexOf(name) : name;
    if (Number.isInteger(at) && at >= 0 && at < labels.length) return at;
    throw invalidInput(`The label ${JSON.stringify(name)} is none of: ${labels.join(', ')}.`);
  };
  const list = Array.isArray(label) ? (label as readonly (string | number)[]) : [label as string | number];
  if (problem === 'single-label') {
    if (list.length !== 1) throw invalidInput(`An example has ${list.length} labels and the problem is single-label.`);
    return place(list[0]!);
  }
  if (problem === 'multi-label') {
    const chosen = new Set(list.map(place));
    return labels.map((_, i) => (chosen.has(i) ? 1 : 0));
  }
  const values = list.map(Number);
  if (values.length !== labels.length || values.some(value => !Number.isFinite(value)))
    throw invalidInput(`A regression of ${labels.length} needs as many numbers, got ${JSON.stringify(label)}.`);
  return values;
}
