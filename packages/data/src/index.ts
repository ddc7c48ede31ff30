export {
  type ClassificationTaskOptions,
  classificationInstruction,
  classificationTask,
  type LabelledText,
  type TextInput,
} from './classification-task.ts';
export {
  type DataWarning,
  type DataWarningCode,
  describeWarning,
  type WarningFacts,
  type WarningLanguage,
} from './data-warning.ts';
export { type DecodedText, decodeText } from './decode-text.ts';
export { detectDelimiter } from './detect-delimiter.ts';
export { type DetectedEncoding, detectEncoding } from './detect-encoding.ts';
export { valueAt } from './json-columns.ts';
export { parseTable, type ReadTableOptions, type TableSource } from './parse-table.ts';
export { type PreparedExamples, type PrepareOptions, prepareExamples } from './prepare-examples.ts';
export { type ExamplesRead, type LabelledExample, type ReadExamplesOptions, readExamples } from './read-examples.ts';
export { type DelimitedRecord, type ReadRecordsOptions, readRecords } from './read-records.ts';
export { readTable } from './read-table.ts';
export { samplePerLabel, sampleStratified } from './sample-examples.ts';
export { commandLineNames, type Setting, type SettingNames } from './setting-names.ts';
export { type SplitOptions, type SplitParts, splitExamples } from './split-examples.ts';
export type { Table, TableFormat, TableRow } from './table.ts';
export { textKey } from './text-key.ts';
