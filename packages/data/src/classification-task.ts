// Labelled texts as a task of core: classify a text.
import { defineTask, invalidInput, labels as labelSchema, type StandardSchema, type Task } from '@modeshift/core';

/** The input of a classification task. */
export interface TextInput {
  readonly text: string;
}

/** What {@link classificationTask} takes. */
export interface ClassificationTaskOptions {
  readonly name: string;
  /** What to do. Left out: {@link classificationInstruction}. */
  readonly instruction?: string;
  readonly train: readonly LabelledText[];
  readonly test: readonly LabelledText[];
  /** Examples for choosing. Left out: none, and modes hold out a part of `train`. */
  readonly dev?: readonly LabelledText[];
  /** The labels in order. Left out: those of all parts in code-point order. */
  readonly labels?: readonly string[];
}

/** A text with its label. */
export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/**
 * Makes a task from labelled texts: input `{ text }`, output one of the labels.
 *
 * @throws ModeshiftError `invalid-input` for fewer than two labels, an empty part, or a label that `labels` leaves out.
 * @example
 * ```ts
 * import { classificationTask } from '@modeshift/data';
 *
 * const task = classificationTask({
 *   name: 'mood',
 *   train: [{ text: '很好', label: 'good' }, { text: '太差了', label: 'bad' }],
 *   test: [{ text: '不错', label: 'good' }],
 * });
 * console.log(task.labels?.join(), task.text(task.test[0]!.input)); // bad,good 不错
 * console.log(task.instruction); // Classify the text. Answer with exactly one of these labels: bad, good.
 * ```
 */
export function classificationTask(options: ClassificationTaskOptions): Task<TextInput, string> {
  const { name, train, test, dev } = options;
  const found = new Set<string>();
  for (const part of [train, dev ?? [], test]) for (const { label } of part) found.add(label);
  const labels = options.labels ?? [...found].sort((a, b) => (a < b ? -1 : 1));
  if (labels.length < 2) {
    throw invalidInput(`Task "${name}" has ${labels.length === 0 ? 'no label' : 'one label'}. Give at least two.`);
  }
  const asExamples = (part: readonly LabelledText[]) =>
    part.map(({ text, label }) => ({ input: { text }, output: label }));
  return defineTask({
    name,
    instruction: options.instruction ?? classificationInstruction(labels),
    input: textInput,
    output: labelSchema(labels),
    examples: { train: asExamples(train), test: asExamples(test), ...(dev && { dev: asExamples(dev) }) },
  });
}

/**
 * The default instruction: names every label.
 *
 * @example
 * ```ts
 * import { classificationInstruction } from '@modeshift/data';
 *
 * console.log(classificationInstruction(['差', '好'])); // Classify the text. Answer with exactly one of these labels: 差, 好.
 * ```
 */
export function classificationInstruction(labels: readonly string[]): string {
  return `Classify the text. Answer with exactly one of these labels: ${labels.join(', ')}.`;
}

const textInput: StandardSchema<TextInput, TextInput> = {
  '~standard': {
    version: 1,
    vendor: 'modeshift',
    validate: value => {
      const text = typeof value === 'object' && value !== null && 'text' in value ? value.text : undefined;
      return typeof text === 'string'
        ? { value: { text } }
        : { issues: [{ message: 'must be a string', path: ['text'] }] };
    },
    jsonSchema: { input: () => textSchema(), output: () => textSchema() },
  },
};

function textSchema(): Record<string, unknown> {
  return {
    type: 'object',
    properties: { text: { type: 'string' } },
    required: ['text'],
    additionalProperties: false,
  };
}
