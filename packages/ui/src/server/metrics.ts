// Counters in Prometheus' text format.

type Outcome = 'ok' | 'failed' | 'cancelled';

/** A value of the moment, with its labels. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly values: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

/** Counts calls by how they ended. */
export class Metrics {
  readonly #calls = new Map<string, Map<Outcome, number>>();

  count(fn: string, outcome: Outcome): void {
    const counts = this.#calls.get(fn) ?? new Map<Outcome, number>();
    this.#calls.set(fn, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
  }

  /** Source: https://prometheus.io/docs/instrumenting/exposition_formats/ */
  text(gauges: readonly Gauge[]): string {
    const calls: Gauge = {
      name: 'modeshift_ui_calls_total',
      help: 'Calls that have ended.',
      type: 'counter',
      values: [...this.#calls].flatMap(([fn, counts]) =>
        [...counts].map(([outcome, value]) => [{ fn, outcome }, value] as const),
      ),
    };
    return [calls, ...gauges].map(metricText).join('');
  }
}

function metricText({ name, help, type, values }: Gauge): string {
  const lines = values.map(([labels, value]) => {
    const inside = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return `${name}${inside.length > 0 ? `{${inside.join(',')}}` : ''} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
