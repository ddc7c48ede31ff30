import { expect, expectTypeOf, it } from 'vitest';
import type { ModelThatTrains, ModelThatTunes } from './capability.ts';
import { generateObject } from './generate-object.ts';
import type {
  EmbeddingModel,
  LanguageModel,
  Model,
  RerankModel,
  ScoringModel,
  TokenCountingModel,
  TrainableModel,
  TunableModel,
} from './models.ts';
import { streamObject } from './stream-object.ts';
import { streamText } from './stream-text.ts';

declare const language: LanguageModel;
declare const scoring: ScoringModel;
declare const tunable: LanguageModel & TunableModel<LanguageModel>;
declare const trainable: LanguageModel & TrainableModel;

const tune = <M extends Model>(model: M & ModelThatTunes<M>): M => model;
const train = <M extends Model>(model: M & ModelThatTrains<M>): M => model;
const messages = [{ role: 'user', content: '?' }] as const;

// The other calls are in calls.test.ts; what the compiler says is in portable.test.ts.
it('a model that lacks the method does not compile', () => {
  const wrong = [
    // @ts-expect-error a model that only scores cannot stream
    () => streamText({ model: scoring, messages }),
    // @ts-expect-error nor make objects
    () => generateObject({ model: scoring, messages, schema: {} }),
    // @ts-expect-error nor stream them
    () => streamObject({ model: scoring, messages, schema: {} }),
    // @ts-expect-error a model that only generates cannot be tuned
    () => tune(language),
    // @ts-expect-error nor trained
    () => train(language),
    // @ts-expect-error a vendor that tunes does not give gradients
    () => train(tunable),
    // @ts-expect-error and the other way round
    () => tune(trainable),
  ];
  const right = [() => tune(tunable), () => train(trainable), () => streamText({ model: tunable, messages })];
  expect([wrong.length, right.length]).toEqual([7, 3]);
});

it('what a function is given keeps its own type', () => {
  expectTypeOf(tune<typeof tunable>).returns.toEqualTypeOf<typeof tunable>();
  expectTypeOf<EmbeddingModel & RerankModel & TokenCountingModel>().toExtend<EmbeddingModel>();
  expectTypeOf<EmbeddingModel>().not.toExtend<RerankModel>();
  expectTypeOf<ScoringModel>().not.toExtend<LanguageModel>();
});
