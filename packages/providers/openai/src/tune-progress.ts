// From the states and events of a tuning job to reports of its progress.
import type { Progress } from '@modeshift/core';
import type { FineTuningJob, FineTuningJobEvent } from 'openai/resources/fine-tuning/jobs/jobs';

type JobState = Pick<FineTuningJob, 'status' | 'estimated_finish'>;
type JobEvent = Pick<FineTuningJobEvent, 'id' | 'type' | 'data'>;

/** Remembers how far a job was: no event is told twice, and no step is forgotten. */
export class TuneProgress {
  #newest: string | undefined;
  #steps: Pick<Progress, 'done' | 'total'> = { done: 0 };

  /** The event was among those of an earlier look. */
  knows(event: Pick<JobEvent, 'id'>): boolean {
    return event.id !== undefined && event.id === this.#newest;
  }

  /** Reports of one look: one for each measured step, and one where nothing was measured or the job is done. */
  of(job: JobState, events: readonly JobEvent[]): Progress[] {
    this.#newest = events.at(-1)?.id ?? this.#newest;
    const left = job.estimated_finish ? job.estimated_finish * 1000 - Date.now() : 0;
    const state = { phase: phases[job.status] ?? job.status, unit: 'steps', ...(left > 0 && { etaMs: left }) };
    const reports: Progress[] = [];
    for (const { type, data } of events) {
      if (type !== 'metrics' || typeof data !== 'object' || data === null) continue;
      const step = numberIn(data, 'step');
      const total = numberIn(data, 'total_steps') ?? this.#steps.total;
      this.#steps = { done: step ?? this.#steps.done, ...(total !== undefined && { total }) };
      reports.push({ ...state, phase: 'training', ...this.#steps, figures: figuresOf(data) });
    }
    const isDone = job.status === 'succeeded';
    if (isDone && this.#steps.total !== undefined) this.#steps = { ...this.#steps, done: this.#steps.total };
    if (isDone || reports.length === 0) reports.push({ ...state, ...this.#steps });
    return reports;
  }
}

const phases: Readonly<Record<string, string>> = {
  validating_files: 'checking the examples',
  queued: 'waiting for the service',
  running: 'training',
  succeeded: 'done',
};

/** What was measured at a step, in words of the house. */
export function figuresOf(data: object): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const [name, shown] of metrics) {
    const value = numberIn(data, name);
    if (value !== undefined) figures[shown] = value;
  }
  return figures;
}

const metrics = [
  ['train_loss', 'loss'],
  ['valid_loss', 'validationLoss'],
  ['train_mean_token_accuracy', 'tokenAccuracy'],
  ['valid_mean_token_accuracy', 'validationTokenAccuracy'],
  ['full_valid_loss', 'fullValidationLoss'],
  ['full_valid_mean_token_accuracy', 'fullValidationTokenAccuracy'],
] as const;

function numberIn(data: object, name: string): number | undefined {
  const value = (data as Record<string, unknown>)[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
