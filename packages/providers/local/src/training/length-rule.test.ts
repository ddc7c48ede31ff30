// Examples that are too long: what is told of them, and what is left of them.
import { ModeshiftError } from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { fixture, trainerOn } from '../../test/training-fixtures.ts';
import { LengthRule, type TooLong } from './length-rule.ts';
import { localTrainable } from './local-trainable.ts';
import { type CausalExample, ignoredLabel, type TokenExample } from './token-example.ts';

const rule = (tooLong: TooLong, maxLength = 5): LengthRule => new LengthRule({ maxLength, tooLong }, 1);
const masked = (prompt: readonly number[], completion: readonly number[]): TokenExample => ({
  ids: [...prompt, ...completion],
  labels: [...prompt.map(() => ignoredLabel), ...completion],
});
const short = masked([1, 2], [3]);

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(ModeshiftError.is(error, 'context-length')).toBe(true);
    return (error as Error).message;
  }
  throw new Error('Nothing was refused.');
}

describe('an example that is too long', () => {
  it('is told with its place, its length and what to do', () => {
    const message = refusal(() => rule('error').fit([short, masked([1, 10, 11, 12], [20, 21])]));
    expect(message).toBe(
      "Example 2 of 2 has 6 tokens, and at most 5 fit. Shorten it, raise batches.maxLength up to the model's context, or set batches.tooLong to 'truncate-prompt' or 'drop'.",
    );
  });

  it('loses the beginning of its prompt, never its completion, and keeps the token that begins texts', () => {
    const fitted = (example: TokenExample): TokenExample => rule('truncate-prompt').fit([example]).examples[0]!;
    expect(fitted(masked([1, 10, 11, 12, 13], [20, 21]))).toEqual(masked([1, 12, 13], [20, 21]));
    expect(fitted(masked([9, 10, 11, 12, 13], [20, 21]))).toEqual(masked([11, 12, 13], [20, 21]));
    expect(fitted(masked([1, 10, 11], [20, 21, 22, 23]))).toEqual(masked([11], [20, 21, 22, 23]));
    const answers = { chosen: [20, 21], rejected: [22, 23, 24] };
    expect(fitted({ prompt: [1, 10, 11, 12], ...answers })).toEqual({ prompt: [1, 12], ...answers });
    // A text of an encoder is cut at its end and keeps the token that closes it.
    const text = { ids: [101, 5, 6, 7, 8, 9, 102], typeIds: [0, 0, 0, 0, 1, 1, 1] };
    const cut = { ids: [101, 5, 6, 7, 102], typeIds: [0, 0, 0, 0, 1] };
    expect(fitted({ ...text, label: 1 })).toEqual({ ...cut, label: 1 });
    expect(fitted({ query: { ids: [1] }, positive: text })).toEqual({ query: { ids: [1] }, positive: cut });
  });

  it('whose completion alone is too long cannot be helped', () => {
    const wanted = /What is to be learned takes 6 of them/;
    expect(refusal(() => rule('truncate-prompt').fit([masked([1], [2, 3, 4, 5, 6, 7])]))).toMatch(wanted);
    expect(refusal(() => rule('truncate-prompt').fit([{ ids: [1, 2, 3, 4, 5, 6] }]))).toMatch(wanted);
  });

  it('is left out and counted, unless none is left', () => {
    const long = masked([1, 2, 3, 4], [5, 6]);
    expect(rule('drop').fit([long, short, long])).toEqual({ examples: [short], dropped: 2 });
    expect(refusal(() => rule('drop').fit([long]))).toMatch(/Every example has more than 5 tokens/);
  });

  it('stays one object when it is shortened again', () => {
    const shortening = rule('truncate-prompt');
    const long = masked([1, 2, 3, 4], [5, 6]);
    expect(shortening.fit([long]).examples[0]).toBe(shortening.fit([long]).examples[0]);
    expect(shortening.fit([short]).examples[0]).toBe(short);
  });
});

describe('a trainer', () => {
  const prompt = '我的快递还没到，'.repeat(30);
  const examples = [
    { prompt: '你好', completion: '你好！' },
    { prompt, completion: '请稍等。' },
  ];
  const spec = (tooLong?: TooLong) => ({
    method: 'lora' as const,
    batches: { size: 1, ...(tooLong ? { tooLong } : {}) },
    options: { threads: 1 },
  });

  it('refuses a run before its first step, drops, or learns the completion after a shorter prompt', async () => {
    const model = localTrainable(fixture('llama'));
    const strict = await model.trainer(spec());
    const error = await strict.train({ examples, epochs: 1 }).catch((cause: unknown) => cause);
    expect(ModeshiftError.is(error, 'context-length')).toBe(true);
    expect((error as Error).message).toMatch(/^Example 2 of 2 has \d{3} tokens, and at most 128 fit/);
    expect(strict.steps).toBe(0);
    const measured = strict.train({ examples: examples.slice(0, 1), evaluation: { examples } });
    await expect(measured).rejects.toThrow(/^Evaluation example 2 of 2/);
    const counted = (await strict.forwardBackward(examples.slice(0, 1))).weight;
    await strict.dispose();

    const dropping = await model.trainer(spec('drop'));
    expect(await dropping.train({ examples, epochs: 1 })).toMatchObject({ steps: 1, dropped: 1 });
    await dropping.dispose();

    const shortening = await model.trainer(spec('truncate-prompt'));
    const outcome = await shortening.train({ examples, epochs: 1 });
    expect(outcome).toMatchObject({ steps: 2 });
    expect(outcome.dropped).toBeUndefined();
    const both = await shortening.forwardBackward(examples);
    const [, long] = shortening.render(examples) as CausalExample[];
    expect(both.weight).toBe(counted + long!.labels!.filter(label => label !== ignoredLabel).length);
    await shortening.dispose();
  });

  it('never gives fewer logits than texts', async () => {
    const trainer = await trainerOn('llama', {
      method: 'head',
      loss: { kind: 'classification', labels: 2 },
      batches: { tooLong: 'drop', maxLength: 4 },
    });
    const long = { ids: [1, 2, 3, 4, 5], label: 0 };
    await expect(trainer.logits([{ ids: [1, 2], label: 0 }, long])).rejects.toThrow(/1 of 2 texts/);
    await trainer.dispose();
  });
});
