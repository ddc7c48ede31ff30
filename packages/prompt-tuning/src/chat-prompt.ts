// The prompt of a classification as a conversation: instructions in the system message, data in user messages only.
import type { Message } from '@modeshift/core';
import type { Shot } from './shot.ts';
import type { PromptLanguage } from './wording.ts';
import { type Wording, wordings } from './wording.ts';
import { writeLabel } from './write-label.ts';

/** What a prompt is made from. */
export interface PromptParts {
  readonly instruction: string;
  readonly labels: readonly string[];
  readonly lang: PromptLanguage;
  readonly shots: readonly Shot[];
  /** Shots as turns of the conversation, or as one block before the text. */
  readonly layout: 'turns' | 'block';
}

/**
 * Builds the messages. The input is put between tags that it does not itself contain, so that it cannot close them, and never
 * into the system message.
 */
export function chatPrompt(parts: PromptParts, text: string): Message[] {
  const wording = wordings[parts.lang];
  const tag = freeTag([text, ...parts.shots.map(shot => shot.text)]);
  const framed = (inner: string): string => `<${tag}>\n${inner}\n</${tag}>`;
  const messages: Message[] = [{ role: 'system', content: systemText(parts, wording, tag) }];
  if (parts.layout === 'turns') {
    for (const shot of parts.shots) {
      messages.push({ role: 'user', content: framed(shot.text) });
      messages.push({ role: 'assistant', content: shot.label });
    }
    messages.push({ role: 'user', content: framed(text) });
    return messages;
  }
  const block = parts.shots.map(
    shot => `${framed(shot.text)}\n${wording.labelField}${wording.gap}${writeLabel(shot.label)}`,
  );
  const examples = block.length > 0 ? `${wording.examples}\n\n${block.join('\n\n')}\n\n` : '';
  messages.push({ role: 'user', content: `${examples}${framed(text)}` });
  return messages;
}

function systemText({ instruction, labels }: PromptParts, wording: Wording, tag: string): string {
  const list = labels.map(label => `- ${writeLabel(label)}`).join('\n');
  const data = wording.isData(`<${tag}>`, `</${tag}>`);
  return [instruction.trim(), `${wording.chooseOne}\n${list}`, `${wording.answerOnly}\n${data}`]
    .filter(part => part !== '')
    .join('\n\n');
}

/** The first of `text`, `text-2`, `text-3` … that no text contains as a tag. */
function freeTag(texts: readonly string[]): string {
  for (let i = 1; ; i++) {
    const tag = i === 1 ? 'text' : `text-${i}`;
    if (!texts.some(text => text.toLowerCase().includes(`<${tag}>`) || text.toLowerCase().includes(`</${tag}`)))
      return tag;
  }
}
