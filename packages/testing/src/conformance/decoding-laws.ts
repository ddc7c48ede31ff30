// Laws of generation for models in this process, where the model itself can be asked: greedy, seeded, limited, stopped.
import assert from 'node:assert/strict';
import { type LanguageModel, ModeshiftError, type ScoringModel } from '@modeshift/core';
import { answerOf, readEvents } from './answer.ts';
import type { ConformanceCase, Subject } from './case.ts';
import { within } from './failure.ts';
import { withModel } from './operations.ts';

/** The laws of decoding. A provider that sends requests has none: its server decodes. */
export function decodingLaws(subject: Subject): ConformanceCase[] {
  const plain = subject.language?.[0];
  if (subject.isRemote || !plain || !subject.capabilities.includes('stream')) return [];
  const cases: ConformanceCase[] = [];
  const add = (name: string, run: (model: LanguageModel) => Promise<void>): void => {
    const served = (): Promise<void> =>
      withModel(subject, {}, async model => {
        try {
          await run(model as LanguageModel);
        } catch (error) {
          // A model without such a setting keeps the law by refusing it.
          if (!ModeshiftError.is(error, 'unsupported')) throw error;
        }
      });
    cases.push({ name, tier: 'law', run: () => within(served(), 4 * subject.patience, name) });
  };
  const has = (name: (typeof subject.capabilities)[number]): boolean => subject.capabilities.includes(name);
  const greedy = { ...plain.call, temperature: 0 };
  const ask = async (model: LanguageModel, change: object) =>
    answerOf(await readEvents(model, { ...greedy, ...change }));

  add('temperature 0 gives the same answer again', async model => {
    assert.equal((await ask(model, {})).text, (await ask(model, {})).text);
  });
  add('maxTokens 1 gives one token and says "length"', async model => {
    const { finishReason, usage, text } = await ask(model, { maxTokens: 1 });
    assert.ok(text.length <= (await ask(model, {})).text.length, 'One token is longer than the whole answer.');
    assert.equal(finishReason, 'length', `It finished by "${finishReason}".`);
    assert.equal(usage?.outputTokens, 1, `It says that it gave ${usage?.outputTokens} tokens.`);
  });
  if (has('seed')) {
    add('a seed gives the same answer again', async model => {
      const [a, b] = [await ask(model, { seed: 7, temperature: 1 }), await ask(model, { seed: 7, temperature: 1 })];
      assert.equal(a.text, b.text, 'Two answers with one seed differ.');
    });
  }
  if (has('topK')) {
    add('topK 1 is greedy', async model => {
      assert.equal((await ask(model, { topK: 1, temperature: 1 })).text, (await ask(model, {})).text);
    });
  }
  if (has('stop')) {
    add('generation ends before a stop string, which is not in the answer', async model => {
      const { text } = await ask(model, {});
      const points = [...text];
      const stop = points[Math.floor(points.length / 2)];
      if (stop === undefined) assert.fail('The plain sample gives no text to stop in.');
      const stopped = await ask(model, { stop: [stop] });
      assert.equal(stopped.text, text.slice(0, text.indexOf(stop)), `It did not end before "${stop}".`);
      assert.equal(stopped.finishReason, 'stop');
    });
  }
  if (has('score') && has('logprobs')) {
    add('the log-probabilities of a greedy answer are its score', async model => {
      const { text, logprobs } = await ask(model, { logprobs: 0 });
      const own = logprobs.reduce((sum, one) => sum + one.logprob, 0);
      const prompt = plain.call.messages;
      const result = await (model as LanguageModel & ScoringModel).score({ prompt, continuations: [text] }, {});
      const scored = result.scores[0]!.logprob;
      // The end of the answer is a token of its own in one of the two: it may only make a sum smaller.
      assert.ok(
        Math.abs(own - scored) <= 0.05 * Math.max(1, Math.abs(scored)) + endToken(logprobs, text),
        `It generated "${text}" with log p ${own} and scores it ${scored}.`,
      );
    });
  }
  return cases;
}

function endToken(logprobs: readonly { readonly token: string; readonly logprob: number }[], text: string): number {
  const last = logprobs.at(-1);
  return last && !text.endsWith(last.token) ? Math.abs(last.logprob) : 0;
}
