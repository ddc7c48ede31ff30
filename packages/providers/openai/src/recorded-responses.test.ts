// Recorded answers of the Responses API, decoded by us and by the official client.
import { type AssistantPart, generateText, type LanguageEvent, ModeshiftError, streamText } from '@modeshift/core';
import { faultServer } from '@modeshift/testing';
import { OpenAI } from 'openai';
import type { Response } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import { answerOf, data, payloads, type Recording, recordingsOf } from '../test/recordings.ts';
import { openai } from './openai.ts';
import type { WireResponseEvent } from './responses-wire.ts';

const messages = [{ role: 'user', content: 'x' }] as const;
/** Tokens with a log-probability that were compared. */
let measured = 0;
const recordings = recordingsOf('responses');
const broken = recordings.filter(({ stream, body }) => stream && body.includes('"type":"error"'));
const streams = recordings.filter(one => one.stream && !broken.includes(one));
const wholes = recordings.filter(({ stream, status }) => !stream && status === 200);
const refusals = recordings.filter(({ status }) => status >= 400);
if (recordings.length === 0)
  console.log(`Skipped: no recordings under ${data}. Set MODESHIFT_DATA to a folder that has them.`);

describe.skipIf(recordings.length === 0)('recorded responses', () => {
  it('are enough to mean something', () => {
    expect(streams.length).toBeGreaterThanOrEqual(20);
    expect(wholes.length).toBeGreaterThanOrEqual(70);
    expect([broken.length, refusals.length]).toEqual([1, 1]);
  });

  it.each(streams)('stream $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const live = streamText({ model: openai('m', { baseURL: server.url, api: 'responses' }), messages });
    const events: LanguageEvent[] = [];
    for await (const event of live) events.push(event);
    const answer = await live.result;
    const official = await officialReading(recording);
    expect(answer.text).toBe(textOf(official));
    expect(callsIn(answer.content)).toEqual(callsOf(official));
    expect(answer.responseId).toBe((payloads(recording.body) as WireResponseEvent[])[0]!.response!.id);
    expectUsage(answer.usage, official);
    expect(answer.finishReason).toBe(reasonOf(official));
    expect(events.filter(event => event.type === 'finish')).toHaveLength(1);
    // What was streamed of a call adds up to the call.
    for (const event of events) {
      if (event.type !== 'tool-call') continue;
      const deltas = events.filter(one => one.type === 'tool-call-delta' && one.id === event.id);
      const joined = deltas.map(delta => (delta.type === 'tool-call-delta' ? delta.argumentsDelta : '')).join('');
      expect([event.arguments, '']).toContain(joined);
    }
  });

  it.each(wholes)('whole $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const answer = await generateText({ model: openai('m', { baseURL: server.url, api: 'responses' }), messages });
    const client = new OpenAI({ apiKey: 'k', baseURL: server.url, logLevel: 'off' });
    const official = await client.responses.create({ model: 'm', input: 'x' });
    expect(answer.text).toBe(official.output_text);
    expect(callsIn(answer.content)).toEqual(callsOf(official));
    expectUsage(answer.usage, official);
    expect(answer.finishReason).toBe(reasonOf(official));
    const logprobs = official.output
      .flatMap(item => (item.type === 'message' ? item.content : []))
      .flatMap(part => (part.type === 'output_text' ? (part.logprobs ?? []) : []));
    expect((answer.logprobs ?? []).map(({ token, logprob, top = [] }) => [token, logprob, top.length])).toEqual(
      logprobs.map(({ token, logprob, top_logprobs }) => [token, logprob, top_logprobs.length]),
    );
    measured += logprobs.length;
    const thoughts = official.output.filter(item => item.type === 'reasoning' && item.encrypted_content);
    const replayed = answer.content.flatMap(part =>
      part.type === 'reasoning' && part.replay ? [part.replay.data] : [],
    );
    expect(replayed).toEqual(thoughts.map(item => expect.objectContaining({ id: item.id, type: 'reasoning' })));
  });

  it('have log-probabilities among them', () => {
    expect(measured).toBeGreaterThan(0);
  });

  it.each(broken)('stream with an error inside $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const model = openai('m', { baseURL: server.url, api: 'responses', maxRetries: 0 });
    const error: unknown = await streamText({ model, messages }).result.catch((reason: unknown) => reason);
    expect(ModeshiftError.is(error, 'quota')).toBe(true);
    expect((error as Error).message).toContain('It said: ');
  });

  it.each(refusals)('refusal $name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const model = openai('m', { baseURL: server.url, api: 'responses', maxRetries: 0 });
    await expect(generateText({ model, messages })).rejects.toMatchObject({
      reason: { tag: 'refused', status: recording.status },
      message: expect.stringContaining('temperature'),
    });
  });
});

/** What the official client puts together from a stream: its own snapshot where it can make one, else the last event. */
async function officialReading(recording: Recording): Promise<Response> {
  await using server = await faultServer(answerOf(recording));
  const client = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0, logLevel: 'off' });
  try {
    return (await client.responses.stream({ model: 'm', input: 'x' }).finalResponse()) as Response;
  } catch {
    let response: Response | undefined;
    for await (const event of await client.responses.create({ model: 'm', input: 'x', stream: true })) {
      if (event.type === 'response.completed' || event.type === 'response.incomplete') response = event.response;
    }
    return response!;
  }
}

function textOf({ output }: Response): string {
  return output
    .flatMap(item => (item.type === 'message' ? item.content : []))
    .map(part => (part.type === 'output_text' ? part.text : ''))
    .join('');
}

function callsOf({ output }: Response) {
  return output.flatMap(item => (item.type === 'function_call' ? [[item.call_id, item.name, item.arguments]] : []));
}

function callsIn(content: readonly AssistantPart[]) {
  return content.flatMap(part => (part.type === 'tool-call' ? [[part.id, part.name, part.arguments]] : []));
}

function reasonOf({ output }: Response): string {
  return output.some(item => item.type === 'function_call') ? 'tool-calls' : 'stop';
}

function expectUsage(usage: object, { usage: reported }: Response): void {
  expect(usage).toMatchObject({
    inputTokens: reported?.input_tokens,
    outputTokens: reported?.output_tokens,
    ...(reported?.input_tokens_details && { cachedInputTokens: reported.input_tokens_details.cached_tokens }),
    ...(reported?.output_tokens_details && { reasoningTokens: reported.output_tokens_details.reasoning_tokens }),
  });
}
