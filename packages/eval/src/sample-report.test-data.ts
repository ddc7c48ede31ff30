// A report with every kind of row, made by a real comparison: for the tests of what is shown.
import { defineTask, labels, type Mode, ModeshiftError, random } from '@modeshift/core';
import { z } from 'zod';
import { compare } from './compare.ts';
import { majority } from './majority.ts';
import type { Report } from './report.ts';

/** Names that a page or a terminal must not obey. */
export const hostile = {
  script: '<script>alert("x")</script>',
  attribute: '"><img src=x onerror=alert(1)>',
  escape: '\u001b[31mred\u0007',
  bidi: 'abc\u202egpj.exe',
};

type Input = { text: string };

/** Runs the comparison: six modes, one failed, one partial, one without probabilities. */
export async function sampleReport(
  names: readonly string[] = ['billing', '发票与付款', 'delivery', hostile.script],
): Promise<Report> {
  const source = random(17);
  const make = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      input: { text: `${i}` },
      output: names[source.integer(names.length)]!,
    }));
  const test = make(150);
  const right = new Map(test.map((example, i) => [`test ${i}`, example.output]));
  const task = defineTask({
    name: `Topic ${hostile.attribute}`,
    instruction: `Say what it is about. ${hostile.script}`,
    input: z.object({ text: z.string() }),
    output: labels(names),
    examples: { train: make(80), test: test.map((example, i) => ({ ...example, input: { text: `test ${i}` } })) },
    metric: { name: 'strictness', direction: 'maximize', overall: answers => answers.length, single: () => 1 },
  });
  const mode = (
    name: string,
    kind: Mode<Input, string>['kind'],
    skill: number,
    options: { usd?: number; sure?: boolean; trained?: number; invalid?: boolean; endAt?: number; model?: string },
  ): Mode<Input, string> => ({
    name,
    kind,
    ...(options.model !== undefined && { model: options.model }),
    async solve() {
      let call = 0;
      return {
        footprint: {
          trainedParameters: options.trained ?? 0,
          totalParameters: options.trained === undefined ? undefined : options.trained * 90,
          bytes: (options.trained ?? 0) * 4,
          trainMs: options.trained === undefined ? 0 : 73_000,
          trainUsd: options.usd,
        },
        async predict({ text }) {
          if (call++ === options.endAt)
            throw new ModeshiftError({ tag: 'quota' }, 'The quota is used up. Raise it at the provider.');
          const dice = random([...`${name}${text}`].reduce((sum, c) => (sum * 33 + c.codePointAt(0)!) | 0, 5));
          if (options.invalid && dice.next() < 0.05) return { output: undefined, problem: `I think ${hostile.script}`, usd: 0.0004 };
          const output = dice.next() < skill ? right.get(text)! : names[dice.integer(names.length)]!;
          const rest = 0.2 / Math.max(1, names.length - 1);
          const probabilities = Object.fromEntries(names.map(label => [label, label === output ? 0.8 : rest]));
          return {
            output,
            ...(options.sure && { probabilities }),
            ...(options.usd !== undefined && { usd: options.usd }),
            usage: { inputTokens: 40, outputTokens: undefined },
          };
        },
        save: async () => {},
      };
    },
  });
  const failing: Mode<Input, string> = {
    name: `failing ${hostile.escape}`,
    kind: 'api',
    solve: async () => {
      throw new ModeshiftError(
        { tag: 'authentication' },
        `No key ${hostile.attribute} ${hostile.escape}. Set OPENAI_API_KEY.`,
      );
    },
  };
  return compare(
    task,
    [
      majority(),
      mode('zero-shot', 'api', 0.6, { usd: 0.0004, invalid: true, model: 'openai:gpt-5-mini' }),
      mode('少样本提示（知识库检索增强版）', 'prompt-tuning', 0.85, { usd: 0.002 }),
      mode(`fine-tuned ${hostile.bidi}`, 'fine-tuning', 0.83, {
        usd: 0,
        sure: true,
        trained: 295_000,
        model: 'local:nano',
      }),
      mode('ended', 'plugins', 0.7, { sure: true, endAt: 60 }),
      failing,
    ],
    { seed: 3, predictions: true, notes: [`3 examples stand in train and test ${hostile.script}`] },
  );
}
