// Recorded answers of Anthropic's servers, served again on loopback and decoded by us and by the official client's own
// accumulator. The recordings are data outside the repository.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import {
  type AssistantPart,
  countTokens,
  generateText,
  type LanguageEvent,
  type Message,
  ModeshiftError,
  streamText,
} from '@modeshift/core';
import { type FaultAnswer, faultServer } from '@modeshift/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { anthropic } from './anthropic.ts';
import { fromMessage } from './from-message.ts';
import { mapFinishReason } from './map-finish-reason.ts';
import { toMessages } from './to-messages.ts';
import type { WireBlock, WireMessage } from './wire.ts';

const root = resolve(import.meta.dirname, '../../../..');
const data = process.env.MODESHIFT_DATA ?? resolve(root, '..', 'shared', 'data');
const messages: Message[] = [{ role: 'user', content: 'x' }];

interface Recording {
  readonly name: string;
  readonly status: number;
  readonly kind: 'stream' | 'whole' | 'count';
  readonly body: string;
}

const recordings = [...readChunks(join(data, 'api_vercel_ai')), ...readCassettes(join(data, 'api_pydantic_ai'))];
const ofKind = (kind: Recording['kind']) => recordings.filter(one => one.kind === kind && one.status === 200);
const streams = ofKind('stream');
const wholes = ofKind('whole');
const counts = ofKind('count');
const refusals = recordings.filter(({ status }) => status >= 400);
if (recordings.length === 0)
  console.log(`Skipped: no recordings under ${data}. Set MODESHIFT_DATA to a folder that has them.`);

describe.skipIf(recordings.length === 0)('recorded answers', () => {
  it('are enough to mean something', () => {
    const enough = { streams: 20, wholes: 60, counts: 3, refusals: 2 };
    expect(streams.length).toBeGreaterThanOrEqual(enough.streams);
    expect(wholes.length).toBeGreaterThanOrEqual(enough.wholes);
    expect(counts.length).toBeGreaterThanOrEqual(enough.counts);
    expect(refusals.length).toBeGreaterThanOrEqual(enough.refusals);
  });

  it.each(streams)('stream $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const model = anthropic('m', { baseURL: server.url });
    const stream = streamText({ model, messages });
    const events: LanguageEvent[] = [];
    for await (const event of stream) events.push(event);
    const answer = await stream.result;
    expect(events.at(-1)).toMatchObject({ type: 'finish' });

    const official = await officialReading(server.url);
    // A gateway's doubled start: the official client throws.
    if (recording.name.includes('duplicate-message-start')) {
      expect(official).toBeUndefined();
      expect(answer.text).toBe('Hello, World!');
      return;
    }
    agrees(answer, official!);
    // What came in pieces is what the whole message says, part by part.
    expect(fromMessage(official, 'h').content.map(parsed)).toEqual(answer.content.map(parsed));
    for (const call of events.filter(event => event.type === 'tool-call')) {
      const deltas = events.flatMap(event =>
        event.type === 'tool-call-delta' && event.id === call.id ? event.argumentsDelta : [],
      );
      if (deltas.length > 0) expect(deltas.join('')).toBe(call.arguments);
      expect(events.some(event => event.type === 'tool-call-start' && event.id === call.id)).toBe(true);
    }
  });

  it.each(wholes)('whole $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const client = new Anthropic({ apiKey: 'k', baseURL: server.url, logLevel: 'off' });
    const official = await client.messages.create({
      model: 'm',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'x' }],
    });
    const answer = await generateText({ model: anthropic('m', { baseURL: server.url }), messages });
    agrees(answer, official as WireMessage);
  });

  it.each([...streams, ...wholes])('the next turn after $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const model = anthropic('m', { baseURL: server.url });
    const answer = await (recording.kind === 'stream'
      ? streamText({ model, messages }).result
      : generateText({ model, messages }));
    const { messages: turns } = toMessages([...messages, { role: 'assistant', content: answer.content }]);
    const sent = turns[1]?.content ?? [];
    const official = await officialReading(server.url, recording.kind === 'stream');
    if (!official) return;
    // Every block but text goes back as the vendor sent it; text goes back without its citations, and joined.
    const plain = (block: WireBlock) => ({
      type: block.type,
      ...pick(block, ['id', 'name', 'input', 'thinking', 'signature', 'data', 'content']),
    });
    const back = (official.content ?? []).filter(block => block.type !== 'text').map(plain);
    expect(sent.filter(block => block.type !== 'text').map(block => plain(block as WireBlock))).toEqual(back);
    expect(textOf(sent as unknown as WireBlock[])).toBe(textOf(official.content ?? []));
    // Another provider's request would carry none of it.
    for (const part of answer.content) if (part.type === 'reasoning') expect(part.replay?.provider).toBe('anthropic');
  });

  it.each(counts)('count $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const content = '你好';
    const count = await countTokens({ model: anthropic('m', { baseURL: server.url }), content });
    expect(count).toBe((JSON.parse(recording.body) as { input_tokens: number }).input_tokens);
    expect(server.requests[0]).toMatchObject({ path: '/v1/messages/count_tokens' });
  });

  it.each(refusals)('refusal $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const model = anthropic('m', { baseURL: server.url, maxRetries: 0 });
    const error: unknown = await generateText({ model, messages }).catch((reason: unknown) => reason);
    expect(ModeshiftError.is(error) && error.reason).toMatchObject({ status: recording.status });
    const said = (JSON.parse(recording.body) as { error: { message: string } }).error.message;
    expect((error as Error).message).toContain(`It said: ${said}`);
  });
});

/** Text, tool calls, thoughts, reason and usage as the vendor's own client has them. */
function agrees(answer: Awaited<ReturnType<typeof generateText>>, official: WireMessage): void {
  const blocks = official.content ?? [];
  expect(answer.text).toBe(textOf(blocks));
  const calls = answer.content.filter(
    (part): part is AssistantPart & { type: 'tool-call' } => part.type === 'tool-call',
  );
  expect(calls.map(call => [call.id, call.name, JSON.parse(call.arguments)])).toEqual(
    blocks.filter(block => block.type === 'tool_use').map(block => [block.id, block.name, block.input ?? {}]),
  );
  const thoughts = answer.content.map(part => (part.type === 'reasoning' ? part.text : '')).join('');
  expect(thoughts).toBe(blocks.map(block => block.thinking ?? '').join(''));
  expect(answer.finishReason).toBe(mapFinishReason(official.stop_reason!));
  const usage = official.usage!;
  const prompt = usage.input_tokens! + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  expect(answer.usage.inputTokens).toBe(prompt);
  expect(answer.usage.outputTokens).toBe(usage.output_tokens);
  expect(answer.usage.cachedInputTokens).toBe(usage.cache_read_input_tokens ?? undefined);
  expect(answer.usage.cacheWriteTokens).toBe(usage.cache_creation_input_tokens ?? undefined);
  expect(answer.usage.reasoningTokens).toBe(usage.output_tokens_details?.thinking_tokens ?? undefined);
  expect([answer.responseId, answer.modelId]).toEqual([official.id, official.model]);
}

/** Arguments as the value that they are: pieces of them may come with spaces. */
function parsed(part: AssistantPart): unknown {
  return part.type === 'tool-call' ? { ...part, arguments: JSON.parse(part.arguments) as unknown } : part;
}

function textOf(blocks: readonly WireBlock[]): string {
  return blocks.map(block => (block.type === 'text' ? block.text : '')).join('');
}

function pick(block: WireBlock, names: readonly (keyof WireBlock)[]): Partial<WireBlock> {
  return Object.fromEntries(names.filter(name => block[name] !== undefined).map(name => [name, block[name]]));
}

/** The official client's accumulator of beta messages, which knows every kind of block; `undefined` where it throws. */
async function officialReading(baseURL: string, isStream = true): Promise<WireMessage | undefined> {
  const client = new Anthropic({ apiKey: 'k', baseURL, maxRetries: 0, logLevel: 'off' });
  const request = { model: 'm', max_tokens: 9, messages: [{ role: 'user' as const, content: 'x' }] };
  try {
    const message = isStream
      ? await client.beta.messages.stream(request).finalMessage()
      : await client.beta.messages.create(request);
    return JSON.parse(JSON.stringify(message)) as WireMessage;
  } catch {
    return undefined;
  }
}

function answerOf({ kind, body, status }: Recording): FaultAnswer {
  const type = kind === 'stream' && status === 200 ? 'text/event-stream' : 'application/json';
  return { status, body, headers: { 'content-type': type } };
}

/** `*.chunks.txt` holds one payload per line, `*.json` a whole body. */
function readChunks(folder: string): Recording[] {
  if (!existsSync(folder)) return [];
  const recorded: Recording[] = [];
  for (const path of globSync('**/*.{chunks.txt,json}', { cwd: folder }).sort()) {
    const body = readFileSync(join(folder, path), 'utf8');
    const name = `${path.split('/')[0]}/${basename(path)}`;
    if (path.endsWith('.json')) {
      const { type, role } = JSON.parse(body) as { type?: string; role?: string };
      if (type === 'message' && role === 'assistant' && !path.startsWith('open')) {
        recorded.push({ name, status: 200, kind: 'whole', body });
      }
    } else if (body.includes('"type":"message_start"')) {
      const lines = body.split('\n').filter(line => line.trim() !== '');
      // Some files hold the answers of several requests, one after the other.
      const answers: string[] = [];
      for (const line of lines) {
        const { type } = JSON.parse(line) as { type: string };
        if (type === 'message_start' && (answers.length === 0 || answers.at(-1)!.includes('event: message_stop'))) {
          answers.push('');
        }
        answers[answers.length - 1] += `event: ${type}\ndata: ${line}\n\n`;
      }
      for (const [i, sse] of answers.entries()) {
        recorded.push({ name: `${name} ${i + 1}`, status: 200, kind: 'stream', body: sse });
      }
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
    if (!text.includes('api.anthropic.com/v1/messages')) continue;
    const { interactions = [] } = parse(text) as { interactions?: Interaction[] };
    for (const [i, { request, response }] of interactions.entries()) {
      if (!request.uri?.includes('api.anthropic.com/v1/messages')) continue;
      const name = `${basename(path, '.yaml')} ${i + 1}`;
      const status = response.status.code;
      const sse = response.body?.string;
      const counts = request.uri.includes('count_tokens');
      if (typeof sse === 'string' && sse.includes('data:')) recorded.push({ name, status, kind: 'stream', body: sse });
      else if (response.parsed_body) {
        const body = JSON.stringify(response.parsed_body);
        recorded.push({ name, status, kind: counts ? 'count' : 'whole', body });
      }
    }
  }
  return recorded;
}
