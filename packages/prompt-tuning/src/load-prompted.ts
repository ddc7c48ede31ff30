// A saved prompt with a model: a solution again.
import type { AnsweringModel } from '@modeshift/core';
import { answerWay, type MustAnswer } from './answering-model.ts';
import { onlyText } from './only-text.ts';
import { readPromptFile } from './prompt-file.ts';
import { type PromptSolution, promptSolution } from './prompt-solution.ts';
import type { ShotSelector } from './select-shots.ts';

/** Options of {@link loadPrompted}. */
export interface LoadPromptedOptions<Input> {
  /** Generates or scores, as the saved prompt needs it. It may be another model than the one the prompt was made with. */
  readonly model: AnsweringModel;
  /** The selector function, for a prompt that was made with one. */
  readonly select?: ShotSelector;
  /** How an input reads as text. Left out: a string is itself, an object with one text field is that field. */
  readonly text?: (input: Input) => string;
  /** How many calls run at a time. Left out: 8. */
  readonly concurrency?: number;
}

/**
 * Loads what a solution of `prompted` or `fewShot` saved. Its answers are label texts.
 *
 * @throws ModeshiftError `storage` where nothing is saved, `invalid-input` for a broken file or a model that cannot do what the
 * prompt needs.
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { defineTask, labels } from '@modeshift/core';
 * import { loadPrompted, prompted } from '@modeshift/prompt-tuning';
 * import { scriptedModel } from '@modeshift/testing';
 * import { z } from 'zod';
 *
 * const examples = [{ input: '发票不对', output: '账单' as const }];
 * const task = defineTask({
 *   name: '主题',
 *   instruction: '判断主题。',
 *   input: z.string(),
 *   output: labels(['账单', '物流']),
 *   examples: { train: examples, test: examples },
 * });
 * const model = scriptedModel({ reply: () => '账单' });
 * const dir = await mkdtemp(join(tmpdir(), 'prompt-'));
 * await (await prompted<string, '账单' | '物流'>({ model, lang: 'zh' }).solve(task, {})).save(dir);
 * const loaded = await loadPrompted(dir, { model });
 * console.log((await loaded.predict('多收了钱', {})).output); // 账单
 * ```
 */
export async function loadPrompted<Input = string | { readonly text: string }, Candidate = AnsweringModel>(
  dir: string,
  options: Omit<LoadPromptedOptions<Input>, 'model'> & { readonly model: Candidate & MustAnswer<Candidate> },
): Promise<PromptSolution<Input, string>> {
  const start = performance.now();
  const model = options.model as AnsweringModel;
  const file = await readPromptFile(dir);
  answerWay(model, file.answer);
  return promptSolution<Input, string>({
    file,
    model,
    concurrency: options.concurrency,
    selector: options.select,
    text: options.text ?? onlyText,
    output: label => label,
    trainMs: performance.now() - start,
  });
}
