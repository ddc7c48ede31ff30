// Recorded answers of real servers, served again on loopback and decoded. The recordings are data outside the repository.
import { generateText, type LanguageEvent, type Message, ModeshiftError } from '@modeshift/core';
import { faultServer } from '@modeshift/testing';
import { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { answerOf, data, payloads, type Recording, recordingsOf } from '../test/recordings.ts';
import { openai } from './openai.ts';
import type { WireChunk, WireCompletion } from './wire.ts';

const messages: Message[] = [{ role: 'user', content: 'x' }];

const recordings = recordingsOf('chat');
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
    const chunks = payloads(recording.body) as WireChunk[];

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
