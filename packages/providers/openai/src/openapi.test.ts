// Every request that we can make is one that OpenAI's own OpenAPI document accepts.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LanguageCall, type Random, random } from '@modeshift/core';
import { type FaultRequest, faultServer } from '@modeshift/testing';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Carries, randomCall } from '../test/random-calls.ts';
import { data } from '../test/recordings.ts';
import { compatible } from './compatible.ts';
import { openai } from './openai.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiEmbedding } from './openai-embedding.ts';

const file = join(data, 'openapi_openai', 'openai_openapi.yml');
const isThere = existsSync(file);
if (!isThere) console.log(`Skipped: no OpenAPI document at ${file}. Set MODESHIFT_DATA to a folder that has it.`);

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}
interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

describe.skipIf(!isThere)("requests, by OpenAI's own document", () => {
  const document = (isThere ? parse(readFileSync(file, 'utf8')) : { components: { schemas: {} } }) as Document;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema({ $id: 'openai', components: withoutOldWords(document.components) as object });

  /** Fails for a body that the schema refuses, or that has a field which the schema does not know. */
  const checker = (name: string) => {
    const validate = ajv.getSchema(`openai#/components/schemas/${name}`) as ValidateFunction;
    const known = fieldsOf(document.components.schemas[name]!, document);
    return (body: unknown): void => {
      const isValid = validate(body);
      expect(isValid ? [] : validate.errors, JSON.stringify(body, null, 1)).toEqual([]);
      for (const field of Object.keys(body as object)) expect(known).toContain(field);
    };
  };

  it('is a judge that refuses', () => {
    const check = checker('CreateResponse');
    const good = { model: 'm', input: [{ role: 'user', content: '好' }], store: false };
    check(good);
    for (const bad of [
      { ...good, temperature: 9 },
      { ...good, input: [{ role: 'boss', content: '好' }] },
      { ...good, max_tokens: 5 },
      { ...good, tools: [{ type: 'function', function: { name: 'x' } }] },
    ]) {
      expect(() => check(bad)).toThrow();
    }
    const chat = checker('CreateChatCompletionRequest');
    chat({ model: 'm', messages: [{ role: 'user', content: '好' }] });
    expect(() => chat({ model: 'm', messages: [{ role: 'user', content: '好' }], top_k: 1 })).toThrow();
    expect(() => chat({ model: 'm', messages: [{ role: 'tool', content: '好' }] })).toThrow();
  });

  const wires = [
    ['responses', 'CreateResponse', { sound: false, anyFile: true, sampling: false }],
    ['chat', 'CreateChatCompletionRequest', { sound: true, anyFile: false, sampling: true }],
  ] as const satisfies readonly (readonly [string, string, Carries])[];

  it.each(wires)('%s: 300 random calls, streamed and whole', async (api, schema, carries) => {
    const check = checker(schema);
    const bodies = await sentBy(`/${api === 'chat' ? 'chat/completions' : 'responses'}`, async (fetch, rng) => {
      const call = randomCall(rng, carries);
      const models = [
        openai('gpt-5.4-mini', { api, apiKey: 'sk-test-0123456789', fetch, maxRetries: 0 }),
        openai('gpt-4.1', { api, apiKey: 'sk-test-0123456789', fetch, maxRetries: 0, strictTools: true }),
      ];
      const model = models[rng.integer(2)]!;
      await (rng.integer(2) ? model.generate(call, {}) : drain(model.stream(call, {})));
    });
    expect(bodies).toHaveLength(300);
    for (const body of bodies) check(body);
  });

  it('token counting, embeddings and scoring', async () => {
    const options = { apiKey: 'sk-test-0123456789', maxRetries: 0 } as const;
    const carries = wires[0][2];
    const counted = await sentBy('/responses/input_tokens', (fetch, rng) =>
      openai('gpt-5.4-mini', { ...options, fetch }).countTokens(randomCall(rng, carries), {}),
    );
    counted.forEach(checker('TokenCountsBody'));
    const embedded = await sentBy('/embeddings', (fetch, rng) =>
      openaiEmbedding('text-embedding-3-small', { ...options, fetch, dimensions: 1 + rng.integer(1536) }).embed(
        ['你好', 'x'],
        {},
      ),
    );
    embedded.forEach(checker('CreateEmbeddingRequest'));
    const scored = await sentBy('/completions', fetch =>
      openaiCompletions('m', { ...options, fetch }).score({ prompt: '话题：', continuations: ['账单', '物流'] }, {}),
    );
    scored.forEach(checker('CreateCompletionRequest'));
    expect([counted.length, embedded.length, scored.length]).toEqual([300, 300, 300]);
  });

  it('tuning jobs and batches, with what is in their files', async () => {
    await using server = await faultServer(({ path }: FaultRequest) => ({
      body:
        path === '/files'
          ? { id: 'file-1' }
          : { id: 'x', status: path.startsWith('/batches') ? 'completed' : 'succeeded', fine_tuned_model: 'ft:x' },
    }));
    const rng = random(3);
    const service = { provider: 'x', baseURL: server.url, tuning: true, batches: true, pollMs: 1 } as const;
    const model = compatible(service).language('gpt-4.1-nano-2025-04-14');
    for (let round = 0; round < 20; round++) {
      const example = () => {
        const { messages } = randomCall(rng, { sound: false, anyFile: false, sampling: false });
        return { messages: [...messages, { role: 'assistant', content: '物流' } as const] };
      };
      const spec = {
        train: Array.from({ length: 10 }, example),
        ...(rng.integer(2) && { validation: [example()] }),
        ...(rng.integer(2) && { epochs: 1 + rng.integer(9), learningRateMultiplier: 0.5 }),
        ...(rng.integer(2) && { seed: rng.integer(99), suffix: '客服'.repeat(1 + rng.integer(3)) }),
      };
      await model.tune(spec, {}).result;
      const calls: LanguageCall[] = [randomCall(rng, wires[1][2]), randomCall(rng, wires[1][2])];
      for await (const answer of model.batch(calls, {}).answers) expect(answer.error).toBeDefined();
    }
    const bodies = (path: string) => server.requests.filter(one => one.method === 'POST' && one.path === path);
    const jobs = bodies('/fine_tuning/jobs').map(one => one.json);
    const batches = bodies('/batches').map(one => one.json);
    expect([jobs.length, batches.length]).toEqual([20, 20]);
    jobs.forEach(checker('CreateFineTuningJobRequest'));
    batches.forEach(checker('CreateBatchRequest'));
    const chat = checker('CreateChatCompletionRequest');
    const files = checker('CreateFileRequest');
    for (const { text } of bodies('/files')) files(formFields(text));
    const lines = bodies('/files').flatMap(({ text }) => text.split(/\r?\n/).filter(line => line.startsWith('{')));
    expect(lines.length).toBeGreaterThan(200);
    for (const line of lines) {
      const { body, messages } = JSON.parse(line) as { body?: unknown; messages?: unknown };
      // An example for tuning holds the messages of a chat; the document has no schema of its own for it.
      chat(body ?? { model: 'm', messages });
    }
  });
});

/**
 * The document calls itself OpenAPI 3.1 and keeps words of 3.0, which JSON Schema 2020-12 does not know: `nullable` (left out:
 * we send no null) and `exclusiveMinimum: true`.
 */
function withoutOldWords(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutOldWords);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, exclusiveMinimum, minimum, ...rest } = node as Record<string, unknown>;
  const entries = Object.entries(rest).map(([word, value]) => [word, withoutOldWords(value)]);
  return {
    ...Object.fromEntries(entries),
    ...(typeof nullable === 'object' && { nullable: withoutOldWords(nullable) }),
    ...(exclusiveMinimum === true ? { exclusiveMinimum: minimum } : minimum !== undefined && { minimum }),
    ...(typeof exclusiveMinimum === 'number' && { exclusiveMinimum }),
  };
}

/** The bodies of 300 requests, made from 300 seeds. */
async function sentBy(
  path: string,
  ask: (fetch: typeof globalThis.fetch, rng: Random) => Promise<unknown>,
): Promise<unknown[]> {
  const bodies: unknown[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    expect(new URL(String(input)).pathname).toBe(`/v1${path}`);
    bodies.push(JSON.parse(String(init?.body)));
    return new Response('{}', { status: 400, headers: { 'content-type': 'application/json' } });
  };
  for (let seed = 0; seed < 300; seed++) {
    await ask(fetch, random(seed)).catch((error: unknown) => {
      expect(error).toMatchObject({ reason: { tag: 'refused', status: 400 } });
    });
  }
  return bodies;
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

/** The fields of a multipart body; of the file only its name, as the document's `binary` string. */
function formFields(text: string): Record<string, string> {
  const parts = text.matchAll(/name="(\w+)"(?:; filename="([^"]+)")?[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/g);
  return Object.fromEntries([...parts].map(([, name, file, value]) => [name!, file ?? value!]));
}

function fieldsOf(schema: Schema, document: Document): ReadonlySet<string> {
  if (schema.$ref) return fieldsOf(document.components.schemas[schema.$ref.split('/').at(-1)!]!, document);
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return new Set([...Object.keys(schema.properties ?? {}), ...parts.flatMap(part => [...fieldsOf(part, document)])]);
}
