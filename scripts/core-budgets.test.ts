// The budgets of docs/architecture.md that are times: streaming against a raw fetch, and its growth with the number of chunks.
// Ratios of CPU time in one run, medians of interleaved rounds, with room: a change of kind fails, a busy machine does not.
// Bundle bytes, type instantiations and the cost of importing are in packages/core/src/portable.test.ts.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
interface Figure {
  readonly chunks: number;
  readonly way: string;
  readonly micros: number;
  readonly ratio: number;
}

it('streams at no more than 2.5 times a raw fetch and SSE parse, and in linear time to 20,000 chunks', {
  retry: 2,
}, () => {
  const flags = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];
  const program = join(root, 'bench', 'core-stream.ts');
  const figures = JSON.parse(
    execFileSync(process.execPath, [...flags, program, '--json'], { cwd: root, encoding: 'utf8' }),
  ) as Figure[];
  const at = (chunks: number): Map<string, Figure> =>
    new Map(figures.filter(figure => figure.chunks === chunks).map(figure => [figure.way, figure]));
  const few = at(500);
  const many = at(20_000);
  expect([...many.keys()]).toEqual([...few.keys()]);
  expect(few.size).toBeGreaterThan(4);
  for (const [way, { ratio, micros }] of many) {
    expect(ratio, `${way}, 20,000 chunks`).toBeLessThan(2.5);
    expect(few.get(way)!.ratio, `${way}, 500 chunks`).toBeLessThan(2.5);
    // Quadratic work would make this 40.
    expect(micros / few.get(way)!.micros, `${way}, a chunk of 20,000 to a chunk of 500`).toBeLessThan(2);
  }
});
