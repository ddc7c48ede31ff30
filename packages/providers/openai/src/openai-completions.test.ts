// Scoring, against a server on loopback that echoes with the log-probabilities of a real distribution: a character bigram
// model with add-one smoothing.
import { type FaultAnswer, type FaultRequest, faultServer } from '@modeshift/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { openaiCompletions } from './openai-completions.ts';

const alphabet = [...'abc 中文🚚'];
const counts = new Map<string, number>();
const corpus = [...'ab abc cab 中文 中a🚚中文b abba 文🚚 '];
for (let i = 1; i < corpus.length; i++) {
  const pair = corpus[i - 1]! + corpus[i]!;
  counts.set(pair, (counts.get(pair) ?? 0) + 1);
}
function logp(next: string, before: string): number {
  const total = alphabet.reduce((sum, letter) => sum + (counts.get(before + letter) ?? 0) + 1, 0);
  return Math.log(((counts.get(before + next) ?? 0) + 1) / total);
}
function truth(prompt: string, continuation: string): number {
  const text = [...(prompt + continuation)];
  const start = [...prompt].length;
  return text.slice(start).reduce((sum, letter, i) => sum + logp(letter, text[start + i - 1]!), 0);
}

interface Toy {
  readonly unit?: 'points' | 'units';
  readonly tokenLength?: number;
  readonly refusesZero?: boolean;
}

function toy({ unit = 'points', tokenLength = 1, refusesZero = false }: Toy = {}) {
  return (request: FaultRequest): FaultAnswer => {
    const body = request.json as { prompt: string | string[]; max_tokens: number; echo: boolean; logprobs: number };
    if (refusesZero && body.max_tokens < 1) {
      return { status: 400, body: { error: { message: 'max_tokens must be at least 1, got 0.' } } };
    }
    const prompts = Array.isArray(body.prompt) ? body.prompt : [body.prompt];
    const choices = prompts.map((prompt, index) => {
      const letters = [...prompt, ...(body.max_tokens > 0 ? ['a'] : [])];
      const tokens: string[] = [];
      const logprobs: (number | null)[] = [];
      const offsets: number[] = [];
      for (let i = 0; i < letters.length; i += tokenLength) {
        const token = letters.slice(i, i + tokenLength);
        tokens.push(token.join(''));
        offsets.push(unit === 'points' ? i : letters.slice(0, i).join('').length);
        logprobs.push(i === 0 ? null : token.reduce((sum, letter, k) => sum + logp(letter, letters[i + k - 1]!), 0));
      }
      return { index, text: letters.join(''), logprobs: { tokens, token_logprobs: logprobs, text_offset: offsets } };
    });
    return {
      body: {
        // Some servers answer in the order in which they finish.
        choices: choices.reverse(),
        usage: { prompt_tokens: prompts.join('').length, completion_tokens: body.max_tokens * prompts.length },
      },
    };
  };
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
async function serve(answers: Parameters<typeof faultServer>[0], options: object = {}) {
  const server = await faultServer(answers);
  closing.push(server.close);
  return { server, model: openaiCompletions('toy', { baseURL: server.url, maxRetries: 0, ...options }) };
}

describe('openaiCompletions', () => {
  it.each<Toy>([{}, { unit: 'units' }, { refusesZero: true }])('scores as the distribution says: %o', async options => {
    const { model, server } = await serve(toy(options));
    const prompt = '中文🚚a';
    const continuations = ['b', ' 中文', '🚚', '文🚚 c'];
    const { scores, usage } = await model.score({ prompt, continuations }, {});
    for (const [i, continuation] of continuations.entries()) {
      expect(scores[i]!.continuation).toBe(continuation);
      expect(scores[i]!.logprob).toBeCloseTo(truth(prompt, continuation), 12);
      expect(scores[i]!.tokens.map(token => token.token).join('')).toBe(continuation);
    }
    expect(usage.inputTokens).toBeGreaterThan(0);
    await model.score({ prompt, continuations: ['b'] }, {});
    // A server that refuses 0 is asked with 1 from then on.
    expect(server.requests.map(request => (request.json as { max_tokens: number }).max_tokens)).toEqual(
      options.refusesZero ? [0, 1, 1] : [0, 0],
    );
    expect(server.requests[0]).toMatchObject({
      path: '/completions',
      json: { echo: true, logprobs: 1, temperature: 0 },
    });
  });

  it('obeys the laws of probability', async () => {
    const { model } = await serve(toy());
    const logprob = async (prompt: string, continuation: string): Promise<number> =>
      (await model.score({ prompt, continuations: [continuation] }, {})).scores[0]!.logprob;
    // The next letters share all probability.
    const { scores } = await model.score({ prompt: 'ab中', continuations: alphabet }, {});
    expect(scores.reduce((sum, score) => sum + Math.exp(score.logprob), 0)).toBeCloseTo(1, 12);
    // Chain rule: p(xy | prompt) = p(x | prompt) · p(y | prompt x).
    expect(await logprob('a', '文🚚b')).toBeCloseTo((await logprob('a', '文')) + (await logprob('a文', '🚚b')), 12);
  });

  it('splits into requests of batchSize and adds their usage', async () => {
    const { model, server } = await serve(toy(), { batchSize: 3 });
    const { scores, usage } = await model.score({ prompt: 'a', continuations: alphabet }, {});
    expect(server.requests).toHaveLength(3);
    expect(scores.map(score => score.continuation)).toEqual(alphabet);
    expect(usage.inputTokens).toBe(alphabet.reduce((sum, letter) => sum + 1 + letter.length, 0));
  });

  it('counts a token across the boundary whole', async () => {
    const { model } = await serve(toy({ tokenLength: 2 }));
    const { scores } = await model.score({ prompt: 'abc', continuations: ['ab '] }, {});
    expect(scores[0]!.tokens.map(token => token.token)).toEqual(['ca', 'b ']);
    expect(scores[0]!.logprob).toBeCloseTo(truth('ab', 'cab '), 12);
  });

  it('scores messages through a template only', async () => {
    const { model, server } = await serve(toy(), {
      template: (messages: readonly { content: unknown }[]) => messages.map(message => message.content).join(''),
    });
    await model.score({ prompt: [{ role: 'user', content: 'ab' }], continuations: ['c'] }, {});
    expect(server.requests[0]!.json).toMatchObject({ prompt: 'abc' });
    const { model: plain } = await serve(toy());
    await expect(
      plain.score({ prompt: [{ role: 'user', content: 'a' }], continuations: ['b'] }, {}),
    ).rejects.toMatchObject({ reason: { tag: 'unsupported', feature: 'messages' } });
  });

  it.each<[string, FaultAnswer]>([
    ['no echo', { body: { choices: [{ index: 0, text: 'xyz', logprobs: null }] } }],
    ['echo without log-probabilities', { body: { choices: [{ index: 0, text: 'ab', logprobs: null }] } }],
    ['a refusal of echo', { status: 400, body: { error: { message: 'Setting echo and logprobs is not supported' } } }],
  ])('says that a server cannot score: %s', async (_, answer) => {
    const { model } = await serve(answer);
    await expect(model.score({ prompt: 'a', continuations: ['b'] }, {})).rejects.toMatchObject({
      reason: { tag: 'unsupported', feature: 'score' },
      message: expect.stringContaining('vLLM'),
    });
  });

  it.each<[string, FaultAnswer]>([
    ['a web page', { body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['no choices', { body: {} }],
    ['broken JSON', { body: '{"choices":', headers: { 'content-type': 'application/json' } }],
  ])('does not take %s for a server that cannot score', async (_, answer) => {
    const { model } = await serve(answer);
    await expect(model.score({ prompt: 'a', continuations: ['b'] }, {})).rejects.toMatchObject({
      reason: { tag: 'invalid-response' },
      message: expect.stringContaining('Check the base URL'),
    });
  });

  it('reads an error inside an answer', async () => {
    const { model } = await serve({ body: { error: { message: 'busy', code: 503 } } });
    await expect(model.score({ prompt: 'a', continuations: ['b'] }, {})).rejects.toMatchObject({
      reason: { tag: 'server', status: 503 },
    });
  });

  it('refuses what cannot be scored, and maps errors', async () => {
    const { model } = await serve({ status: 401, body: {} });
    await expect(model.score({ prompt: '', continuations: ['b'] }, {})).rejects.toThrow(/needs a prompt/);
    await expect(model.score({ prompt: 'a', continuations: [''] }, {})).rejects.toThrow(/empty/);
    await expect(model.score({ prompt: 'a', continuations: ['b'] }, {})).rejects.toMatchObject({
      reason: { tag: 'authentication' },
    });
    await expect(
      model.score({ prompt: 'a', continuations: ['b'] }, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });
});
