// Finds what the assistant wrote in a conversation whose template does not say it, by rendering beginnings of it.
import { type Message, ModeshiftError } from '@modeshift/core';
import type { RenderOptions } from './chat-template.ts';
import type { Marks } from './guard-content.ts';
import type { TextSpan } from './segment-text.ts';

/** What {@link assistantSpans} takes. */
export interface AssistantSpansOptions {
  readonly messages: readonly Message[];
  readonly marks: Marks;
  /** Control tokens: one at the end of a message belongs to it, whitespace behind it does not. */
  readonly control: readonly string[];
  /**
   * Renders with marks round the text of each message of the assistant that has one, and a closing mark behind the name of its
   * last call.
   */
  readonly render: (messages: readonly Message[], options: RenderOptions) => string;
}

/**
 * The places of the assistant's messages in `whole`, which is all messages rendered with marks. A message begins where the
 * generation prompt before it ends; where the whole shows the conversation before it otherwise (old turns without their
 * thoughts, tools at another place), it begins behind what the prompt ends with, or else with its text. It ends with its control
 * token.
 *
 * @throws ModeshiftError `unsupported` when the template shows a message in a way that cannot be found again.
 */
export function assistantSpans(whole: string, { messages, marks, control, render }: AssistantSpansOptions): TextSpan[] {
  const answers = messages.filter(message => message.role === 'assistant');
  const opens = placesOf(whole, marks.open);
  const closes = placesOf(whole, marks.close);
  const texts = answers.filter(hasText).length;
  const all = opens.length === texts && closes.length === texts + answers.filter(hasCalls).length;
  const spans: TextSpan[] = [];
  for (const [i, message] of messages.entries()) {
    if (message.role !== 'assistant') continue;
    const prompt = i === 0 ? '' : render(messages.slice(0, i), { addGenerationPrompt: true });
    const until = render(messages.slice(0, i + 1), { addGenerationPrompt: false });
    let open: number | undefined;
    let close: number | undefined;
    if (all && hasText(message)) [open, close] = [opens.shift(), closes.shift()];
    if (all && hasCalls(message)) close = closes.shift();
    const start =
      i > 0 && whole.startsWith(prompt) ? prompt.length : open && behindPrompt(whole, open, prompt, control);
    const tail = until.slice(until.lastIndexOf(marks.close));
    const end = whole.startsWith(until)
      ? until.length
      : close !== undefined && whole.startsWith(tail, close)
        ? close + tail.length
        : undefined;
    if (start === undefined || end === undefined || end < start) {
      throw new ModeshiftError(
        { tag: 'unsupported', feature: 'training on this chat template' },
        `The chat template shows message ${i + 1} so that what the assistant wrote cannot be found in it. Pass a template with {% generation %} blocks as "chatTemplate".`,
      );
    }
    spans.push({ start, end: withoutTail(whole, start, end, control) });
  }
  return spans;
}

const longestLead = 16;

/**
 * Where a message begins whose text begins at `open`: behind the last place where the whole ends as the prompt does, control
 * token included.
 */
function behindPrompt(whole: string, open: number, prompt: string, control: readonly string[]): number {
  for (let place = open; place > 0 && place >= open - longestLead; place--) {
    let shared = 0;
    while (shared < prompt.length && shared < place && whole[place - 1 - shared] === prompt.at(-1 - shared)) shared++;
    const same = whole.slice(place - shared, place);
    if (control.some(token => same.includes(token))) return place;
  }
  return open;
}

/** Whether a message has text that a template shows as its content. */
export function hasText({ content }: Message): boolean {
  const texts = typeof content === 'string' ? [content] : content.map(part => (part.type === 'text' ? part.text : ''));
  return texts.join('').trim() !== '';
}

/** Whether a message calls tools. */
export function hasCalls({ content }: Message): boolean {
  return typeof content !== 'string' && content.some(part => part.type === 'tool-call');
}

function placesOf(text: string, mark: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) places.push(at);
  return places;
}

/** Whitespace behind the control token that ends a turn is the template's. */
function withoutTail(whole: string, start: number, end: number, control: readonly string[]): number {
  const trimmed = whole.slice(start, end).trimEnd();
  return control.some(token => trimmed.endsWith(token)) ? start + trimmed.length : end;
}
