// From options and environment to an endpoint that is known to be complete, before any I/O.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import {
  checkKey,
  type Environment,
  type HttpSettings,
  httpSettings,
  processEnvironment,
  serverUrl,
  variableIn,
} from '@modeshift/core/provider';
import type { AnthropicOptions } from './options.ts';

const defaultBaseURL = 'https://api.anthropic.com';

/** A checked endpoint. It holds the key: it is kept in private fields only and never printed. */
export interface Endpoint extends HttpSettings {
  /** Without `/v1`. */
  readonly baseURL: string;
  /** Host with port, for messages. */
  readonly host: string;
  readonly apiKey: string | undefined;
  readonly authToken: string | undefined;
  /** Served by Anthropic itself. */
  readonly isAnthropic: boolean;
  /** The endpoint came from the environment or is the default: the environment's keys and headers belong to it. */
  readonly isFromEnvironment: boolean;
}

/** Checks the options. Throws `authentication` for a missing key, `invalid-input` for anything else that is wrong. */
export function resolveEndpoint(options: AnthropicOptions, environment: Environment = processEnvironment()): Endpoint {
  const isFromEnvironment = options.baseURL === undefined;
  const given = options.baseURL ?? variableIn(environment, 'ANTHROPIC_BASE_URL') ?? defaultBaseURL;
  const baseURL = given.replace(/\/+$/, '').replace(/\/v1$/, '');
  const url = serverUrl(baseURL, 'https://host');
  if (options.apiKey !== undefined && options.authToken !== undefined) {
    throw invalidInput('Pass apiKey or authToken, not both: they are two ways to say who you are.');
  }
  const isOwn = options.apiKey !== undefined || options.authToken !== undefined;
  const inherits = isFromEnvironment && !isOwn;
  const apiKey = options.apiKey ?? (inherits ? variableIn(environment, 'ANTHROPIC_API_KEY') : undefined);
  const authToken =
    options.authToken ??
    (inherits && apiKey === undefined ? variableIn(environment, 'ANTHROPIC_AUTH_TOKEN') : undefined);
  const isAnthropic = /(^|\.)anthropic\.com$/.test(url.hostname);
  if (apiKey === undefined && authToken === undefined && isAnthropic) {
    throw new ModeshiftError(
      { tag: 'authentication' },
      `${url.host} needs a key. Set the environment variable ANTHROPIC_API_KEY or pass apiKey; for another server set ANTHROPIC_BASE_URL.`,
    );
  }
  checkKey('apiKey', apiKey);
  checkKey('authToken', authToken);
  return {
    ...httpSettings(options),
    baseURL,
    host: url.host,
    apiKey,
    authToken,
    isAnthropic,
    isFromEnvironment,
  };
}
