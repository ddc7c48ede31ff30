// Contextual calibration: how likely each label is where the text says nothing, measured without any labelled or test text.
import { addUsage, type CallContext, ModeshiftError, type ScoringModel, type Usage } from '@modeshift/core';
import {
  continuationOf,
  labelLogs,
  labelPrompt,
  likeliestLabel,
  type PromptFrame,
  promptEnd,
  type WordComparison,
  type WordedExample,
  wordLogs,
} from '@modeshift/core/label-mode';

/** A way of calibrating. */
export type Calibration = 'none' | 'contextual' | 'domain' | 'pmi';

/** What was measured, as natural logarithms: for each label, or for each word of each label. */
export type Prior =
  | { readonly by: 'label'; readonly logs: readonly number[] }
  | { readonly by: 'word'; readonly logs: readonly (readonly number[])[] };

/** What calibrating needs. */
export interface CalibrationRequest {
  readonly model: ScoringModel;
  readonly frame: PromptFrame;
  readonly examples: readonly WordedExample[];
  readonly comparison: WordComparison;
  /** Measured with these texts; left out: the end of the prompt alone, word by word. */
  readonly texts: readonly string[] | undefined;
}

/**
 * Measures the prior. With texts it is the mean of the label probabilities over them (Zhao et al. 2021,
 * https://arxiv.org/abs/2102.09690); without, the likelihood of each word after the end of the prompt (PMI-DC, Holtzman et al. 2021,
 * https://arxiv.org/abs/2104.08315).
 *
 * @throws ModeshiftError `invalid-response` where the model gives no usable likelihood.
 */
export async function measurePrior(
  { model, frame, examples, comparison, texts }: CalibrationRequest,
  context: CallContext,
  onDone: (done: number, total: number) => void,
): Promise<{ readonly prior: Prior; readonly usage: Usage }> {
  const continuations = frame.words.map(words => words.map(word => continuationOf(frame, word)));
  const ask = (prompt: Parameters<typeof wordLogs>[1]) =>
    wordLogs(model, prompt, continuations, comparison.normalize, context);
  if (!texts) {
    const { logs, usage } = await ask(promptEnd(frame));
    onDone(1, 1);
    if (logs.flat().some(log => !Number.isFinite(log))) throw unusable(model);
    return { prior: { by: 'word', logs }, usage };
  }
  const labels = frame.words.map((_, i) => String(i));
  const sums = labels.map(() => 0);
  const usages: Usage[] = [];
  for (const [i, text] of texts.entries()) {
    const { logs, usage } = await ask(labelPrompt(frame, text, examples));
    const { probabilities } = likeliestLabel(labels, labelLogs(logs, comparison.combine));
    if (!probabilities) throw unusable(model);
    for (const [label, name] of labels.entries()) sums[label]! += probabilities[name]!;
    usages.push(usage);
    onDone(i + 1, texts.length);
  }
  // A label that never has any probability would be divided by nothing.
  const logs = sums.map(sum => Math.log(Math.max(sum / texts.length, Number.MIN_VALUE)));
  return { prior: { by: 'label', logs }, usage: addUsage(usages) };
}

function unusable({ provider, modelId }: ScoringModel): ModeshiftError {
  return new ModeshiftError(
    { tag: 'invalid-response' },
    `${provider}:${modelId} gave no usable likelihood for a prompt without content, so it cannot be calibrated. Use calibrate: 'none'.`,
  );
}
