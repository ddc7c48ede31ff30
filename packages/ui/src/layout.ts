// Where the functions of a page stand.
import { invalidInput } from '@modeshift/core';

/** A place for functions (by their names), text, and further places. */
export type Layout<Name extends string = string> =
  | Name
  | { readonly type: 'text'; readonly markdown: string }
  | { readonly type: 'row' | 'column'; readonly children: readonly Layout<Name>[] }
  | {
      readonly type: 'accordion';
      readonly label: string;
      readonly open: boolean;
      readonly children: readonly Layout<Name>[];
    }
  | { readonly type: 'tabs'; readonly tabs: readonly { readonly label: string; readonly child: Layout<Name> }[] };

/**
 * Beside each other.
 *
 * @throws ModeshiftError `invalid-input` when nothing is in it.
 * @example
 * ```ts
 * import { accordion, app, column, note, row, tabs, text } from '@modeshift/ui';
 *
 * const page = app({ title: '布局' })
 *   .fn('甲', { output: text() }, async () => '1')
 *   .fn('乙', { output: text() }, async () => '2');
 * page.layout(tabs({ 主页: row('甲', column(note('**说明**'))), 更多: accordion('高级', '乙') }));
 * ```
 */
export function row<const Name extends string>(...children: readonly Layout<Name>[]): Layout<Name> {
  return { type: 'row', children: some(children) };
}

/**
 * Below each other.
 *
 * @throws ModeshiftError `invalid-input` when nothing is in it.
 * @example
 * ```ts
 * import { column } from '@modeshift/ui';
 *
 * console.log(JSON.stringify(column('甲', '乙'))); // {"type":"column","children":["甲","乙"]}
 * ```
 */
export function column<const Name extends string>(...children: readonly Layout<Name>[]): Layout<Name> {
  return { type: 'column', children: some(children) };
}

/**
 * Folded until it is opened.
 *
 * @throws ModeshiftError `invalid-input` when nothing is in it.
 * @example
 * ```ts
 * import { accordion } from '@modeshift/ui';
 *
 * console.log(JSON.stringify(accordion('高级', '甲'))); // {"type":"accordion","label":"高级","open":false,"children":["甲"]}
 * ```
 */
export function accordion<const Name extends string>(
  label: string,
  ...children: readonly Layout<Name>[]
): Layout<Name> {
  return { type: 'accordion', label, open: false, children: some(children) };
}

/**
 * One at a time, chosen by labels.
 *
 * @throws ModeshiftError `invalid-input` when there is no tab.
 * @example
 * ```ts
 * import { tabs } from '@modeshift/ui';
 *
 * console.log(JSON.stringify(tabs({ 主页: '甲' }))); // {"type":"tabs","tabs":[{"label":"主页","child":"甲"}]}
 * ```
 */
export function tabs<const Name extends string>(named: Readonly<Record<string, Layout<Name>>>): Layout<Name> {
  return { type: 'tabs', tabs: some(Object.entries(named)).map(([label, child]) => ({ label, child })) };
}

/**
 * Text between functions, in markdown.
 *
 * @example
 * ```ts
 * import { note } from '@modeshift/ui';
 *
 * console.log(JSON.stringify(note('**你好**'))); // {"type":"text","markdown":"**你好**"}
 * ```
 */
export function note(markdown: string): Layout<never> {
  return { type: 'text', markdown };
}

/** The names of the functions in a layout, in order. */
export function namesIn(layout: Layout): readonly string[] {
  if (typeof layout === 'string') return [layout];
  if (layout.type === 'text') return [];
  if (layout.type === 'tabs') return layout.tabs.flatMap(tab => namesIn(tab.child));
  return layout.children.flatMap(namesIn);
}

function some<Item>(items: readonly Item[]): readonly Item[] {
  if (items.length === 0) throw invalidInput('A place of a layout is empty: give names of functions, or leave it out.');
  return items;
}
