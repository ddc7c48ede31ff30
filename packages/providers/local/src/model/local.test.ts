// `local()` as its users meet it: loading, threads, cancelling, adapters, wrong use.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { generateObject, generateText, type ModeshiftError, type Progress, score, streamText } from '@modeshift/core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type LocalModel, local } from './local.ts';
import { localEmbedding } from './local-embedding.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const messages = [{ role: 'user', content: '转账什么时候到账？' }] as const;
const raw = { local: { raw: true } };

const folders: string[] = [];
function copyOf(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'modeshift-local-'));
  folders.push(folder);
  cpSync(fixture(name), folder, { recursive: true });
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function failure(work: Promise<unknown>): Promise<ModeshiftError> {
  return work.then(
    () => expect.unreachable('It did not fail.'),
    error => error as ModeshiftError,
  );
}

describe('local', () => {
  const model = local(fixture('llama'));
  afterAll(() => model.dispose());

  it('loads once, tells how far it is, and says what it loaded', async () => {
    const progress: Progress[] = [];
    const watched = local(fixture('llama-untied'), { onProgress: one => progress.push(one) });
    const [info, again] = await Promise.all([watched.load(), watched.load()]);
    expect(again).toEqual(info);
    expect(info).toMatchObject({ modelType: 'llama', hasChatTemplate: true });
    expect(info.bytes).toBe(info.parameters * 4);
    expect(progress.at(-1)).toMatchObject({ phase: 'loading', unit: 'bytes' });
    expect(progress.at(-1)!.done).toBe(progress.at(-1)!.total);
    await watched.dispose();
  });

  it('answers many calls at once as it answers each alone', async () => {
    const ask = (content: string) =>
      generateText({ model, messages: [{ role: 'user', content }], temperature: 0, maxTokens: 12 });
    const questions = ['你好', 'When?', '我的卡丢了', 'a b c', '?', 'transfer', '账户', 'x'];
    const together = await Promise.all(questions.map(ask));
    for (const [i, question] of questions.entries()) expect((await ask(question)).text).toBe(together[i]!.text);
  });

  it('computes a prompt that was there before once', async () => {
    const long = '请帮我查一下这个账户。'.repeat(3);
    const ask = () =>
      generateText({ model, messages: [{ role: 'user', content: long }], temperature: 0, maxTokens: 4 });
    await ask();
    const { usage } = await ask();
    expect(usage.cachedInputTokens).toBeGreaterThan(0.9 * usage.inputTokens!);
  });

  it('frees its place when the reader leaves, and when the signal fires', async () => {
    const answer = streamText({ model, messages, maxTokens: 100, temperature: 0 });
    for await (const event of answer) if (event.type === 'text-delta') break;
    const controller = new AbortController();
    const cancelled = generateText({ model, messages, maxTokens: 150, temperature: 0, signal: controller.signal });
    controller.abort();
    expect((await failure(cancelled)).reason.tag).toBe('aborted');
    const { usage } = await generateText({ model, messages, maxTokens: 3, temperature: 0 });
    expect(usage.outputTokens).toBe(3);
  });

  it('refuses what does not fit into the context, with the numbers', async () => {
    const error = await failure(
      generateText({ model, messages: [{ role: 'user', content: '很长。'.repeat(400) }], maxTokens: 5 }),
    );
    expect(error.reason.tag).toBe('context-length');
    expect(error.message).toMatch(/has \d{3,} tokens.*context is 128/);
  });

  it('ends with "length" where the context ends', async () => {
    const { finishReason, usage } = await generateText({
      model,
      messages,
      temperature: 0,
      providerOptions: { local: { regex: '[0-9]+' } },
    });
    expect(finishReason).toBe('length');
    expect(usage.inputTokens! + usage.outputTokens!).toBe(128);
  });

  it('keeps to a schema, to a regular expression, and to choices', async () => {
    const { object } = await generateObject({
      model,
      messages,
      temperature: 0,
      maxTokens: 120,
      schema: {
        type: 'object',
        properties: { 状态: { enum: ['到账', '处理中'] }, days: { type: 'integer', minimum: 0, maximum: 30 } },
        required: ['状态', 'days'],
        additionalProperties: false,
      } as never,
    });
    expect(object).toMatchObject({ 状态: expect.stringMatching(/^(到账|处理中)$/), days: expect.any(Number) });
    const dated = { local: { regex: '20[0-9]{2}年(1[0-2]|[1-9])月' } };
    const { text } = await generateText({ model, messages, temperature: 1, seed: 4, providerOptions: dated });
    expect(text).toMatch(/^20\d{2}年(1[0-2]|[1-9])月$/);
  });

  it('scores a text and a conversation; the probabilities of all single tokens add up to 1', async () => {
    const { scores } = await score({ model, prompt: 'I lost my', continuations: [' card', ' money', '卡'] });
    expect(scores.map(({ tokens }) => tokens.length)).toEqual(
      scores.map(({ tokens }) => tokens.length).map(n => Math.max(1, n)),
    );
    for (const { logprob, tokens } of scores)
      expect(tokens.reduce((sum, token) => sum + token.logprob, 0)).toBeCloseTo(logprob, 10);
    const talk = await score({ model, prompt: messages, continuations: ['明天', '今天'] });
    expect(talk.scores.every(({ logprob }) => logprob < 0)).toBe(true);
  });

  it('switches adapters from call to call', async () => {
    const adapters = {
      lora: join(fixture('llama'), 'adapters', 'lora', 'after'),
      soft: join(fixture('llama'), 'adapters', 'prompt-tuning', 'after'),
    };
    const adapted = local(fixture('llama'), { adapters });
    const ask = (from: LocalModel, options = {}) =>
      score({ model: from.withAdapters([]), prompt: 'I lost my', continuations: [' card'], ...options });
    const base = (await ask(model)).scores[0]!.logprob;
    expect((await ask(adapted)).scores[0]!.logprob).toBeCloseTo(base, 5);
    const lora = await score({
      model: adapted.withAdapters([{ name: 'lora' }]),
      prompt: 'I lost my',
      continuations: [' card'],
    });
    const soft = await score({
      model: adapted.withAdapters([{ name: 'soft' }]),
      prompt: 'I lost my',
      continuations: [' card'],
    });
    expect(Math.abs(lora.scores[0]!.logprob - base)).toBeGreaterThan(1e-3);
    expect(Math.abs(soft.scores[0]!.logprob - base)).toBeGreaterThan(1e-3);
    const error = await failure(
      score({ model: adapted.withAdapters([{ name: 'none' }]), prompt: 'a', continuations: ['b'] }),
    );
    expect(error.reason.tag).toBe('not-found');
    expect(error.message).toContain('none');
    await adapted.dispose();
  });

  it('goes on after dispose by loading again', async () => {
    const once = local(fixture('gpt2'));
    const ask = () =>
      generateText({
        model: once,
        messages: [{ role: 'user', content: 'a' }],
        providerOptions: raw,
        temperature: 0,
        maxTokens: 4,
      });
    const first = await ask();
    await once.dispose();
    expect((await ask()).text).toBe(first.text);
    await once.dispose();
  });

  it('tells a base model without chat template what to do, and continues raw text', async () => {
    const base = local(fixture('gpt2'));
    const error = await failure(generateText({ model: base, messages, maxTokens: 2 }));
    expect(error.reason.tag).toBe('unsupported');
    expect(error.message).toContain('chat template');
    const templated = local(fixture('gpt2'), { chatTemplate: '{% for m in messages %}{{ m.content }}{% endfor %}' });
    const options = { messages, temperature: 0, maxTokens: 6 } as const;
    const a = await generateText({ model: base, ...options, providerOptions: raw });
    expect((await generateText({ model: templated, ...options })).text).toBe(a.text);
    await Promise.all([base.dispose(), templated.dispose()]);
  });
});

describe('the thread', () => {
  it('leaves the main thread free: no pause of 10 ms that the engine makes', async () => {
    const model = local(fixture('qwen3'));
    const embedding = localEmbedding(fixture('bert-mean'));
    await Promise.all([model.load(), embedding.load()]);
    const pause = async (work: () => Promise<unknown>): Promise<number> => {
      const histogram = monitorEventLoopDelay({ resolution: 1 });
      histogram.enable();
      await work();
      histogram.disable();
      return histogram.percentile(95) / 1e6;
    };
    const texts = Array.from({ length: 200 }, (_, i) => `I lost my card ${i}, 我的卡丢了`);
    const busy = await pause(() =>
      Promise.all([
        generateText({
          model,
          messages,
          maxTokens: 100,
          temperature: 0,
          providerOptions: { local: { regex: '[0-9]{100}' } },
        }),
        embedding.embed(texts, {}),
      ]),
    );
    expect(busy).toBeLessThan(10);
    await Promise.all([model.dispose(), embedding.dispose()]);
  });

  it('fails calls under way when it is ended', async () => {
    const model = local(fixture('llama'));
    await model.load();
    const running = generateText({
      model,
      messages,
      maxTokens: 200,
      temperature: 0,
      providerOptions: { local: { regex: '[0-9]+' } },
    });
    const failed = failure(running);
    await model.dispose();
    expect((await failed).reason.tag).toBe('aborted');
  });
});

describe('a model that is asked again', () => {
  const ask = (model: LocalModel, signal?: AbortSignal) =>
    generateText({ model, messages, maxTokens: 3, temperature: 0, ...(signal ? { signal } : {}) });

  it('while it is being disposed of loads anew, and the end of the old thread does not reach the new call', async () => {
    const model = local(fixture('llama'));
    const { text } = await ask(model);
    const disposing = model.dispose();
    const again = ask(model);
    await disposing;
    expect((await again).text).toBe(text);
    await model.dispose();
  });

  it('in the same turn in which loading was cancelled answers', async () => {
    const model = local(fixture('llama'));
    const controller = new AbortController();
    const first = failure(ask(model, controller.signal));
    await new Promise(resolve => setTimeout(resolve, 30));
    controller.abort();
    const second = ask(model);
    expect((await first).reason.tag).toBe('aborted');
    const third = ask(model);
    expect((await second).text).toBe((await third).text);
    await model.dispose();
  });
});

describe('a process with an idle model', () => {
  it('ends by itself', () => {
    const index = new URL('../index.ts', import.meta.url).href;
    const code = `const { local } = await import(${JSON.stringify(index)});
      console.log((await local(${JSON.stringify(fixture('llama'))}).load()).modelType);`;
    const args = ['--conditions=modeshift-source', '--input-type=module', '--eval', code];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
    expect([status, stdout.trim()]).toEqual([0, 'llama']);
  });
});

describe('wrong use', () => {
  it.each([
    ['', {}, 'no name'],
    ['./no-such-folder', {}, 'no folder'],
    ['a/b', { weights: 'int3' }, 'weights must be'],
    ['a/b', { threads: 0 }, 'threads must be'],
    ['a/b', { contextLength: -1 }, 'contextLength must be'],
  ])('%j with %j is told at once', (name, options, words) => {
    expect(() => local(name, options as never)).toThrow(words);
  });

  it('says what is wrong with damaged files', async () => {
    const short = copyOf('llama');
    truncateSync(join(short, 'model.safetensors'), 5000);
    const other = copyOf('llama');
    writeFileSync(join(other, 'config.json'), '{"model_type":"mamba"}');
    const broken = copyOf('llama');
    writeFileSync(join(broken, 'config.json'), '{');
    const unlike = copyOf('llama');
    cpSync(join(fixture('qwen2'), 'config.json'), join(unlike, 'config.json'));
    for (const [folder, tag, words] of [
      [short, 'storage', 'damaged'],
      [other, 'unsupported', 'llama, mistral, qwen2'],
      [broken, 'storage', 'no JSON'],
      [unlike, 'storage', 'self_attn'],
      [fixture('bert-mean'), 'unsupported', 'localEmbedding'],
    ] as const) {
      const model = local(folder);
      const error = await failure(model.load());
      expect(error.reason.tag, error.message).toBe(tag);
      expect(error.message).toContain(words);
      await model.dispose();
    }
  });

  it('refuses files before anything is loaded', async () => {
    const model = local(fixture('llama'));
    const image = { type: 'file', mediaType: 'image/png', data: Uint8Array.of(1) } as const;
    const error = await failure(generateText({ model, messages: [{ role: 'user', content: [image] }] }));
    expect(error.reason).toEqual({ tag: 'unsupported', feature: 'image/png' });
  });
});
