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
import type { EndpointOptions } from './options.ts';

/** Who serves the wire: where it is, and which environment variables belong to it. */
export interface Service {
  /** The provider's name on models and errors. */
  readonly provider: string;
  readonly baseURL?: string;
  /** Environment variable of the base URL. */
  readonly urlVariable?: string;
  /** Environment variable of the key. */
  readonly keyVariable?: string;
  /** Hosts to which the key of the environment may go; `*.` at the start stands for any subdomain. */
  readonly hosts?: readonly string[];
}

const openaiService: Service = {
  provider: 'openai',
  baseURL: 'https://api.openai.com/v1',
  urlVariable: 'OPENAI_BASE_URL',
  keyVariable: 'OPENAI_API_KEY',
};

/** A checked endpoint. It holds the key: it is kept in private fields only and never printed. */
export interface Endpoint extends HttpSettings {
  readonly provider: string;
  readonly urlVariable: string | undefined;
  readonly keyVariable: string | undefined;
  readonly baseURL: string;
  /** Host with port, for messages. */
  readonly host: string;
  readonly apiKey: string | undefined;
  /** Served by OpenAI itself or by Azure, which speak the wire's newest words. */
  readonly isOpenAI: boolean;
  /** The endpoint came from the environment or is the default: the environment's key and organisation belong to it. */
  readonly isFromEnvironment: boolean;
}

/** Checks the options. Throws `authentication` for a missing key, `invalid-input` for anything else that is wrong. */
export function resolveEndpoint(
  options: EndpointOptions,
  environment: Environment = processEnvironment(),
  service: Service = openaiService,
): Endpoint {
  const { provider, urlVariable, keyVariable } = service;
  const isFromEnvironment = options.baseURL === undefined;
  const baseURL = (
    options.baseURL ??
    (urlVariable && variableIn(environment, urlVariable)) ??
    service.baseURL ??
    ''
  ).replace(/\/+$/, '');
  const url = serverUrl(baseURL, 'https://host/v1');
  const isKeyHost = isFromEnvironment || (service.hosts ?? []).some(host => matchesHost(url.hostname, host));
  const isEncrypted = url.protocol === 'https:' || isFromEnvironment;
  const apiKey =
    options.apiKey ?? (keyVariable && isKeyHost && isEncrypted ? variableIn(environment, keyVariable) : undefined);
  const isOpenAI = /(^|\.)openai\.com$|\.openai\.azure\.com$|\.services\.ai\.azure\.com$/.test(url.hostname);
  const isKeyNeeded = isOpenAI || (provider !== 'openai' && keyVariable !== undefined && isKeyHost);
  if (apiKey === undefined && isKeyNeeded && !isEncrypted) {
    throw invalidInput(`${url.host} needs a key, and a key of the environment is sent over https only.`);
  }
  if (apiKey === undefined && isKeyNeeded) {
    throw new ModeshiftError(
      { tag: 'authentication' },
      `${url.host} needs a key. Set the environment variable ${keyVariable} or pass apiKey${urlVariable ? `; for a local server set ${urlVariable}` : ''}.`,
    );
  }
  checkKey('apiKey', apiKey);
  return {
    ...httpSettings(options),
    provider,
    urlVariable,
    keyVariable,
    baseURL,
    host: url.host,
    apiKey,
    isOpenAI,
    isFromEnvironment: isFromEnvironment && provider === 'openai',
  };
}

function matchesHost(hostname: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;
}
