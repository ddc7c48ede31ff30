// The messages that a model answers from: rules, the conversation, numbered passages, the question.
import type { Message } from '@modeshift/core';
import { dataRule, tagFor, tagPassages } from '../retrieve/tag-passages.ts';
import type { NumberedPassage, Turn } from './answer.ts';

/** What a model writes where the passages have no answer; it never reaches the reader. */
export const notFoundMark = 'NOT_FOUND';

/** The messages for one question. */
export function answerMessages(
  question: string,
  passages: readonly NumberedPassage[],
  history: readonly Turn[],
  instruction: string | undefined,
): Message[] {
  const { text, tag } = tagPassages(
    passages.map(({ number, title, chunk, text: words }) => ({
      ...{ number, text: words, source: title ?? chunk.documentId, section: chunk.headings.join(' > ') },
    })),
    question,
  );
  const rules = `Answer the question from the passages and from nothing else.
- After each statement cite the passage it stands on, with a short quote copied from it letter by letter: [1 "the words of the passage"]. Quote in the passage's language, even where you answer in another.
- Where the passages do not hold the answer, write ${notFoundMark} and nothing else. Do not guess and do not answer from what you know otherwise.
- ${dataRule(tag)}
- Answer in the language of the question, in a few sentences.`;
  return [
    { role: 'system', content: instruction === undefined ? rules : `${instruction}\n\n${rules}` },
    ...history.flatMap((turn): Message[] => [
      { role: 'user', content: turn.question },
      { role: 'assistant', content: withoutMarks(turn.answer) },
    ]),
    { role: 'user', content: `${text}\n\nQuestion: ${question}` },
  ];
}

/** The messages that make a follow-up question stand by itself. */
export function condenseMessages(question: string, history: readonly Turn[]): Message[] {
  const before = history.map(turn => `User: ${turn.question}\nAssistant: ${withoutMarks(turn.answer)}`).join('\n');
  // An answer may repeat what a document says.
  const tag = tagFor('conversation', [before, question]);
  return [
    {
      role: 'system',
      content: `Rewrite the last question of a conversation so that it can be understood without the conversation: replace pronouns and what is left out by what they stand for. Keep its language. If it already stands by itself, repeat it. Write the question only.\n${dataRule(tag, 'what was said')}`,
    },
    { role: 'user', content: `<${tag}>\n${before}\n</${tag}>\n\nLast question: ${question}` },
  ];
}

/** The numbers of an earlier answer are not those of the passages at hand. */
const withoutMarks = (answer: string): string => answer.replace(/ ?\[\d+\]/g, '');
