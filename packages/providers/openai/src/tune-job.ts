// A fine-tuning job: training data up, progress down, a tuned model at the end.
import { type CallContext, invalidInput, ModeshiftError, type Progress, type TuneSpec } from '@modeshift/core';
import type { FineTuningJob, JobCreateParams } from 'openai/resources/fine-tuning/jobs/jobs';
import { redact, secretsOf } from './redact.ts';
import { type RemoteJob, runRemoteJob } from './remote-job.ts';
import type { ServiceClient } from './service-client.ts';
import { toChatMessages } from './to-chat-messages.ts';

/** Fewer examples are refused by the service. Source: https://platform.openai.com/docs/guides/supervised-fine-tuning */
const leastExamples = 10;
const jobsPath = '/fine_tuning/jobs';

/**
 * Starts a job, or follows one that was started before, and gives the name of the tuned model.
 *
 * @throws ModeshiftError `invalid-input` for data that the service would refuse, `unsupported` for another method.
 */
export function startTuning(
  service: ServiceClient,
  spec: TuneSpec,
  context: CallContext,
  pollMs: number,
): RemoteJob<string> {
  const train = trainingLines(spec.train, 'train');
  const validation = spec.validation?.length ? trainingLines(spec.validation, 'validation') : undefined;
  if (train.length < leastExamples) {
    throw invalidInput(`There are ${train.length} training examples. The service wants at least ${leastExamples}.`);
  }
  if (spec.method === 'preference') {
    throw new ModeshiftError(
      { tag: 'unsupported', feature: 'preference' },
      'A tune specification has no place for the answer that is not preferred. Use method "supervised".',
    );
  }
  const hyperparameters = {
    ...(spec.epochs !== undefined && { n_epochs: spec.epochs }),
    ...(spec.learningRateMultiplier !== undefined && { learning_rate_multiplier: spec.learningRateMultiplier }),
  };
  const start = async (): Promise<string> => {
    const training_file = await service.upload(train, 'fine-tune', context);
    const validation_file = validation && (await service.upload(validation, 'fine-tune', context));
    const body: JobCreateParams = {
      model: service.modelId,
      training_file,
      ...(validation_file !== undefined && { validation_file }),
      ...(spec.suffix !== undefined && { suffix: spec.suffix }),
      ...(spec.seed !== undefined && { seed: spec.seed }),
      ...(Object.keys(hyperparameters).length > 0 && {
        method: { type: 'supervised', supervised: { hyperparameters } },
      }),
    };
    const job = await service.request(jobsPath, context, (client, options) =>
      client.fineTuning.jobs.create(body, options),
    );
    return job.id;
  };
  return followTuning(service, start, context, pollMs);
}

/** Follows a job. */
export function followTuning(
  service: ServiceClient,
  start: () => Promise<string>,
  context: CallContext,
  pollMs: number,
): RemoteJob<string> {
  return runRemoteJob({
    start,
    pollMs,
    signal: context.signal,
    stop: id => service.request(`${jobsPath}/${id}/cancel`, {}, client => client.fineTuning.jobs.cancel(id)),
    look: async id => {
      const job = await service.request(`${jobsPath}/${id}`, context, (client, options) =>
        client.fineTuning.jobs.retrieve(id, options),
      );
      throwIfEnded(job, service);
      const progress = { ...phaseOf(job), ...(job.status === 'running' && (await metricsOf(id, service, context))) };
      return job.status === 'succeeded' ? { progress, done: { value: job.fine_tuned_model ?? id } } : { progress };
    },
  });
}

function trainingLines(examples: TuneSpec['train'], name: string): { messages: unknown }[] {
  return examples.map(({ messages }, i) => {
    if (messages.at(-1)?.role !== 'assistant') {
      throw invalidInput(
        `Example ${i + 1} of "${name}" does not end with an assistant message, so there is nothing to learn from it.`,
      );
    }
    return { messages: toChatMessages(messages) };
  });
}

function throwIfEnded(job: FineTuningJob, { endpoint, modelId }: ServiceClient): void {
  if (job.status === 'cancelled')
    throw new ModeshiftError({ tag: 'aborted' }, `The tuning of ${modelId} was cancelled.`);
  if (job.status !== 'failed') return;
  const words = redact(job.error?.message ?? '', secretsOf(endpoint));
  throw new ModeshiftError(
    { tag: 'refused' },
    `${endpoint.host} could not tune ${modelId}.${words ? ` It said: ${words}` : ' Look at the events of the job.'}`,
  );
}

const phases: Readonly<Record<string, string>> = {
  validating_files: 'checking the examples',
  queued: 'waiting for the service',
  running: 'training',
  succeeded: 'done',
};

function phaseOf({ status, estimated_finish }: FineTuningJob): Progress {
  const left = estimated_finish ? estimated_finish * 1000 - Date.now() : 0;
  return { phase: phases[status] ?? status, done: 0, unit: 'steps', ...(left > 0 && { etaMs: left }) };
}

/** The newest figures among the events of a job; none where the server keeps no events. */
async function metricsOf(id: string, service: ServiceClient, context: CallContext): Promise<Partial<Progress>> {
  const page = await service
    .request(`${jobsPath}/${id}/events`, context, (client, options) =>
      client.fineTuning.jobs.listEvents(id, { limit: 20 }, options),
    )
    .catch((error: unknown) => {
      if (ModeshiftError.is(error, 'not-found')) return undefined;
      throw error;
    });
  const event = page?.data.find(one => one.type === 'metrics' && typeof one.data === 'object');
  const data = (event?.data ?? {}) as Readonly<Record<string, unknown>>;
  const number = (name: string): number | undefined => {
    const value = data[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
  const [step, total] = [number('step'), number('total_steps')];
  const figures: Record<string, number> = {};
  for (const [name, shown] of metrics) {
    const value = number(name);
    if (value !== undefined) figures[shown] = value;
  }
  return {
    ...(step !== undefined && { done: step }),
    ...(total !== undefined && { total }),
    ...(Object.keys(figures).length > 0 && { figures }),
  };
}

const metrics = [
  ['train_loss', 'loss'],
  ['valid_loss', 'validationLoss'],
  ['train_mean_token_accuracy', 'tokenAccuracy'],
  ['valid_mean_token_accuracy', 'validationTokenAccuracy'],
] as const;
