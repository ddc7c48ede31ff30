// Where the hub is, where its cache lies, and who asks: from options and from the variables that the Python client knows.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { invalidInput } from '@modeshift/core';
import type { ResolveCheckpointOptions } from './resolve-checkpoint-options.ts';

/** Settings of a call. */
export interface HubSettings {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly cacheDir: string;
  readonly offline: boolean;
  readonly token: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of a call. */
export function hubSettings(options: ResolveCheckpointOptions, environment: Environment = process.env): HubSettings {
  const home =
    environment.HF_HOME ?? path.join(environment.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'huggingface');
  const cacheDir =
    options.cacheDir ?? environment.HF_HUB_CACHE ?? environment.HUGGINGFACE_HUB_CACHE ?? path.join(home, 'hub');
  const endpoint = (options.endpoint ?? (environment.HF_ENDPOINT || 'https://huggingface.co')).replace(/\/+$/, '');
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw invalidInput(
      'The endpoint of the hub must be an address like "https://host" without user name. Check "endpoint" and HF_ENDPOINT.',
    );
  }
  return {
    endpoint,
    cacheDir: path.resolve(cacheDir.replace(/^~(?=$|[/\\])/, homedir())),
    offline: options.offline ?? (isSet(environment.HF_HUB_OFFLINE) || isSet(environment.TRANSFORMERS_OFFLINE)),
    token: options.token ?? environment.HF_TOKEN ?? tokenOf(environment.HF_TOKEN_PATH ?? path.join(home, 'token')),
  };
}

function isSet(value: string | undefined): boolean {
  return /^(1|on|yes|true)$/i.test(value ?? '');
}

function tokenOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
