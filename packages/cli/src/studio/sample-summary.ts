// What the first minute shows: how the modes do on the bundled sample, in a few lines.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compare, majority, type Report, reportTable } from '@modeshift/eval';
import { nearest } from '@modeshift/rag';
import type { Output } from '../output.ts';
import { readTask } from '../read-task.ts';

/**
 * Prints the table of the whole comparison where it has been run in this folder, else that of the two modes that need no training,
 * run now, and how to see the rest.
 */
export async function printSampleSummary({ stdout }: Output): Promise<void> {
  const before = await lastReport();
  const report = before ?? (await quickReport());
  const color = stdout.isTTY === true && !process.env.NO_COLOR;
  const heading = before
    ? `The bundled sample, compared on ${before.startedAt.slice(0, 10)}:`
    : 'The bundled sample, compared now:';
  stdout.write(`${heading}\n\n${reportTable(report, { columns: stdout.columns ?? 80, color })}\n`);
  if (!before) stdout.write('With a model trained here: npm run modeshift -- compare --sample (about a minute)\n');
  stdout.write('\n');
}

async function lastReport(): Promise<Report | undefined> {
  const file = join('.modeshift', 'compare', 'service-desk', 'report.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  try {
    const report = JSON.parse(text ?? '') as Report;
    return report.cancelled || report.modes.length < 3 ? undefined : report;
  } catch {
    return undefined;
  }
}

async function quickReport(): Promise<Report> {
  const { task, notes } = await readTask({ sample: true, seed: 0, lang: 'en' });
  return compare(task, [majority(), nearest()], { seed: 0, notes });
}
