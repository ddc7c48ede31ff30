// Examples as token ids, through the chat template that the package ships.
import type { Message, ToolDefinition } from '@modeshift/core';
import { type CausalExample, type ChatTemplate, encodeChat, type Tokenizer } from '@modeshift/local';
import type { Example } from './example.ts';

/** An example as ids; labels count what the assistant says, or everything. */
export function encodeExample(
  {
    messages,
    tools,
    plain,
  }: Pick<Example, 'messages' | 'plain'> & { readonly tools?: readonly ToolDefinition[] | undefined },
  { tokenizer, template }: { readonly tokenizer: Tokenizer; readonly template: ChatTemplate },
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
