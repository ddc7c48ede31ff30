// What an answer from a knowledge base is: text, citations that were checked, and how it came about.
import type { FinishReason, Usage } from '@modeshift/core';
import type { Span } from '../chunk/document.ts';
import type { Passage } from '../retrieve/retriever.ts';

/** A passage as the model was shown it. */
export interface NumberedPassage extends Passage {
  /** From 1, as in the answer's marks `[1]`. */
  readonly number: number;
  readonly title?: string;
  /** Where a person can open its document. */
  readonly uri?: string;
}

/** Where a passage stands, in a form that outlives the conversation: numbers change from question to question, these do not. */
export interface SourcePlace extends Span {
  readonly documentId: string;
  readonly tenant: string;
  readonly chunkId: string;
  readonly title?: string;
  readonly uri?: string;
  /** The line of the document's text that it begins on, from 1. */
  readonly line: number;
  /** The page that its chunk begins on, from 1, where the document has pages. */
  readonly page?: number;
  /** The row, slide, chapter or time that its chunk begins in, where the document has such places. */
  readonly place?: string;
  readonly headings: readonly string[];
}

/**
 * How a citation was checked. `exact`: its quote stands in the source letter by letter. `similar`: it does but for white space,
 * punctuation, case, and full or half width. `missing`: it does not stand in any passage, or there is no passage of that number.
 * `unquoted`: a number without a quote; the place is the sentence of the passage that has most in common with the statement.
 */
export type QuoteCheck = 'exact' | 'similar' | 'missing' | 'unquoted';

/** A part of an answer with what it stands on. */
export interface Citation {
  /** The number of the passage, as in the text. */
  readonly number: number;
  /** The statement in `text` that it is for, before its mark. */
  readonly statement: Span;
  /** The words that the model gave as evidence; of an `unquoted` one, the words of the source. */
  readonly quote: string;
  readonly check: QuoteCheck;
  /** Where the quote stands: `document.text.slice(start, end)`. `undefined` where it is missing. */
  readonly source: SourcePlace | undefined;
}

/**
 * How an answer ended: from the sources; the sources do not have it; given, but without one citation that holds: one with a quote
 * of more than function words that stands there, or one without a quote whose passage has half of its statement's terms.
 */
export type AnswerStatus = 'answered' | 'not-found' | 'unsupported';

/** How a step went. */
export interface AnswerStep {
  /** E.g. `condense`, `retrieve/lexical`, `read`, `generate`. */
  readonly name: string;
  /** In milliseconds. */
  readonly ms: number;
  /** How many passages, sentences or pieces of text it gave. */
  readonly count: number;
}

/** An answer. */
export interface Answer {
  readonly text: string;
  readonly status: AnswerStatus;
  readonly citations: readonly Citation[];
  /** What was given to the model or the reader, in the order of their numbers. */
  readonly passages: readonly NumberedPassage[];
  /** The question that was searched for: of a follow-up, as it reads without the conversation. */
  readonly question: string;
  /** The share of the question's terms that the best passage has, from 0 to 1. */
  readonly coverage: number;
  readonly steps: readonly AnswerStep[];
  /** Of the generating model, over all its calls. */
  readonly usage: Usage;
  /** US dollars; `undefined` where the price or the usage is unknown. */
  readonly usd: number | undefined;
  /** Why the model stopped; `stop` where none was asked. */
  readonly finishReason: FinishReason;
}

/** What an answer gives while it is made: passages first, then text and citations in their order, then all of it. */
export type AnswerEvent =
  | {
      readonly type: 'passages';
      readonly question: string;
      readonly coverage: number;
      readonly passages: readonly NumberedPassage[];
    }
  /** The next piece of `text`. A mark comes whole, as `[1]`. */
  | { readonly type: 'text'; readonly text: string }
  /** Comes right after the text of its mark. */
  | { readonly type: 'citation'; readonly citation: Citation }
  | { readonly type: 'done'; readonly answer: Answer };

/** An earlier question with its answer. */
export interface Turn {
  readonly question: string;
  readonly answer: string;
}
