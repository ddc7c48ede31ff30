// The official client, loaded on the first call: importing it costs more than everything else here together.
import type { Anthropic } from '@anthropic-ai/sdk';
import { processEnvironment } from '@modeshift/core/provider';
import type { Endpoint } from './endpoint.ts';
import { observeFetch } from './observe-fetch.ts';

/**
 * The version of the wire that the converters of this package speak, and every server knows. The client's own, 2026-10-21,
 * refuses temperature for models that still take it.
 *
 * Source: https://platform.claude.com/docs/en/api/versioning
 */
const wireVersion = '2023-06-01';

/** Makes the official client for an endpoint. */
export async function createClient(endpoint: Endpoint): Promise<Anthropic> {
  const { Anthropic: Client } = await import('@anthropic-ai/sdk');
  const { apiKey, authToken } = endpoint;
  return new Client({
    baseURL: endpoint.baseURL,
    // Without any credential the client would search the machine for one; what it makes of this one is replaced below.
    ...(authToken !== undefined ? { authToken } : { apiKey: apiKey ?? 'none' }),
    defaultHeaders: {
      ...(!endpoint.isFromEnvironment && withoutEnvironmentHeaders()),
      // The client would send the key as a bearer token, which not every server of this wire reads.
      ...(authToken === undefined && { authorization: null, ...(apiKey !== undefined && { 'x-api-key': apiKey }) }),
      'anthropic-version': wireVersion,
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
