// The official client, loaded on the first call: importing it costs more than everything else here together.
import type { Anthropic } from '@anthropic-ai/sdk';
import { type Endpoint, processEnvironment } from './endpoint.ts';
import { observeFetch } from './observe-fetch.ts';

/** Makes the official client for an endpoint. */
export async function createClient(endpoint: Endpoint): Promise<Anthropic> {
  const { Anthropic: Client } = await import('@anthropic-ai/sdk');
  const { apiKey, authToken } = endpoint;
  return new Client({
    baseURL: endpoint.baseURL,
    // Without any credential the client would search the machine for one; the header of this one is taken out below.
    ...(authToken !== undefined ? { authToken } : { apiKey: apiKey ?? 'none' }),
    defaultHeaders: {
      ...(!endpoint.isFromEnvironment && withoutEnvironmentHeaders()),
      ...(apiKey === undefined && { 'x-api-key': null }),
      ...endpoint.headers,
    },
    timeout: endpoint.timeoutMs,
    maxRetries: endpoint.maxRetries,
    fetch: observeFetch(endpoint.fetch),
    logLevel: 'off',
  });
}

/** The client adds the headers of ANTHROPIC_CUSTOM_HEADERS everywhere; they are not for a server named in code. */
function withoutEnvironmentHeaders(): Record<string, null> {
  const lines = processEnvironment().ANTHROPIC_CUSTOM_HEADERS?.split('\n') ?? [];
  const names = lines.filter(line => line.includes(':')).map(line => line.slice(0, line.indexOf(':')).trim());
  return Object.fromEntries(names.map(name => [name, null]));
}
