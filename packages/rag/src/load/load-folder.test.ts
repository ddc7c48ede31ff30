// Folders and git repositories: which files, in which version, and nothing that runs.
import { execFileSync, spawn } from 'node:child_process';
import {
  accessSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListOptions, listFiles } from './list-files.ts';
import { type GitOptions, loadGit } from './load-git.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'modeshift-folder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, content = name): void => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
};

const tree = [
  '指南/退款.md',
  '指南/草稿/a.md',
  'src/a.ts',
  'src/b.py',
  'src/c.bin',
  'node_modules/x/index.js',
  '.hidden/a.md',
];
beforeAll(() => {
  for (const name of tree) put(`work/${name}`);
  put('work/.gitignore', '草稿/\n*.py\n');
  put('work/src/.gitignore', '!b.py\n');
});

const list = async (options: ListOptions = {}, where = 'work'): Promise<string[]> => {
  const found: string[] = [];
  for await (const one of listFiles(path.join(folder, where), options))
    found.push(path.relative(path.join(folder, where), one));
  return found;
};

describe('listFiles', () => {
  it('takes what can be read, as .gitignore and patterns say', async () => {
    expect(await list()).toEqual(['src/a.ts', 'src/b.py', '指南/退款.md']);
    expect(await list({ gitignore: false })).toEqual(['src/a.ts', 'src/b.py', '指南/草稿/a.md', '指南/退款.md']);
    expect(await list({ include: ['*.md', '*.bin', '!退款.md'], gitignore: false })).toEqual([
      'src/c.bin',
      '指南/草稿/a.md',
    ]);
    expect(await list({ include: ['/src/**'], exclude: ['*.ts'] })).toEqual(
      ['src/.gitignore', 'src/b.py', 'src/c.bin'].slice(1),
    );
    expect(await list({ hidden: true, exclude: ['src/'] })).toEqual([
      '.hidden/a.md',
      'node_modules/x/index.js',
      '指南/退款.md',
    ]);
  });

  it('tells of files whose kind cannot be read, and of no others', async () => {
    const told: string[] = [];
    const onUnknownKind = (one: string) => told.push(path.relative(path.join(folder, 'work'), one));
    await list({ onUnknownKind });
    await list({ onUnknownKind, exclude: ['*.bin'] });
    await list({ onUnknownKind, include: ['*.md'] });
    expect(told).toEqual(['src/c.bin']);
  });

  it('honours the rules above the folder, within its repository', async () => {
    expect(await list({}, 'work/指南/草稿')).toEqual(['a.md']);
    mkdirSync(path.join(folder, 'work/.git'));
    expect(await list({}, 'work/指南')).toEqual(['退款.md']);
    expect(await list({}, 'work/指南/草稿'), 'asked for by name').toEqual(['a.md']);
    rmSync(path.join(folder, 'work/.git'), { recursive: true });
  });

  it('goes on where a folder goes while it is read', async () => {
    for (const name of ['a.md', 'b/c.md', 'd.md']) put(`going/${name}`);
    const found: string[] = [];
    for await (const one of listFiles(path.join(folder, 'going'))) {
      found.push(path.basename(one));
      rmSync(path.join(folder, 'going/b'), { recursive: true, force: true });
    }
    expect(found).toEqual(['a.md', 'd.md']);
    put('odd/.git/HEAD');
    put('odd/.gitignore/x');
    put('odd/docs/a.md');
    expect(await list({}, 'odd/docs'), 'a folder called .gitignore').toEqual(['a.md']);
  });

  it.skipIf(process.platform === 'win32')('tells of a folder that cannot be read, and lists the others', async () => {
    put('deep/a.md');
    put('deep/z.md');
    // Nobody, whatever his rights, can open a path that is too long: two long ones, one moved to the end of the other.
    const long = path.join(...Array.from({ length: 9 }, () => 'x'.repeat(250)));
    const [outer, inner] = [path.join(folder, 'deep', long), path.join(folder, 'inner')];
    mkdirSync(outer, { recursive: true });
    mkdirSync(path.join(inner, long), { recursive: true });
    renameSync(inner, path.join(outer, 'inner'));
    try {
      await expect(list({}, 'deep')).rejects.toMatchObject({ reason: { tag: 'storage', code: 'ENAMETOOLONG' } });
      const told: [string, string][] = [];
      const onUnreadable: ListOptions['onUnreadable'] = (where, error) =>
        told.push([where.slice(0, 2), error.reason.tag]);
      expect(await list({ onUnreadable }, 'deep')).toEqual(['a.md', 'z.md']);
      expect(told).toEqual([['xx', 'storage']]);
    } finally {
      renameSync(path.join(outer, 'inner'), inner);
    }
  });

  it('follows no links, and says which folder is not there', async () => {
    put('links/a.md');
    symlinkSync('..', path.join(folder, 'links/up'));
    symlinkSync('/etc/hostname', path.join(folder, 'links/b.txt'));
    expect(await list({}, 'links')).toEqual(['a.md']);
    await expect(list({}, 'nowhere')).rejects.toMatchObject({ reason: { tag: 'storage', code: 'ENOENT' } });
  });
});

const hasGit = (() => {
  try {
    execFileSync('git', ['--version']);
    return true;
  } catch {
    console.log('Skipped: repositories, since there is no git command.');
    return false;
  }
})();

describe('loadGit', () => {
  const repository = path.join(folder, 'repository');
  const git = (...words: string[]): string =>
    execFileSync('git', [
      '-C',
      repository,
      '-c',
      'user.name=李',
      '-c',
      'user.email=a@example.com',
      ...words,
    ]).toString();
  const load = async (options: GitOptions = {}, where = repository): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for await (const one of loadGit(where, options))
      found[path.relative(where, one.id)] = 'error' in one ? one.error.reason.tag : one.text;
    return found;
  };

  it.runIf(hasGit)('reads tracked files at a commit, and nothing that is not', async () => {
    put('repository/说明.md', '# 一');
    put('repository/src/a.ts', 'export {};');
    git('init', '-q', '-b', 'main');
    symlinkSync('/etc/hostname', path.join(repository, 'link.txt'));
    git('add', '.');
    git('commit', '-q', '-m', '一');
    const first = git('rev-parse', 'HEAD').trim();
    put('repository/说明.md', '# 二');
    put('repository/坏.pdf', 'broken');
    git('add', '.');
    git('commit', '-q', '-m', '二');
    put('repository/later.md', '没有提交');
    put('repository/说明.md', '# 没有提交');
    expect(await load()).toEqual({ '说明.md': '# 二', 'src/a.ts': 'export {};', '坏.pdf': 'invalid-input' });
    expect(await load({ ref: first })).toEqual({ '说明.md': '# 一', 'src/a.ts': 'export {};' });
    expect(await load({ include: ['*.md'] })).toEqual({ '说明.md': '# 二' });
    expect(await load({ exclude: ['src/'], maxBytes: 4 })).toEqual({
      '说明.md': 'invalid-input',
      '坏.pdf': 'invalid-input',
    });
  });

  it.runIf(hasGit)('names the blob, so that a commit elsewhere changes nothing', async () => {
    for await (const one of loadGit(repository, { include: ['*.ts'] }))
      expect('metadata' in one && one.metadata).toEqual({
        path: 'src/a.ts',
        blob: git('rev-parse', 'HEAD:src/a.ts').trim(),
      });
  });

  it.runIf(hasGit)('runs nothing that a repository brings', async () => {
    git('config', 'core.fsmonitor', `touch ${path.join(folder, 'ran')}`);
    git('config', 'uploadpack.packObjectsHook', `touch ${path.join(folder, 'ran')}`);
    await load();
    expect(await list({ include: ['/ran'] }, '.')).toEqual([]);
  });

  it.runIf(hasGit)('refuses what is no repository, no revision or not allowed', async () => {
    put('plain/a.md');
    const cases = [
      [path.join(folder, 'plain'), {}, 'not-found'],
      [repository, { ref: 'nothing' }, 'not-found'],
      [repository, { ref: '--output=/tmp/x' }, 'invalid-input'],
      ['https://example.com/a.git', {}, 'invalid-input'],
      ['https://example.com/a.git', { allow: ['other.example'] }, 'refused'],
      ['ext::sh -c touch% x', { allow: ['a'] }, 'refused'],
      ['file:///etc', { allow: ['a'] }, 'refused'],
      ['git@example.com:a.git', { allow: ['example.com'] }, 'refused'],
      [path.join(folder, 'nowhere'), {}, 'not-found'],
    ] as const;
    for (const [where, options, tag] of cases)
      await expect(load(options, where), where).rejects.toMatchObject({ reason: { tag } });
  });
  it.runIf(hasGit)('says that there is no git command', async () => {
    const { PATH } = process.env;
    process.env.PATH = folder;
    try {
      await expect(load()).rejects.toMatchObject({ reason: { tag: 'unsupported', feature: 'git' } });
    } finally {
      process.env.PATH = PATH;
    }
  });

  it.runIf(hasGit)('stops when cancelled', async () => {
    const stop = new AbortController();
    const sources = loadGit(repository, { signal: stop.signal });
    await sources.next();
    stop.abort();
    await expect(sources.next()).rejects.toMatchObject({ reason: { tag: 'aborted' } });
  });

  it.runIf(hasGit)('fetches from an allowed server, only the commit that is asked for', async () => {
    const certificate = path.join(folder, 'certificate.pem');
    const key = path.join(folder, 'key.pem');
    const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const backend = path.join(execFileSync('git', ['--exec-path']).toString().trim(), 'git-http-backend');
    try {
      execFileSync('openssl', [...words, ...names, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
      accessSync(backend);
    } catch {
      return void console.log('Skipped: a git server, since openssl or git-http-backend is missing.');
    }
    const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, answer) => {
      const [pathInfo, query = ''] = request.url!.split('?');
      const env = {
        ...{ GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: pathInfo, QUERY_STRING: query },
        ...{ REQUEST_METHOD: request.method, CONTENT_TYPE: request.headers['content-type'] ?? '' },
        ...{ HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '', PATH: process.env.PATH },
        ...{ GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined },
      };
      const child = spawn(backend, { env });
      request.pipe(child.stdin);
      void child.stdout.toArray().then(parts => {
        const all = Buffer.concat(parts as Buffer[]);
        const end = all.indexOf('\r\n\r\n');
        for (const line of all.subarray(0, end).toString().split('\r\n')) {
          const [name = '', value = ''] = line.split(': ');
          if (name === 'Status') answer.statusCode = Number.parseInt(value, 10);
          else answer.setHeader(name, value);
        }
        answer.end(all.subarray(end + 4));
      });
    });
    await new Promise<void>(done => server.listen(0, 'localhost', done));
    process.env.GIT_SSL_CAINFO = certificate;
    try {
      const url = `https://localhost:${(server.address() as AddressInfo).port}/repository/.git`;
      const found: string[] = [];
      for await (const one of loadGit(url, { allow: ['localhost'], ref: 'main', include: ['*.md'] }))
        found.push(one.id, 'text' in one ? one.text : one.error.message);
      expect(found).toEqual([`${url}/说明.md`, '# 二']);
      await expect(loadGit(url, { allow: ['localhost'], ref: 'nothing' }).next()).rejects.toMatchObject({
        reason: { tag: 'refused' },
      });
    } finally {
      delete process.env.GIT_SSL_CAINFO;
      server.close();
    }
  });
});
