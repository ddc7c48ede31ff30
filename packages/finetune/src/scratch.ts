// The mode that trains a text classifier from random weights in this process.
import { invalidInput, type Mode, type Prediction } from '@modeshift/core';
import { type TextClassifierOptions, trainTextClassifier } from '@modeshift/local';

/** Options of {@link scratch}: those of `trainTextClassifier`, less what the task and the run give. */
export interface ScratchOptions
  extends Omit<TextClassifierOptions, 'examples' | 'dev' | 'labels' | 'seed' | 'signal' | 'onProgress'> {
  /** The mode's name in a comparison. Default `scratch`. */
  readonly name?: string;
}

/**
 * A mode that trains a small text classifier on the task's own examples, from random weights, in this process: no key, no
 * download, no cost per call. It reads the task's input as text in any language and gives calibrated probabilities for
 * every label. `task.dev`, where there is one, decides when to stop; otherwise a part of `task.train` is held out for that.
 *
 * `solve` throws ModeshiftError `invalid-input` for a task whose answer is not a choice between labels, and `aborted` when
 * the run is cancelled.
 *
 * @example
 * ```ts
 * import { defineTask, labels } from '@modeshift/core';
 * import { scratch } from '@modeshift/finetune';
 * import { z } from 'zod';
 *
 * const task = defineTask({
 *   name: 'support-topic',
 *   instruction: 'Say what the message is about.',
 *   input: z.string(),
 *   output: labels(['lost', 'refund']),
 *   examples: {
 *     train: [
 *       { input: '我的卡丢了', output: 'lost' },
 *       { input: 'I lost my card', output: 'lost' },
 *       { input: '请给我退款', output: 'refund' },
 *       { input: 'refund my money please', output: 'refund' },
 *     ],
 *     test: [{ input: '卡丢了', output: 'lost' }],
 *   },
 * });
 * const solution = await scratch().solve(task, { seed: 1 });
 * console.log((await solution.predict('卡丢了', {})).output); // lost
 * console.log(solution.footprint.trainUsd); // 0
 * ```
 */
export function scratch(options: ScratchOptions = {}): Mode<unknown, string> {
  const { name = 'scratch', ...training } = options;
  return {
    name,
    kind: 'fine-tuning',
    async solve(task, { seed, signal, onProgress }) {
      if (!task.labels) {
        throw invalidInput(
          `Task "${task.name}" has no fixed labels, and ${name} can only choose between labels. Give the task an output like labels(['a', 'b']) or z.enum(['a', 'b']), or use a mode that generates text.`,
        );
      }
      const labelled = ({ input, output }: { readonly input: unknown; readonly output: string }) => ({
        text: task.text(input),
        label: output,
      });
      const classifier = await trainTextClassifier({
        ...training,
        examples: task.train.map(labelled),
        dev: task.dev.map(labelled),
        labels: task.labels,
        ...(seed !== undefined && { seed }),
        ...(signal && { signal }),
        ...(onProgress && { onProgress }),
      });
      return {
        footprint: {
          trainedParameters: classifier.parameters,
          totalParameters: classifier.parameters,
          bytes: classifier.bytes,
          trainMs: classifier.training.trainMs,
          trainUsd: 0,
        },
        async predict(input, context): Promise<Prediction<string>> {
          const [answer] = await classifier.classify(
            [task.text(input)],
            context.signal ? { signal: context.signal } : {},
          );
          return { output: answer!.label, probabilities: answer!.probabilities, usd: 0 };
        },
        save: dir => classifier.save(dir),
      };
    },
  };
}
