// `modeshift index` over code, pages, repositories and folders that change, as a person runs it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from './run-cli.ts';

let scratch: string;
let store: string;
beforeEach(() => {
  vi.stubEnv('HF_HUB_CACHE', path.join(tmpdir(), 'no-such-hub'));
  vi.stubEnv('OPENAI_API_KEY', '');
  scratch = mkdtempSync(path.join(tmpdir(), 'modeshift-index-'));
  store = path.join(scratch, 'knowledge.db');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true, force: true });
});

function start(...args: string[]) {
  const text = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof text) => ({
    write: (piece: string) => {
      text[name] += piece;
    },
  });
  return { text, code: runCli(args, { stdout: sink('stdout'), stderr: sink('stderr') }) };
}
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { text, code } = start(...args, '--store', store);
  return { code: await code, ...text };
}
const put = (name: string, text: string): string => {
  const file = path.join(scratch, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

describe('modeshift index', () => {
  it('cuts code by its syntax, and says which files it left out', async () => {
    const methods = ['加', '减', 'times'].map(
      name =>
        `  ${name}(other: number): number {\n${`    log('${name} is computed now');\n`.repeat(40)}    return other;\n  }\n`,
    );
    put('code/sum.ts', `export class Sum {\n${methods.join('\n')}}\n`);
    put('code/old.doc', 'x');
    put('code/picture.png', 'x');
    const { code, stderr } = await run('index', path.join(scratch, 'code'));
    expect([code, stderr]).toEqual([0, expect.stringContaining('kinds that cannot be read: 2 (1 .doc, 1 .png).')]);
    const found = await run('search', '减 computed', '-k', '1', '--json');
    expect(JSON.parse(found.stdout).hits[0].headings).toEqual(['Sum', '减']);
    rmSync(path.join(scratch, 'code/sum.ts'));
    const none = await run('index', path.join(scratch, 'code'));
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/no file that can be read in .*: 2 \(1 \.doc/)]);
  });

  it('follows folders until it is stopped', async () => {
    put('docs/a.md', '# 甲\n\n七天内可以退款。');
    const { text, code } = start('index', path.join(scratch, 'docs'), '--store', store, '--watch', '--json');
    const reports = () =>
      text.stdout
        .trim()
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line));
    await vi.waitFor(() => expect(reports()).toMatchObject([{ added: 1 }]), { timeout: 60_000 });
    put('docs/乙.md', '# 乙\n\n运费由买家承担。');
    await vi.waitFor(() => expect(reports().at(-1)).toMatchObject({ added: 1 }), { timeout: 60_000 });
    rmSync(path.join(scratch, 'docs/a.md'));
    await vi.waitFor(() => expect(reports().at(-1)).toMatchObject({ deleted: 1 }), { timeout: 60_000 });
    process.emit('SIGINT');
    expect(await code).toBe(0);
    const { hits } = JSON.parse((await run('search', '退款 运费', '--json')).stdout);
    expect(hits.map((one: { source: string }) => path.basename(one.source))).toEqual(['乙.md']);
  }, 200_000);

  it('reads repositories at a commit, and goes on where one cannot be had', async () => {
    const folder = path.join(scratch, 'repository');
    put('repository/说明.md', '# 说明\n\n七天内可以退款。');
    const git = (...words: string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@b.c', ...words]);
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    put('repository/说明.md', '# 说明\n\n后来的话。');
    const places = [`git+${folder}#main`, `git+${folder}-none`];
    const { code, stdout, stderr } = await run('index', ...places);
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 added, 0 changed, 0 unchanged, 1 not read')]);
    expect(stderr).toContain(`There is no folder "${folder}-none"`);
    expect((await run('search', '退款 后来', '--quiet')).stdout).toMatch(
      /说明\.md:\d+ {2}说明 .*\n.*七天内可以退款。\n$/,
    );
    const pruned = await run('index', ...places, '--prune');
    expect([pruned.code, pruned.stderr]).toEqual([2, expect.stringContaining('There is no folder')]);
  });

  it.each([
    [['index', '.', '--watch', '--prune'], 'neither --prune nor --dry-run'],
    [['index', 'https://example.com/a', '--watch'], '--watch follows folders'],
    [['index', 'package.json', '--watch'], '--watch follows folders'],
    [['index', 'https://example.com/a', '--ignore-robots', ' '], '--ignore-robots is empty'],
    [['index', 'git+ftp://example.com/a', '--prune'], 'only https: is'],
  ])('says in one line what is wrong: %j', async (args, words) => {
    const { stderr } = await run(...args);
    expect(stderr.trim().split('\n').at(-1)).toContain(words);
  });
});

describe('modeshift index of pages', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer(({ url }, answer) => {
      answer.setHeader('content-type', 'text/plain; charset=utf-8');
      answer.end(url === '/robots.txt' ? 'User-agent: *\nDisallow: /staff' : `${url}：七天内可以退款。`);
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => {
    server.close();
  });

  it('keeps to public addresses and to robots.txt unless told otherwise', async () => {
    const { port } = server.address() as AddressInfo;
    const urls = ['/a', '/staff'].map(one => `http://127.0.0.1:${port}${one}`);
    const closed = await run('index', ...urls);
    expect([closed.code, closed.stderr]).toEqual([1, expect.stringContaining('(--private-addresses) if it may be')]);
    const asked = await run('index', ...urls, '--private-addresses');
    expect([asked.code, asked.stdout]).toEqual([
      0,
      expect.stringContaining('1 added, 0 changed, 0 unchanged, 1 not read'),
    ]);
    expect(asked.stderr).toContain('forbids it. Give "ignoreRobots" (--ignore-robots) the reason');
    const all = await run('index', ...urls, '--private-addresses', '--ignore-robots', 'our own site');
    expect(all.stdout).toContain('1 added, 0 changed, 1 unchanged,');
  });
});
