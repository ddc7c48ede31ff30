// How the caller's settings are called in messages: `--input` on a command line, `input` in code.

/** The settings that messages may tell a person to change. */
export type Setting =
  | 'input'
  | 'label'
  | 'delimiter'
  | 'encoding'
  | 'split'
  | 'test'
  | 'limit'
  | 'perLabel'
  | 'keepLeaks';

/** How settings are called in messages; a setting that is left out is called as in code. */
export type SettingNames = Readonly<Partial<Record<Setting, string>>>;

/**
 * The names of a command line: `--input`, `--label`, `--split`, `--test`, `--limit`, `--per-label`, `--keep-leaks`,
 * `--delimiter`, `--encoding`.
 *
 * @example
 * ```ts
 * import { commandLineNames } from '@modeshift/data';
 *
 * console.log(commandLineNames.perLabel); // --per-label
 * ```
 */
export const commandLineNames = {
  input: '--input',
  label: '--label',
  delimiter: '--delimiter',
  encoding: '--encoding',
  split: '--split',
  test: '--test',
  limit: '--limit',
  perLabel: '--per-label',
  keepLeaks: '--keep-leaks',
} as const satisfies SettingNames;

/** A setting as a person writes it: `--input text`, or `input: "text"` in code. */
export function writeSetting(names: SettingNames | undefined, setting: Setting, value?: string | number): string {
  const name = names?.[setting] ?? setting;
  if (value === undefined) return name;
  if (name.startsWith('-')) return `${name} ${/[\s"'$`\\]/.test(String(value)) ? JSON.stringify(value) : value}`;
  return `${name}: ${JSON.stringify(value)}`;
}
