// The kit must be able to fail: a sound provider passes every case, and each of these flaws is caught by the case meant for it.
import {
  abortedError,
  type CallContext,
  type LanguageCall,
  type LanguageEvent,
  type LanguageModel,
  ModeshiftError,
  retryAfterMs,
  type ScoringModel,
  type Usage,
} from '@modeshift/core';
import { describe, expect, it } from 'vitest';
import { scriptedModel } from '../scripted-model.ts';
import { scriptedScoringModel } from '../scripted-scoring-model.ts';
import type { ConformanceCase } from './case.ts';
import type { LanguageSample, ModelPlace, ProviderUnderTest } from './provider-under-test.ts';
import { testProvider } from './test-provider.ts';

type Line = {
  text?: string;
  call?: { id: string; name: string; arguments: string };
  done?: 'stop' | 'tool-calls';
  usage?: Usage;
};

const tags: Record<number, 'refused' | 'authentication' | 'not-found' | 'rate-limit' | 'server'> = {
  400: 'refused',
  401: 'authentication',
  403: 'authentication',
  404: 'not-found',
  429: 'rate-limit',
};

/** A provider for a small wire (lines of JSON), with one flaw or none. */
function provider({ url, apiKey }: ModelPlace, flaw = ''): LanguageModel {
  const send = async (call: LanguageCall, stream: boolean, { signal, headers, onResponse }: CallContext) => {
    if (flaw !== 'drops stop' && call.topK !== undefined) throw unsupported('topK');
    for (const name of ['output', 'logprobs', 'reasoning', 'seed', 'frequencyPenalty', 'presencePenalty'] as const)
      if (call[name] !== undefined && flaw !== `drops ${name}`) throw unsupported(name);
    if (call.messages.some(one => typeof one.content !== 'string' && one.content.some(part => part.type === 'file')))
      throw unsupported('images');
    if (signal?.aborted && flaw !== 'asks when cancelled') throw abortedError(signal);
    if (flaw === 'changes the call') (call.messages as unknown[]).push({ role: 'user', content: 'more' });
    const { messages, maxTokens, stop, tools } = call;
    const seen = flaw === 'drops stop' ? { messages, tools } : { messages, maxTokens, stop, tools };
    const response = await fetch(`${url}/chat`, {
      method: 'POST',
      headers: { ...(flaw !== 'drops headers' && headers), authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ ...seen, stream: flaw === 'whole asks for a stream' || stream }),
      ...(signal &&
        flaw !== 'ignores the signal' && { signal: flaw === 'asks when cancelled' ? AbortSignal.any([]) : signal }),
    });
    try {
      if (flaw !== 'tells nobody of the response')
        onResponse?.({ status: response.status, headers: Object.fromEntries(response.headers) });
    } catch (error) {
      if (flaw === 'lets an observer throw') throw error;
    }
    if (!response.ok) {
      const said = ((await response.json()) as { error: { message: string } }).error.message;
      const shown = flaw === 'repeats the key' ? said : said.replaceAll(apiKey, '…');
      const wait =
        flaw === 'reads seconds only'
          ? Number(response.headers.get('retry-after')) * 1000 || undefined
          : retryAfterMs(Object.fromEntries(response.headers));
      if (flaw === 'throws what it likes') throw new Error('HTTP error');
      const tag = flaw === 'all refusals are equal' ? 'refused' : (tags[response.status] ?? 'server');
      throw new ModeshiftError(
        { tag, status: response.status },
        flaw === 'repeats huge errors' ? said : shown.slice(0, 200),
        {
          ...(wait !== undefined && { retryAfterMs: wait }),
        },
      );
    }
    if (response.headers.get('content-type')?.includes('html'))
      throw new ModeshiftError({ tag: 'invalid-response' }, 'A web page.');
    return response;
  };
  const mapped = (error: unknown, signal: AbortSignal | undefined, began: boolean): unknown => {
    if (ModeshiftError.is(error) || flaw === 'throws what it likes') return error;
    if (signal?.aborted) return abortedError(signal);
    if (error instanceof SyntaxError) return new ModeshiftError({ tag: 'invalid-response' }, 'Broken JSON.');
    return new ModeshiftError(
      { tag: began && flaw !== 'a cut is a lost connection' ? 'interrupted' : 'network' },
      'The connection broke.',
    );
  };
  let shared = '';
  return {
    provider: 'small',
    modelId: flaw === 'shows its key' ? apiKey : 'm',
    async *stream(call, ctx) {
      let began = false;
      let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
      let isDone = false;
      try {
        const response = await send(call, true, ctx);
        reader = response.body!.getReader();
        const decoder = new TextDecoder();
        let rest = '';
        while (true) {
          const { done, value } = await reader.read();
          if (done) break;
          rest += (flaw === 'decodes each piece alone' ? new TextDecoder() : decoder).decode(value, { stream: true });
          const lines = rest.split('\n');
          rest = lines.pop()!;
          for (const text of lines) {
            const line = JSON.parse(text) as Line;
            if (flaw === 'mixes calls') shared += line.text ?? '';
            if (line.text) yield { type: 'text-delta', text: flaw === 'mixes calls' ? shared : line.text };
            if (line.call && flaw !== 'starts without an end') yield { type: 'tool-call', ...line.call };
            if (line.call && flaw === 'starts without an end') yield { type: 'tool-call-start', id: 'x', name: 'y' };
            if (line.text || line.call) began = true;
            if (line.done) {
              isDone = true;
              if (flaw === 'two finishes') yield { type: 'finish', reason: line.done };
              const usage = flaw === 'usage is NaN' ? { inputTokens: Number.NaN, outputTokens: 0 } : line.usage;
              if (usage && flaw !== 'usage after the finish') yield { type: 'usage', usage };
              if (flaw !== 'never finishes')
                yield { type: 'finish', reason: flaw === 'calls and stops' ? 'stop' : line.done };
              if (usage && flaw === 'usage after the finish') yield { type: 'usage', usage };
            }
          }
        }
        if (!isDone && flaw === 'an early end is an end')
          yield { type: 'finish', reason: 'stop' } satisfies LanguageEvent;
        else if (!isDone)
          throw new ModeshiftError({ tag: began ? 'interrupted' : 'invalid-response' }, 'It ended early.');
      } catch (error) {
        throw mapped(error, ctx.signal, began);
      } finally {
        if (flaw !== 'keeps the connection') await reader?.cancel().catch(() => undefined);
      }
    },
    async generate(call, ctx) {
      try {
        const line = (await (await send(call, false, ctx)).json()) as Line & { broken?: true };
        return {
          content: [
            ...(line.text ? [{ type: 'text', text: line.text + (flaw === 'whole differs' ? '!' : '') } as const] : []),
            ...(line.call ? [{ type: 'tool-call', ...line.call } as const] : []),
          ],
          finishReason: line.done!,
          usage: line.usage ?? { inputTokens: undefined, outputTokens: undefined },
        };
      } catch (error) {
        throw mapped(error, ctx.signal, false);
      }
    },
  };
}

function unsupported(feature: string): ModeshiftError {
  return new ModeshiftError({ tag: 'unsupported', feature }, `This wire has no ${feature}.`);
}

const lines = (...all: Line[]) => ({
  contentType: 'application/x-ndjson',
  body: all.map(line => `${JSON.stringify(line)}\n`).join(''),
});
const usage = { inputTokens: 5, outputTokens: 6 };
const weather = { id: 'c1', name: 'weather', arguments: '{"city":"成都"}' };
const messages = [{ role: 'user', content: '包裹到哪了？' }] as const;
const language: LanguageSample[] = [
  {
    name: 'plain',
    call: { messages },
    expected: { text: '在路上，明天到。', finishReason: 'stop', usage },
    request: { path: '/chat', body: { messages: [{ content: '包裹到哪了？' }] } },
    stream: lines({ text: '在路上' }, { text: '，明天' }, { text: '到。' }, { done: 'stop', usage }),
    whole: { body: { text: '在路上，明天到。', done: 'stop', usage } },
  },
  {
    name: 'a tool',
    shows: ['tools'],
    call: {
      messages: [{ role: 'user', content: '成都几度？' }],
      tools: [{ name: 'weather', parameters: { type: 'object' } }],
    },
    expected: { toolCalls: [{ name: 'weather', arguments: { city: '成都' } }], finishReason: 'tool-calls' },
    stream: lines({ call: weather }, { done: 'tool-calls' }),
    whole: { body: { call: weather, done: 'tool-calls' } },
  },
];

function casesOf(flaw = '', changes: Partial<ProviderUnderTest> = {}): readonly ConformanceCase[] {
  return testProvider({
    create: place => provider(place, flaw),
    capabilities: ['stream', 'generate', 'tools', 'stop'],
    language,
    patienceMs: 1500,
    ...changes,
  });
}

async function failed(cases: readonly ConformanceCase[]): Promise<Map<string, string>> {
  const outcomes = await Promise.all(
    cases.map(({ name, run }) =>
      run().then(
        () => undefined,
        (error: Error) => [name, error.message] as const,
      ),
    ),
  );
  return new Map(outcomes.filter(outcome => outcome !== undefined));
}

it('a sound provider passes every case', async () => {
  const cases = casesOf('', { patienceMs: 5000 });
  expect(cases.length).toBeGreaterThan(70);
  expect(new Set(cases.map(one => one.name)).size).toBe(cases.length);
  expect(await failed(cases)).toEqual(new Map());
});

describe('a flaw is caught', () => {
  it.each([
    ['asks when cancelled', 'stream: cancelled before the call, it asks nobody'],
    ['ignores the signal', 'stream: cancelled while it waits for headers, it lets go'],
    ['keeps the connection', 'stream: a reader that leaves closes the connection'],
    ['drops headers', 'generate: sends the headers of the call and tells of the response'],
    ['tells nobody of the response', 'stream: sends the headers of the call and tells of the response'],
    ['lets an observer throw', 'stream: sends the headers of the call and tells of the response'],
    ['throws what it likes', 'stream: HTTP 500 is "server"'],
    ['all refusals are equal', 'generate: HTTP 429 is "rate-limit"'],
    ['reads seconds only', 'stream: tells Retry-After in an HTTP date'],
    ['repeats the key', 'stream: an error does not repeat the key that a server echoes'],
    ['repeats huge errors', 'generate: a huge error stays small'],
    ['shows its key', 'the model has a name and shows no key'],
    ['a cut is a lost connection', 'stream: a stream that is cut off anywhere is "interrupted", after what had come'],
    ['an early end is an end', 'stream: a stream that ends early is "interrupted", not finished'],
    ['decodes each piece alone', 'stream: answers "plain" when characters are cut in two'],
    ['two finishes', '"plain": events come in order, and one finish ends them'],
    ['never finishes', '"plain": events come in order, and one finish ends them'],
    ['usage after the finish', '"plain": events come in order, and one finish ends them'],
    ['usage is NaN', 'stream: answers "plain"'],
    ['starts without an end', '"a tool": events come in order, and one finish ends them'],
    ['calls and stops', '"a tool": events come in order, and one finish ends them'],
    ['whole differs', '"plain": the stream put together is the whole answer'],
    ['changes the call', '"plain": the call is not changed'],
    ['drops stop', 'stop is declared: works'],
    ['drops stop', 'topK is not declared: refused before any request'],
    ['drops logprobs', 'logprobs is not declared: refused before any request'],
    ['mixes calls', 'calls made at once do not mix'],
  ])('%s', async (flaw, name) => {
    const found = casesOf(flaw).filter(one => one.name === name);
    expect(found).toHaveLength(1);
    expect([...(await failed(found)).keys()]).toEqual([name]);
  });

  it('knows a request that streams when a whole answer was asked for', async () => {
    const [plain] = language as [LanguageSample];
    const request = { body: { stream: false } };
    const cases = casesOf('whole asks for a stream', { language: [{ ...plain, request }], capabilities: ['generate'] });
    expect((await failed(cases)).keys()).toContain('generate: answers "plain"');
  });
});

describe('what is declared', () => {
  it('must be shown: a capability without a sample, or a sample without bytes, fails', async () => {
    const without = await failed(casesOf('', { language: language.slice(0, 1) }));
    expect(without.get('tools is declared: works')).toMatch(/no sample shows it.*shows: \['tools'\]/);
    const scores = await failed(casesOf('', { capabilities: ['stream', 'generate', 'tools', 'stop', 'score'] }));
    expect(scores.get('score is declared: shown')).toMatch(/no such method/);
    const { whole: _, ...plain } = language[0]!;
    const half = await failed(casesOf('', { language: [plain, language[1]!] }));
    expect(half.get('generate: answers "plain"')).toMatch(/no bytes/);
    expect(half.get('generate is declared: shown')).toMatch(/no bytes/);
    const claimed = [language[0]!, { ...language[1]!, call: { messages } }];
    expect((await failed(casesOf('', { language: claimed }))).get('tools is declared: works')).toMatch(/does not ask/);
  });

  it('is reported when it works undeclared', async () => {
    const cases = casesOf('', { capabilities: ['stream', 'generate', 'stop'], language: language.slice(0, 1) });
    expect((await failed(cases)).get('tools is not declared: refused before any request')).toMatch(/answered as if/);
    const methods = await failed(casesOf('', { capabilities: ['stream', 'tools', 'stop'] }));
    expect([...methods]).toEqual([['generate is not declared: absent', expect.stringMatching(/Declare it/)]]);
  });

  it('refuses to test nothing', () => {
    expect(() => casesOf('', { capabilities: [] })).toThrow(/Declare/);
    expect(() => casesOf('', { language: [] })).toThrow(/sample/);
  });
});

describe('models in this process', () => {
  const reply = (call: LanguageCall): string => (call.maxTokens === 1 ? '物' : '物流');
  const under = (create: ProviderUnderTest['create'], more: Partial<ProviderUnderTest> = {}) =>
    testProvider({
      create,
      capabilities: ['stream'],
      language: [{ name: 'plain', call: { messages, temperature: 0 }, expected: { text: '物流' } }],
      patienceMs: 2000,
      ...more,
    });

  it('catches a stop string that is ignored, a limit that is ignored, and chance at temperature 0', async () => {
    let count = 0;
    const wild = scriptedModel({ reply: () => `物流${count++}` });
    const found = await failed(under(() => wild, { capabilities: ['stream', 'stop'] }));
    expect(found.keys()).toContain('temperature 0 gives the same answer again');
    expect(found.keys()).toContain('maxTokens 1 gives one token and says "length"');
    expect(found.keys()).toContain('generation ends before a stop string, which is not in the answer');
    const tame = scriptedModel({ reply });
    expect((await failed(under(() => tame))).keys()).not.toContain('temperature 0 gives the same answer again');
  });

  it('checks scores against their laws', async () => {
    const score = { call: { prompt: '情感：', continuations: ['正面', '不好说'] }, expected: [-2, -3] };
    const test = (create: ProviderUnderTest['create']) =>
      failed(testProvider({ create, capabilities: ['score'], score, patienceMs: 2000 }));
    const sound = scriptedScoringModel((_, continuation) => -continuation.length);
    expect(await test(() => sound)).toEqual(new Map());
    const positive = scriptedScoringModel(() => 1);
    expect((await test(() => positive)).keys()).toContain(
      'score: one entry for each continuation, in order, and each the sum of its tokens',
    );
    const crowd: ScoringModel = {
      ...sound,
      score: async (call, ctx) => {
        const { scores, ...rest } = await sound.score(call, ctx);
        const shift = call.continuations.length;
        return {
          ...rest,
          scores: scores.map(one => ({
            ...one,
            logprob: one.logprob - shift,
            tokens: [{ token: 'x', logprob: one.logprob - shift }],
          })),
        };
      },
    };
    expect((await test(() => crowd)).keys()).toContain('score: a continuation scores the same alone and among others');
  });

  it('checks vectors against their laws', async () => {
    const make = (flaw = '') => ({
      provider: 'p',
      modelId: 'm',
      dimensions: 2,
      embed: async (texts: readonly string[], { signal }: CallContext) => {
        if (signal?.aborted) throw abortedError(signal);
        const value = (text: string, i: number): number[] => [
          text.length,
          flaw === 'place' ? i : flaw === 'nan' ? Number.NaN : 1,
        ];
        return { embeddings: texts.map((text, i) => new Float32Array(value(text, i))), usage };
      },
    });
    const test = (flaw?: string) =>
      failed(
        testProvider({ create: () => make(flaw), capabilities: ['embed'], embed: { texts: ['物流', '账单到了'] } }),
      );
    expect(await test()).toEqual(new Map());
    expect((await test('place')).keys()).toContain(
      'embed: a text has the same vector alone, among others and in another order',
    );
    expect((await test('nan')).keys()).toContain('embed: a finite vector of the stated length for each text');
  });
});
