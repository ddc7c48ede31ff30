// Lines of JSON as a file at the service: what tuning jobs and batches are made of.
import { type CallContext, ModeshiftError } from '@modeshift/core';
import { runRemoteJob } from '@modeshift/core/provider';
import type { ServiceClient } from './service-client.ts';

/**
 * Uploads lines of JSON and gives the file's id, when the file can be used: Azure takes a while to import it.
 *
 * @throws ModeshiftError `refused` for a file that the service could not import.
 */
export async function uploadLines(
  service: ServiceClient,
  lines: readonly object[],
  purpose: 'fine-tune' | 'batch',
  context: CallContext,
): Promise<string> {
  const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
  const file = new File([text], `${purpose}.jsonl`, { type: 'application/jsonl' });
  const made = await service.request('/files', context, (client, options) =>
    client.files.create({ file, purpose }, options),
  );
  if (!isImporting(made.status)) return made.id;
  return await runRemoteJob<string>({
    start: async () => made.id,
    pollMs: Math.min(service.endpoint.pollMs, 5000),
    signal: context.signal,
    stop: id => service.request(`/files/${id}`, {}, client => client.files.delete(id), 'DELETE'),
    look: async id => {
      const path = `/files/${id}`;
      const { status } = await service.request(
        path,
        context,
        (client, options) => client.files.retrieve(id, options),
        'GET',
      );
      if (status === 'error' || (status as string) === 'failed') {
        throw new ModeshiftError(
          { tag: 'refused' },
          `${service.host} could not import the file of ${purpose} examples.`,
        );
      }
      return { progress: [], ...(!isImporting(status) && { done: { value: id } }) };
    },
  }).result;
}

/** Azure's words for a file that cannot be used yet; OpenAI checks files within the job. */
function isImporting(status: string | undefined): boolean {
  return status === 'pending' || status === 'running' || status === 'notRunning';
}
