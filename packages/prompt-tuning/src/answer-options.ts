// How a model is asked, and how its answers are read: options that both modes share.
import { invalidInput, type LanguageCall } from '@modeshift/core';
import type { PromptLanguage } from './wording.ts';

/** What may be said about the calls of a model that generates. */
export type CallSettings = Pick<
  LanguageCall,
  'temperature' | 'topP' | 'maxTokens' | 'seed' | 'reasoning' | 'providerOptions'
>;

/** How a model is asked, and how its answers are read. */
export interface AnswerOptions {
  /** The name in a comparison. Left out: the mode's own. */
  readonly name?: string;
  /** Replaces the task's instruction. */
  readonly instruction?: string;
  /** The language of the built-in wording. Left out: that of the labels. */
  readonly lang?: PromptLanguage;
  /** Left out: `score` for a model that scores, else `generate`. */
  readonly answer?: 'score' | 'generate';
  /** How many calls run at a time. Left out: 8. */
  readonly concurrency?: number;

  /** Generating: asks the provider to enforce one of the labels. Left out: false. */
  readonly structured?: boolean;
  /** Generating: asks once more after an answer that is no label. Left out: false. */
  readonly repair?: boolean;
  /**
   * Generating: settings of each call. Left out: temperature 0, dropped for models that refuse a temperature.
   */
  readonly call?: CallSettings;

  /** Scoring: plain text to be continued, or messages for a model with a chat template. Left out: `text`. */
  readonly format?: 'text' | 'chat';
  /**
   * Scoring: what is compared. `none` is the total log-probability, which favours short labels; `tokens` and `characters`
   * divide it by the label's length. Left out: `none`.
   */
  readonly normalize?: 'none' | 'tokens' | 'characters';
}

/** Checks what the types cannot. */
export function checkAnswerOptions(options: AnswerOptions): void {
  const { concurrency = 8, lang = 'en', name = 'mode' } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw invalidInput('concurrency must be a whole number of at least 1.');
  }
  if (lang !== 'en' && lang !== 'zh')
    throw invalidInput(`There is no wording in ${JSON.stringify(lang)}. Use en or zh.`);
  if (name.trim() === '') throw invalidInput('The name of a mode is empty.');
}
