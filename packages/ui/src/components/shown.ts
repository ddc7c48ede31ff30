// What a page only shows: probabilities, markdown, code, curves, progress, log lines.
import { invalidInput } from '@modeshift/core';
import {
  type ComponentOptions,
  facts,
  type Given,
  type InputComponent,
  type InputOptions,
  type OutputComponent,
  reader,
} from './component.ts';

/** Probabilities (0 to 1) by their labels. */
export type Probabilities = Readonly<Record<string, number>>;

/** Options of {@link code}. */
export interface CodeOptions extends InputOptions {
  /** For colours, e.g. `typescript`, `python`, `json`. */
  readonly language?: string;
  readonly value?: string;
}

/** One curve of a {@link plot}. */
export interface PlotSeries {
  readonly name: string;
  readonly x: readonly number[];
  /** As long as `x`. */
  readonly y: readonly number[];
}

/** The value of a {@link plot}. */
export interface PlotValue {
  readonly series: readonly PlotSeries[];
  /** What the axes mean, with units. */
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** `log`: the same distance for each factor of ten; every `x` must be above 0. Left out: even. */
  readonly xScale?: 'log';
}

/** The value of a {@link progress}. */
export interface ProgressValue {
  readonly done: number;
  readonly total?: number;
  readonly label?: string;
}

const stringFacts = { schema: { type: 'string' }, pythonType: 'str' };

/**
 * Probabilities of labels, the most probable first. Output only.
 *
 * @example
 * ```ts
 * import { app, label, text } from '@modeshift/ui';
 *
 * app({ title: '情感' }).fn('mood', { input: { words: text() }, output: label() }, async ({ words }) =>
 *   words.includes('好') ? { 正面: 0.9, 负面: 0.1 } : { 正面: 0.2, 负面: 0.8 },
 * );
 * ```
 */
export function label(options: ComponentOptions & { readonly top?: number } = {}): OutputComponent<Probabilities> {
  return {
    kind: 'label',
    ...facts(options),
    wire: {
      type: 'label',
      className: 'Label',
      schema: {
        type: 'object',
        title: 'LabelData',
        properties: {
          label: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] },
          confidences: { anyOf: [{ type: 'array', items: { type: 'object' } }, { type: 'null' }] },
        },
      },
      pythonType:
        'dict(label: str | int | float | None, confidences: list[dict(label: str | int | float | None, confidence: float | None)] | None)',
      example: null,
      props: { num_top_classes: options.top ?? null, value: {} },
    },
    write: probabilities => {
      const confidences = Object.entries(probabilities)
        .map(([name, confidence]) => ({ label: name, confidence }))
        .toSorted((a, b) => b.confidence - a.confidence)
        .slice(0, options.top);
      return { label: confidences[0]?.label ?? null, confidences };
    },
  };
}

/**
 * Markdown. Output only. The page shows no raw HTML of it.
 *
 * @example
 * ```ts
 * import { app, markdown } from '@modeshift/ui';
 *
 * app({ title: '说明' }).fn('about', { output: markdown() }, async () => '# 你好');
 * ```
 */
export function markdown(options: ComponentOptions = {}): OutputComponent<string> {
  return {
    kind: 'markdown',
    ...facts(options),
    wire: { type: 'markdown', className: 'Markdown', ...stringFacts, example: '# Hello!', props: { value: '' } },
    write: String,
  };
}

/**
 * Source code.
 *
 * @example
 * ```ts
 * import { app, code } from '@modeshift/ui';
 *
 * const input = { source: code({ language: 'json' }) };
 * app({ title: '整理' }).fn('tidy', { input, output: code({ language: 'json' }) }, async ({ source }) =>
 *   JSON.stringify(JSON.parse(source), null, 2),
 * );
 * ```
 */
export function code<const Options extends CodeOptions>(
  options: Options = {} as Options,
): InputComponent<Given<string, Options>> & OutputComponent<string> {
  return {
    kind: 'code',
    ...facts(options),
    wire: {
      type: 'code',
      className: 'Code',
      ...stringFacts,
      example: "print('Hello World')",
      props: { language: options.language ?? null, value: options.value ?? null },
    },
    read: reader<string, Options>({ type: 'string' }, options),
    write: String,
  };
}

/**
 * Curves, e.g. a loss over steps. Output only. A growing curve sends only its new points. Where each has one point, the names stand
 * beside the points.
 *
 * @throws ModeshiftError `invalid-input` in a call, where a curve has not as many `x` as `y`, or no place on the scale.
 * @example
 * ```ts
 * import { app, plot } from '@modeshift/ui';
 *
 * app({ title: '曲线' }).fn('loss', { output: plot() }, async () => ({
 *   series: [{ name: '损失', x: [1, 2, 3], y: [2.3, 1.1, 0.7] }],
 *   xLabel: 'steps',
 * }));
 * ```
 */
export function plot(options: ComponentOptions = {}): OutputComponent<PlotValue> {
  const numbers = { type: 'array', items: { type: ['number', 'null'] } };
  const series = { type: 'object', properties: { name: { type: 'string' }, x: numbers, y: numbers } };
  return {
    kind: 'plot',
    ...facts(options),
    wire: {
      type: 'plot',
      className: 'Plot',
      schema: {
        type: 'object',
        properties: {
          type: { const: 'lines' },
          plot: { type: 'object', properties: { series: { type: 'array', items: series } } },
        },
      },
      pythonType: 'dict',
      example: null,
      props: { value: null },
    },
    write: value => {
      for (const { name, x, y } of value.series)
        if (x.length !== y.length) throw invalidInput(`The curve "${name}" has ${x.length} x but ${y.length} y.`);
      const { xLabel = null, yLabel = null, xScale } = value;
      if (xScale !== undefined && xScale !== 'log') throw invalidInput(`xScale is "log" or left out, not "${xScale}".`);
      if (xScale && value.series.some(({ x }) => x.some(one => !(one > 0))))
        throw invalidInput('With xScale "log" every x must be above 0.');
      const labels = { x_label: xLabel, y_label: yLabel };
      return { type: 'lines', plot: { series: value.series, ...labels, ...(xScale && { x_scale: xScale }) } };
    },
  };
}

/**
 * How far something is, as a value of its own. Output only. `ctx.progress` shows the progress of the whole call instead.
 *
 * @example
 * ```ts
 * import { app, progress } from '@modeshift/ui';
 *
 * app({ title: '进度' }).fn('steps', { output: progress() }, async function* () {
 *   for (let done = 1; done <= 3; done++) yield { done, total: 3, label: '训练' };
 * });
 * ```
 */
export function progress(options: ComponentOptions = {}): OutputComponent<ProgressValue> {
  return {
    kind: 'progress',
    ...facts(options),
    wire: {
      type: 'json',
      className: 'Json',
      schema: {
        type: 'object',
        properties: {
          done: { type: 'number' },
          total: { type: ['number', 'null'] },
          label: { type: ['string', 'null'] },
        },
      },
      pythonType: 'dict',
      example: null,
      props: { value: null },
    },
    write: ({ done, total = null, label: words = null }) => ({ done, total, label: words }),
  };
}

/**
 * Lines of a log. Output only. A growing log sends only its new lines.
 *
 * @example
 * ```ts
 * import { app, log } from '@modeshift/ui';
 *
 * app({ title: '日志' }).fn('work', { output: log() }, async function* () {
 *   const lines: string[] = [];
 *   for (const line of ['开始', '结束']) yield [...lines, line];
 * });
 * ```
 */
export function log(options: ComponentOptions = {}): OutputComponent<readonly string[]> {
  return {
    kind: 'log',
    ...facts(options),
    wire: {
      type: 'textbox',
      className: 'Textbox',
      ...stringFacts,
      example: '',
      props: { lines: 10, placeholder: null, type: 'text', max_length: null, value: null },
    },
    write: lines => lines.join('\n'),
  };
}
