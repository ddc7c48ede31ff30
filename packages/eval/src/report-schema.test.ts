// Real reports against the documented schema, and against a strict copy of it that knows no other field.

import { defineTask } from '@modeshift/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { compare } from './compare.ts';
import { sampleReport } from './fixtures/sample-report.ts';
import { majority } from './majority.ts';
import { reportSchema } from './report-schema.ts';

function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  return parts.type === 'object' && parts.properties ? { ...parts, additionalProperties: false } : parts;
}

const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(strict(reportSchema) as object);
const problems = (value: unknown): unknown => (validate(JSON.parse(JSON.stringify(value))) ? [] : validate.errors);

it('fits a report with complete, partial and failed modes', async () => {
  const report = await sampleReport();
  expect(report.modes.map(row => row.status)).toEqual(['ok', 'ok', 'ok', 'ok', 'partial', 'failed']);
  expect(problems(report)).toEqual([]);
});

it('fits a cancelled report and one of a task without labels', async () => {
  const task = defineTask({
    name: 'open',
    instruction: 'Answer.',
    input: z.string(),
    output: z.object({ answer: z.string() }),
    examples: { train: [{ input: 'a', output: { answer: 'b' } }], test: [{ input: 'a', output: { answer: 'b' } }] },
  });
  expect(problems(await compare(task, [majority()], { signal: AbortSignal.abort() }))).toEqual([]);
  const report = await compare(task, [majority()], { predictions: true });
  expect(report.modes[0]!.metrics).toEqual({ accuracy: 1 });
  expect(problems(report)).toEqual([]);
});

it('refuses what is no report', async () => {
  const report = await sampleReport();
  expect(problems({ ...report, schemaVersion: 2 })).not.toEqual([]);
  expect(problems({ ...report, surprise: 1 })).not.toEqual([]);
  expect(problems({ ...report, modes: [{ ...report.modes[0], status: 'fine' }] })).not.toEqual([]);
});
