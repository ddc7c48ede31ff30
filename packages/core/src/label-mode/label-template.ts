// The prompt of a task with labels as a template: one form for asking, for examples, and for training records.
import { invalidInput } from '../errors.ts';
import type { Message } from '../message.ts';
import type { ScoreCall } from '../models.ts';

/** The languages of the built-in templates. */
export type LabelLanguage = 'en' | 'zh';

/**
 * How a text becomes a prompt whose next words are the label. Placeholders are `{text}`, `{instruction}` and `{labels}` (all first
 * label words in a row); what is put in is not looked at again.
 */
export interface LabelTemplate {
  /** What stands once, before all examples. Left out: nothing. */
  readonly head?: string;
  /** One text, up to the place of its label. `{text}` must stand in it. */
  readonly item: string;
  /** Between the item and its label. Left out: a space, and nothing after white space or a full-width character. */
  readonly gap?: string;
  /** Between the labels of `{labels}`. Left out: `, `. */
  readonly separator?: string;
  /** Plain text to be continued (default), or one message to a model with a chat template. */
  readonly format?: 'text' | 'chat';
}

/** A template with nothing left out: plain data. */
export type CompleteTemplate = Required<LabelTemplate>;

/** A text with its label word. */
export interface WordedExample {
  readonly text: string;
  readonly word: string;
}

/** The built-in templates. */
export const labelTemplates: Readonly<Record<LabelLanguage, CompleteTemplate>> = {
  en: {
    head: '{instruction}\nLabels: {labels}',
    item: 'Text: {text}\nLabel:',
    gap: ' ',
    separator: ', ',
    format: 'text',
  },
  zh: {
    head: '{instruction}\n可选标签：{labels}',
    item: '文本：{text}\n标签：',
    gap: '',
    separator: '、',
    format: 'text',
  },
};

/** The language of the built-in template that suits labels: Chinese where most of them have Chinese characters. */
export function languageOfLabels(labels: readonly string[]): LabelLanguage {
  return labels.filter(label => /\p{Script=Han}/u.test(label)).length * 2 > labels.length ? 'zh' : 'en';
}

/**
 * A template of the user with nothing left out. A string is the `item`.
 *
 * @throws ModeshiftError `invalid-input` for an item without `{text}` or with it twice, an unknown placeholder in braces, or a
 * `head` with `{text}`.
 */
export function completeTemplate(template: string | LabelTemplate): CompleteTemplate {
  const {
    head = '',
    item,
    separator = ', ',
    format = 'text',
    gap,
  } = typeof template === 'string' ? ({ item: template } as LabelTemplate) : template;
  if (typeof item !== 'string' || item.split('{text}').length !== 2)
    throw invalidInput(`The template must hold {text} exactly once, and it is ${JSON.stringify(item)}.`);
  if (head.includes('{text}')) throw invalidInput('{text} belongs into the item of the template, not into its head.');
  const unknown = /\{(?!text\}|instruction\}|labels\})\w+\}/.exec(head + item)?.[0];
  if (unknown) throw invalidInput(`The template holds ${unknown}. Known are {text}, {instruction} and {labels}.`);
  if (format !== 'text' && format !== 'chat')
    throw invalidInput(`The template's format is ${JSON.stringify(format)}. Use text or chat.`);
  const tight = /(\s|[\u3000-\u303f\uff00-\uffef]|\p{Script=Han})$/u.test(item);
  return { head, item, gap: format === 'chat' ? '' : (gap ?? (tight ? '' : ' ')), separator, format };
}

/** What stays the same in every prompt of a task. */
export interface PromptFrame {
  readonly template: CompleteTemplate;
  readonly instruction: string;
  /** The words of each label. */
  readonly words: readonly (readonly string[])[];
}

/** The prompt of a text, after examples. */
export function labelPrompt(
  frame: PromptFrame,
  text: string,
  examples: readonly WordedExample[] = [],
): ScoreCall['prompt'] {
  const { template, instruction, words } = frame;
  const values = { instruction: instruction.trim(), labels: words.map(one => one[0]!).join(template.separator) };
  const shown = examples.map(
    example =>
      fill(template.item, { ...values, text: example.text }) + (template.gap || spaced(template)) + example.word,
  );
  const parts = [fill(template.head, values).trim(), ...shown, fill(template.item, { ...values, text })];
  return asPrompt(template, parts.filter(part => part !== '').join('\n\n'));
}

/** The end of the prompt alone: what follows the text. Its likelihoods say how common each word is there. */
export function promptEnd({ template }: PromptFrame): ScoreCall['prompt'] {
  const end = template.item.slice(template.item.indexOf('{text}') + '{text}'.length);
  return asPrompt(template, fill(end, { instruction: '', labels: '' }).trimStart());
}

/** What the model is to write for a word: the gap before it, the word, and its end. */
export function continuationOf({ template, words }: PromptFrame, word: string): string {
  if (template.format === 'chat') return word;
  return template.gap + word + endOfWords(words.flat());
}

/**
 * What ends each of several words in plain text: a line break where one begins another, otherwise nothing. Without it "card" would be
 * at least as likely as "card payment" after every text.
 */
export function endOfWords(words: readonly string[]): '' | '\n' {
  return words.some(one => words.some(other => other !== one && other.startsWith(one))) ? '\n' : '';
}

function asPrompt({ format }: CompleteTemplate, text: string): string | Message[] {
  return format === 'chat' ? [{ role: 'user', content: text }] : text;
}

/** In a chat the label is an answer of its own, but the examples stand in one message. */
const spaced = ({ item, format }: CompleteTemplate): string => (format === 'chat' && !/[\s：]$/u.test(item) ? ' ' : '');

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(text|instruction|labels)\}/g, (all, name: string) => values[name] ?? all);
}
