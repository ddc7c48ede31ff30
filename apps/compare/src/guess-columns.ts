// Which column has the texts and which the labels, where nobody says.
import { invalidInput } from '@modeshift/core';
import { type Table, valueAt } from '@modeshift/data';

const textNames =
  /^(text|texts|input|message|sentence|question|query|utterance|content|review|prompt|文本|内容|句子|问题|消息|评论|输入)$/i;
const labelNames =
  /^(label|labels|category|class|intent|topic|target|output|sentiment|answer|标签|类别|分类|意图|主题|输出)$/i;

/** The columns of the texts and of the labels. */
export interface Columns {
  readonly input: string;
  readonly label: string;
}

/**
 * Takes the columns that are given, else those with usual names, else the one with the fewest values as labels and the one with
 * the longest as texts.
 *
 * @throws ModeshiftError `invalid-input` where there are not two columns to tell apart.
 */
export function guessColumns(
  table: Table,
  given: { readonly input?: string | undefined; readonly label?: string | undefined },
): Columns {
  const rows = table.rows.slice(0, 500);
  const facts = table.columns.map(name => {
    const values = rows.map(({ values }) => String(valueAt(values, name) ?? '')).filter(value => value !== '');
    const length = values.reduce((sum, value) => sum + [...value].length, 0) / Math.max(1, values.length);
    return { name, length, different: new Set(values).size, count: values.length };
  });
  const label =
    given.label ??
    table.columns.find(name => labelNames.test(name) && name !== given.input) ??
    facts
      .filter(
        ({ name, different, count }) => name !== given.input && different >= 2 && different <= Math.max(2, count / 2),
      )
      .toSorted((a, b) => a.different - b.different)[0]?.name;
  const input =
    given.input ??
    table.columns.find(name => textNames.test(name) && name !== label) ??
    facts.filter(({ name }) => name !== label).toSorted((a, b) => b.length - a.length)[0]?.name;
  if (input === undefined || label === undefined)
    throw invalidInput(
      `Which column has the texts and which the labels? Write their names. Columns of ${table.name}: ${table.columns.join(', ')}.`,
    );
  return { input, label };
}
