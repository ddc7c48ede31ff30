// A judge model's view of an answer: whether the passages support it, whether it answers, whether the passages were worth reading.
import { addUsage, generateObject, invalidInput, jsonSchema, type LanguageModel, type Usage } from '@modeshift/core';
import type { NumberedPassage } from '../answer/answer.ts';
import { dataRule, tagPassages } from '../retrieve/tag-passages.ts';

/** What is judged: an `Answer` fits. */
export interface JudgedAnswer {
  readonly question: string;
  readonly text: string;
  readonly passages: readonly Pick<NumberedPassage, 'text' | 'number'>[];
}

/** Options of {@link judgeAnswer}. */
export interface JudgeOptions {
  /** Better than the model that answered, and another one. */
  readonly model: LanguageModel;
  readonly answer: JudgedAnswer;
  readonly signal?: AbortSignal;
}

/** A judgement; figures are from 0 to 1. */
export interface AnswerJudgement {
  /** The share of the answer's statements that the passages support; `undefined` where it states nothing. */
  readonly faithfulness: number | undefined;
  /** The statements, as the judge took the answer apart. */
  readonly statements: readonly { readonly text: string; readonly supported: boolean }[];
  /** Whether it answers the question: 1 wholly, 0.5 in part, 0 not. */
  readonly relevance: number;
  /** Average precision of the passages, in their order, by whether they help to answer; 0 where none does. */
  readonly contextPrecision: number;
  /** By the order of the passages. */
  readonly useful: readonly boolean[];
  readonly usage: Usage;
  /** US dollars; `undefined` where unknown. */
  readonly usd: number | undefined;
}

const verdicts = jsonSchema<{ statements: { text: string; supported: boolean }[] }>({
  type: 'object',
  properties: {
    statements: {
      type: 'array',
      items: {
        type: 'object',
        properties: { text: { type: 'string' }, supported: { type: 'boolean' } },
        required: ['text', 'supported'],
        additionalProperties: false,
      },
    },
  },
  required: ['statements'],
  additionalProperties: false,
});
const worth = jsonSchema<{ relevance: 'wholly' | 'partly' | 'not'; useful: number[] }>({
  type: 'object',
  properties: {
    relevance: { type: 'string', enum: ['wholly', 'partly', 'not'] },
    useful: { type: 'array', items: { type: 'integer' } },
  },
  required: ['relevance', 'useful'],
  additionalProperties: false,
});
const share = { wholly: 1, partly: 0.5, not: 0 } as const;

/**
 * Has a model judge an answer in two calls. It takes the answer apart into statements and says of each whether the passages
 * support it; then it says whether the answer meets the question and which passages help. A judge errs: compare figures of one
 * judge with each other, and look at some by hand.
 *
 * Faithfulness and context precision as in Es et al., "RAGAS" (2023), https://arxiv.org/abs/2309.15217; relevance is asked for
 * outright, where RAGAS compares vectors of made-up questions.
 *
 * @throws ModeshiftError what the model throws; `invalid-response` where it does not keep to the form; `invalid-input` for an empty answer.
 * @example
 * ```ts
 * import { judgeAnswer } from '@modeshift/rag';
 * import { scriptedModel } from '@modeshift/testing';
 *
 * const model = scriptedModel({
 *   reply: (_, index) =>
 *     index === 0
 *       ? '{"statements": [{"text": "七天内可以退款", "supported": true}, {"text": "运费全免", "supported": false}]}'
 *       : '{"relevance": "wholly", "useful": [2]}',
 * });
 * const passages = [{ number: 1, text: '发票在订单页。' }, { number: 2, text: '七天内可以退款。' }];
 * const answer = { question: '几天内能退款？', text: '七天内可以退款，运费全免。', passages };
 * const { faithfulness, relevance, contextPrecision } = await judgeAnswer({ model, answer });
 * console.log(faithfulness, relevance, contextPrecision); // 0.5 1 0.5
 * ```
 */
export async function judgeAnswer({ model, answer, signal }: JudgeOptions): Promise<AnswerJudgement> {
  const { question, text, passages } = answer;
  if (text.trim() === '') throw invalidInput('There is no answer to judge: its text is empty.');
  const { text: shown, tag } = tagPassages(
    [
      ...passages.map(passage => ({ number: passage.number, text: passage.text })),
      { number: 0, source: 'the answer to judge', text },
    ],
    question,
  );
  const ask = (rule: string) => [
    { role: 'system' as const, content: `${rule}\n${dataRule(tag)}` },
    { role: 'user' as const, content: `${shown}\n\nQuestion: ${question}` },
  ];
  const call = { model, ...(signal && { signal }) };
  const support = await generateObject({
    ...call,
    schema: verdicts,
    messages: ask(
      'You judge an answer, which stands at number 0. Take it apart into its single statements of fact, each understandable by itself and in the answer’s language. Say of each whether the passages (numbers from 1) support it: true only where they say so or it follows from them directly, whatever you know otherwise. That nothing was found is no statement.',
    ),
  });
  const value = await generateObject({
    ...call,
    schema: worth,
    messages: ask(
      'You judge an answer, which stands at number 0, and the passages it was given (numbers from 1). "relevance" says whether the answer meets the question: wholly, partly, or not; right or wrong does not matter here. "useful" lists the numbers of the passages that hold something needed to answer the question.',
    ),
  });
  const { statements } = support.object;
  const named = new Set(value.object.useful);
  const useful = passages.map(passage => named.has(passage.number));
  const supported = statements.filter(one => one.supported).length;
  const costs = [support.usd, value.usd];
  return {
    faithfulness: statements.length > 0 ? supported / statements.length : undefined,
    statements,
    relevance: share[value.object.relevance],
    contextPrecision: averagePrecision(useful),
    useful,
    usage: addUsage([support.usage, value.usage]),
    usd: costs.includes(undefined) ? undefined : costs.reduce<number>((sum, one) => sum + one!, 0),
  };
}

/** Of those that are useful themselves: unlike `map`, what was not retrieved is unknown and does not count. */
function averagePrecision(useful: readonly boolean[]): number {
  let [hits, sum] = [0, 0];
  for (const [i, is] of useful.entries()) if (is) sum += ++hits / (i + 1);
  return hits === 0 ? 0 : sum / hits;
}
