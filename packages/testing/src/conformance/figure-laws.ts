// Laws of models that give figures: scores, vectors, orders and numbers of tokens.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { EmbeddingModel, Model, RerankModel, ScoringModel, TokenCountingModel } from '@modeshift/core';
import { checkUsage } from './answer.ts';
import type { ConformanceCase, Subject } from './case.ts';
import { conformanceKey, within } from './failure.ts';
import { answerWith, withModel } from './operations.ts';
import type { WireResponse } from './provider-under-test.ts';

/** The laws of every model, and of each method that gives figures. */
export function figureLaws(subject: Subject): ConformanceCase[] {
  const { score, embed, rerank, countTokens, capabilities } = subject;
  const cases: ConformanceCase[] = [];
  const add = (name: string, response: WireResponse | undefined, run: (model: Model) => Promise<void>): void => {
    const served = (): Promise<void> => withModel(subject, response ? answerWith(response, false) : {}, run);
    cases.push({ name, tier: 'law', run: () => within(served(), 2 * subject.patience, name) });
  };
  add('the model has a name and shows no key', undefined, async model => {
    assert.ok(model.provider !== '' && model.modelId !== '', 'provider and modelId must not be empty.');
    const printed = `${inspect(model, { depth: 9, showHidden: true })}${JSON.stringify(model)}`;
    assert.ok(!printed.includes(conformanceKey), 'A printed model shows its key. Keep it in a private field.');
  });
  if (score && capabilities.includes('score')) {
    add('score: one entry for each continuation, in order, and each the sum of its tokens', score.response, model =>
      checkScores(model as ScoringModel, score.call),
    );
    if (!subject.isRemote)
      add('score: a continuation scores the same alone and among others', undefined, model =>
        scoresAlone(model as ScoringModel, score.call),
      );
  }
  if (embed && capabilities.includes('embed')) {
    add('embed: a finite vector of the stated length for each text', embed.response, model =>
      checkVectors(model as EmbeddingModel, embed.texts),
    );
    if (!subject.isRemote)
      add('embed: a text has the same vector alone, among others and in another order', undefined, model =>
        vectorsAlone(model as EmbeddingModel, embed.texts),
      );
  }
  if (rerank && capabilities.includes('rerank')) {
    add('rerank: every document at most once, with a finite score', rerank.response, async model => {
      const ranked = await (model as RerankModel).rerank(rerank.query, rerank.documents, {});
      const places = ranked.map(one => one.index);
      assert.equal(new Set(places).size, places.length, `A document comes twice: ${places.join(' ')}`);
      assert.ok(
        places.every(index => Object.hasOwn(rerank.documents, index)),
        `A position is no document's: ${places.join(' ')}`,
      );
      assert.ok(
        ranked.every(one => Number.isFinite(one.score)),
        'A score is not a finite number.',
      );
    });
  }
  if (countTokens && capabilities.includes('countTokens')) {
    add('countTokens: a whole number', countTokens.response, async model => {
      const count = await (model as TokenCountingModel).countTokens(countTokens.call, {});
      assert.ok(Number.isInteger(count) && count >= 0, `${count} is no number of tokens.`);
    });
  }
  return cases;
}

async function checkScores(model: ScoringModel, call: Parameters<ScoringModel['score']>[0]): Promise<void> {
  const { scores, usage } = await model.score(call, {});
  checkUsage(usage);
  assert.deepEqual(
    scores.map(one => one.continuation),
    [...call.continuations],
    'The scores are not those of the continuations asked, in their order.',
  );
  for (const { continuation, logprob, tokens } of scores) {
    assert.ok(logprob <= 1e-4, `log p("${continuation}") is ${logprob}: a log-probability is at most 0.`);
    const sum = tokens.reduce((total, token) => total + token.logprob, 0);
    assert.ok(
      Math.abs(sum - logprob) <= 1e-3 * Math.max(1, Math.abs(logprob)),
      `log p("${continuation}") is ${logprob}, but its tokens add up to ${sum}.`,
    );
  }
}

async function scoresAlone(model: ScoringModel, { prompt, continuations }: Parameters<ScoringModel['score']>[0]) {
  const together = await model.score({ prompt, continuations }, {});
  for (const [i, continuation] of continuations.entries()) {
    const alone = (await model.score({ prompt, continuations: [continuation] }, {})).scores[0]!.logprob;
    const among = together.scores[i]!.logprob;
    assert.ok(
      Math.abs(alone - among) <= 1e-2 * Math.max(1, Math.abs(alone)),
      `log p("${continuation}") is ${alone} alone and ${among} among others.`,
    );
  }
}

async function checkVectors(model: EmbeddingModel, texts: readonly string[]): Promise<void> {
  const { embeddings, usage } = await model.embed(texts, {});
  checkUsage(usage);
  assert.equal(embeddings.length, texts.length, `There are ${embeddings.length} vectors for ${texts.length} texts.`);
  for (const vector of embeddings) {
    assert.ok(vector instanceof Float32Array, 'A vector is no Float32Array.');
    assert.equal(vector.length, model.dimensions, `A vector has ${vector.length} numbers, not ${model.dimensions}.`);
    assert.ok(vector.every(Number.isFinite), 'A vector holds a number that is not finite.');
  }
}

async function vectorsAlone(model: EmbeddingModel, texts: readonly string[]): Promise<void> {
  const [together, turned] = await Promise.all([model.embed(texts, {}), model.embed([...texts].reverse(), {})]);
  for (const [i, text] of texts.entries()) {
    const alone = (await model.embed([text], {})).embeddings[0]!;
    for (const other of [together.embeddings[i]!, turned.embeddings[texts.length - 1 - i]!]) {
      const distance = Math.hypot(...alone.map((value, k) => value - other[k]!));
      const size = Math.hypot(...alone);
      assert.ok(distance <= 1e-2 * Math.max(1e-6, size), `"${text}" has another vector alone than among others.`);
    }
  }
}
