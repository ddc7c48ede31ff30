// Which models can answer, told at compile time by a sentence and at run time by an error.
import { type AnsweringModel, invalidInput, type LanguageModel, type ScoringModel } from '@modeshift/core';

/** What a model must be for these modes; a model that is something else becomes a sentence that says so. */
export type MustAnswer<Candidate> = Candidate extends AnsweringModel
  ? unknown
  : 'This mode needs a model that generates (it has a stream method) or scores (it has a score method). This model does neither.';

/** Whether a model scores continuations. */
export function canScore(model: AnsweringModel): model is ScoringModel {
  return 'score' in model && typeof model.score === 'function';
}

/** Whether a model generates. */
export function canGenerate(model: AnsweringModel): model is LanguageModel {
  return 'stream' in model && typeof model.stream === 'function';
}

/** How to ask a model: as wished where it can, else as it can. Scoring first: it cannot answer with what is no label. */
export function answerWay(model: unknown, wish: 'score' | 'generate' | undefined): 'score' | 'generate' {
  if (typeof model !== 'object' || model === null) throw invalidInput('This mode needs a model. Pass one as `model`.');
  const candidate = model as AnsweringModel;
  const { modelId } = candidate;
  const scores = canScore(candidate);
  const generates = canGenerate(candidate);
  if (!scores && !generates) {
    throw invalidInput(`The model ${modelId} neither generates nor scores, so it cannot answer.`);
  }
  if (wish === 'score' && !scores) throw invalidInput(`The model ${modelId} does not score. Use answer: 'generate'.`);
  if (wish === 'generate' && !generates) {
    throw invalidInput(`The model ${modelId} does not generate. Use answer: 'score'.`);
  }
  return wish ?? (scores ? 'score' : 'generate');
}
