// Tier "wire": recorded bytes in, parts out; a call in, a request out. However the bytes are cut.
import assert from 'node:assert/strict';
import type {
  EmbeddingModel,
  LanguageModel,
  Model,
  RerankModel,
  ScoringModel,
  TokenCountingModel,
} from '@modeshift/core';
import type { FaultAnswer, FaultServer } from '../fault-server.ts';
import { faults } from '../faults.ts';
import { answerOf, checkAnswer, readEvents, readWhole, show } from './answer.ts';
import type { ConformanceCase, Subject } from './case.ts';
import { within } from './failure.ts';
import { answerWith, goodAnswer, operationsOf, withModel } from './operations.ts';
import type { ExpectedRequest, LanguageSample } from './provider-under-test.ts';

/** The cases of the wire. A model in this process is asked the same calls, without a server. */
export function wireCases(subject: Subject): ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  const add = (name: string, run: () => Promise<void>): void => {
    cases.push({ name, tier: 'wire', run: () => within(run(), subject.patience, name) });
  };
  for (const sample of subject.language ?? []) {
    if (subject.capabilities.includes('stream')) streamCases(subject, sample, add);
    if (subject.capabilities.includes('generate')) {
      add(`generate: answers "${sample.name}"`, () =>
        ask(subject, sample.whole && answerWith(sample.whole, false), sample.request, async model =>
          checkAnswer(await readWhole(model as LanguageModel, sample.call), sample.expected),
        ),
      );
    }
  }
  for (const operation of operationsOf(subject)) {
    if (operation.method === 'stream' || operation.method === 'generate') continue;
    add(`${operation.method}: answers its sample`, () =>
      ask(subject, operation.response && goodAnswer(operation), operation.request, async model => {
        checkOther(subject, operation.method, model, await operation.run(model, {}));
      }),
    );
  }
  return cases;
}

function streamCases(
  subject: Subject,
  sample: LanguageSample,
  add: (name: string, run: () => Promise<void>) => void,
): void {
  const read = async (model: Model): Promise<void> =>
    checkAnswer(answerOf(await readEvents(model as LanguageModel, sample.call)), sample.expected);
  const good = sample.stream && answerWith(sample.stream, true);
  add(`stream: answers "${sample.name}"`, () => ask(subject, good, sample.request, read));
  if (!good) return;
  const cut = (name: string, answer: FaultAnswer): void =>
    add(`stream: answers "${sample.name}" ${name}`, () => ask(subject, answer, undefined, read));
  cut('when every byte comes alone', faults.byteByByte(good));
  cut('when characters are cut in two', faults.splitUtf8(good));
  if (good.headers?.['content-type']?.startsWith('text/event-stream')) {
    cut('with CRLF line ends', faults.crlf(good));
    cut('with CRLF line ends and every byte alone', faults.crlf(faults.byteByByte(good)));
    const { body, ...rest } = good;
    if (typeof body === 'string')
      cut('with comments that keep the connection alive', {
        ...rest,
        body: `: ping\n\n${body.replaceAll('\n\n', '\n\n: ping\n\n')}`,
      });
  }
}

async function ask(
  subject: Subject,
  answer: FaultAnswer | undefined,
  request: ExpectedRequest | undefined,
  work: (model: Model) => Promise<void>,
): Promise<void> {
  if (subject.isRemote && !answer)
    assert.fail('The sample has no bytes for this method. Give them: what is declared must be shown.');
  await withModel(subject, answer ?? { status: 500 }, async (model, server) => {
    await work(model);
    if (!subject.isRemote) return;
    assert.equal(server.requests.length, 1, `It made ${server.requests.length} requests for one call.`);
    if (request) checkRequest(server, request);
  });
}

function checkRequest(server: FaultServer, { path, body }: ExpectedRequest): void {
  const sent = server.requests[0]!;
  const place = sent.path.replace(/[?#].*$/, '');
  if (path !== undefined) assert.ok(place.endsWith(path), `The path is ${place} and should end with ${path}.`);
  if (body !== undefined) {
    const missing = missingIn(sent.json, body, 'body');
    assert.deepEqual(missing, [], `The request lacks what it should hold: ${missing.join('; ')}`);
  }
}

/** What of an expected value an actual one lacks. */
function missingIn(actual: unknown, expected: unknown, place: string): string[] {
  if (typeof expected !== 'object' || expected === null)
    return Object.is(actual, expected) ? [] : [`${place} is ${show(actual)}, not ${show(expected)}`];
  if (typeof actual !== 'object' || actual === null) return [`${place} is ${show(actual)}, not ${show(expected)}`];
  if (Array.isArray(expected) && (!Array.isArray(actual) || actual.length !== expected.length))
    return [`${place} is ${show(actual)}, not ${show(expected)}`];
  return Object.entries(expected).flatMap(([name, value]) =>
    missingIn((actual as Record<string, unknown>)[name], value, `${place}.${name}`),
  );
}

function checkOther(subject: Subject, method: string, model: Model, result: unknown): void {
  const near = (got: number, wanted: number, what: string): void =>
    assert.ok(Math.abs(got - wanted) <= 1e-4 * Math.max(1, Math.abs(wanted)), `${what} is ${got}, not ${wanted}.`);
  if (method === 'score') {
    const { scores } = result as Awaited<ReturnType<ScoringModel['score']>>;
    subject.score?.expected?.forEach((wanted, i) => {
      near(scores[i]?.logprob ?? Number.NaN, wanted, `The log-probability of continuation ${i + 1}`);
    });
  } else if (method === 'embed') {
    const { embeddings } = result as Awaited<ReturnType<EmbeddingModel['embed']>>;
    assert.equal(
      embeddings[0]?.length,
      (model as EmbeddingModel).dimensions,
      'The model does not know its dimensions.',
    );
    subject.embed?.expected?.forEach((vector, i) => {
      vector.forEach((wanted, k) => {
        near(embeddings[i]?.[k] ?? Number.NaN, wanted, `Number ${k + 1} of vector ${i + 1}`);
      });
    });
  } else if (method === 'rerank') {
    const ranked = result as Awaited<ReturnType<RerankModel['rerank']>>;
    const order = ranked.toSorted((a, b) => b.score - a.score).map(one => one.index);
    if (subject.rerank?.expected) assert.deepEqual(order, subject.rerank.expected, `The order is ${show(order)}.`);
  } else if (method === 'countTokens' && subject.countTokens?.expected !== undefined) {
    assert.equal(result as Awaited<ReturnType<TokenCountingModel['countTokens']>>, subject.countTokens.expected);
  }
}
