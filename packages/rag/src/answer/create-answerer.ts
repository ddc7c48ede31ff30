// `createAnswerer`: questions to answers that cite what they stand on, written by a model or, without one, taken from the passages.
import {
  addUsage,
  type FinishReason,
  type GenerateTextResult,
  invalidInput,
  type LanguageModel,
  ModeshiftError,
  streamText,
  throwIfAborted,
  type Usage,
} from '@modeshift/core';
import type { CountTokens } from '../chunk/token-measure.ts';
import type { Retrieved, RetrieveOptions, Retriever } from '../retrieve/retriever.ts';
import type { Answer, AnswerEvent, AnswerStatus, AnswerStep, Citation, NumberedPassage, Turn } from './answer.ts';
import { answerMessages, condenseMessages, notFoundMark } from './answer-prompt.ts';
import { CitationChecker, placeOf } from './check-citations.ts';
import { contentTerms, questionCoverage, saysSomething } from './content-terms.ts';
import { extractiveReader, type Reader } from './extractive-reader.ts';
import { numberPassages } from './number-passages.ts';

/** Options of {@link createAnswerer}. */
export interface AnswererOptions {
  /** Finds passages, for whoever asks. */
  readonly retriever: Retriever;
  /** Writes answers. Left out: sentences of the passages are the answer, as the reader finds them. */
  readonly model?: LanguageModel;
  /** Finds those sentences. Left out: `extractiveReader()`. */
  readonly reader?: Reader;
  /**
   * The least share of the question's terms, from 0 to 1, that the best passage must have: below it nothing is answered, and no model
   * is asked. 0 answers always. Left out: 0.4 without a model; 0 with one, which says itself what it does not find.
   */
  readonly threshold?: number;
  /** The most tokens of passages. Left out: 3,000. */
  readonly maxPassageTokens?: number;
  /** Counts them. Left out: estimated from the bytes. */
  readonly countTokens?: CountTokens;
  /** The most tokens of the answer. Left out: 2,000, which leaves a model that thinks room to do so. */
  readonly maxTokens?: number;
  /** How many earlier turns the model is told. Left out: 4. */
  readonly turns?: number;
  /** More for the model, before the rules: who it is, how it should write. */
  readonly instruction?: string;
  /** What an answer says when there is none. Left out: in the language of the question, Chinese or English. */
  readonly notFoundText?: string;
}

/** What one question may change. */
export interface AnswerOptions extends RetrieveOptions {
  /** The conversation so far, oldest first: a follow-up question is first made to stand by itself. */
  readonly history?: readonly Turn[];
}

/** Answers questions from a knowledge base. */
export interface Answerer {
  /**
   * @throws ModeshiftError what the store and the models throw, `aborted`, and `invalid-response` or `content-filter` where the model
   * stopped before it wrote a word.
   */
  answer(question: string, options?: AnswerOptions): Promise<Answer>;
  /** The same, as it comes: `passages`, then `text` and `citation` in turn, then `done`. */
  stream(question: string, options?: AnswerOptions): AsyncGenerator<AnswerEvent, void, void>;
}

/**
 * Answers questions from the passages that a retriever finds. A model is shown numbered passages within a budget of tokens and
 * cites them with quotes; each quote is looked up in the passages, and one that is not there is marked `missing`. Without a model
 * the answer is made of sentences of the passages. What the sources do not have is `not-found` and not invented. Text of
 * passages is shown as data between tags that no document can forge.
 *
 * @throws ModeshiftError `invalid-input` for options that are out of range.
 * @example
 * ```ts
 * import { createAnswerer, createRetriever, ingest, openStore } from '@modeshift/rag';
 *
 * const store = await openStore(':memory:');
 * const collection = await store.collection('rules', 'all');
 * await ingest({ collection, documents: [{ id: 'refund.md', text: '七天内可以退款。运费由商家承担。' }] });
 * const answerer = createAnswerer({ retriever: createRetriever({ collection }) });
 * const { text, citations } = await answerer.answer('几天内可以退款？');
 * console.log(text); // 七天内可以退款。[1]
 * console.log(citations[0]?.check, citations[0]?.source?.documentId, citations[0]?.source?.start); // exact refund.md 0
 * console.log((await answerer.answer('火星上有水吗？')).status); // not-found
 * await store.close();
 * ```
 */
export function createAnswerer(options: AnswererOptions): Answerer {
  const { threshold = options.model ? 0 : 0.4, maxPassageTokens = 3000, maxTokens = 2000, turns = 4 } = options;
  if (!(threshold >= 0 && threshold <= 1))
    throw invalidInput(`"threshold" is ${threshold}. Give a number from 0 to 1.`);
  for (const [name, value, least] of [
    ['maxPassageTokens', maxPassageTokens, 1],
    ['maxTokens', maxTokens, 1],
    ['turns', turns, 0],
  ] as const)
    if (!(Number.isSafeInteger(value) && value >= least))
      throw invalidInput(`"${name}" is ${value}. Give a whole number of at least ${least}.`);
  const settled = { ...options, threshold, maxPassageTokens, maxTokens, turns };
  const stream = (question: string, more: AnswerOptions = {}): AsyncGenerator<AnswerEvent, void, void> =>
    new Answering(settled, question, more).events();
  return {
    stream,
    async answer(question, more) {
      for await (const event of stream(question, more)) if (event.type === 'done') return event.answer;
      throw invalidInput('The answer ended before it was done.');
    },
  };
}

type Settled = AnswererOptions &
  Required<Pick<AnswererOptions, 'threshold' | 'maxPassageTokens' | 'maxTokens' | 'turns'>>;

/** One question under way. */
class Answering {
  readonly #options: Settled;
  readonly #asked: string;
  readonly #history: readonly Turn[];
  readonly #retrieve: RetrieveOptions;
  readonly #steps: AnswerStep[] = [];
  readonly #usages: Usage[] = [];
  #usd: number | undefined = 0;
  readonly #citations: Citation[] = [];
  #text = '';
  #finishReason: FinishReason = 'stop';

  constructor(options: Settled, question: string, { history = [], ...retrieve }: AnswerOptions) {
    if (question.trim() === '') throw invalidInput('The question is empty. Ask something.');
    this.#options = options;
    this.#asked = question;
    this.#history = history.slice(Math.max(0, history.length - options.turns));
    this.#retrieve = retrieve;
  }

  async *events(): AsyncGenerator<AnswerEvent, void, void> {
    const { retriever, threshold, model, maxPassageTokens, countTokens } = this.#options;
    let question = await this.#standalone();
    let { found, coverage } = await this.#found(question);
    // Without a model a follow-up was put behind the question before it; what the sources speak more of is meant.
    if (!model && question !== this.#asked) {
      const alone = await this.#found(this.#asked);
      if (alone.coverage > coverage) [question, found, coverage] = [this.#asked, alone.found, alone.coverage];
      // The sources have no word of what is asked now: what they say of the question before is no answer to it.
      else if (alone.coverage === 0) coverage = 0;
    }
    const passages = await this.#step('number', () =>
      numberPassages(found.passages, retriever.collection, { maxTokens: maxPassageTokens, countTokens }),
    );
    yield { type: 'passages', question, coverage, passages };
    const isRefused = passages.length === 0 || coverage < threshold;
    let status: AnswerStatus;
    if (isRefused) status = 'not-found';
    else if (model) status = yield* this.#written(model, question, passages);
    else status = yield* this.#extracted(question, passages);
    if (status === 'not-found') {
      this.#text = this.#options.notFoundText ?? notFoundText(this.#asked);
      yield { type: 'text', text: this.#text };
    }
    const answer: Answer = {
      ...{ text: this.#text, status, citations: this.#citations, passages, question, coverage },
      ...{ steps: this.#steps, usage: addUsage(this.#usages), usd: this.#usd },
      finishReason: this.#finishReason,
    };
    yield { type: 'done', answer };
  }

  async #found(question: string): Promise<{ found: Retrieved; coverage: number }> {
    const found = await this.#options.retriever.retrieve(question, this.#retrieve);
    for (const { name, ms, count } of found.steps) this.#steps.push({ name: `retrieve/${name}`, ms, count });
    const texts = found.passages.map(one => `${one.chunk.headings.join('\n')}\n${one.text}`);
    return { found, coverage: questionCoverage(question, texts) };
  }

  /** The question without the conversation. */
  async #standalone(): Promise<string> {
    const { model } = this.#options;
    if (this.#history.length === 0) return this.#asked;
    const last = this.#history.at(-1)!.question;
    return this.#step('condense', async () => {
      if (!model) return saysLittle(this.#asked) ? `${last} ${this.#asked}` : this.#asked;
      const { signal } = this.#retrieve;
      const call = streamText({
        model,
        messages: condenseMessages(this.#asked, this.#history),
        maxTokens: this.#options.maxTokens,
        ...(signal && { signal }),
      });
      const result = await call.result;
      this.#count(result);
      return result.text.trim() || this.#asked;
    });
  }

  #count({ usage, usd }: { readonly usage: Usage; readonly usd: number | undefined }): void {
    this.#usages.push(usage);
    this.#usd = this.#usd === undefined || usd === undefined ? undefined : this.#usd + usd;
  }

  async *#written(
    model: LanguageModel,
    question: string,
    passages: readonly NumberedPassage[],
  ): AsyncGenerator<AnswerEvent, AnswerStatus, void> {
    const { instruction, maxTokens } = this.#options;
    const { signal } = this.#retrieve;
    const asked = question === this.#asked ? question : `${this.#asked}\n(That is: ${question})`;
    const messages = answerMessages(asked, passages, this.#history, instruction);
    const start = performance.now();
    const stream = streamText({ model, messages, maxTokens, ...(signal && { signal }) });
    const checker = new CitationChecker(passages);
    let held = '';
    let isAnswer = false;
    for await (const piece of stream.textStream) {
      held += piece;
      // Until it is certain that these are not the first letters of “not found”, nothing is shown.
      if (!isAnswer && notFoundMark.startsWith(unwrapped(held).slice(0, notFoundMark.length))) continue;
      const text = isAnswer ? held : held.trimStart();
      isAnswer = true;
      held = '';
      yield* this.#shown(checker.push(text));
    }
    const result = await stream.result;
    this.#count(result);
    this.#finishReason = result.finishReason;
    if (!isAnswer && held.trim() === '' && result.finishReason !== 'stop') throw unwritten(model, result);
    const isNotFound =
      !isAnswer && (unwrapped(held) === '' || (unwrapped(held).startsWith(notFoundMark) && !hasQuote(held, passages)));
    if (!isAnswer && !isNotFound) yield* this.#shown(checker.push(held.trimStart()));
    yield* this.#shown(checker.end());
    this.#text = checker.text;
    this.#steps.push({ name: 'generate', ms: performance.now() - start, count: this.#text.length });
    if (isNotFound) return 'not-found';
    return this.#citations.some(one => this.#holds(one, passages)) ? 'answered' : 'unsupported';
  }

  /** A quote of function words alone stands anywhere and supports nothing. */
  #holds({ check, number, statement, quote }: Citation, passages: readonly NumberedPassage[]): boolean {
    if (check !== 'unquoted') return check !== 'missing' && saysSomething(quote);
    const words = this.#text.slice(statement.start, statement.end);
    return questionCoverage(words, [passages[number - 1]!.text]) >= 0.5;
  }

  *#shown(pieces: ReturnType<CitationChecker['push']>): Generator<AnswerEvent, void, void> {
    for (const piece of pieces) {
      if (piece.kind === 'text') yield { type: 'text', text: piece.text };
      else {
        this.#citations.push(piece.citation);
        yield { type: 'citation', citation: piece.citation };
      }
    }
  }

  async *#extracted(
    question: string,
    passages: readonly NumberedPassage[],
  ): AsyncGenerator<AnswerEvent, AnswerStatus, void> {
    const { reader = extractiveReader() } = this.#options;
    const { signal } = this.#retrieve;
    const read = await this.#step('read', () => reader.read(question, passages, signal ? { signal } : {}));
    for (const { number, start, end, text } of inReadingOrder(read)) {
      const shown = text.startsWith('|') ? tableRow(text) : onOneLine(text);
      const gap = this.#text === '' || /^[^\p{L}\p{N}]*\p{scx=Han}/u.test(shown) ? '' : ' ';
      const from = this.#text.length + gap.length;
      const statement = { start: from, end: from + shown.length };
      const piece = `${gap}${shown}[${number}]`;
      this.#text += piece;
      yield { type: 'text', text: piece };
      const source = placeOf(passages[number - 1]!, start, end);
      const citation: Citation = { number, statement, quote: text, check: 'exact', source };
      this.#citations.push(citation);
      yield { type: 'citation', citation };
    }
    return read.length === 0 ? 'not-found' : 'answered';
  }

  async #step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    throwIfAborted(this.#retrieve.signal);
    const start = performance.now();
    const result = await work();
    this.#steps.push({ name, ms: performance.now() - start, count: Array.isArray(result) ? result.length : 1 });
    return result;
  }
}

/** An answer's beginning without what a model may set around it: quotes, emphasis, white space. */
const unwrapped = (text: string): string => text.replace(/^[\s"'`*_“「]+/u, '');

/** Whether a text quotes the passages: then “NOT_FOUND means …” is an answer, from documents that have the word. */
function hasQuote(text: string, passages: readonly NumberedPassage[]): boolean {
  const checker = new CitationChecker(passages);
  return [...checker.push(text), ...checker.end()].some(
    piece => piece.kind === 'citation' && ['exact', 'similar'].includes(piece.citation.check),
  );
}

/** A model that stopped for another reason than that it was done, before it wrote a word, has not said that nothing was found. */
function unwritten({ provider }: LanguageModel, partial: GenerateTextResult): ModeshiftError {
  const { finishReason } = partial;
  if (finishReason === 'content-filter')
    return new ModeshiftError({ tag: 'content-filter' }, `${provider} withheld the answer. Ask otherwise.`, {
      partial,
    });
  const message =
    finishReason === 'length'
      ? `${provider} used up the limit of tokens before it wrote an answer. Raise "maxTokens".`
      : `${provider} wrote no answer and stopped with "${finishReason}". Ask again.`;
  return new ModeshiftError({ tag: 'invalid-response' }, message, { partial });
}

/** The cells of a row of a table of Markdown. */
function tableRow(text: string): string {
  const cells = text.replace(/^\|\s*|\s*(?<!\\)\|\s*$/g, '').split(/\s*(?<!\\)\|\s*/);
  return cells
    .filter(Boolean)
    .map(cell => cell.replaceAll('\\|', '|'))
    .join(' · ');
}

/** Line ends within a sentence become spaces, and between Chinese characters nothing. */
function onOneLine(text: string): string {
  return text.replace(/(?<=\p{scx=Han})\s*\n\s*(?=\p{scx=Han})/gu, '').replace(/\s*\n\s*/g, ' ');
}

/** Whether a question has fewer than four words of its own, a Chinese character counted as half of one. */
function saysLittle(question: string): boolean {
  const words = contentTerms(question).filter(term => !/^\p{scx=Han}{2,}$/u.test(term));
  return words.reduce((sum, term) => sum + (/\p{scx=Han}/u.test(term) ? 0.5 : 1), 0) < 4;
}

/** The best sentence first; others after it in the order of their passages. */
function inReadingOrder<One extends { readonly number: number; readonly start: number }>(
  sentences: readonly One[],
): One[] {
  const [first, ...rest] = sentences;
  if (!first) return [];
  return [first, ...rest.sort((a, b) => a.number - b.number || a.start - b.start)];
}

function notFoundText(question: string): string {
  return /\p{scx=Han}/u.test(question)
    ? '在资料中没有找到这个问题的答案。'
    : 'The sources do not have an answer to this question.';
}
