// The calls that a provider's samples make, whichever method they use.
import assert from 'node:assert/strict';
import type {
  CallContext,
  EmbeddingModel,
  LanguageModel,
  Model,
  RerankModel,
  ScoringModel,
  TokenCountingModel,
} from '@modeshift/core';
import { type FaultAnswer, type FaultRequest, type FaultServer, faultServer } from '../fault-server.ts';
import { readEvents, readWhole } from './answer.ts';
import type { Subject } from './case.ts';
import { conformanceKey } from './failure.ts';
import type { ExpectedRequest, ModelCapability, WireResponse } from './provider-under-test.ts';

/** One way to call the model, with the answer of the wire. */
export interface Operation {
  readonly method: ModelCapability;
  readonly response: WireResponse | undefined;
  readonly request: ExpectedRequest | undefined;
  readonly run: (model: Model, context: CallContext) => Promise<unknown>;
}

/** The plain call of each method that is declared and has a sample. */
export function operationsOf(subject: Subject): Operation[] {
  const { capabilities, language, score, embed, rerank, countTokens } = subject;
  const plain = language?.[0];
  const all: (Operation | undefined)[] = [
    plain && {
      method: 'stream',
      response: plain.stream,
      request: plain.request,
      run: (model, context) => readEvents(model as LanguageModel, plain.call, context),
    },
    plain && {
      method: 'generate',
      response: plain.whole,
      request: plain.request,
      run: (model, context) => readWhole(model as LanguageModel, plain.call, context),
    },
    score && {
      method: 'score',
      response: score.response,
      request: score.request,
      run: (model, context) => (model as ScoringModel).score(score.call, context),
    },
    embed && {
      method: 'embed',
      response: embed.response,
      request: embed.request,
      run: (model, context) => (model as EmbeddingModel).embed(embed.texts, context),
    },
    rerank && {
      method: 'rerank',
      response: rerank.response,
      request: rerank.request,
      run: (model, context) => (model as RerankModel).rerank(rerank.query, rerank.documents, context),
    },
    countTokens && {
      method: 'countTokens',
      response: countTokens.response,
      request: countTokens.request,
      run: (model, context) => (model as TokenCountingModel).countTokens(countTokens.call, context),
    },
  ];
  return all.filter(one => one !== undefined).filter(one => capabilities.includes(one.method));
}

/** The HTTP answer of a recorded response. */
export function answerWith(response: WireResponse, isStream: boolean): FaultAnswer {
  const contentType = response.contentType ?? (isStream ? 'text/event-stream' : 'application/json');
  return { headers: { 'content-type': contentType, ...response.headers }, body: response.body };
}

/** The right HTTP answer of an operation. */
export function goodAnswer(operation: Operation): FaultAnswer {
  assert.ok(operation.response, `The sample of "${operation.method}" has no bytes of the wire.`);
  return answerWith(operation.response, operation.method === 'stream');
}

/** Runs work with a model that talks to a server which answers as told. */
export async function withModel<T>(
  subject: Subject,
  answers: FaultAnswer | readonly FaultAnswer[] | ((request: FaultRequest, index: number) => FaultAnswer),
  work: (model: Model, server: FaultServer) => Promise<T>,
): Promise<T> {
  await using server = await faultServer(answers);
  const model = await subject.create({ url: server.url, apiKey: conformanceKey });
  return await work(model, server);
}
