// The app as its users meet it: over HTTP, through the official client and, where there is one, in a browser.
import { join } from 'node:path';
import type { OfferedModel } from '@modeshift/compare';
import { modelFaults, scriptedModel } from '@modeshift/testing';
import { type TestedApp, testApp } from '@modeshift/ui/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chatApp } from './chat-app.ts';

const price = { inputPerMillion: 1, outputPerMillion: 2, asOf: '2026-11-01', source: 'made up for this test' };
const offer = (name: string, model: ReturnType<typeof scriptedModel>): OfferedModel => ({ name, make: () => model });
const echo = () => scriptedModel({ reply: call => `答：${JSON.stringify(call.messages.at(-1)!.content)}`, price });

beforeEach(() => {
  // @gradio/client prints what it also throws.
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const start = async (...models: OfferedModel[]): Promise<TestedApp> => testApp(await chatApp({ models }));

describe('a conversation', () => {
  it('goes to the chosen model with system message, knowledge and parameters, and tells what it took', async () => {
    const [first, second] = [echo(), echo()];
    await using tested = await start(offer('甲', first), offer('乙', second));
    const [answer, details] = await tested.call('chat', {
      message: '店在哪？',
      history: [
        { role: 'user', content: '你好' },
        { role: 'assistant', content: '您好' },
      ],
      model: '乙',
      system_message: '简短地回答。',
      knowledge: '店在成都。',
      temperature: 0.2,
      max_tokens: 50,
    });
    expect(answer).toBe('答："店在哪？"');
    expect(details).toMatchObject({ provider: 'scripted', output_tokens: 8, usd: expect.any(Number) });
    expect(first.journal).toHaveLength(0);
    const { call } = second.journal[0]!;
    expect(call).toMatchObject({ temperature: 0.2, maxTokens: 50 });
    expect(call.messages.map(one => one.role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(call.messages[0]!.content).toMatch(/^简短地回答。\n\nAnswer from this knowledge.*\n\n店在成都。$/s);
  });

  it('takes pictures as they are and texts as part of the prompt', async () => {
    const model = echo();
    await using tested = await start(offer('甲', model));
    const form = new FormData();
    form.append('files', new File([new Uint8Array([137, 80])], '猫.png', { type: 'image/png' }));
    form.append('files', new File(['成都有熊猫。'], '事实.txt', { type: 'text/plain' }));
    const paths = (await (
      await fetch(`${tested.url}/gradio_api/upload`, { method: 'POST', body: form })
    ).json()) as string[];
    const files = paths.map(path => ({ path }));
    for (const attachment of [files[0], [files[1]], files])
      await tested.call('chat', { message: '有什么？', attachment });
    expect(model.journal.map(one => one.call.messages.at(-1)!.content)).toEqual([
      [
        { type: 'text', text: '有什么？' },
        { type: 'file', mediaType: 'image/png', data: expect.anything(), filename: '猫.png' },
      ],
      '有什么？\n\n事实.txt:\n成都有熊猫。',
      [
        { type: 'text', text: '有什么？' },
        { type: 'file', mediaType: 'image/png', data: expect.anything(), filename: '猫.png' },
        { type: 'text', text: '事实.txt:\n成都有熊猫。' },
      ],
    ]);
  });

  it('a model that breaks off or cannot be made says so, and the next try may succeed', async () => {
    let tries = 0;
    const late: OfferedModel = {
      name: '丙',
      make: () => {
        if (tries++ === 0) throw new Error('not yet');
        return echo();
      },
    };
    const broken = modelFaults.breaksAfter(1)(scriptedModel({ reply: () => '床前明月光' }));
    await using tested = await start(offer('甲', broken), late);
    await expect(tested.call('chat', { message: '在吗' })).rejects.toThrow('broke off');
    await expect(tested.call('chat', { message: '在吗', model: '丙' })).rejects.toThrow(/log of the server/);
    expect(tested.hiddenErrors.map(String)).toEqual(['Error: not yet']);
    expect((await tested.call('chat', { message: '在吗', model: '丙' }))[0]).toBe('答："在吗"');
  });
});

describe('extraction', () => {
  it('fills the form of a schema as it is written', async () => {
    const model = scriptedModel({
      reply: () => '{"item":"雨伞","quantity":3,"price":45,"color":"蓝色"}',
      deltaLength: 8,
      price,
    });
    await using tested = await start(offer('甲', model));
    const seen: unknown[][] = [];
    for await (const values of tested.stream('extract', { text: '我想订三把蓝色的雨伞，每把45元。', schema: 'order' }))
      seen.push([...values]);
    expect((seen[0]![0] as { data: unknown[] }).data).toHaveLength(4);
    const [form, object, details] = seen.at(-1)!;
    expect(form).toMatchObject({
      headers: ['Field', 'Value'],
      data: [
        ['item', '雨伞'],
        ['quantity', 3],
        ['price', 45],
        ['color', '蓝色'],
      ],
    });
    expect(object).toEqual({ item: '雨伞', quantity: 3, price: 45, color: '蓝色' });
    expect(details).toMatchObject({ provider: 'scripted', usd: expect.any(Number) });
    expect(model.journal[0]!.call.messages.at(-1)!.content).toMatch(/^提取item、quantity、price、color，用JSON/);
  });

  it('fills the form of an order, which can be corrected and sent', async () => {
    const model = scriptedModel({
      reply: () => '{"item":"雨伞","quantity":3,"price":45.5,"color":null}',
      deltaLength: 8,
    });
    await using tested = await start(offer('甲', model));
    const seen: (readonly unknown[])[] = [];
    for await (const values of tested.stream('read_order', { text: '三把雨伞，每把45.5元。' })) seen.push(values);
    expect(seen.at(-1)).toEqual(['雨伞', 3, 45.5, '']);
    expect(await tested.call('order', { item: '雨伞', quantity: 3, price: 45.5 })).toEqual(['3 × 雨伞 = 136.5']);
    await expect(tested.call('order', { item: '雨伞', quantity: 0, price: 1 })).rejects.toThrow(/quantity/);
    const config = (await (await fetch(`${tested.url}/config`)).json()) as { modeshift: { functions: object[] } };
    expect(config.modeshift.functions).toContainEqual(expect.objectContaining({ name: 'read_order', fills: 'order' }));
  });

  it('takes a schema of one’s own, and says what is wrong with it', async () => {
    const model = scriptedModel({ reply: () => '{"cities":["成都","上海"],"where":{"country":"中国"}}' });
    await using tested = await start(offer('甲', model));
    const own = {
      type: 'object',
      properties: {
        cities: { type: 'array', items: { type: 'string' } },
        where: { type: 'object', properties: { country: { type: 'string' } } },
      },
    };
    const input = { text: '成都和上海都在中国。', schema: 'my own' };
    const [form] = await tested.call('extract', { ...input, own_schema: JSON.stringify(own) });
    expect((form as { data: unknown[] }).data).toEqual([
      ['cities[0]', '成都'],
      ['cities[1]', '上海'],
      ['where.country', '中国'],
    ]);
    await expect(tested.call('extract', input)).rejects.toThrow(/Write a JSON Schema such as/);
    await expect(tested.call('extract', { ...input, own_schema: '{"type":' })).rejects.toThrow(/is no JSON/);
    await expect(tested.call('extract', { ...input, own_schema: '[]' })).rejects.toThrow(/no object with properties/);
  });
});

it('runs with nano, in a process of its own, and keeps to the schema', async () => {
  const script = join(import.meta.dirname, 'main.ts');
  const nodeArgs = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];
  const nothing = { OPENAI_API_KEY: '', OPENAI_BASE_URL: '', ANTHROPIC_API_KEY: '', HF_HUB_CACHE: 'no-such-folder' };
  await using tested = await testApp({ script, nodeArgs, env: nothing });
  const message = '文字：小林住在成都。\n问题：小林住在哪里？';
  const [answer, details] = await tested.call('chat', { message, model: 'nano', max_tokens: 8, temperature: 0 });
  expect(typeof answer).toBe('string');
  expect(details).toMatchObject({ provider: 'local', model: 'nano', usd: 0, output_tokens: expect.any(Number) });
  const [form, object] = await tested.call('extract', {
    text: '我想订三把蓝色的雨伞。',
    schema: 'order',
    model: 'nano',
  });
  expect(Object.keys(object as object)).toEqual(['item', 'quantity', 'price', 'color']);
  expect((form as { data: unknown[] }).data).toHaveLength(4);
  // What fails tells nothing of this machine's folders either.
  const tooLong = tested.call('chat', { message: '长'.repeat(5000), model: 'nano' });
  const told = await tooLong.catch((error: Error) => error.message);
  expect(told).toMatch(/1,?024/);
  expect(told).not.toMatch(/\/\w+\//);
  // Ctrl-C ends it, although the model's thread is there.
  await tested.stop();
  await expect(fetch(tested.url)).rejects.toThrow();
});

it('every word that it shows is there in Chinese', async () => {
  const { definition } = await chatApp({ models: [offer('甲', echo())] });
  const shown = definition.endpoints.flatMap(one => [
    one.label,
    one.description,
    ...[...one.inputs, ...one.outputs].flatMap(([, { label, info }]) => [label, info]),
  ]);
  for (const [label, wanted] of [
    ['Chat', '聊天'],
    ['Temperature', '温度'],
  ] as const)
    expect(definition.translations.zh![label]).toBe(wanted);
  const missing = [definition.title, definition.description, ...shown].filter(
    text => text !== undefined && !(text in definition.translations.zh!),
  );
  expect(missing).toEqual([]);
});
