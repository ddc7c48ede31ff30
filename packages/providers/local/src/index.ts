// Models in this process: text classifiers trained from random weights, and the safetensors format.
export { expectedCalibrationError, fitTemperature, negativeLogLikelihood, softmax } from './calibrate.ts';
export {
  readSafetensors,
  type SafetensorsDType,
  type SafetensorsFile,
  type SafetensorsTensor,
} from './checkpoint/read-safetensors.ts';
export { type SafetensorsArray, type SafetensorsEntry, writeSafetensors } from './checkpoint/write-safetensors.ts';
export type { NetworkSizes, NetworkWeights } from './classifier-network.ts';
export { FeatureVocabulary, learnVocabulary, type SparseVector, type VocabularyOptions } from './feature-vocabulary.ts';
export type { Hyperparameters } from './fit-classifier.ts';
export { loadTextClassifier } from './load-text-classifier.ts';
export { type HeldOut, holdOut } from './split-examples.ts';
export {
  type Classification,
  TextClassifier,
  type TextClassifierParts,
  type TrainingReport,
} from './text-classifier.ts';
export { defaultTextFeatures, type FeatureKind, type TextFeatureOptions, textFeatures } from './text-features.ts';
export {
  defaultHyperparameters,
  type LabelledText,
  type TextClassifierOptions,
  trainTextClassifier,
} from './train-text-classifier.ts';
