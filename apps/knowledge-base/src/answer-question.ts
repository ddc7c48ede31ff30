// A question of a conversation to an answer whose numbers open passages in their documents.
import type { LanguageModel } from '@modeshift/core';
import { type Answer, type Citation as CheckedCitation, createAnswerer, type Turn } from '@modeshift/rag';
import type { ChatMessage, Citation, Table } from '@modeshift/ui';
import type { OwnCollection } from './collections.ts';
import { citationOf } from './passage-in-document.ts';
import { passageTable, type Searching } from './retrieval.ts';
import { type Language, sentences } from './words.ts';

/** A piece of an answer: more text, and what is beside it. */
export interface AnswerPiece {
  readonly text?: string;
  readonly sources?: readonly Citation[];
  readonly how?: string;
  readonly retrieval?: Table;
}

/** What an answer is made with. */
export interface Answering {
  readonly own: OwnCollection;
  readonly search: Searching;
  readonly model: LanguageModel | undefined;
  readonly threshold: number | undefined;
  /** Whether the passages are shown below every answer, and not only where there is none. */
  readonly showsRetrieval: boolean;
  readonly language: Language;
  readonly signal: AbortSignal;
}

/** Letters of a passage in the table below an answer. */
const snippet = 100;

/** Answers the last message. Each place that is cited has a number of its own, which opens it. */
export async function* answerQuestion(
  messages: readonly ChatMessage[],
  { own, search, model, threshold, showsRetrieval, language, signal }: Answering,
): AsyncGenerator<AnswerPiece> {
  const words = sentences[language];
  const { retriever, filter, mode } = search;
  const answerer = createAnswerer({
    retriever,
    ...(model && { model }),
    ...(threshold !== undefined && { threshold }),
  });
  const sources: Citation[] = [];
  const numbers = new Map<string, number>();
  // A mark is held until it is known what it opens.
  let held = '';
  let isSpaced = true;
  const question = messages.at(-1)!.content;
  for await (const event of answerer.stream(question, {
    history: turns(messages),
    signal,
    ...(filter && { filter }),
  })) {
    if (event.type === 'passages') {
      if (showsRetrieval) yield { retrieval: passageTable(event.passages, language, snippet) };
    } else if (event.type === 'text') {
      const [, before = '', mark = ''] = /^(.*?)(\[\d+\])?$/s.exec(event.text) ?? [];
      const text = held + before;
      held = mark;
      if (text === '') continue;
      isSpaced = /\s$/.test(text);
      yield { text };
    } else if (event.type === 'citation') {
      held = '';
      yield await cited(event.citation);
    } else {
      if (held !== '') yield { text: held };
      const { answer } = event;
      if (answer.status === 'not-found' && answer.passages.length > 0)
        yield { retrieval: passageTable(answer.passages, language, snippet) };
      yield { how: words.how({ ...facts(answer), model: model?.modelId, collection: own.name, mode }) };
    }
  }

  async function cited({ source, quote }: CheckedCitation): Promise<AnswerPiece> {
    const gap = isSpaced ? '' : ' ';
    isSpaced = false;
    if (!source) return { text: `${gap}${words.quoteMissing(quote)}` };
    const place = JSON.stringify([source.documentId, source.start, source.end]);
    let number = numbers.get(place);
    if (number === undefined) {
      sources.push(await citationOf(own.collection, source, language));
      number = sources.length;
      numbers.set(place, number);
    }
    return { text: `${gap}[${number}](#cite-${number})`, sources: [...sources] };
  }
}

function facts({ status, passages, citations, steps }: Answer) {
  const missing = citations.filter(one => one.check === 'missing').length;
  const ms = steps.reduce((sum, one) => sum + one.ms, 0);
  return { status, passages: passages.length, citations: citations.length, missing, ms };
}

/** Questions with their answers. Numbers of earlier answers open passages that a model is not shown: they are left out. */
function turns(messages: readonly ChatMessage[]): readonly Turn[] {
  const found: Turn[] = [];
  for (const [i, { role, content }] of messages.entries()) {
    const answer = messages[i + 1];
    if (role === 'user' && answer?.role === 'assistant')
      found.push({ question: content, answer: answer.content.replaceAll(/ ?\[\d+\]\(#cite-\d+\)/g, '') });
  }
  return found;
}
