// Examples as token ids, through the chat template that the package ships.
import type { Random } from '@modeshift/autograd';
import type { Message, ToolDefinition } from '@modeshift/core';
import { type CausalExample, type ChatTemplate, encodeChat, type Tokenizer } from '@modeshift/local';
import type { Example } from './example.ts';

/** What encodes. */
export interface Encoding {
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
}

/** An example as ids; labels count what the assistant says, or everything. */
export function encodeExample(
  {
    messages,
    tools,
    plain,
  }: Pick<Example, 'messages' | 'plain'> & { readonly tools?: readonly ToolDefinition[] | undefined },
  { tokenizer, template }: Encoding,
  everything: boolean,
): CausalExample {
  if (plain) {
    const parts = plain.map(({ text, counts }) => ({
      ids: tokenizer.encode(text),
      counts: counts || everything,
    }));
    return {
      ids: parts.flatMap(one => one.ids),
      labels: parts.flatMap(one => one.ids.map(id => (one.counts ? id : -100))),
    };
  }
  const rendered = template.renderForTraining(messages as readonly Message[], tools ? { tools } : {});
  const { ids, byAssistant } = encodeChat(tokenizer, rendered);
  return everything ? { ids } : { ids, labels: ids.map((id, i) => (byAssistant[i] === 1 ? id : -100)) };
}

/** Words of calls, which stay whole. */
const whole = new Set(['name', 'arguments']);

/**
 * The example with some words cut in two, each in the same way wherever it stands. What they are cut into are tokens that stand in no
 * word of training on their own, but in new ones, and a token that was never met cannot be copied.
 * After subword regularization: Provilkov et al. 2020, https://arxiv.org/abs/1910.13267
 */
export function withCutWords(
  { ids, labels }: CausalExample,
  tokenizer: Tokenizer,
  random: Random,
  share = 0.1,
): CausalExample {
  const pieces = new Map<number, readonly number[]>();
  for (const id of new Set(ids)) {
    if (random.uniform() >= share) continue;
    const word = tokenizer.decode([id]);
    if (!/^[A-Za-z]{4,}$/.test(word) || whole.has(word)) continue;
    const cut = 1 + random.integer(word.length - 1);
    pieces.set(id, [...tokenizer.encode(word.slice(0, cut)), ...tokenizer.encode(word.slice(cut))]);
  }
  const into = (id: number): readonly number[] => pieces.get(id) ?? [id];
  const all = Array.from(ids);
  return {
    ids: all.flatMap(into),
    ...(labels
      ? { labels: Array.from(labels).flatMap((label, i) => into(all[i]!).map(id => (label < 0 ? label : id))) }
      : {}),
  };
}
