// Downloads from a server of the test's own that speaks the hub's paths: ranges, broken lines, wrong bytes, refusals.
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { afterEach, describe, expect, it } from 'vitest';
import { resolveCheckpoint } from './resolve-checkpoint.ts';
import type { DownloadProgress } from './resolve-checkpoint-options.ts';

const commit = 'a'.repeat(40);
const weights = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
const content: Record<string, Buffer> = {
  'config.json': Buffer.from('{"model_type":"llama"}'),
  'tokenizer.json': Buffer.from('{"说":"你好"}'),
  '1_Pooling/config.json': Buffer.from('{}'),
  'model.safetensors': weights,
  'consolidated.safetensors': Buffer.from('the same again'),
  'pytorch_model.bin': Buffer.from('old'),
  'README.md': Buffer.from('# Card'),
  'empty.txt': Buffer.alloc(0),
};
const sha = (kind: string, ...parts: (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash(kind)).digest('hex');

type Handler = (request: IncomingMessage, response: ServerResponse, name: string, nth: number) => boolean | undefined;

interface Hub {
  readonly endpoint: string;
  readonly cacheDir: string;
  /** What was asked for: `GET path range`. */
  readonly asked: string[];
  readonly tokens: (string | undefined)[];
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A hub with one model; `handle` may answer a request itself. */
async function hub(handle: Handler = () => false, files = content): Promise<Hub> {
  const asked: string[] = [];
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const url = decodeURIComponent(request.url!);
    const range = request.headers.range;
    const name = url.startsWith('/api/') ? 'api' : url.replace(`/acme/tiny/resolve/${commit}/`, '');
    asked.push(range === undefined ? name : `${name} ${range}`);
    tokens.push(request.headers.authorization);
    if (handle(request, response, name, asked.filter(one => one.split(' ')[0] === name).length)) return;
    if (url === '/api/models/acme/tiny/revision/main?blobs=true' || url.includes(`/revision/${commit}?`)) {
      const siblings = Object.entries(files).map(([rfilename, bytes]) => ({
        rfilename,
        size: bytes.length,
        blobId: sha('sha1', `blob ${bytes.length}\0`, bytes),
        ...(rfilename.endsWith('.safetensors') && { lfs: { sha256: sha('sha256', bytes), size: bytes.length } }),
      }));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ sha: commit, tags: ['license:apache-2.0'], siblings }));
      return;
    }
    const bytes = files[name];
    if (bytes === undefined) {
      response.writeHead(404, { 'x-error-code': 'RepoNotFound' }).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (range !== undefined) {
      response.writeHead(206, { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
    }
    response.end(bytes.subarray(from));
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cacheDir = await mkdtemp(path.join(tmpdir(), 'hub-'));
  return { endpoint: `http://127.0.0.1:${port}`, cacheDir, asked, tokens };
}

const options = ({ endpoint, cacheDir }: Hub) => ({ endpoint, cacheDir, offline: false, token: 'hf_secret' });
const model = 'acme/tiny';
const repository = ({ cacheDir }: Hub): string => path.join(cacheDir, 'models--acme--tiny');

/** Sends some bytes of a file and breaks the line. */
function cut(response: ServerResponse, bytes: Buffer, from: number, to: number): true {
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': bytes.length - from,
    ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  response.write(bytes.subarray(from, to), () => setTimeout(() => response.destroy(), 20));
  return true;
}

describe('a folder', () => {
  it('is used as it is', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), '模型-'));
    expect(await resolveCheckpoint(directory)).toEqual({ directory, commit: undefined });
  });

  it('that is none is told from a name', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'hub-'));
    await expect(resolveCheckpoint(path.join(directory, 'no'))).rejects.toMatchObject({ reason: { tag: 'not-found' } });
    for (const name of ['../up', 'a/b/c', 'a--b', '', 'a b', './x']) {
      await expect(resolveCheckpoint(name)).rejects.toThrow(/There is no folder/);
    }
    await writeFile(path.join(directory, 'model.gguf'), '');
    await expect(resolveCheckpoint(path.join(directory, 'model.gguf'))).rejects.toThrow(/is a file/);
    await expect(resolveCheckpoint(model, { revision: '../x' })).rejects.toThrow(/no revision/);
    await expect(resolveCheckpoint(model, { endpoint: 'ftp://x' })).rejects.toThrow(/HF_ENDPOINT/);
    await expect(resolveCheckpoint(model, { endpoint: 'https://me:pw@x' })).rejects.toThrow(/without user name/);
  });
});

describe('a download', () => {
  it('takes what is needed into the layout that Python shares, and asks no more for a commit', async () => {
    const here = await hub();
    const told: DownloadProgress[] = [];
    const result = await resolveCheckpoint(model, { ...options(here), onProgress: progress => told.push(progress) });
    expect(result).toEqual({ directory: path.join(repository(here), 'snapshots', commit), commit });
    const names = ['1_Pooling/config.json', 'config.json', 'model.safetensors', 'tokenizer.json'];
    for (const name of names) expect(readFileSync(path.join(result.directory, name))).toEqual(content[name]);
    expect(readdirSync(result.directory).sort()).toEqual([
      '1_Pooling',
      'config.json',
      'model.safetensors',
      'tokenizer.json',
    ]);
    const blob = path.join(repository(here), 'blobs', sha('sha256', weights));
    expect(lstatSync(path.join(result.directory, 'model.safetensors')).isSymbolicLink()).toBe(true);
    expect(realpathSync(path.join(result.directory, 'model.safetensors'))).toBe(realpathSync(blob));
    expect(readFileSync(path.join(repository(here), 'refs', 'main'), 'utf8')).toBe(commit);
    expect(readdirSync(path.join(repository(here), 'blobs'))).toHaveLength(4);
    const total = names.reduce((sum, name) => sum + content[name]!.length, 0);
    expect(told[0]).toMatchObject({ phase: 'plan', license: 'apache-2.0', files: 4, bytes: 0, totalBytes: total });
    expect(told.at(-1)).toMatchObject({ phase: 'done', bytes: total, secondsLeft: 0 });
    expect(new Set(here.tokens)).toEqual(new Set(['Bearer hf_secret']));

    here.asked.length = 0;
    await resolveCheckpoint(model, options(here));
    expect(here.asked).toEqual(['api']);
    await resolveCheckpoint(model, { ...options(here), revision: commit });
    await resolveCheckpoint(model, { ...options(here), offline: true });
    expect(here.asked).toEqual(['api']);
  });

  it('of named files takes those, and says which there are', async () => {
    const here = await hub();
    const { directory } = await resolveCheckpoint(model, { ...options(here), files: ['*.md', 'empty.txt'] });
    expect(readdirSync(directory).sort()).toEqual(['README.md', 'empty.txt']);
    await expect(resolveCheckpoint(model, { ...options(here), files: ['x.json'] })).rejects.toThrow(
      /no file x.json.*README.md/,
    );
  });

  it('goes on after broken lines, with ranges, until the checksum is right', async () => {
    const ends = [60_000, 60_000, 120_000, 180_000, 180_001, 200_000, 240_000, 280_000];
    const here = await hub((request, response, name, nth) => {
      const end = ends[nth - 1];
      if (name !== 'model.safetensors' || end === undefined) return false;
      const from = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
      return cut(response, weights, from, Math.max(from, end));
    });
    const { directory } = await resolveCheckpoint(model, options(here));
    expect(readFileSync(path.join(directory, 'model.safetensors'))).toEqual(weights);
    const ranges = here.asked.filter(one => one.startsWith('model.safetensors'));
    expect(ranges.slice(0, 3)).toEqual([
      'model.safetensors',
      'model.safetensors bytes=60000-',
      'model.safetensors bytes=60000-',
    ]);
    expect(ranges.length).toBe(ends.length + 1);
  }, 60_000);

  it('goes on after it was cancelled, and cancels at once', async () => {
    const stop = new AbortController();
    const here = await hub((_, response, name, nth) => {
      if (name !== 'model.safetensors' || nth > 1) return false;
      response.writeHead(200, { 'content-length': weights.length });
      response.write(weights.subarray(0, 100_000), () => setTimeout(() => stop.abort(), 100));
      return true;
    });
    await expect(resolveCheckpoint(model, { ...options(here), signal: stop.signal })).rejects.toMatchObject({
      reason: { tag: 'aborted' },
    });
    expect(existsSync(path.join(repository(here), 'snapshots'))).toBe(false);
    expect(existsSync(path.join(here.cacheDir, '.locks', 'models--acme--tiny', 'modeshift.lock'))).toBe(false);
    const told: DownloadProgress[] = [];
    await resolveCheckpoint(model, { ...options(here), onProgress: progress => told.push(progress) });
    expect(here.asked.filter(one => one.startsWith('model'))).toEqual([
      'model.safetensors',
      'model.safetensors bytes=100000-',
    ]);
    expect(told.at(-1)!.bytes).toBe(told[0]!.totalBytes);
    await expect(resolveCheckpoint(model, { ...options(here), signal: AbortSignal.abort() })).rejects.toMatchObject({
      reason: { tag: 'aborted' },
    });
  });

  it('begins again with a server that knows no ranges', async () => {
    const here = await hub((_, response, name, nth) => {
      if (name !== 'model.safetensors') return false;
      if (nth === 1) return cut(response, weights, 0, 50_000);
      response.end(weights);
      return true;
    });
    const { directory } = await resolveCheckpoint(model, options(here));
    expect(readFileSync(path.join(directory, 'model.safetensors'))).toEqual(weights);
  });

  it('throws wrong bytes away: right the second time, or an error', async () => {
    for (const [name, bad] of [
      ['model.safetensors', Buffer.alloc(weights.length)],
      ['config.json', Buffer.from('{"model_type":"gpt_2"}')],
    ] as const) {
      const once = await hub((_, response, asked, nth) => {
        if (asked !== name || nth > 1) return false;
        response.end(bad);
        return true;
      });
      const { directory } = await resolveCheckpoint(model, options(once));
      expect(readFileSync(path.join(directory, name))).toEqual(content[name]);
      const always = await hub((_, response, asked) => {
        if (asked !== name) return false;
        response.end(bad);
        return true;
      });
      const failure = resolveCheckpoint(model, options(always));
      await expect(failure).rejects.toThrow(new RegExp(`${name}.*wrong checksum 2 times`));
      expect(existsSync(path.join(repository(always), 'snapshots'))).toBe(false);
    }
  });

  it('is done once by two at the same time', async () => {
    const here = await hub();
    const [a, b] = await Promise.all([
      resolveCheckpoint(model, options(here)),
      resolveCheckpoint(model, options(here)),
    ]);
    expect(a).toEqual(b);
    expect(here.asked.filter(one => one === 'model.safetensors')).toHaveLength(1);
  });

  it('takes over the lock of a process that died', async () => {
    const here = await hub();
    const lock = path.join(here.cacheDir, '.locks', 'models--acme--tiny', 'modeshift.lock');
    await mkdir(path.dirname(lock), { recursive: true });
    await writeFile(lock, '');
    const before = new Date(Date.now() - 60_000);
    await utimes(lock, before, before);
    await resolveCheckpoint(model, options(here));
    expect(existsSync(lock)).toBe(false);
  });
});

describe('a refusal', () => {
  const failing = async (status: number, headers: Record<string, string> = {}): Promise<unknown> => {
    const here = await hub((_, response) => {
      response.writeHead(status, headers).end('no');
      return true;
    });
    return resolveCheckpoint(model, options(here)).catch((error: unknown) => error);
  };

  it.each([
    [401, {}, 'authentication', /no folder here.*does not exist or is private.*HF_TOKEN/],
    [403, { 'x-error-code': 'GatedRepo' }, 'authentication', /accept them at .*\/acme\/tiny/],
    [404, { 'x-error-code': 'RepoNotFound' }, 'not-found', /has no model of that name/],
    [404, { 'x-error-code': 'RevisionNotFound' }, 'not-found', /no revision "main"/],
    [429, { 'retry-after': '3600' }, 'rate-limit', /too many requests/],
    [400, {}, 'refused', /answered 400.*by hand.*\*\.safetensors/],
    [503, { 'retry-after': '3600' }, 'server', /answered 503/],
  ] as const)('%i %o', async (status, headers, tag, message) => {
    const error = await failing(status, headers);
    expect(ModeshiftError.is(error, tag)).toBe(true);
    const { reason, message: said } = error as ModeshiftError;
    expect(reason).toMatchObject({ status });
    expect(said).toMatch(message);
    expect(JSON.stringify(error) + said + String((error as ModeshiftError).stack)).not.toContain('hf_secret');
  });

  it('that passes is waited for', async () => {
    const here = await hub((_, response, _name, nth) => {
      if (nth > 1) return false;
      response.writeHead(429, { 'retry-after': '0' }).end();
      return true;
    });
    await resolveCheckpoint(model, options(here));
    expect(here.asked.filter(one => one === 'api')).toHaveLength(2);
  });

  it('of the network says how to place files by hand, and falls back on the cache', async () => {
    const here = await hub();
    const closed = await hub();
    await new Promise(resolve => servers.pop()!.close(resolve));
    const nobody = { ...options(here), endpoint: closed.endpoint };
    await expect(resolveCheckpoint(model, nobody)).rejects.toThrow(
      /could not be reached.*To place the files by hand: download config.json/,
    );
    await expect(resolveCheckpoint(model, nobody)).rejects.toMatchObject({
      reason: { tag: 'network', code: 'ECONNREFUSED' },
    });
    await expect(resolveCheckpoint(model, { ...nobody, offline: true })).rejects.toThrow(
      /offline, HF_HUB_OFFLINE.*by hand/,
    );
    const fresh = await resolveCheckpoint(model, options(here));
    expect(await resolveCheckpoint(model, nobody)).toEqual(fresh);
    const busy = await hub((_, response) => {
      response.writeHead(503).end();
      return true;
    });
    expect(await resolveCheckpoint(model, { ...options(here), endpoint: busy.endpoint })).toEqual(fresh);
    expect(busy.asked).toEqual(['api']);
  });

  it('of nonsense or of files that leave their folder', async () => {
    const answer = (body: unknown): Promise<Hub> =>
      hub((_, response) => {
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
        return true;
      });
    for (const body of [
      '<html>',
      {},
      { sha: 'x', siblings: [] },
      { sha: commit, siblings: [{ rfilename: 'config.json' }] },
    ]) {
      await expect(resolveCheckpoint(model, options(await answer(body)))).rejects.toMatchObject({
        reason: { tag: 'invalid-response' },
      });
    }
    for (const rfilename of ['../../evil', '/etc/passwd', 'a/../../b', 'C:\\x', 'a//b', '']) {
      const body = { sha: commit, siblings: [{ rfilename, size: 1, blobId: commit }] };
      await expect(resolveCheckpoint(model, options(await answer(body)))).rejects.toThrow(/lies outside of it/);
    }
  });

  it('of weights that are no safetensors', async () => {
    const { 'model.safetensors': _, 'consolidated.safetensors': __, ...rest } = content;
    const here = await hub(undefined, rest);
    await expect(resolveCheckpoint(model, options(here))).rejects.toThrow(
      /no weights as safetensors, only e.g. pytorch_model.bin/,
    );
  });

  it('of the disk', async () => {
    const here = await hub();
    const blocked = path.join(here.cacheDir, 'file');
    await writeFile(blocked, '');
    await expect(resolveCheckpoint(model, { ...options(here), cacheDir: blocked })).rejects.toMatchObject({
      reason: { tag: 'storage' },
    });
    const huge = await hub((_, response, name) => {
      if (name !== 'api') return false;
      const siblings = [
        { rfilename: 'config.json', size: 2, blobId: commit },
        { rfilename: 'model.safetensors', size: 2 ** 52, lfs: { sha256: 'b'.repeat(64) } },
      ];
      response.end(JSON.stringify({ sha: commit, siblings }));
      return true;
    });
    await expect(resolveCheckpoint(model, options(huge))).rejects.toThrow(/no room for 4504 TB/);
    expect(huge.asked).toEqual(['api']);
  });
});
