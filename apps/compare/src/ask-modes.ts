// One text to every mode of a run at once.
import { ModeshiftError, type Solution } from '@modeshift/core';
import { redactSecrets } from '@modeshift/core/provider';
import type { TextInput } from '@modeshift/data';
import { sealTask } from '@modeshift/eval';
import type { Cell, PageContext, Table } from '@modeshift/ui';
import { modesOf, type TextMode } from './comparison.ts';
import type { CompareParts } from './run-comparison.ts';
import { dynamicWords } from './words.ts';

/** Asks every mode, and gives the table anew whenever one has answered. Modes whose solutions are not at hand are made first. */
export async function* askModes(
  run: string,
  text: string,
  ctx: PageContext<unknown>,
  { dataSets, records, solutions, makeModel }: CompareParts,
): AsyncGenerator<Table> {
  const comparison = await records.comparison(run);
  const words = dynamicWords[ctx.language];
  const { task, files } = await dataSets.read(comparison.data, ctx.user);
  let modes = solutions.modes(run);
  if (!modes) {
    const compared = await modesOf(comparison, makeModel);
    await solutions.begin(run, compared);
    modes = compared.modes;
  }
  const rows = new Map<string, readonly Cell[]>(modes.map(({ name }) => [name, [name, words.making, '', '', '']]));
  const table = (): Table => ({
    columns: [words.mode, words.answer, words.confidence, words.milliseconds, words.dollars],
    rows: [...rows.values()],
  });
  const sealed = sealTask(task);
  const solve = async (mode: TextMode): Promise<Solution<TextInput, string>> =>
    solutions.get(run, mode.name) ??
    solutions.keeping(run, mode).solve(sealed, { seed: files.seed ?? 0, signal: ctx.signal });
  const ask = async (mode: TextMode): Promise<void> => {
    try {
      const solution = await solve(mode);
      const begun = performance.now();
      const { output, problem, probabilities, usd } = await solution.predict({ text }, { signal: ctx.signal });
      const ms = Math.round((performance.now() - begun) * 100) / 100;
      const sure = output === undefined ? undefined : probabilities?.[output];
      rows.set(mode.name, [
        mode.name,
        output ?? problem ?? words.noAnswer,
        sure === undefined ? '' : Math.round(sure * 1000) / 1000,
        ms,
        usd ?? '',
      ]);
    } catch (error) {
      rows.set(mode.name, [mode.name, `✗ ${said(error) ?? words.noAnswer}`, '', '', '']);
      if (said(error) === undefined) console.error(`"${mode.name}" failed:`, error);
    }
  };
  yield table();
  const asked = new Map(modes.map(mode => [mode.name, ask(mode).then(() => mode.name)]));
  while (asked.size > 0) {
    asked.delete(await Promise.race(asked.values()));
    ctx.signal.throwIfAborted();
    yield table();
  }
}

/** What of an error is for visitors: messages written for people, without keys, and none that name places on disk. */
function said(error: unknown): string | undefined {
  if (!ModeshiftError.is(error) || error.reason.tag === 'storage' || error.reason.tag === 'internal') return undefined;
  return redactSecrets(error.message);
}
