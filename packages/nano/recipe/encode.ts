// Examples as token ids, through the chat template that the package ships.
import type { Message, ToolDefinition } from '@modeshift/core';
import { type CausalExample, type ChatTemplate, encodeChat, type Tokenizer } from '@modeshift/local';
import type { Example } from './example.ts';

/** A conversation as ids; labels count what the assistant says, or everything. */
export function encodeExample(
  { messages, tools }: Pick<Example, 'messages'> & { readonly tools?: readonly ToolDefinition[] | undefined },
  { tokenizer, template }: { readonly tokenizer: Tokenizer; readonly template: ChatTemplate },
  everything: boolean,
): CausalExample {
  const rendered = template.renderForTraining(messages as readonly Message[], tools ? { tools } : {});
  const { ids, byAssistant } = encodeChat(tokenizer, rendered);
  return everything ? { ids } : { ids, labels: ids.map((id, i) => (byAssistant[i] === 1 ? id : -100)) };
}
