export { accuracy, balancedAccuracy } from './accuracy.ts';
export { answersByExample, type ExampleAnswers } from './answers-by-example.ts';
export { type BootstrapOptions, macroF1Interval, meanInterval } from './bootstrap.ts';
export { type Calibration, calibration, type ProbableAnswer, type ReliabilityBin } from './calibration.ts';
export type { AskOptions } from './collect-answers.ts';
export { type CompareOptions, type CompareProgress, compare } from './compare.ts';
export { type Confusion, confusionOf } from './confusion.ts';
export { type ConfusionPair, confusionPairs } from './confusion-pairs.ts';
export { type Disagreement, disagreements } from './disagreements.ts';
export { type EvaluateOptions, evaluate } from './evaluate.ts';
export type {
  Evaluation,
  EvaluationStatus,
  KeptPrediction,
  LatencyFigures,
  QualityFigures,
} from './evaluation.ts';
export { macroF1, microF1, weightedF1 } from './f1.ts';
export type { Failure } from './failure.ts';
export { holm } from './holm.ts';
export { type ReportPageOptions, reportPage } from './html/report-page.ts';
export type { Interval } from './interval.ts';
export { majority, modes } from './majority.ts';
export { type McNemarMethod, type McNemarResult, mcnemar } from './mcnemar.ts';
export { type PairedDifference, pairedDifference } from './paired.ts';
export { type LabelFigures, perLabel } from './per-label.ts';
export { percentile } from './percentile.ts';
export type { DataFacts, ModeRow, PairedRow, Report } from './report.ts';
export { type ReportFigures, reportFigures } from './report-figures.ts';
export { reportSchema } from './report-schema.ts';
export { sealTask } from './seal-task.ts';
export { type ReportTableOptions, reportTable } from './terminal/report-table.ts';
export type { Alternative, Verdict } from './verdict.ts';
export { type VerdictText, verdictText } from './verdict-text.ts';
export { wilsonInterval } from './wilson.ts';
export type { ReportLanguage } from './words.ts';
