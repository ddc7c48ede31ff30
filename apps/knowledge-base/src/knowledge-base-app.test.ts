// The app over HTTP and through @gradio/client: from files to answers, with what goes wrong on the way.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddingModel, RerankModel } from '@modeshift/core';
import { scriptedModel } from '@modeshift/testing';
import { type TestedApp, testApp } from '@modeshift/ui/testing';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { lockedPdf, pdf, rows, type Shown, upload, uploaded, watched } from '../test/visitor.ts';
import { knowledgeBaseApp } from './knowledge-base-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-knowledge-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ends: AsyncDisposable[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end[Symbol.asyncDispose]();
});

// Nothing of what this machine has downloaded.
vi.stubEnv('HF_HUB_CACHE', join(folder, 'no-models'));
let made = 0;
type Options = Parameters<typeof knowledgeBaseApp>[0];
async function tested(options: Options = {}, server: object = {}): Promise<TestedApp> {
  const place = join(folder, String(++made));
  const app = await knowledgeBaseApp({ folder: place, models: [], embedder: 'none', ...options });
  const one = await testApp(app, { server });
  ends.push(one);
  return one;
}

const handbook = `# 退货

商品签收后七天内可以退货，退货的运费由买家承担。

# 定制

定制商品不退不换，但有质量问题的可以免费维修。
`;

it('indexes what can be read, says why of the rest, and answers with numbers that open the passage', async () => {
  const app = await tested({ lang: 'zh' });
  const [run] = await upload(app, {
    '手册.md': handbook,
    '说明.pdf': pdf('Welcome to the store.', 'The warranty lasts twenty-four months from the date of purchase.'),
    '破损.pdf': 'not a PDF',
    '加密.pdf': lockedPdf(),
    '图.png': Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
    '空.txt': '',
  });
  const seen = await watched(app, 'add', run);
  expect(seen.at(-1)![0]).toBe('done');
  expect(seen.at(-1)![2]).toContain('仅按词语建立索引');
  const states = new Set(seen.flatMap(values => rows(values[3]).map(row => row.slice(0, 2).join(' '))));
  for (const state of ['手册.md indexed', '说明.pdf indexed', '空.txt indexed']) expect(states).toContain(state);
  expect(seen.at(-1)![1]).toMatchObject({ done: 6, total: 6 });
  const notes = Object.fromEntries(rows(seen.at(-1)![3]).map(row => [row[0], row[3]]));
  expect(notes['破损.pdf']).toBe('文件已损坏，或不是它的扩展名所说的类型。');
  expect(notes['加密.pdf']).toBe('文件有密码保护。请另存一份没有密码的。');
  expect(notes['图.png']).toBe('无法读取这种类型的文件。');
  const [, documents] = (await app.call('documents')) as [string, Shown];
  expect(documents.data.map(row => row.slice(0, 3))).toEqual([
    ['加密.pdf', 'failed', 0],
    ['图.png', 'failed', 0],
    ['手册.md', 'indexed', 1],
    ['破损.pdf', 'failed', 0],
    ['空.txt', 'indexed', 0],
    ['说明.pdf', 'indexed', 1],
  ]);

  const [answer, sources, how, retrieval] = (await app.call('ask', {
    message: '几天内可以退货？',
    show_retrieval: true,
  })) as [string, { number: number; title: string; text: string; quote: string }[], string, Shown];
  expect(answer).toBe('商品签收后七天内可以退货，退货的运费由买家承担。 [1](#cite-1)');
  expect(sources[0]).toMatchObject({ number: 1, title: '手册.md, 第 3 行 · 退货' });
  expect(sources[0]!.text).toContain(sources[0]!.quote);
  expect(sources[0]!.text).toContain('定制商品不退不换');
  expect(how).toMatch(/^以上为资料原句，没有使用模型。在“default”中按词语检索/);
  expect(retrieval.data[0]!.slice(0, 2)).toEqual([1, '手册.md']);
  const client = await app.connect();
  const page = await client.predict('/ask', { message: 'How long does the warranty last?', history: [] });
  expect(page.data[0]).toMatch(/twenty-four months.* \[1\]\(#cite-1\)/);
  expect((page.data[1] as { title: string }[])[0]!.title).toMatch(/^说明\.pdf, (page 2|第 2 页)/);
  const [none, noSources, why] = (await app.call('ask', { message: '火星上有水吗？' })) as [string, unknown, string];
  expect([none, noSources, why]).toEqual([
    '在资料中没有找到这个问题的答案。',
    null,
    expect.stringMatching(/^\*\*没有找到答案。/),
  ]);
  // A follow-up, with the conversation as the page sends it.
  const history = [
    { role: 'user', content: '定制商品能退吗？' },
    { role: 'assistant', content: '定制商品不退不换。 [1](#cite-1)' },
  ];
  expect((await app.call('ask', { message: '能维修吗？', history }))[0]).toContain('免费维修');

  // Kept to one document, nothing of another is found.
  const question = { message: '几天内可以退货？', documents: '说明.pdf' };
  expect((await app.call('ask', question))[0]).toContain('没有找到');
  const [found, steps] = (await app.call('search', { question: '退货运费', top_k: 1 })) as [Shown, Shown];
  expect(found.headers).toEqual(['#', 'document', 'place', 'words', 'passage', 'text']);
  expect(found.data).toHaveLength(1);
  expect(steps.data.map(row => row[0])).toEqual(['lexical', 'expand']);
  const [opened] = (await app.call('passage', { document: found.data[0]![1], passage: found.data[0]![4] })) as [
    { quote: string }[],
  ];
  expect(opened[0]!.quote).toContain('七天内可以退货');
  await expect(app.call('search', { question: '退货', search: 'meanings' })).rejects.toThrow(/has no vectors/);
  await expect(app.call('search', { question: '退货', rerank: true })).rejects.toThrow(/Nothing here can rerank/);
  expect(app.hiddenErrors).toEqual([]);
});

it('replaces, keeps both, looks inside, re-indexes, deletes, and has several collections', async () => {
  const app = await tested({ lang: 'en' });
  const add = async (files: Parameters<typeof upload>[1], more: object = {}): Promise<Shown> => {
    const [run] = await upload(app, files, more);
    return (await watched(app, 'add', run)).at(-1)![3] as Shown;
  };
  const names = async (collection?: string): Promise<unknown[]> =>
    ((await app.call('documents', collection === undefined ? {} : { collection }))[1] as Shown).data.map(row => row[0]);
  const ask = async (message: string, more: object = {}): Promise<unknown> =>
    (await app.call('ask', { message, ...more }))[0];

  await expect(app.call('add', {})).rejects.toThrow(/at least one file/);
  await expect(app.call('add', { urls: 'file:///etc/passwd' })).rejects.toThrow(/is no address/);
  await add({ '规则.txt': '退货期限是七天。' }, { tags: '售后, 2025' });
  expect(await ask('退货期限是几天？')).toContain('七天');
  await add({ '规则.txt': '退货期限是十四天。' });
  expect(await names()).toEqual(['规则.txt']);
  expect(await ask('退货期限是几天？')).toBe('退货期限是十四天。 [1](#cite-1)');
  await add({ '规则.txt': '换货期限是三十天。' }, { same_name: 'keep both', tags: '换货' });
  expect(await names()).toEqual(['规则 (2).txt', '规则.txt']);
  expect(await ask('换货期限是几天？', { tags: '换货，别的' })).toContain('三十天');
  expect(await ask('退货期限是十四天吗？', { tags: '没有的标签' })).toMatch(/没有找到/);
  // Two of one name in one upload: neither is lost.
  const both = [await uploaded(app, '新.txt', '甲方是出租人。'), await uploaded(app, '新.txt', '乙方是承租人。')];
  const [run] = await app.call('add', { files: both });
  expect(rows((await watched(app, 'add', run)).at(-1)![3]).map(row => row[0])).toEqual(['新.txt', '新 (2).txt']);
  // A newer version that cannot be read: the earlier one answers on, and that is said.
  await add({ '价目.pdf': pdf('The price is ninety dollars.') });
  const failed = await add({ '价目.pdf': lockedPdf() });
  expect(rows(failed)[0]).toEqual([
    ...['价目.pdf', 'failed', 1],
    'The PDF is protected by a password. Save it without one. The earlier version still answers.',
  ]);
  expect(await ask('What is the price?')).toContain('ninety dollars');

  expect(await app.call('document', { document: '规则.txt' })).toEqual(['规则.txt', '退货期限是十四天。']);
  const [, chunks] = (await app.call('passages', { document: '规则.txt' })) as [string, Shown];
  expect(chunks.data.map(row => row.at(-1))).toEqual(['退货期限是十四天。']);
  const [again] = await app.call('reindex', { document: '规则.txt' });
  expect(rows((await watched(app, 'reindex', again)).at(-1)![3])).toEqual([['规则.txt', 'indexed', 1, '']]);
  await app.call('delete', { document: '规则.txt' });
  expect(await names()).not.toContain('规则.txt');
  expect(await ask('退货期限是十四天吗？')).not.toContain('十四天');
  for (const fn of ['document', 'passages', 'delete'])
    await expect(app.call(fn, { document: '规则.txt' })).rejects.toThrow(/There is no document/);

  // Collections: one that is new, one that is opened in a session, one that is gone.
  await expect(ask('房租多少？', { collection: '合同' })).rejects.toThrow(/There is no collection "合同"/);
  await add({ '合同.txt': '每月房租是三千元。' }, { collection: '合同' });
  expect(await ask('每月房租是多少？', { collection: '合同' })).toContain('三千元');
  expect(await ask('每月房租是多少？')).not.toContain('三千元');
  const client = await app.connect();
  await client.predict('/open', { collection: '合同' });
  expect((await client.predict('/ask', { message: '每月房租是多少？', history: [] })).data[0]).toContain('三千元');
  const [list] = (await app.call('collections')) as [Shown];
  expect(list.data.map(row => row.slice(0, 3))).toContainEqual(['合同', 1, 1]);
  await app.call('delete_collection', { collection: '合同' });
  expect(((await app.call('collections')) as [Shown])[0].data.map(row => row[0])).toEqual(['default']);
  await expect(app.call('open', { collection: 'a/b' })).rejects.toThrow(/without "\/"/);
  // Addresses of private networks are refused, and stop no run.
  const [fetching] = await app.call('add', { urls: 'http://127.0.0.1:9/a.html' });
  expect(rows((await watched(app, 'add', fetching)).at(-1)![3])[0]!.slice(0, 2)).toEqual([
    'http://127.0.0.1:9/a.html',
    'failed',
  ]);
  expect(app.hiddenErrors).toEqual([]);
});

it('reads folders that the server shares where they are, follows them, and reads no other', async () => {
  const handbook = join(folder, '员工手册');
  mkdirSync(join(handbook, '假期'), { recursive: true });
  writeFileSync(join(handbook, 'office.md'), '# Office\n\nThe office opens at nine.');
  writeFileSync(join(handbook, '假期', '年假.md'), '# 年假\n\n每年有十五天年假。');
  writeFileSync(join(handbook, '密码.bin'), 'x');
  const place = { folder: join(folder, 'sharing') };
  const app = await tested({ ...place, folders: [handbook], lang: 'zh' });
  const bring = async (name: string): Promise<unknown[][]> => {
    const [run] = await app.call('add', { folders: [name] });
    return rows((await watched(app, 'add', run)).at(-1)![3]).map(row => row.slice(0, 2));
  };
  const ask = async (message: string) => (await app.call('ask', { message }))[0];
  expect(await bring('员工手册')).toEqual([
    ['员工手册/office.md', 'indexed'],
    ['员工手册/假期/年假.md', 'indexed'],
  ]);
  expect(await ask('每年有几天年假？')).toContain('十五天');
  // Re-indexing reads what is there now; bringing it again follows what is new and what is gone.
  writeFileSync(join(handbook, '假期', '年假.md'), '# 年假\n\n每年有二十天年假。');
  const [again] = await app.call('reindex', {});
  await watched(app, 'reindex', again);
  expect(await ask('每年有几天年假？')).toContain('二十天');
  rmSync(join(handbook, 'office.md'));
  writeFileSync(join(handbook, '餐补.md'), '# 餐补\n\n每天餐补三十元。');
  await bring('员工手册');
  const listed = async (one: TestedApp) =>
    ((await one.call('documents')) as [string, Shown])[1].data.map(row => row[0]);
  expect(await listed(app)).toEqual(['员工手册/假期/年假.md', '员工手册/餐补.md']);
  await expect(app.call('add', { folders: ['/etc'] })).rejects.toThrow();
  await app.call('delete', { document: '员工手册/餐补.md' });
  expect(existsSync(join(handbook, '餐补.md'))).toBe(true);
  await app[Symbol.asyncDispose]();
  ends.pop();

  // A folder that is shared no more is read no more.
  const closed = await tested({ ...place, folders: [], lang: 'zh' });
  const [run] = await closed.call('reindex', {});
  expect(rows((await watched(closed, 'reindex', run)).at(-1)![3])[0]!.slice(1)).toEqual([
    'failed',
    1,
    expect.stringContaining('不再共享'),
  ]);
  await expect(knowledgeBaseApp({ folder: join(folder, 'twice'), folders: ['a/x', 'b/x'] })).rejects.toThrow(
    /a name of its own/,
  );
});

it('searches by meanings, reranks, lets a model write, and marks a quote that is not there', async () => {
  let embedded = 0;
  const words = [/退/, /运费|邮/, /发票/];
  const embedder: EmbeddingModel = {
    provider: 'test',
    modelId: 'topics',
    dimensions: 3,
    embed: async texts => {
      embedded += texts.length;
      const embeddings = texts.map(text => Float32Array.from(words, one => 0.05 + Number(one.test(text))));
      return { embeddings, usage: { inputTokens: texts.length, outputTokens: 0 } };
    },
  };
  const model = scriptedModel({
    modelId: 'writer',
    reply: ({ messages }) =>
      /passages? .*order|rank/i.test(JSON.stringify(messages[0]))
        ? '[2] > [1]'
        : '七天内可以 [1 "七天内可以退货"]，邮费由商家出 [1 "邮费由商家承担"]。',
  });
  const feedback: unknown[] = [];
  const models = [{ name: 'writer', make: () => model }];
  const app = await tested({ embedder, models, lang: 'zh' }, { feedback: (one: unknown) => void feedback.push(one) });
  const files = { '退.txt': '七天内可以退货。', '运.txt': '运费满百元免收。', '票.txt': '发票随货寄出。' };
  const [run] = await upload(app, files);
  const end = (await watched(app, 'add', run)).at(-1)!;
  expect(end[2]).toContain('test:topics');
  expect(embedded).toBe(3);
  const [again] = await app.call('reindex');
  await watched(app, 'reindex', again);
  expect(embedded).toBe(3);

  const question = '邮资';
  const [found, steps] = (await app.call('search', { question, search: 'words and meanings' })) as [Shown, Shown];
  expect(found.headers).toEqual(['#', 'document', 'place', 'meanings', 'joined', 'passage', 'text']);
  expect(found.data[0]!.slice(0, 2)).toEqual([1, '运.txt']);
  expect(steps.data.map(row => row[0])).toEqual(['lexical', 'embed', 'vector', 'fuse', 'expand']);
  expect(((await app.call('search', { question, search: 'words' })) as [Shown])[0].data).toEqual([]);

  const [answer, sources, how, retrieval] = (await app.call('ask', {
    message: '几天内可以退货？',
    rerank: true,
    show_retrieval: true,
  })) as [string, { title: string; quote: string }[], string, Shown];
  expect(retrieval.headers).toContain('reranked');
  expect(sources.map(one => one.quote)).toEqual(['七天内可以退货']);
  expect(answer).toBe('七天内可以 [1](#cite-1)，邮费由商家出 （⚠ 资料中没有：“邮费由商家承担”）。');
  expect(how).toMatch(/^由 writer 撰写；2 条引用中有 1 条见于资料。在“default”中按词语和语义检索/);
  const messages = [
    { role: 'user', content: '几天内可以退货？' },
    { role: 'assistant', content: answer },
  ];
  const told = await fetch(`${app.url}/feedback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fn: 'ask', rating: 'bad', comment: '邮费不对', messages }),
  });
  expect([told.status, feedback]).toEqual([200, [expect.objectContaining({ rating: 'bad', comment: '邮费不对' })]]);
  expect(app.hiddenErrors).toEqual([]);
});

it('embeds with a checkpoint in this process, reranks, and does not tell where it lies', async () => {
  const fixtures = join(import.meta.dirname, '..', '..', '..', 'packages', 'providers', 'local', 'fixtures');
  // Each checkpoint has a thread of its own: one is enough here; rerankers on checkpoints are tested in rag.
  const reranker: RerankModel = {
    provider: 'test',
    modelId: 'longest-first',
    rerank: async (_, documents) =>
      documents.map((text, index) => ({ index, score: text.length })).sort((a, b) => b.score - a.score),
  };
  const app = await tested({ embedder: join(fixtures, 'bert-mean'), reranker, lang: 'zh' });
  const [run] = await upload(app, { '退.txt': '七天内可以退货。', '运.txt': '运费满百元免收。' });
  const end = (await watched(app, 'add', run)).at(-1)!;
  expect([end[0], end[2]]).toEqual(['done', '按词语和 bert-mean 的向量建立索引。']);
  const [found, steps] = (await app.call('search', { question: '退货', rerank: true })) as [Shown, Shown];
  expect(found.headers).toEqual([
    '#',
    'document',
    'place',
    'words',
    'meanings',
    'joined',
    'reranked',
    'passage',
    'text',
  ]);
  expect(found.data).toHaveLength(2);
  expect(steps.data.map(row => row[0])).toEqual(['lexical', 'embed', 'vector', 'fuse', 'rerank', 'expand']);
  const [opened] = await app.call('open', { collection: 'default' });
  expect(opened).toBe('**default**：2 个文档，2 个段落，按词语和 bert-mean 的向量检索。');
  expect(JSON.stringify(await app.call('collections'))).not.toContain('fixtures');
  expect(app.hiddenErrors).toEqual([]);
});
