// What can go wrong between here and the hub, and what to do about it.
import { ModeshiftError, retryAfterMs } from '@modeshift/core';
import type { HubSettings } from './hub-settings.ts';

/** What is being asked for. */
export interface HubSubject {
  readonly id: string;
  readonly revision: string;
  readonly settings: HubSettings;
}

/** How to do without the hub. */
export function placeByHand({ id, revision, settings }: HubSubject): string {
  return `To place the files by hand: download config.json, tokenizer.json, tokenizer_config.json and all *.safetensors (with model.safetensors.index.json if there is one) from ${settings.endpoint}/${id}/tree/${revision} on a machine that can, put them into one folder, and give its path instead of "${id}".`;
}

/** The error of an answer that is not what was asked for. */
export async function errorOfResponse(response: Response, subject: HubSubject): Promise<ModeshiftError> {
  const { status, headers } = response;
  const { id, revision, settings } = subject;
  const code = headers.get('x-error-code');
  const waitMs = retryAfterMs(Object.fromEntries(headers));
  await response.body?.cancel().catch(() => undefined);
  const options = {
    request: { provider: 'hub', modelId: id, url: `${settings.endpoint}/${id}` },
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
  };
  if (status === 401 || status === 403) {
    const gated = code === 'GatedRepo';
    const withToken =
      settings.token === undefined ? 'No token was given' : 'The token that was given has no right to it';
    return new ModeshiftError(
      { tag: 'authentication', status },
      gated
        ? `${id} is open only to those who accept its terms: accept them at ${settings.endpoint}/${id}, then set HF_TOKEN to a token of that account. ${withToken}.`
        : `${id} is no folder here, and on the hub it does not exist or is private. Check the name; for a private model set HF_TOKEN. ${withToken}.`,
      options,
    );
  }
  if (status === 404) {
    return new ModeshiftError(
      { tag: 'not-found', status },
      code === 'RevisionNotFound'
        ? `${id} has no revision "${revision}". Give a branch, a tag or a whole commit as "revision".`
        : `${id} is no folder here, and ${settings.endpoint} has no model of that name. Check the name or the path.`,
      options,
    );
  }
  if (status === 429) {
    return new ModeshiftError(
      { tag: 'rate-limit', status },
      'The hub asks to wait: too many requests. Try again later; a token in HF_TOKEN raises the limit.',
      options,
    );
  }
  return new ModeshiftError(
    status >= 500 ? { tag: 'server', status } : { tag: 'refused', status },
    `The hub answered ${status} for ${id}. Try again later, or use a mirror by HF_ENDPOINT. ${placeByHand(subject)}`,
    options,
  );
}

/** The error of a connection that could not be made or broke. */
export function errorOfNetwork(error: unknown, subject: HubSubject): ModeshiftError {
  const code = codeOf(error);
  return new ModeshiftError(
    { tag: 'network', ...(code !== undefined && { code }) },
    `${subject.settings.endpoint} could not be reached${code === undefined ? '' : ` (${code})`}. Check the network, or use a mirror by HF_ENDPOINT. ${placeByHand(subject)}`,
    { cause: error },
  );
}

/** The error of a file that could not be written. */
export function errorOfDisk(error: unknown, folder: string, bytes: number): ModeshiftError {
  const code = codeOf(error);
  const what =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? `There is no room for ${formatBytes(bytes)} in ${folder}. Free some, or put the cache on another disk by HF_HOME or "cacheDir"; what was downloaded is kept and gone on with.`
      : `Nothing can be written to ${folder} (${code ?? String(error)}). Check its rights, or use another cache by HF_HOME or "cacheDir".`;
  return new ModeshiftError({ tag: 'storage', path: folder, ...(code !== undefined && { code }) }, what, {
    cause: error,
  });
}

/** The code of a system error, also of one that is the cause of another. */
export function codeOf(error: unknown): string | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code } = one as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return undefined;
}

/** Bytes for people: `1.5 GB`, in powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let power = 0;
  let value = bytes;
  while (value >= 999.5 && power < units.length - 1) {
    value /= 1000;
    power++;
  }
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
