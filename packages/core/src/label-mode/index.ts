// Entry for authors of modes that choose between labels: templates, label words, likelihoods, held-out examples. Portable.
export { type HeldOutExamples, holdOutByLabel } from './hold-out.ts';
export {
  type CompleteTemplate,
  completeTemplate,
  continuationOf,
  endOfWords,
  type LabelLanguage,
  type LabelTemplate,
  labelPrompt,
  labelTemplates,
  languageOfLabels,
  type PromptFrame,
  promptEnd,
  type WordedExample,
} from './label-template.ts';
export { labelWords, readableLabel, type Verbalizer } from './label-words.ts';
export {
  checkComparison,
  comparedLog,
  labelLogs,
  likeliestLabel,
  type WordComparison,
  type WordLogs,
  wordLogs,
} from './word-scores.ts';
