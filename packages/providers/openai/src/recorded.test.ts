// Recorded answers of real servers, served again on loopback and decoded. The recordings are data outside the repository.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { generateText, type LanguageEvent, type Message, ModeshiftError } from '@modeshift/core';
import { type FaultAnswer, faultServer } from '@modeshift/testing';
import { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openai } from './openai.ts';
import type { WireChunk, WireCompletion } from './wire.ts';

const root = resolve(import.meta.dirname, '../../../..');
const data = process.env.MODESHIFT_DATA ?? resolve(root, '..', 'shared', 'data');
const messages: Message[] = [{ role: 'user', content: 'x' }];

interface Recording {
  readonly name: string;
  readonly status: number;
  readonly stream: boolean;
  readonly body: string;
}

const recordings = [...readChunks(join(data, 'api_vercel_ai')), ...readCassettes(join(data, 'api_pydantic_ai'))];
const broken = recordings.filter(({ stream, body }) => stream && body.includes('data: {"error"'));
const streams = recordings.filter(
  recording => recording.stream && recording.status === 200 && !broken.includes(recording),
);
const wholes = recordings.filter(({ stream, status }) => !stream && status === 200);
const refusals = recordings.filter(({ status }) => status >= 400);
if (recordings.length === 0)
  console.log(`Skipped: no recordings under ${data}. Set MODESHIFT_DATA to a folder that has them.`);

describe.skipIf(recordings.length === 0)('recorded answers', () => {
  it('are enough to mean something', () => {
    expect([streams.length, wholes.length, refusals.length].map((count, i) => count >= [15, 60, 3][i]!)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each(streams)('stream $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const events: LanguageEvent[] = [];
    for await (const event of openai('m', { baseURL: server.url }).stream({ messages }, {})) events.push(event);
    const chunks = payloads(recording.body).map(text => JSON.parse(text) as WireChunk);

    // What the bytes say, read without our decoder.
    const deltas = chunks.flatMap(chunk => chunk.choices?.[0]?.delta ?? []);
    const strings = (values: readonly unknown[]) => values.filter(value => typeof value === 'string').join('');
    const parts = deltas.flatMap(delta => (Array.isArray(delta.content) ? delta.content : []));
    const text = strings(deltas.map(delta => delta.content)) + strings(parts.map(part => part.text));
    expect(join2(events, 'text-delta')).toBe(text);
    const thoughts = parts.flatMap(part => (Array.isArray(part.thinking) ? part.thinking : []));
    expect(join2(events, 'reasoning-delta')).toBe(
      strings(deltas.map(delta => delta.reasoning_content ?? delta.reasoning)) +
        strings(thoughts.map(piece => piece.text)),
    );
    const argumentsSent = strings(
      deltas.flatMap(delta => delta.tool_calls ?? []).map(call => call.function?.arguments),
    );
    const calls = events.filter(event => event.type === 'tool-call');
    expect(calls.map(call => call.arguments).join('')).toBe(argumentsSent);
    for (const call of calls) {
      expect(JSON.parse(call.arguments)).toBeTypeOf('object');
      expect(call.name).not.toBe('');
    }
    expect(events.filter(event => event.type === 'finish')).toHaveLength(1);
    expect(events.at(-1)!.type).toBe('finish');
    const usage = events.find(event => event.type === 'usage')?.usage;
    const reported = chunks.findLast(chunk => chunk.usage)?.usage;
    expect(usage?.inputTokens).toBe(reported?.prompt_tokens ?? undefined);
    if (reported) expect(usage!.outputTokens).toBeGreaterThanOrEqual(reported.completion_tokens!);

    // What the official client makes of the same bytes, where it can read them.
    const official = await officialReading(recording);
    if (!official || parts.length > 0) return;
    expect(join2(events, 'text-delta')).toBe(official.content ?? '');
    expect(calls.map(({ name, arguments: text }) => [name, text])).toEqual(official.calls);
  });

  it.each(broken)('stream with an error inside $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const read = async (): Promise<void> => {
      for await (const _ of openai('m', { baseURL: server.url }).stream({ messages }, {}));
    };
    const error: unknown = await read().catch((reason: unknown) => reason);
    expect(ModeshiftError.is(error, 'interrupted')).toBe(true);
    expect((error as Error).message).toContain('It said: ');
  });

  it.each(wholes)('whole $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const answer = await generateText({ model: openai('m', { baseURL: server.url }), messages });
    const completion = JSON.parse(recording.body) as WireCompletion;
    const { message } = completion.choices![0]!;
    if (typeof message!.content === 'string') expect(answer.text).toBe(message!.content);
    const calls = answer.content.filter(part => part.type === 'tool-call');
    expect(calls.map(call => call.name)).toEqual((message!.tool_calls ?? []).map(call => call.function!.name));
    for (const call of calls) {
      expect(call.id).not.toBe('');
      expect(JSON.parse(call.arguments)).toBeTypeOf('object');
    }
    expect(answer.usage.inputTokens).toBe(completion.usage?.prompt_tokens ?? undefined);
    expect(answer.finishReason).not.toBe('other');
  });

  it.each(refusals)('refusal $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const model = openai('m', { baseURL: server.url, maxRetries: 0 });
    const error: unknown = await generateText({ model, messages }).catch((reason: unknown) => reason);
    expect(ModeshiftError.is(error) && error.reason).toMatchObject({ status: recording.status });
    expect((error as Error).message).toContain('It said: ');
  });
});

function join2(events: readonly LanguageEvent[], type: 'text-delta' | 'reasoning-delta'): string {
  return events.map(event => (event.type === type ? event.text : '')).join('');
}

/** The official client's own accumulator; `undefined` where it throws, as it does for some of Mistral's streams. */
async function officialReading(recording: Recording) {
  await using server = await faultServer(answerOf(recording));
  const client = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0, logLevel: 'off' });
  try {
    const stream = client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'x' }] });
    const { message } = (await stream.finalChatCompletion()).choices[0]!;
    const calls = (message.tool_calls ?? []).map(
      call => call.type === 'function' && [call.function.name, call.function.arguments],
    );
    return { content: message.content, calls };
  } catch {
    return undefined;
  }
}

function answerOf({ stream, body, status }: Recording): FaultAnswer {
  return { status, body, headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' } };
}

function payloads(sse: string): string[] {
  return sse
    .split('\n')
    .filter(line => line.startsWith('data:') && !line.includes('[DONE]'))
    .map(line => line.slice(5));
}

/** `*.chunks.txt` holds one payload per line, `*.json` a whole body. */
function readChunks(folder: string): Recording[] {
  if (!existsSync(folder)) return [];
  const recorded: Recording[] = [];
  for (const path of globSync('**/*.{chunks.txt,json}', { cwd: folder }).sort()) {
    const body = readFileSync(join(folder, path), 'utf8');
    const name = `${path.split('/')[0]}/${basename(path)}`;
    if (path.endsWith('.json')) {
      const json = JSON.parse(body) as { object?: string };
      if (json.object === 'chat.completion') recorded.push({ name, status: 200, stream: false, body });
    } else if (/"object":"chat\.completion\.(chunk|done)"/.test(body)) {
      const lines = body.split('\n').filter(line => line.trim() !== '');
      const sse = `${lines.map(line => `data: ${line}\n\n`).join('')}data: [DONE]\n\n`;
      recorded.push({ name, status: 200, stream: true, body: sse });
    }
  }
  return recorded;
}

/** VCR cassettes: interactions of request and response. */
function readCassettes(folder: string): Recording[] {
  if (!existsSync(folder)) return [];
  interface Interaction {
    request: { uri: string };
    response: { status: { code: number }; parsed_body?: unknown; body?: { string?: string } };
  }
  const recorded: Recording[] = [];
  for (const path of globSync('**/*.yaml', { cwd: folder }).sort()) {
    const text = readFileSync(join(folder, path), 'utf8');
    if (!text.includes('chat/completions')) continue;
    const { interactions = [] } = parse(text) as { interactions?: Interaction[] };
    for (const [i, { request, response }] of interactions.entries()) {
      if (!request.uri?.includes('chat/completions')) continue;
      const name = `${basename(path, '.yaml')} ${i + 1}`;
      const status = response.status.code;
      const sse = response.body?.string;
      if (typeof sse === 'string' && sse.includes('data:')) recorded.push({ name, status, stream: true, body: sse });
      else if (response.parsed_body) {
        recorded.push({ name, status, stream: false, body: JSON.stringify(response.parsed_body) });
      }
    }
  }
  return recorded;
}
