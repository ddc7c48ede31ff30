// The floor: always the most frequent answer of the training examples. A mode that does not beat it has learnt nothing.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mode, ModeOffer } from '@modeshift/core';
import { labelKey } from './label-key.ts';

/**
 * The mode that answers the most frequent training answer, whatever is asked. Its probabilities are the shares of the
 * training answers. Among equally frequent answers the one that comes first in the task's labels wins.
 *
 * @example
 * ```ts
 * import { majority } from '@modeshift/eval';
 *
 * console.log(majority().name, majority().kind); // majority baseline
 * ```
 */
export function majority<Output = string>(): Mode<unknown, Output> {
  return {
    name: 'majority',
    kind: 'baseline',
    async solve(task) {
      const start = performance.now();
      const answers = new Map<string, { readonly output: Output; count: number }>();
      for (const { output } of task.train) {
        const key = labelKey(output);
        const known = answers.get(key);
        if (known) known.count++;
        else answers.set(key, { output, count: 1 });
      }
      const place = new Map((task.labels ?? []).map((label, index) => [label, index]));
      const ranked = [...answers].sort(
        ([a, x], [b, y]) => y.count - x.count || (place.get(a) ?? Infinity) - (place.get(b) ?? Infinity) || 0,
      );
      const output = ranked[0]![1].output;
      const shares = ranked.map(([key, { count }]) => [key, count / task.train.length] as const);
      const probabilities = Object.freeze(Object.fromEntries(shares));
      const saved = `${JSON.stringify({ mode: 'majority', output, probabilities })}\n`;
      return {
        footprint: {
          trainedParameters: 0,
          totalParameters: 0,
          bytes: new TextEncoder().encode(saved).length,
          trainMs: performance.now() - start,
          trainUsd: 0,
        },
        predict: async () => ({ output, probabilities, usd: 0 }),
        async save(dir) {
          await mkdir(dir, { recursive: true });
          await writeFile(join(dir, 'majority.json'), saved);
        },
      };
    },
  };
}

/** The modes of this package, for tools such as the command line. */
export const modes: readonly ModeOffer[] = [
  {
    name: 'majority',
    kind: 'baseline',
    summary: 'the floor: always the most frequent training answer',
    needs: 'none',
    create: () => majority(),
  },
];
