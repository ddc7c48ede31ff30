// Several users: nobody sees, asks, changes or watches what is another's, whatever is called over HTTP.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { User } from '@modeshift/ui';
import { type TestedApp, testApp } from '@modeshift/ui/testing';
import { afterAll, expect, it } from 'vitest';
import { type Caller, callAs, logIn, type Shown, upload, uploaded } from '../test/visitor.ts';
import { knowledgeBaseApp } from './knowledge-base-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-knowledge-users-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const users = { 小明: '甲甲甲', Wren: 'second', staff1: 'third', staff2: 'fourth' };
const auth = { users };

async function indexed(app: TestedApp, caller: Caller, files: Record<string, string>, more: object = {}) {
  const [run] = await upload(app, files, more, caller);
  const end = await callAs(app, caller, 'add_watch', { run });
  return { run, end };
}

it('each user has collections of their own, also where the names are the same', async () => {
  const app = await knowledgeBaseApp({ folder: join(folder, 'own'), models: [], embedder: 'none' });
  await using tested = await testApp(app, { server: { auth } });
  const [ming, wren] = [await logIn(tested, '小明', '甲甲甲'), await logIn(tested, 'Wren', 'second')];
  await expect(callAs(tested, {}, 'ask', { message: '密码' })).rejects.toThrow();
  const own = await indexed(tested, ming, { '秘密.txt': '小明的保险箱密码是四七一一。' });
  await indexed(tested, ming, { '秘密.txt': '小明的备用密码是零八一五。' }, { collection: '私人' });
  await indexed(tested, wren, { '秘密.txt': 'Wren 的保险箱密码是九九零零。' });
  expect(own.end[0]).toBe('done');

  const asks = async (caller: Caller, more: object = {}): Promise<unknown> =>
    (await callAs(tested, caller, 'ask', { message: '保险箱密码是什么？', ...more }))[0];
  expect(await asks(ming)).toContain('四七一一');
  expect(await asks(wren)).toContain('九九零零');
  const all = JSON.stringify([
    await callAs(tested, wren, 'search', { question: '小明的密码 四七一一 零八一五', top_k: 30 }),
    await callAs(tested, wren, 'documents'),
    await callAs(tested, wren, 'collections'),
    await callAs(tested, wren, 'add_runs'),
    await callAs(tested, wren, 'document', { document: '秘密.txt' }),
    await callAs(tested, wren, 'passages', { document: '秘密.txt' }),
  ]);
  for (const secret of ['四七一一', '零八一五', '私人', own.run]) expect(all).not.toContain(secret);

  // Names that would reach into what another has.
  for (const collection of ['私人', `${encodeURIComponent('小明')}/default`, '%E5%B0%8F%E6%98%8E/私人', '../default'])
    for (const [fn, input] of [
      ['ask', { message: '密码' }],
      ['search', { question: '密码' }],
      ['documents', {}],
      ['reindex', {}],
      ['delete', { document: '秘密.txt' }],
      ['delete_collection', {}],
    ] as const)
      await expect(callAs(tested, wren, fn, { ...input, collection })).rejects.toThrow(/no collection|without/);
  await expect(callAs(tested, wren, 'add_watch', { run: own.run })).rejects.toThrow(/There is no run/);
  await expect(callAs(tested, wren, 'add_cancel', { run: own.run })).rejects.toThrow(/There is no run/);
  // An upload of another's cannot be indexed by its path.
  const stolen = await uploaded(tested, '密.txt', '小明的存折密码是二二三三。', ming);
  await expect(callAs(tested, wren, 'add', { files: [stolen] })).rejects.toThrow(/files/);

  await callAs(tested, wren, 'delete', { document: '秘密.txt' });
  await callAs(tested, wren, 'delete_collection', { collection: 'default' });
  expect(await asks(ming)).toContain('四七一一');
  expect(((await callAs(tested, ming, 'documents', { collection: '私人' }))[1] as Shown).data).toHaveLength(1);
  expect(tested.hiddenErrors).toEqual([]);
});

it('users of one tenant share collections, and labels say who sees which document', async () => {
  const labels: Record<string, string[]> = { staff1: ['staff', 'board'], staff2: ['staff'] };
  const principalOf = (user: User | undefined) => ({ tenant: 'shop', labels: labels[user?.name ?? ''] ?? [] });
  const app = await knowledgeBaseApp({ folder: join(folder, 'shared'), models: [], embedder: 'none', principalOf });
  await using tested = await testApp(app, { server: { auth } });
  const [board, clerk] = [await logIn(tested, 'staff1', 'third'), await logIn(tested, 'staff2', 'fourth')];
  const guest = await logIn(tested, 'Wren', 'second');
  await indexed(tested, board, { '公开.txt': '营业时间是九点到六点。' });
  await indexed(tested, board, { '内部.txt': '进货价是三十元。' }, { visible_to: 'staff' });
  await indexed(tested, board, { '董事会.txt': '明年计划关闭两家门店。' }, { visible_to: 'board' });
  const names = async (caller: Caller): Promise<unknown[]> =>
    ((await callAs(tested, caller, 'documents'))[1] as Shown).data.map(row => row[0]);
  expect(await names(board)).toEqual(['公开.txt', '内部.txt', '董事会.txt']);
  expect(await names(clerk)).toEqual(['公开.txt', '内部.txt']);
  expect(await names(guest)).toEqual(['公开.txt']);
  const asks = async (caller: Caller, message: string): Promise<unknown> =>
    (await callAs(tested, caller, 'ask', { message }))[0];
  expect(await asks(clerk, '明年计划关闭几家门店？')).toMatch(/没有找到/);
  expect(await asks(board, '明年计划关闭几家门店？')).toContain('两家');
  expect(await asks(guest, '进货价是多少？')).toMatch(/没有找到/);
  expect(await asks(guest, '营业时间是几点？')).toContain('九点');
  // What one does not see can neither be replaced nor deleted, and nobody labels what they would not see themselves.
  const taken = upload(tested, { '董事会.txt': '假的。' }, {}, clerk);
  await expect(taken).rejects.toThrow(/is taken in this collection/);
  await expect(callAs(tested, clerk, 'delete', { document: '董事会.txt' })).rejects.toThrow(/There is no document/);
  const labelled = upload(tested, { '新.txt': '新的。' }, { visible_to: 'board' }, clerk);
  await expect(labelled).rejects.toThrow(/could not see these documents yourself/);
  await callAs(tested, guest, 'delete_collection', { collection: 'default' });
  expect(await names(board)).toEqual(['内部.txt', '董事会.txt']);
  expect(tested.hiddenErrors).toEqual([]);
});
