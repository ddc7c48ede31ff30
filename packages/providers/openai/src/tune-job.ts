// A fine-tuning job: training data up, progress down, a tuned model at the end.
import { type CallContext, invalidInput, ModeshiftError, type TuneSpec, throwIfAborted } from '@modeshift/core';
import { type Look, type RemoteJob, runRemoteJob, secretsOf, serverWords } from '@modeshift/core/provider';
import type { FineTuningJob, JobCreateParams } from 'openai/resources/fine-tuning/jobs/jobs';
import type { ServiceClient } from './service-client.ts';
import { toChatMessages } from './to-chat-messages.ts';
import { figuresOf, TuneProgress } from './tune-progress.ts';
import { uploadLines } from './upload-lines.ts';

/** Fewer examples are refused by the service. Source: https://platform.openai.com/docs/guides/supervised-fine-tuning */
const leastExamples = 10;
const jobsPath = '/fine_tuning/jobs';

/**
 * Starts a job and gives the name of the tuned model.
 *
 * @throws ModeshiftError `invalid-input` for data that the service would refuse, `unsupported` for another method.
 */
export function startTuning(service: ServiceClient, spec: TuneSpec, context: CallContext): RemoteJob<string> {
  const { provider } = service.endpoint;
  const train = trainingLines(spec.train, 'train', provider);
  const validation = spec.validation?.length ? trainingLines(spec.validation, 'validation', provider) : undefined;
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
    const training_file = await uploadLines(service, train, 'fine-tune', context);
    const validation_file = validation && (await uploadLines(service, validation, 'fine-tune', context));
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
    throwIfAborted(context.signal);
    // Without the signal: a request broken off here could leave a job that nobody knows of, and that costs money.
    const { signal: _, ...unbroken } = context;
    const { id } = await service.request(jobsPath, unbroken, (client, options) =>
      client.fineTuning.jobs.create(body, options),
    );
    return id;
  };
  return followTuning(service, start, context);
}

/** Follows a job. */
export function followTuning(
  service: ServiceClient,
  start: () => Promise<string>,
  context: CallContext,
): RemoteJob<string> {
  const reports = new TuneProgress();
  return runRemoteJob({
    start,
    pollMs: service.endpoint.pollMs,
    signal: context.signal,
    stop: id => service.request(`${jobsPath}/${id}/cancel`, {}, client => client.fineTuning.jobs.cancel(id)),
    look: async (id): Promise<Look<string>> => {
      const path = `${jobsPath}/${id}`;
      const job = await service.request(
        path,
        context,
        (client, options) => client.fineTuning.jobs.retrieve(id, options),
        'GET',
      );
      throwIfEnded(job, service);
      const isDone = job.status === 'succeeded';
      const events = isDone || job.status === 'running' ? await newEvents(id, reports, service, context) : [];
      const progress = reports.of(job, events);
      if (!isDone) return { progress };
      if (job.fine_tuned_model) return { progress, done: { value: job.fine_tuned_model } };
      const words = `${service.host} says that the job ${id} succeeded, and names no model.`;
      throw new ModeshiftError({ tag: 'invalid-response' }, words);
    },
  });
}

/** A checkpoint as the service lists it: the name of its model, and what was measured. */
export interface ListedCheckpoint {
  readonly step: number;
  readonly figures: Readonly<Record<string, number>>;
  readonly modelId: string;
}

/** The checkpoints of a job, by step. */
export async function listCheckpoints(
  service: ServiceClient,
  id: string,
  context: CallContext,
): Promise<ListedCheckpoint[]> {
  const path = `${jobsPath}/${id}/checkpoints`;
  const read = async (client: Awaited<ReturnType<ServiceClient['connect']>>, options: object) => {
    const all: ListedCheckpoint[] = [];
    for await (const one of client.fineTuning.jobs.checkpoints.list(id, { limit: 100 }, options)) {
      const { step_number: step, fine_tuned_model_checkpoint: modelId, metrics } = one;
      all.push({ step, modelId, figures: figuresOf({ ...metrics }) });
    }
    return all.sort((a, b) => a.step - b.step);
  };
  return await service.request(path, context, read, 'GET');
}

function trainingLines(examples: TuneSpec['train'], name: string, provider: string): { messages: unknown }[] {
  return examples.map(({ messages }, i) => {
    if (messages.at(-1)?.role !== 'assistant') {
      throw invalidInput(
        `Example ${i + 1} of "${name}" does not end with an assistant message, so there is nothing to learn from it.`,
      );
    }
    return { messages: toChatMessages(messages, provider) };
  });
}

function throwIfEnded(job: FineTuningJob, { endpoint, host, modelId }: ServiceClient): void {
  if (job.status === 'cancelled') {
    throw new ModeshiftError({ tag: 'aborted' }, `The tuning of ${modelId} was cancelled.`);
  }
  if (job.status !== 'failed') return;
  const words = serverWords(
    job.error?.message ?? '',
    secretsOf({ keys: [endpoint.apiKey], headers: endpoint.headers }),
  );
  throw new ModeshiftError(
    { tag: 'refused' },
    `${host} could not tune ${modelId}.${words ? ` It said: ${words}` : ' Look at the events of the job.'}`,
  );
}

/** The events since the last look, oldest first; none where the server keeps no events. */
async function newEvents(id: string, reports: TuneProgress, service: ServiceClient, context: CallContext) {
  const path = `${jobsPath}/${id}/events`;
  const read = async (client: Awaited<ReturnType<ServiceClient['connect']>>, options: object) => {
    const events = [];
    // The newest come first, page by page.
    for await (const event of client.fineTuning.jobs.listEvents(id, { limit: 100 }, options)) {
      if (reports.knows(event)) break;
      events.push(event);
    }
    return events.reverse();
  };
  return await service.request(path, context, read, 'GET').catch((error: unknown) => {
    if (ModeshiftError.is(error, 'not-found')) return [];
    throw error;
  });
}
