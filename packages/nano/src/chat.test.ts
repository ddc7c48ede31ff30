// Nano's tokenizer and chat template against transformers (oracles/nano/make_fixtures.py).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message, ToolDefinition } from '@modeshift/core';
import {
  type ChatTemplate,
  encodeChat,
  outputFormatOf,
  readChatTemplate,
  readTokenizer,
  type Tokenizer,
} from '@modeshift/local';
import { beforeAll, expect, it } from 'vitest';

interface Said {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: object } }[];
}
interface Case {
  readonly name: string;
  readonly messages: readonly Said[];
  readonly tools: readonly ToolDefinition[] | null;
  readonly text: string;
  readonly prompt: string;
  readonly ids: number[];
  readonly mask: number[];
}

const weights = join(import.meta.dirname, '..', 'weights');
const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'chat.json'), 'utf8')) as {
  cases: Case[];
};

let tokenizer: Tokenizer;
let template: ChatTemplate;
beforeAll(async () => {
  tokenizer = await readTokenizer(weights);
  template = await readChatTemplate(weights, tokenizer);
});

function ours({ role, content, tool_calls }: Said, i: number): Message {
  if (role === 'tool')
    return { role, content: [{ type: 'tool-result', id: `call_${i}`, name: 'get_weather', content }] } as Message;
  if (!tool_calls) return { role, content } as Message;
  return {
    role: 'assistant',
    content: tool_calls.map(({ function: call }, place) => ({
      type: 'tool-call',
      id: `call_${place}`,
      name: call.name,
      arguments: JSON.stringify(call.arguments),
    })),
  } as Message;
}

it.each(cases)('$name: text, ids and what the assistant wrote', ({ messages, tools, text, prompt, ids, mask }) => {
  const said = messages.map(ours);
  const options = tools ? { tools } : {};
  const rendered = template.renderForTraining(said, options);
  expect(rendered.text).toBe(text);
  expect(template.render(said.slice(0, -1), options).text).toBe(prompt);
  const encoded = encodeChat(tokenizer, rendered);
  expect(encoded.ids).toEqual(ids);
  expect([...encoded.byAssistant]).toEqual(mask);
  expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe(text);
});

it('a word is the same token in a sentence, in quotes and alone', () => {
  const [alone] = tokenizer.encode('kettle');
  for (const text of ['a kettle.', '"kettle"', '{"item": "kettle"}']) expect(tokenizer.encode(text)).toContain(alone);
  const [character] = tokenizer.encode('水');
  for (const text of ['红色水壶', '“水”', '水']) expect(tokenizer.encode(text)).toContain(character);
});

it('calls are written as Qwen and Hermes write them', () => {
  expect(outputFormatOf(template.source)).toEqual({ toolCalls: 'tagged', thinks: false });
});
