// Recorded answers of real servers, as data outside the repository.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { FaultAnswer } from '@modeshift/testing';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../../../..');

/** Where the recordings are, if they are there. */
export const data = process.env.MODESHIFT_DATA ?? resolve(root, '..', 'shared', 'data');

/** One recorded answer. */
export interface Recording {
  /** Vendor or test, and a number. */
  readonly name: string;
  readonly wire: 'chat' | 'responses' | 'embeddings';
  readonly status: number;
  readonly stream: boolean;
  readonly body: string;
  /** Where the request went, where that was recorded. */
  readonly uri?: string;
  /** The request's body, where it was recorded. */
  readonly request?: unknown;
}

/** The answer that a server on loopback gives for a recording. */
export function answerOf({ stream, body, status }: Recording): FaultAnswer {
  return { status, body, headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' } };
}

/** The payloads of recorded server-sent events, read without our parser. */
export function payloads(sse: string): unknown[] {
  return sse
    .split('\n')
    .filter(line => line.startsWith('data:') && !line.includes('[DONE]'))
    .map(line => JSON.parse(line.slice(5)));
}

/** Every recording of a wire; empty where the data is absent. */
export function recordingsOf(wire: Recording['wire']): Recording[] {
  const all = [...readChunks(join(data, 'api_vercel_ai')), ...readCassettes(join(data, 'api_pydantic_ai'))];
  // Images were cut short in some recordings: what is left is made base64 again.
  return all
    .filter(recording => recording.wire === wire)
    .map(one => ({ ...one, body: one.body.replace(/"result":\s*"((?:[\w+/]{4})+)[^"]*"/g, '"result":"$1"') }));
}

const wires: Readonly<Record<string, Recording['wire']>> = {
  'chat.completion': 'chat',
  response: 'responses',
  list: 'embeddings',
};

/** `*.chunks.txt` holds one payload per line, `*.json` a whole body. */
function readChunks(folder: string): Recording[] {
  if (!existsSync(folder)) return [];
  const recorded: Recording[] = [];
  for (const path of globSync('**/*.{chunks.txt,json}', { cwd: folder }).sort()) {
    const body = readFileSync(join(folder, path), 'utf8');
    const name = `${path.split('/')[0]}/${basename(path)}`;
    if (path.endsWith('.json')) {
      const json = JSON.parse(body) as { object?: string; data?: { object?: string }[] };
      const wire = wires[json.object ?? ''];
      if (!wire || (wire === 'embeddings' && json.data?.[0]?.object !== 'embedding')) continue;
      recorded.push({ name, wire, status: 200, stream: false, body });
    } else {
      const isChat = /"object":"chat\.completion\.(chunk|done)"/.test(body);
      if (!isChat && !/"type":"response\.created"/.test(body)) continue;
      const lines = body.split('\n').filter(line => line.trim() !== '');
      const sse = `${lines.map(line => `data: ${line}\n\n`).join('')}${isChat ? 'data: [DONE]\n\n' : ''}`;
      recorded.push({ name, wire: isChat ? 'chat' : 'responses', status: 200, stream: true, body: sse });
    }
  }
  return recorded;
}

interface Interaction {
  readonly request: { readonly method?: string; readonly uri?: string; readonly parsed_body?: unknown };
  readonly response: {
    readonly status: { readonly code: number };
    readonly parsed_body?: unknown;
    readonly body?: { readonly string?: string };
  };
}

const paths: readonly (readonly [RegExp, Recording['wire']])[] = [
  [/\/chat\/completions$/, 'chat'],
  [/\/responses$/, 'responses'],
  [/\/v1\/embeddings$/, 'embeddings'],
];

/** VCR cassettes: interactions of request and response. */
function readCassettes(folder: string): Recording[] {
  if (!existsSync(folder)) return [];
  const recorded: Recording[] = [];
  for (const path of globSync('**/*.yaml', { cwd: folder }).sort()) {
    const text = readFileSync(join(folder, path), 'utf8');
    if (!/chat\/completions|v1\/responses|v1\/embeddings/.test(text)) continue;
    const { interactions = [] } = parse(text) as { interactions?: Interaction[] };
    for (const [i, { request, response }] of interactions.entries()) {
      const uri = request.uri ?? '';
      const wire = paths.find(([pattern]) => pattern.test(uri))?.[1];
      if (!wire) continue;
      const base = {
        name: `${basename(path, '.yaml')} ${i + 1}`,
        wire,
        status: response.status.code,
        uri,
        request: request.parsed_body,
      };
      const sse = response.body?.string;
      if (typeof sse === 'string' && sse.includes('data:')) recorded.push({ ...base, stream: true, body: sse });
      else if (response.parsed_body) {
        recorded.push({ ...base, stream: false, body: JSON.stringify(response.parsed_body) });
      }
    }
  }
  return recorded;
}
