// What is kept of each comparison beside its run: what was asked for, the report and every answer.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { type Report, reportPage } from '@modeshift/eval';
import type { Comparison } from './comparison.ts';
import { saying } from './data-sets.ts';
import { keepNewest } from './keep-newest.ts';

/** Places of the files that are offered for download. */
export interface ReportFiles {
  readonly json: string;
  readonly html: string;
}

/** The records of all comparisons. */
export class RunRecords {
  readonly #folder: string;

  readonly #most: number;

  /** Keeps the records of the last `most` comparisons. */
  constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
  }

  async begin(run: string, comparison: Comparison): Promise<void> {
    await this.#write(run, 'comparison.json', `${JSON.stringify(comparison, undefined, 2)}\n`);
    await keepNewest(this.#folder, this.#most);
  }

  /** @throws ModeshiftError `not-found`. */
  async comparison(run: string): Promise<Comparison> {
    return (await this.#read(run, 'comparison.json')) as Comparison;
  }

  /** Writes the report as the command line does, and the answers beside it. */
  async save(run: string, report: Report, { language }: Comparison): Promise<ReportFiles> {
    const modes = report.modes.map(({ predictions: _, ...row }) => row);
    await this.#write(run, 'answers.json', JSON.stringify(report));
    return {
      json: await this.#write(run, 'report.json', `${JSON.stringify({ ...report, modes }, undefined, 2)}\n`),
      html: await this.#write(run, 'report.html', reportPage(report, { language })),
    };
  }

  /**
   * The report so far, with every answer.
   *
   * @throws ModeshiftError `not-found` where no mode has ended yet.
   */
  async report(run: string): Promise<Report> {
    return (await this.#read(run, 'answers.json')) as Report;
  }

  async #read(run: string, name: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(join(this.#folder, run, name), 'utf8'));
    } catch (cause) {
      throw new ModeshiftError({ tag: 'not-found' }, `Nothing of the run "${run}" is there yet.`, { cause });
    }
  }

  async #write(run: string, name: string, text: string): Promise<string> {
    const path = join(this.#folder, run, name);
    return saying(path, async () => {
      await mkdir(join(this.#folder, run), { recursive: true, mode: 0o700 });
      await writeFile(path, text, { mode: 0o600 });
      return path;
    });
  }
}
