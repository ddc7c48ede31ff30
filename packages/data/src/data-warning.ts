// What is odd about the data but does not stop the work: a code, a count, line numbers, and a sentence in two languages.

/** What a warning is about. */
export type DataWarningCode =
  /** The bytes are not UTF-8 and carry no mark: the encoding is a guess. */
  | 'encoding-guessed'
  /** Some bytes are not valid in the encoding and were read as U+FFFD. */
  | 'undecodable-bytes'
  /** A column without a name, or with a name that stands twice, got one. */
  | 'columns-renamed'
  /** Rows whose number of fields is not that of the header: skipped. */
  | 'ragged-rows'
  /** Characters between a closing quote and the next delimiter: kept as text. */
  | 'stray-quotes'
  /** Quotes are plain characters in this tab-separated file. */
  | 'quotes-literal'
  /** Rows without a text: dropped. */
  | 'empty-text'
  /** Rows without a label: dropped. */
  | 'empty-label'
  /** Further rows of a text that already has the same label. */
  | 'duplicate-texts'
  /** Texts that stand with more than one label. */
  | 'conflicting-labels'
  /** Training rows whose text is also a test text. */
  | 'leaks'
  /** Labels with one row. */
  | 'labels-once'
  /** Labels of the test rows that no training row has. */
  | 'labels-only-in-test'
  /** Labels that differ only in case, width or spaces. */
  | 'similar-labels'
  /** More labels than a choice between labels usually has, given the number of rows. */
  | 'many-labels';

/** A language that warnings are written in. */
export type WarningLanguage = 'en' | 'zh';

/** One thing odd about the data. */
export interface DataWarning {
  readonly code: DataWarningCode;
  /** How many rows, texts, labels or columns it concerns; the message says which. */
  readonly count: number;
  /** One English sentence that says what was found and what was done about it. */
  readonly message: string;
  /** The lines where it was found, 1-based: the first {@link shownLines} of them. */
  readonly lines?: readonly number[];
  /** The values that the sentence names, e.g. labels. */
  readonly names?: readonly string[];
  /** The file, or `'train'` or `'test'`. */
  readonly source?: string;
  /** Whether the rows were dropped (`leaks`). */
  readonly dropped?: boolean;
  /** How the caller's settings are called, for the sentence. */
  readonly setting?: string;
}

/** How many line numbers and names a warning carries at most. */
export const shownLines = 10;

/** A warning without its sentence. */
export type WarningFacts = Omit<DataWarning, 'message'>;

type Sentence = (facts: WarningFacts, names: string) => string;

const english: Record<DataWarningCode, Sentence> = {
  'encoding-guessed': (_, names) =>
    `The file is not UTF-8. It was read as ${names}; if characters look wrong, save it as UTF-8.`,
  'undecodable-bytes': ({ count }) =>
    `${countOf(count, 'character')} could not be decoded and ${are(count)} shown as �. Save the file as UTF-8 again.`,
  'columns-renamed': ({ count }, names) =>
    `${countOf(count, 'column')} had no name or one that stands twice, and ${are(count)} now called ${names}.`,
  'ragged-rows': ({ count }) =>
    `${countOf(count, 'row')} ${have(count)} more or fewer fields than the header and ${were(count)} skipped.`,
  'stray-quotes': ({ count }) =>
    `${countOf(count, 'field')} ${have(count)} characters after the closing quote; they were kept. Write a quote inside quotes twice.`,
  'quotes-literal': () =>
    'The quotes of this tab-separated file do not pair up, so they were read as plain characters.',
  'empty-text': ({ count }) => `${countOf(count, 'row')} ${have(count)} no text and ${were(count)} dropped.`,
  'empty-label': ({ count }) => `${countOf(count, 'row')} ${have(count)} no label and ${were(count)} dropped.`,
  'duplicate-texts': ({ count }) =>
    `${countOf(count, 'row')} ${count === 1 ? 'repeats' : 'repeat'} an earlier text with the same label.`,
  'conflicting-labels': ({ count }) =>
    `${countOf(count, 'text')} ${count === 1 ? 'stands' : 'stand'} with more than one label, so no answer can be right for all of its rows.`,
  leaks: ({ count, dropped, setting }) =>
    dropped
      ? `${countOf(count, 'training row')} ${have(count)} a text of the test data and ${were(count)} dropped from training (${setting} keeps them).`
      : `${countOf(count, 'training row')} ${have(count)} a text of the test data and ${were(count)} kept, so the figures look better than they are.`,
  'labels-once': ({ count }, names) => `${countOf(count, 'label')} ${count === 1 ? 'occurs' : 'occur'} once: ${names}.`,
  'labels-only-in-test': ({ count }, names) =>
    `${countOf(count, 'label')} of the test data never ${count === 1 ? 'occurs' : 'occur'} in training: ${names}. Modes that learn from examples cannot get them right.`,
  'similar-labels': ({ count }, names) =>
    `${countOf(count, 'label')} differ from another only in case, width or spaces: ${names}.`,
  'many-labels': ({ count }, names) =>
    `There are ${count} labels for ${names} rows. Check that the label column is the right one.`,
};

const chinese: Record<DataWarningCode, Sentence> = {
  'encoding-guessed': (_, names) => `文件不是 UTF-8,已按 ${names} 读取;如有乱码,请另存为 UTF-8。`,
  'undecodable-bytes': ({ count }) => `${count} 个字符无法解码,显示为 �。请把文件重新存为 UTF-8。`,
  'columns-renamed': ({ count }, names) => `${count} 个列没有名称或名称重复,已命名为 ${names}。`,
  'ragged-rows': ({ count }) => `${count} 行的字段数与表头不一致,已跳过。`,
  'stray-quotes': ({ count }) => `${count} 个字段在右引号之后还有字符,已保留。引号内的引号请写两遍。`,
  'quotes-literal': () => '此制表符分隔文件的引号不成对,已按普通字符读取。',
  'empty-text': ({ count }) => `${count} 行没有文本,已丢弃。`,
  'empty-label': ({ count }) => `${count} 行没有标签,已丢弃。`,
  'duplicate-texts': ({ count }) => `${count} 行与前面的文本重复且标签相同。`,
  'conflicting-labels': ({ count }) => `${count} 条文本带有不止一个标签,任何答案都不可能对所有行都正确。`,
  leaks: ({ count, dropped, setting }) =>
    dropped
      ? `${count} 行训练数据的文本也出现在测试数据中,已从训练数据中去掉(${setting} 可保留)。`
      : `${count} 行训练数据的文本也出现在测试数据中,已保留,因此结果会偏高。`,
  'labels-once': ({ count }, names) => `${count} 个标签只出现一次:${names}。`,
  'labels-only-in-test': ({ count }, names) =>
    `测试数据中有 ${count} 个标签从未出现在训练数据中:${names}。靠样例学习的方式无法答对它们。`,
  'similar-labels': ({ count }, names) => `${count} 个标签与其他标签仅在大小写、全半角或空格上不同:${names}。`,
  'many-labels': ({ count }, names) => `${names} 行数据有 ${count} 个标签,请检查标签列是否选对。`,
};

/**
 * A warning as one sentence: with its source in front and its first line numbers behind.
 *
 * @example
 * ```ts
 * import { describeWarning } from '@modeshift/data';
 *
 * const facts = { code: 'empty-text', count: 2, lines: [4, 9], source: 'a.csv' } as const;
 * console.log(describeWarning(facts)); // a.csv: 2 rows have no text and were dropped. Lines 4, 9.
 * console.log(describeWarning(facts, 'zh')); // a.csv:2 行没有文本,已丢弃。行号 4、9。
 * ```
 */
export function describeWarning(warning: WarningFacts, language: WarningLanguage = 'en'): string {
  const zh = language === 'zh';
  const names = (warning.names ?? []).slice(0, shownLines);
  const more = warning.names !== undefined && warning.count > names.length && names.length >= shownLines;
  const list = names.join(zh ? '、' : ', ') + (more ? (zh ? ' 等' : ', …') : '');
  const sentence = (zh ? chinese : english)[warning.code](warning, list);
  const source = warning.source === undefined ? '' : zh ? `${warning.source}:` : `${warning.source}: `;
  return source + sentence + describeLines(warning, zh);
}

/** A warning with its English sentence, its lists cut to {@link shownLines}. */
export function dataWarning(facts: WarningFacts): DataWarning {
  const message = describeWarning(facts);
  return {
    ...facts,
    message,
    ...(facts.lines && { lines: facts.lines.slice(0, shownLines) }),
    ...(facts.names && { names: facts.names.slice(0, shownLines) }),
  };
}

function describeLines({ lines, count }: WarningFacts, zh: boolean): string {
  if (!lines || lines.length === 0) return '';
  const shown = lines.slice(0, shownLines);
  const more = Math.max(count, lines.length) > shown.length;
  if (zh) return `行号 ${shown.join('、')}${more ? ' 等' : ''}。`;
  return ` ${shown.length === 1 && !more ? 'Line' : 'Lines'} ${shown.join(', ')}${more ? ', …' : ''}.`;
}

/** A number with its noun, e.g. `1 row`, `1,204 rows`. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

const are = (count: number): string => (count === 1 ? 'is' : 'are');
const were = (count: number): string => (count === 1 ? 'was' : 'were');
const have = (count: number): string => (count === 1 ? 'has' : 'have');
