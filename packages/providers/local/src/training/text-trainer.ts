// A trainer that takes examples in words.
import type { CallContext, TrainExample, Trainer, TrainOutcome, TrainRun } from '@modeshift/core';
import type { BatchResult, LocalTrainer } from './local-trainer.ts';
import { type RenderTrainingOptions, renderExample } from './render-examples.ts';
import type { TokenExample } from './token-example.ts';

type Texts = readonly TrainExample[];

/** A {@link LocalTrainer} with a tokenizer and a chat template before it. Each example is rendered once. */
export class TextTrainer implements Trainer<Texts> {
  /** The trainer of tokens behind it. */
  readonly tokens: LocalTrainer;
  /** How examples are rendered. */
  readonly options: RenderTrainingOptions;
  readonly #rendered = new WeakMap<TrainExample, TokenExample>();

  constructor(tokens: LocalTrainer, options: RenderTrainingOptions) {
    this.tokens = tokens;
    this.options = options;
  }

  get trainedParameters(): number {
    return this.tokens.trainedParameters;
  }

  get allParameters(): number {
    return this.tokens.allParameters;
  }

  get maxTokens(): number {
    return this.tokens.resolved.maxLength;
  }

  get steps(): number {
    return this.tokens.steps;
  }

  /** Examples as tokens: what counts in them can be looked at before training. */
  render(examples: Texts): TokenExample[] {
    return examples.map(example => {
      let rendered = this.#rendered.get(example);
      if (!rendered) {
        rendered = renderExample(example, this.options);
        this.#rendered.set(example, rendered);
      }
      return rendered;
    });
  }

  /** The line that PEFT prints. */
  printTrainableParameters(): string {
    return this.tokens.printTrainableParameters();
  }

  async step(batch: Texts, ctx: CallContext = {}): Promise<{ readonly loss: number }> {
    return this.tokens.step(this.render(batch), ctx);
  }

  async forwardBackward(batch: Texts, ctx: CallContext = {}): Promise<BatchResult> {
    return this.tokens.forwardBackward(this.render(batch), ctx);
  }

  optimStep(options: { readonly learningRate?: number } = {}): Promise<{ readonly gradientNorm: number }> {
    return this.tokens.optimStep(options);
  }

  async evaluate(batch: Texts, ctx: CallContext = {}): Promise<Readonly<Record<string, number>>> {
    return this.tokens.evaluate(this.render(batch), ctx);
  }

  /** Logits of a classification head, one list for each text. */
  async logits(batch: Texts, ctx: CallContext = {}): Promise<Float32Array[]> {
    return this.tokens.logits(this.render(batch), ctx);
  }

  async train(run: TrainRun<TrainExample>): Promise<TrainOutcome> {
    const { examples, evaluation, ...rest } = run;
    return this.tokens.train({
      ...rest,
      examples: this.render(examples),
      ...(evaluation ? { evaluation: { ...evaluation, examples: this.render(evaluation.examples) } } : {}),
    });
  }

  saveState(dir: string): Promise<void> {
    return this.tokens.saveState(dir);
  }

  loadState(dir: string): Promise<void> {
    return this.tokens.loadState(dir);
  }

  save(dir: string): Promise<void> {
    return this.tokens.save(dir);
  }

  mergeAndSave(dir: string): Promise<void> {
    return this.tokens.mergeAndSave(dir);
  }

  dispose(): Promise<void> {
    return this.tokens.dispose();
  }
}
