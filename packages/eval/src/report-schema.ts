// The JSON Schema of a report, draft 2020-12: what a program that reads `--json` output may rely on.

const share = { type: 'number', minimum: 0, maximum: 1 } as const;
const count = { type: 'integer', minimum: 0 } as const;
const amount = { type: 'number', minimum: 0 } as const;
const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const interval = { $ref: '#/$defs/interval' } as const;
const about = <T extends object>(schema: T, description: string): T & { description: string } => ({
  ...schema,
  description,
});
const object = (properties: Record<string, unknown>, optional: readonly string[] = []): Record<string, unknown> => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter(name => !optional.includes(name)),
});

const metrics = {
  accuracy: about(share, 'Share of right answers; invalid answers are wrong.'),
  macroF1: about(share, 'Mean F1 of the labels that were expected or predicted.'),
  microF1: share,
  weightedF1: share,
  balancedAccuracy: about(share, 'Mean recall of the labels that were expected.'),
  ece: about(share, 'Expected calibration error, 15 bins of equal width.'),
  brier: { type: 'number', minimum: 0, maximum: 2 },
  nll: about(amount, 'Mean negative log-likelihood of the expected label, in nats.'),
};

const mode = {
  name: text,
  kind: { enum: ['baseline', 'api', 'prompt-tuning', 'fine-tuning', 'plugins'] },
  model: text,
  status: about(
    { enum: ['ok', 'partial', 'failed', 'cancelled'] },
    'ok: every example was asked. partial: ended early, figures over a random part. failed, cancelled: no figures.',
  ),
  error: about(object({ tag: text, message: text }), 'Why it ended early; with every status but ok.'),
  footprint: object(
    {
      trainedParameters: count,
      totalParameters: about(count, 'Left out where unknown.'),
      bytes: count,
      trainMs: amount,
      trainUsd: about(amount, 'Left out where unknown.'),
    },
    ['totalParameters', 'trainUsd'],
  ),
  solveMs: about(amount, 'Wall time of making the solution.'),
  warnings: texts,
  examples: count,
  measured: about(count, 'Examples that count: answered, or asked in vain.'),
  invalid: about(count, 'Of those, the ones without a valid answer.'),
  failedCalls: about(count, 'Of those, the ones whose call failed.'),
  problems: { type: 'array', items: object({ message: text, count }) },
  metrics: about(object(metrics, Object.keys(metrics)), 'Empty for failed and cancelled modes.'),
  intervals: about(
    object({ accuracy: interval, macroF1: interval }, ['accuracy', 'macroF1']),
    'Accuracy: Wilson score. Macro-F1: percentile bootstrap.',
  ),
  taskMetric: object(
    { name: text, direction: { enum: ['maximize', 'minimize'] }, value: { type: ['number', 'null'] }, interval },
    ['interval'],
  ),
  perLabel: {
    type: 'array',
    items: object({ label: text, precision: share, recall: share, f1: share, support: count, predicted: count }),
  },
  confusions: about(
    { type: 'array', items: object({ expected: text, predicted: text, count, share }) },
    'The 20 most frequent mistakes.',
  ),
  calibration: object({
    count,
    bins: { type: 'array', items: object({ low: share, high: share, count, confidence: share, accuracy: share }) },
  }),
  latency: about(
    object({ p50Ms: amount, p95Ms: amount, meanMs: amount, maxMs: amount, perSecond: amount }),
    'Per predict call that answered; percentiles by linear interpolation.',
  ),
  costPer1000: about(amount, 'US dollars per 1,000 answers; left out where unknown.'),
  usd: amount,
  usage: object({ inputTokens: count, outputTokens: count, cachedInputTokens: count, reasoningTokens: count }, [
    'inputTokens',
    'outputTokens',
    'cachedInputTokens',
    'reasoningTokens',
  ]),
  predictMs: amount,
  predictions: {
    type: 'array',
    items: object({ index: count, expected: true, predicted: true, problem: text, confidence: amount, ms: amount }, [
      'predicted',
      'problem',
      'confidence',
    ]),
  },
};

const paired = {
  a: text,
  b: text,
  examples: count,
  onlyA: count,
  onlyB: count,
  accuracyDifference: { type: 'number', minimum: -1, maximum: 1 },
  accuracyInterval: interval,
  macroF1Difference: { type: 'number', minimum: -1, maximum: 1 },
  macroF1Interval: interval,
  p: share,
  method: { enum: ['exact', 'mid-p', 'chi-squared'] },
  pAdjusted: about(share, 'Holm, over all pairs.'),
  significant: { type: 'boolean' },
};

/**
 * The JSON Schema (draft 2020-12) of {@link Report}. Figures that are unknown are left out, so test for presence. Within
 * `schemaVersion` 1 fields are only added.
 *
 * @example
 * ```ts
 * import { reportSchema } from '@modeshift/eval';
 *
 * console.log(reportSchema.$schema, reportSchema.title);
 * ```
 */
export const reportSchema: Readonly<Record<string, unknown>> = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Modeshift comparison report',
  $defs: {
    interval: object({ low: { type: 'number' }, high: { type: 'number' } }),
    mode: object(mode, [
      'model',
      'error',
      'footprint',
      'solveMs',
      'taskMetric',
      'calibration',
      'latency',
      'costPer1000',
      'usd',
      'usage',
      'predictions',
    ]),
    paired: about(object(paired, ['macroF1Difference', 'macroF1Interval']), 'Differences are a minus b.'),
  },
  ...object({
    schemaVersion: { const: 1 },
    task: object({ name: text, instruction: text }),
    seed: { type: 'integer' },
    confidence: share,
    startedAt: { type: 'string' },
    elapsedMs: amount,
    cancelled: { type: 'boolean' },
    data: object(
      {
        train: count,
        dev: count,
        test: count,
        used: about(count, 'Test examples that were measured on.'),
        labels: texts,
        labelCounts: { type: 'array', items: object({ label: text, train: count, test: count }) },
        notes: texts,
      },
      ['labels', 'labelCounts'],
    ),
    modes: { type: 'array', minItems: 1, items: { $ref: '#/$defs/mode' } },
    paired: { type: 'array', items: { $ref: '#/$defs/paired' } },
    verdict: object(
      {
        best: text,
        beatsBaselines: { type: 'boolean' },
        alternatives: {
          type: 'array',
          items: object({
            name: text,
            accuracyDifference: { type: 'number' },
            pAdjusted: share,
            cheaper: { type: 'boolean' },
            faster: { type: 'boolean' },
          }),
        },
      },
      ['best', 'beatsBaselines'],
    ),
  }),
};
