// The comparison that shows every mode to somebody new: begun once, and out of the way as soon as a visitor compares.
import { chooseModes } from '@modeshift/compare';
import type { ReportLanguage } from '@modeshift/eval';
import type { JobEngine, Run } from '@modeshift/jobs';
import type { User } from '@modeshift/ui';
import { type Comparison, disposeModels } from './comparison.ts';
import type { ModelMaker } from './model-named.ts';

const model = 'nano';

/** What `@modeshift/ui` stores of a start. */
interface StoredStart {
  readonly input: Comparison;
  readonly user?: User;
}

/**
 * Starts the task `routing` in every mode that nano serves, or gives the run that did: once for each language and user. A run that was
 * cancelled is not begun again.
 *
 * @throws ModeshiftError `invalid-input` where visitors may not use nano; `storage`.
 */
export async function startSample(
  jobs: JobEngine,
  makeModel: ModelMaker,
  { language, user }: { readonly language: ReportLanguage; readonly user: User | undefined },
): Promise<Run> {
  const nano = await makeModel(model);
  const { modes } = await chooseModes({ names: undefined, model: nano, use: [] });
  await disposeModels([nano]);
  const names = modes.map(({ name }) => name);
  const data = `routing-${language}`;
  const input: Comparison = { data, modes: names, models: [model], concurrency: 4, language, isSample: true };
  const start: StoredStart = { input, ...(user && { user }) };
  // With the modes in its key: a version with further ones shows them.
  return jobs.start('compare', start, { owner: user?.name, idempotencyKey: `sample ${data} ${names.join(' ')}` });
}

/**
 * Ends samples that have not ended, so that a comparison that a person wants begins at once. What they got done is kept and shown; one
 * that is tried again is wanted, too.
 */
export async function cancelSamples(jobs: JobEngine): Promise<void> {
  for (const status of ['running', 'waiting'] as const)
    for (const { id, input, retryOf } of await jobs.list({ job: 'compare', status }))
      if ((input as StoredStart).input.isSample && retryOf === undefined) await jobs.cancel(id);
}
