// One or several out of a list, and yes or no.
import { invalidInput } from '@modeshift/core';
import {
  type ComponentKind,
  facts,
  type Given,
  type InputComponent,
  type InputOptions,
  type OutputComponent,
  reader,
} from './component.ts';

/** Options of {@link radio} and {@link dropdown}. */
export interface ChoiceOptions<Choice extends string> extends InputOptions {
  /** What is chosen at first. */
  readonly value?: NoInfer<Choice>;
}

/** Options of {@link multiselect}. */
export interface MultiselectOptions<Choice extends string> extends InputOptions {
  /** What is chosen at first. Left out: nothing. */
  readonly value?: readonly NoInfer<Choice>[];
  /** How many may be chosen. */
  readonly maxChoices?: number;
}

/** Options of {@link checkbox}. */
export interface CheckboxOptions extends InputOptions {
  /** Left out: `false`. */
  readonly value?: boolean;
}

type Chosen<Choice extends string, Options> = InputComponent<Given<Choice, Options>> & OutputComponent<Choice | null>;

/**
 * One of a few, all in sight.
 *
 * @throws ModeshiftError `invalid-input` for an empty list, a repeated choice, or a `value` that is none of them.
 * @example
 * ```ts
 * import { app, radio, text } from '@modeshift/ui';
 *
 * const input = { tone: radio(['正式', '随和']) };
 * app({ title: '语气' }).fn('tone', { input, output: text() }, async ({ tone }) => (tone === '正式' ? '您好' : '嗨'));
 * ```
 */
export function radio<const Choice extends string, const Options extends ChoiceOptions<Choice>>(
  choices: readonly Choice[],
  options: Options & ChoiceOptions<Choice> = {} as Options,
): Chosen<Choice, Options> {
  return one('radio', choices, options);
}

/**
 * One of many, in a list that opens.
 *
 * @throws ModeshiftError `invalid-input` as {@link radio}.
 * @example
 * ```ts
 * import { app, dropdown, text } from '@modeshift/ui';
 *
 * const input = { city: dropdown(['成都', '上海'], { value: '成都' }) };
 * app({ title: '城市' }).fn('city', { input, output: text() }, async ({ city }) => city);
 * ```
 */
export function dropdown<const Choice extends string, const Options extends ChoiceOptions<Choice>>(
  choices: readonly Choice[],
  options: Options & ChoiceOptions<Choice> = {} as Options,
): Chosen<Choice, Options> {
  return one('dropdown', choices, options);
}

/**
 * Several out of a list.
 *
 * @throws ModeshiftError `invalid-input` as {@link radio}.
 * @example
 * ```ts
 * import { app, multiselect, text } from '@modeshift/ui';
 *
 * const input = { modes: multiselect(['prompted', 'few-shot']) };
 * app({ title: '模式' }).fn('pick', { input, output: text() }, async ({ modes }) => modes.join('、'));
 * ```
 */
export function multiselect<const Choice extends string, const Options extends MultiselectOptions<Choice>>(
  choices: readonly Choice[],
  options: Options & MultiselectOptions<Choice> = {} as Options,
): InputComponent<Given<readonly Choice[], Options>> & OutputComponent<readonly Choice[]> {
  const given: MultiselectOptions<Choice> = options;
  checkChoices(choices, given.value ?? []);
  const value = given.value ?? (given.optional ? undefined : []);
  const schema = { type: 'array', items: { type: 'string', enum: choices }, uniqueItems: true };
  const limit = given.maxChoices === undefined ? {} : { maxItems: given.maxChoices };
  return {
    kind: 'multiselect',
    ...facts({ ...options, ...(value && { value }) }),
    wire: {
      type: 'dropdown',
      className: 'Dropdown',
      schema: { ...schema, ...limit },
      pythonType: `list[${literalOf(choices)}]`,
      example: choices.slice(0, 1),
      props: {
        choices: pairs(choices),
        multiselect: true,
        max_choices: given.maxChoices ?? null,
        value: value ?? null,
      },
    },
    read: reader<readonly Choice[], Options>({ ...schema, ...limit }, options),
    write: written => written ?? [],
  };
}

/**
 * Yes or no.
 *
 * @example
 * ```ts
 * import { app, checkbox, text } from '@modeshift/ui';
 *
 * const input = { polite: checkbox({ label: '礼貌' }) };
 * app({ title: '问候' }).fn('greet', { input, output: text() }, async ({ polite }) => (polite ? '您好' : '你好'));
 * ```
 */
export function checkbox<const Options extends CheckboxOptions>(
  options: Options = {} as Options,
): InputComponent<Given<boolean, Options>> & OutputComponent<boolean> {
  const value = options.value ?? (options.optional ? undefined : false);
  return {
    kind: 'checkbox',
    ...facts({ ...options, ...(value !== undefined && { value }) }),
    wire: {
      type: 'checkbox',
      className: 'Checkbox',
      schema: { type: 'boolean' },
      pythonType: 'bool',
      example: true,
      props: { value: value ?? null },
    },
    read: reader<boolean, Options>({ type: 'boolean' }, options),
    write: written => written,
  };
}

function one<Choice extends string, Options extends ChoiceOptions<Choice>>(
  kind: ComponentKind & ('radio' | 'dropdown'),
  choices: readonly Choice[],
  options: Options,
): Chosen<Choice, Options> {
  checkChoices(choices, options.value === undefined ? [] : [options.value]);
  const className = kind === 'radio' ? 'Radio' : 'Dropdown';
  const schema = { type: 'string', enum: choices, ...(kind === 'radio' && { title: className }) };
  return {
    kind,
    ...facts(options),
    wire: {
      type: kind,
      className,
      schema,
      pythonType: literalOf(choices),
      example: choices[0],
      props: { choices: pairs(choices), multiselect: false, value: options.value ?? null },
    },
    read: reader<Choice, Options>(schema, options),
    write: written => written ?? null,
  };
}

function checkChoices(choices: readonly string[], values: readonly string[]): void {
  if (choices.length === 0) throw invalidInput('There is nothing to choose from: give at least one choice.');
  const repeated = choices.find((choice, i) => choices.indexOf(choice) !== i);
  if (repeated !== undefined) throw invalidInput(`The choice "${repeated}" is there twice.`);
  const unknown = values.find(value => !choices.includes(value));
  if (unknown !== undefined) throw invalidInput(`"${unknown}" is none of the choices: ${choices.join(', ')}.`);
}

const pairs = (choices: readonly string[]): (readonly [string, string])[] => choices.map(choice => [choice, choice]);

/** As Python writes it: `Literal['a', 'b']`. */
function literalOf(choices: readonly string[]): string {
  const quoted = choices.map(choice => {
    const escaped = choice.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    return choice.includes("'") && !choice.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
  });
  return `Literal[${quoted.join(', ')}]`;
}
