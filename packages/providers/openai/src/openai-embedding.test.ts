import { LLMock } from '@copilotkit/aimock';
import { embedMany } from '@modeshift/core';
import { faultServer } from '@modeshift/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, data, recordingsOf } from '../test/recordings.ts';
import { openaiEmbedding } from './openai-embedding.ts';
import { readVector } from './read-vector.ts';

const key = 'sk-test-0123456789';
const vectors = [
  [0.25, -1.5, 3],
  [1e-3, 0, -0.1],
];
const base64 = (numbers: readonly number[]) => Buffer.from(Float32Array.from(numbers).buffer).toString('base64');
const answer = (embeddings: readonly unknown[]) => ({
  body: {
    object: 'list',
    data: embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding })).reverse(),
    usage: { prompt_tokens: 7, total_tokens: 7 },
  },
});

describe('openaiEmbedding', () => {
  it.each([
    ['base64', vectors.map(base64)],
    ['float', vectors],
  ] as const)('reads %s, in the order of the texts', async (encoding, sent) => {
    await using server = await faultServer(answer(sent));
    const model = openaiEmbedding('m', { baseURL: server.url, dimensions: 3, encoding });
    const { embeddings, usage } = await model.embed(['你好', '再见'], {});
    expect(embeddings).toEqual(vectors.map(numbers => Float32Array.from(numbers)));
    expect(usage).toEqual({ inputTokens: 7, outputTokens: 0 });
    expect(server.requests[0]).toMatchObject({
      path: '/embeddings',
      json: { model: 'm', input: ['你好', '再见'], encoding_format: encoding },
    });
    expect(server.requests[0]!.json).not.toHaveProperty('dimensions');
  });

  it('shortens what can be shortened, and knows the limits of OpenAI', () => {
    const small = openaiEmbedding('text-embedding-3-small', { apiKey: key });
    expect(small).toMatchObject({ dimensions: 1536, limits: { maxItems: 2048, maxTokens: 300_000 } });
    expect(openaiEmbedding('text-embedding-3-large', { apiKey: key, dimensions: 256 }).dimensions).toBe(256);
    expect(openaiEmbedding('m', { baseURL: 'http://localhost:1/v1', dimensions: 8 }).limits).toBeUndefined();
    expect(JSON.stringify(small)).not.toContain(key);
  });

  it('sends dimensions only to be shortened', async () => {
    await using server = await faultServer(answer([vectors[0]]));
    const model = openaiEmbedding('text-embedding-3-small', { baseURL: server.url, dimensions: 3 });
    await model.embed(['x'], {});
    expect(server.requests[0]!.json).toMatchObject({ dimensions: 3 });
  });

  it('refuses wrong dimensions at construction, and wrong vectors', async () => {
    expect(() => openaiEmbedding('m', { baseURL: 'http://localhost:1/v1' })).toThrow(/Pass it as "dimensions"/);
    for (const dimensions of [0, 1.5, 5000]) {
      expect(() => openaiEmbedding('text-embedding-3-large', { apiKey: key, dimensions })).toThrow(/from 1 to 3072/);
    }
    expect(() => openaiEmbedding('text-embedding-ada-002', { apiKey: key, dimensions: 8 })).toThrow(/shortened/);
    expect(() => openaiEmbedding(' ', { apiKey: key })).toThrow(/no name/);
    for (const wrong of [answer([[1, 2]]), answer(['图图图']), answer([]), { body: {} }]) {
      await using server = await faultServer(wrong);
      const model = openaiEmbedding('m', { baseURL: server.url, dimensions: 3 });
      await expect(model.embed(['x'], {})).rejects.toMatchObject({ reason: { tag: 'invalid-response' } });
    }
  });

  it('is split by the core when a request is too large', async () => {
    await using server = await faultServer(({ json }) => {
      const { input } = json as { input: string[] };
      if (input.length <= 2) return answer(input.map(text => [text.length, 0, 0]));
      return { status: 400, body: { error: { message: 'Requested 300001 tokens, max 300000: input is too long' } } };
    });
    const model = openaiEmbedding('m', { baseURL: server.url, dimensions: 3 });
    const { embeddings } = await embedMany({ model, texts: ['一', '二二', '三三三', '四四四四', '五'] });
    expect(embeddings.map(vector => vector[0])).toEqual([1, 2, 3, 4, 1]);
  });

  it('reads what is a vector and nothing else', () => {
    expect(readVector(base64([0.5]))).toEqual(new Float32Array([0.5]));
    expect([readVector('AAA='), readVector('!'), readVector(1), readVector(null)]).toEqual(
      new Array(4).fill(undefined),
    );
  });
});

describe('openaiEmbedding over HTTP', () => {
  const mock = new LLMock({ port: 0 });
  beforeAll(async () => {
    mock.onEmbedding('你好', { embedding: [0.5, 0.25] });
    await mock.start();
  });
  afterAll(() => mock.stop());

  it('gets the vectors of an independent imitation of the server', async () => {
    const model = openaiEmbedding('text-embedding-x', { baseURL: `${mock.url}/v1`, apiKey: key, dimensions: 2 });
    const { embeddings } = await model.embed(['你好'], {});
    expect([...embeddings[0]!]).toEqual([0.5, 0.25]);
  });
});

const recordings = recordingsOf('embeddings').filter(
  ({ status, uri }) => status === 200 && (uri === undefined || uri.includes('api.openai.com')),
);
if (recordings.length === 0) console.log(`Skipped: no recordings under ${data}.`);

describe.skipIf(recordings.length === 0)('recorded embeddings', () => {
  it.each(recordings)('$name', async recording => {
    await using server = await faultServer(answerOf(recording));
    const sent = JSON.parse(recording.body) as {
      data: { embedding: number[] | string }[];
      usage: { prompt_tokens: number };
    };
    const expected = sent.data.map(({ embedding }) =>
      typeof embedding === 'string'
        ? new Float32Array(Uint8Array.from(Buffer.from(embedding, 'base64')).buffer)
        : Float32Array.from(embedding),
    );
    const model = openaiEmbedding('m', { baseURL: server.url, dimensions: expected[0]!.length });
    const { embeddings, usage } = await model.embed(
      expected.map(() => 'x'),
      {},
    );
    expect(embeddings).toEqual(expected);
    expect(usage.inputTokens).toBe(sent.usage.prompt_tokens);
  });
});
