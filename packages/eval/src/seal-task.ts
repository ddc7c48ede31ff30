// What a mode gets to see of a task: copies, without the test examples and with no way back to them.
import type { Example, StandardSchema, Task, TaskForModes } from '@modeshift/core';
import { deepCopy } from './deep-copy.ts';

/**
 * The part of a task that a mode may know, as a frozen object of its own: no test examples, no metric, no prototype, and
 * copies of everything that could be changed. Two modes share no object through it, except instances of the user's own
 * classes inside inputs.
 *
 * A mode is code in the same process: this keeps out mistakes and peeking, not a hostile program.
 *
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { sealTask } from '@modeshift/eval';
 * import { z } from 'zod';
 *
 * const examples = [{ input: '你好', output: 'greeting' as const }];
 * const task = defineTask({
 *   name: 'intent',
 *   instruction: 'Say what is meant.',
 *   input: z.string(),
 *   output: labels(['greeting']),
 *   examples: { train: examples, test: examples },
 * });
 * console.log('test' in sealTask(task)); // false
 * ```
 */
export function sealTask<Input, Output>(task: Task<Input, Output>): TaskForModes<Input, Output> {
  const text = task.text;
  const sealed: TaskForModes<Input, Output> = {
    name: task.name,
    instruction: task.instruction,
    input: sealSchema(task.input),
    output: sealSchema(task.output),
    labels: task.labels && Object.freeze([...task.labels]),
    train: sealExamples(task.train),
    dev: sealExamples(task.dev),
    text: Object.freeze((input: Input) => text(input)),
  };
  return Object.freeze(Object.assign(Object.create(null) as object, sealed));
}

function sealExamples<Input, Output>(examples: readonly Example<Input, Output>[]): readonly Example<Input, Output>[] {
  return Object.freeze(examples.map(({ input, output }) => deepCopy({ input, output }, true)));
}

function sealSchema<T>(schema: StandardSchema<T>): StandardSchema<T> {
  const standard = schema['~standard'];
  const { jsonSchema } = standard;
  return Object.freeze({
    '~standard': Object.freeze({
      version: 1 as const,
      vendor: standard.vendor,
      validate: (value: unknown) => standard.validate(value),
      ...(jsonSchema && {
        jsonSchema: Object.freeze({
          input: (options: { readonly target: string }) => jsonSchema.input(options),
          output: (options: { readonly target: string }) => jsonSchema.output(options),
        }),
      }),
    }),
  });
}
