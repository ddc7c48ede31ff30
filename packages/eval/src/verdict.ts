// What to ship: the most accurate mode, and those that are not shown to be worse but cost less.
import type { ModeRow, PairedRow } from './report.ts';

/** A mode that may do instead of the best one. */
export interface Alternative {
  readonly name: string;
  /** Its accuracy minus that of the best mode. */
  readonly accuracyDifference: number;
  /** Adjusted p-value of that difference. */
  readonly pAdjusted: number;
  /** Costs at least a tenth less per answer. */
  readonly cheaper: boolean;
  /** Its median answer takes at least a fifth less time. */
  readonly faster: boolean;
}

/** What follows from a comparison. */
export interface Verdict {
  /** The mode with the highest accuracy (of equal ones the cheaper, then the faster); left out where nothing was measured. */
  readonly best?: string;
  /** Whether `best` is significantly more accurate than every baseline; left out where there is no baseline beside it. */
  readonly beatsBaselines?: boolean;
  /** Modes that are cheaper or faster and whose difference to `best` is not significant. No proof that they are as good. */
  readonly alternatives: readonly Alternative[];
}

/** Draws the verdict. Modes that were cut short are only considered where no mode was measured in full. */
export function verdictOf(rows: readonly ModeRow[], paired: readonly PairedRow[]): Verdict {
  const whole = rows.filter(row => row.status === 'ok');
  const candidates = whole.length > 0 ? whole : rows.filter(row => row.status === 'partial');
  const ranked = [...candidates].sort(
    (a, b) => score(b) - score(a) || compareKnown(a.costPer1000, b.costPer1000) || compareKnown(p50(a), p50(b)),
  );
  const best = ranked[0];
  if (!best) return { alternatives: [] };
  const pairWith = (row: ModeRow): PairedRow | undefined =>
    paired.find(pair => (pair.a === best.name && pair.b === row.name) || (pair.b === best.name && pair.a === row.name));
  const others = ranked.slice(1);
  const baselines = others.filter(row => row.kind === 'baseline');
  const alternatives = byAccuracy(best)
    ? others.flatMap(row => {
        const pair = pairWith(row);
        if (!pair || pair.significant || row.kind === 'baseline') return [];
        const cheaper = lessThan(row.costPer1000, best.costPer1000, 0.9);
        const faster = lessThan(p50(row), p50(best), 0.8);
        if (!cheaper && !faster) return [];
        const difference = pair.a === best.name ? -pair.accuracyDifference : pair.accuracyDifference;
        return [{ name: row.name, accuracyDifference: difference + 0, pAdjusted: pair.pAdjusted, cheaper, faster }];
      })
    : [];
  return {
    best: best.name,
    ...(baselines.length > 0 && { beatsBaselines: baselines.every(row => pairWith(row)?.significant === true) }),
    alternatives,
  };
}

/** Whether a row is ranked by accuracy; tasks without labels that bring their own metric are ranked by that. */
export function byAccuracy(row: ModeRow): boolean {
  return row.metrics.macroF1 !== undefined || row.taskMetric === undefined;
}

function score(row: ModeRow): number {
  if (byAccuracy(row)) return row.metrics.accuracy ?? Number.NEGATIVE_INFINITY;
  const { direction, value } = row.taskMetric!;
  return direction === 'maximize' ? value : -value;
}

const p50 = (row: ModeRow): number | undefined => row.latency?.p50Ms;

function compareKnown(a: number | undefined, b: number | undefined): number {
  return a === undefined || b === undefined ? 0 : a - b;
}

function lessThan(value: number | undefined, reference: number | undefined, factor: number): boolean {
  return value !== undefined && reference !== undefined && value < reference * factor;
}
