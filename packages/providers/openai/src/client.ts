// The official client, loaded on the first call: importing it costs more than everything else here together.
import type { OpenAI } from 'openai';
import type { Endpoint } from './endpoint.ts';
import { normalizeErrors } from './normalize-errors.ts';

let loaded: typeof import('openai') | undefined;

/** The classes of the client's errors; `undefined` while it is not loaded, when nothing can have thrown them. */
export function clientErrors():
  | Pick<typeof import('openai'), 'APIError' | 'APIConnectionError' | 'APIConnectionTimeoutError' | 'APIUserAbortError'>
  | undefined {
  return loaded;
}

/** Makes the official client for an endpoint. */
export async function createClient(endpoint: Endpoint): Promise<OpenAI> {
  loaded ??= await import('openai');
  const { OpenAI: Client } = loaded;
  const keyless = endpoint.apiKey === undefined;
  return new Client({
    baseURL: endpoint.baseURL,
    // The client refuses to be made without a key; the header that it would send is taken out below.
    apiKey: endpoint.apiKey ?? 'none',
    adminAPIKey: null,
    ...(!endpoint.isFromEnvironment && { organization: null, project: null }),
    defaultHeaders: { ...(keyless && { Authorization: null }), ...endpoint.headers },
    timeout: endpoint.timeoutMs,
    maxRetries: endpoint.maxRetries,
    fetch: normalizeErrors(endpoint.fetch),
    logLevel: 'off',
  });
}
