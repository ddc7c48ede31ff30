// A task is data: what to do, the shape of input and output, examples, and how an answer is judged.
import { invalidInput } from './errors.ts';
import { labelsOf } from './labels.ts';
import { parse } from './parse.ts';
import type { InferOutput, StandardSchema } from './standard-schema.ts';

/** An input with the answer it should get. */
export interface Example<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** A predicted answer beside the right one; `predicted` is `undefined` where a mode gave no valid answer. */
export interface Judged<Output> {
  readonly predicted: Output | undefined;
  readonly expected: Output;
}

/** How answers are judged. `@modeshift/eval` has the usual ones. */
export interface Metric<Output> {
  readonly name: string;
  readonly direction: 'maximize' | 'minimize';
  /** The figure over many answers. */
  overall(answers: readonly Judged<Output>[]): number;
  /** The figure of one answer, where the metric is a mean of such figures. */
  single?(answer: Judged<Output>): number;
}

/** A task's examples. `dev` is for choosing, `test` is for measuring and is never shown to a mode. */
export interface TaskExamples<Input, Output> {
  readonly train: readonly Example<Input, Output>[];
  readonly dev?: readonly Example<Input, Output>[];
  readonly test: readonly Example<Input, Output>[];
}

/** What a mode may know of a task: everything but the test examples. */
export interface TaskForModes<Input, Output> {
  readonly name: string;
  readonly instruction: string;
  readonly input: StandardSchema<Input>;
  readonly output: StandardSchema<Output>;
  /** The allowed answers in a fixed order, when the answer is a choice. */
  readonly labels: readonly string[] | undefined;
  readonly train: readonly Example<Input, Output>[];
  /** Examples for choosing; empty when the task has none, and then a mode holds out a part of `train`. */
  readonly dev: readonly Example<Input, Output>[];
  /** The input as text, for modes that read text. */
  text(input: Input): string;
}

/** A task, ready to be solved and measured. */
export interface Task<Input, Output> extends TaskForModes<Input, Output> {
  readonly test: readonly Example<Input, Output>[];
  readonly metric: Metric<Output> | undefined;
}

/** What {@link defineTask} takes. */
export interface TaskDefinition<InputSchema extends StandardSchema, OutputSchema extends StandardSchema> {
  readonly name: string;
  /** What to do, as one would tell a person. */
  readonly instruction: string;
  readonly input: InputSchema;
  readonly output: OutputSchema;
  readonly examples: TaskExamples<NoInfer<InferOutput<InputSchema>>, NoInfer<InferOutput<OutputSchema>>>;
  readonly metric?: Metric<NoInfer<InferOutput<OutputSchema>>>;
  /** How an input reads as text. Left out: a string is itself, one text field is that field, more are `name: value` lines. */
  readonly text?: (input: NoInfer<InferOutput<InputSchema>>) => string;
}

/**
 * Defines a task once; every mode can solve it. All examples are validated here.
 *
 * @throws ModeshiftError `invalid-input` when an example does not fit its schema, a name is empty or there is nothing to
 * train on or to measure.
 * @example
 * ```ts
 * import { defineTask } from '@modeshift/core';
 * import { z } from 'zod';
 *
 * const task = defineTask({
 *   name: 'support-topic',
 *   instruction: 'Say what the customer message is about.',
 *   input: z.object({ text: z.string() }),
 *   output: z.enum(['billing', 'delivery']),
 *   examples: {
 *     train: [{ input: { text: 'I was charged twice' }, output: 'billing' }],
 *     test: [{ input: { text: 'My parcel is late' }, output: 'delivery' }],
 *   },
 * });
 * console.log(task.labels); // [ 'billing', 'delivery' ]
 * console.log(task.text({ text: '你好' })); // 你好
 * ```
 */
export function defineTask<const InputSchema extends StandardSchema, const OutputSchema extends StandardSchema>(
  definition: TaskDefinition<InputSchema, OutputSchema>,
): Task<InferOutput<InputSchema>, InferOutput<OutputSchema>> {
  type Input = InferOutput<InputSchema>;
  type Output = InferOutput<OutputSchema>;
  if (definition.name.trim() === '') throw invalidInput('A task needs a name.');
  const input = definition.input as StandardSchema<Input>;
  const output = definition.output as StandardSchema<Output>;
  const validated = (part: 'train' | 'dev' | 'test'): Example<Input, Output>[] =>
    (definition.examples[part] ?? []).map((example, index) => ({
      input: parse(input, example.input, `the input of example ${index + 1} of ${part}`),
      output: parse(output, example.output, `the output of example ${index + 1} of ${part}`),
    }));
  const train = validated('train');
  const test = validated('test');
  if (train.length === 0) throw invalidInput(`Task "${definition.name}" has no training examples. Give at least one.`);
  if (test.length === 0) throw invalidInput(`Task "${definition.name}" has no test examples. Give at least one.`);
  return {
    name: definition.name,
    instruction: definition.instruction,
    input,
    output,
    labels: labelsOf(output),
    train,
    dev: validated('dev'),
    test,
    metric: definition.metric,
    text: definition.text ?? inputAsText,
  };
}

function inputAsText(input: unknown): string {
  if (typeof input === 'string') return input;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return JSON.stringify(input);
  const fields = Object.entries(input).filter(([, value]) => value !== undefined);
  const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  if (fields.length === 1) return asText(fields[0]![1]);
  return fields.map(([name, value]) => `${name}: ${asText(value)}`).join('\n');
}
