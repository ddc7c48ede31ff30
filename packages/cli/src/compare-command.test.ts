import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel } from '@modeshift/compare';
import type { Report } from '@modeshift/eval';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from './run-cli.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'modeshift-cli-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function cli(...args: string[]): Promise<Run> {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await runCli(args, { stdout: sink('stdout'), stderr: sink('stderr') });
  return { code, ...written };
}

/** Messages about two topics, English and Chinese, `count` of each. */
function writeMessages(name: string, count: number): string {
  const topics = {
    refund: ['refund please', '我要退款', 'money back now'],
    parcel: ['parcel is late', '快递还没到', 'where is my box'],
  };
  const rows = Object.entries(topics).flatMap(([topic, texts]) =>
    Array.from(
      { length: count },
      (_, i) => `"${texts[i % texts.length]} ${String.fromCodePoint(97 + (i % 26))}${i}",${topic}`,
    ),
  );
  const file = join(dir, name);
  writeFileSync(file, `text,topic\n${rows.join('\n')}\n`);
  return file;
}

const readReport = (file: string): Report => JSON.parse(readFileSync(file, 'utf8')) as Report;
const columns = ['--input', 'text', '--label', 'topic'] as const;

describe('compare', () => {
  it('runs what needs no model, prints the table and writes both reports', async () => {
    const file = writeMessages('messages.csv', 20);
    const out = join(dir, 'out');
    const { code, stdout, stderr } = await cli('compare', file, ...columns, '--out', out);
    expect(stderr).not.toContain('modeshift:');
    expect(code).toBe(0);
    const report = readReport(join(out, 'report.json'));
    expect(report.task.name).toBe('messages');
    expect(report.data).toMatchObject({ train: 32, test: 8, labels: ['parcel', 'refund'] });
    expect(report.modes.map(mode => [mode.name, mode.status])).toEqual([
      ['majority', 'ok'],
      ['nearest', 'ok'],
      ['scratch', 'ok'],
    ]);
    expect(report.modes[1]!.metrics.accuracy).toBe(1);
    expect(report.modes[0]!.metrics.accuracy).toBe(0.5);
    for (const name of ['majority', 'nearest', 'scratch', join(out, 'report.html')]) expect(stdout).toContain(name);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('gives the same figures for the same seed, and others for another', async () => {
    const file = writeMessages('m.csv', 30);
    const figures = async (seed: string) => {
      const { code, stdout } = await cli(
        'compare',
        file,
        ...columns,
        '--modes',
        'majority,nearest,scratch',
        '--quiet',
        '--json',
        '-',
        '--out',
        dir,
        '--seed',
        seed,
        '--per-label',
        '5',
      );
      expect(code).toBe(0);
      const { modes, data } = JSON.parse(stdout) as Report;
      return { metrics: modes.map(mode => mode.metrics), data };
    };
    expect(await figures('3')).toEqual(await figures('3'));
  });

  it('with --quiet writes the reports and prints nothing', async () => {
    const json = join(dir, 'deep', 'r.json');
    const { code, stdout, stderr } = await cli(
      'compare',
      writeMessages('m.csv', 10),
      ...columns,
      '--modes',
      'majority',
      '--quiet',
      '--json',
      json,
      '--html',
      join(dir, 'r.html'),
    );
    expect([code, stdout, stderr]).toEqual([0, '', '']);
    expect(readReport(json).modes).toHaveLength(1);
    expect(existsSync(join(dir, 'r.html'))).toBe(true);
  });

  it('takes test examples from a file of their own and drops leaks unless told to keep them', async () => {
    const train = writeMessages('train.csv', 12);
    const test = join(dir, 'test.csv');
    writeFileSync(test, 'text,topic\nrefund please a0,refund\n快递到哪了,parcel\n');
    const run = async (...more: string[]) => {
      const { stdout } = await cli(
        'compare',
        train,
        ...columns,
        '--test',
        test,
        '--modes',
        'majority',
        '--quiet',
        '--json',
        '-',
        '--out',
        dir,
        ...more,
      );
      return JSON.parse(stdout) as Report;
    };
    const dropped = await run();
    expect(dropped.data).toMatchObject({ train: 23, test: 2 });
    expect(dropped.data.notes.join()).toContain('--keep-leaks');
    expect((await run('--keep-leaks')).data.train).toBe(24);
    expect((await run('--lang', 'zh')).data.notes.join()).toMatch(/\p{Script=Han}/u);
  });

  it('names a report after the folder where the file name says nothing', async () => {
    mkdirSync(join(dir, 'support'));
    const file = writeMessages(join('support', 'train.csv'), 5);
    const { stdout } = await cli(
      'compare',
      file,
      ...columns,
      '--modes',
      'majority',
      '--quiet',
      '--json',
      '-',
      '--out',
      dir,
    );
    expect((JSON.parse(stdout) as Report).task.name).toBe('support');
  });

  it('runs modes of the user from a file', async () => {
    const mode = join(dir, 'mine.ts');
    const solution =
      "{ footprint: { trainedParameters: 0, totalParameters: 0, bytes: 0, trainMs: 0, trainUsd: 0 }, predict: async () => ({ output: 'refund' }), save: async () => {} }";
    writeFileSync(
      mode,
      `export const modes = [{ name: 'mine', kind: 'baseline', summary: '', needs: 'none', create: () => ({ name: 'mine', kind: 'baseline', solve: async () => (${solution}) }) }];`,
    );
    const { code, stdout } = await cli(
      'compare',
      writeMessages('m.csv', 10),
      ...columns,
      '--use',
      mode,
      '--modes',
      'mine',
      '--quiet',
      '--json',
      '-',
      '--out',
      dir,
    );
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Report).modes[0]).toMatchObject({ name: 'mine', metrics: { accuracy: 0.5 } });
  });
});

describe('wrong input ends with 2 and one line that says what to do', () => {
  const cases: [string, (file: string) => string[], RegExp][] = [
    ['no file', () => ['compare'], /Give a file/],
    ['no columns', file => ['compare', file], /add --input COLUMN and --label COLUMN/],
    ['a missing file', () => ['compare', join(dir, 'none.csv'), ...columns], /There is no file/],
    [
      'a wrong column',
      file => ['compare', file, '--input', 'txt', '--label', 'topic'],
      /no column "txt".*text, topic.*--input text/,
    ],
    [
      'an unknown mode',
      file => ['compare', file, ...columns, '--modes', 'magic'],
      /no mode "magic".*majority, nearest, retrieved, rag, prompted, verbalized, few-shot, soft-prompt, scratch, head, lora, full/,
    ],
    [
      'a mode that needs a model',
      file => ['compare', file, ...columns, '--modes', 'prompted'],
      /needs a model. Add --model/,
    ],
    ['a model without a provider', file => ['compare', file, ...columns, '--model', 'gpt'], /provider:id/],
    ['an unknown provider', file => ['compare', file, ...columns, '--model', 'nobody:x'], /no provider "nobody"/],
    ['no key', file => ['compare', file, ...columns, '--model', 'openai:gpt-5.4-mini'], /OPENAI_API_KEY/],
    ['an unknown option', file => ['compare', file, '--what'], /unknown option '--what'/],
    ['a wrong number', file => ['compare', file, ...columns, '--limit', '0'], /--limit.*at least 1/],
    ['a wrong share', file => ['compare', file, ...columns, '--split', '1'], /between 0 and 1/],
    ['a wrong seed', file => ['compare', file, ...columns, '--seed', 'x'], /whole number/],
    ['an unknown command', () => ['comapre'], /comapre/],
    ['a missing module', file => ['compare', file, ...columns, '--use', './none.ts'], /no such file or package/],
    [
      'a place that cannot be written',
      file => ['compare', file, ...columns, '--out', join(file, 'x')],
      /cannot be written.*--out/,
    ],
  ];

  it.each(cases)('%s', async (_, args, message) => {
    vi.stubEnv('OPENAI_API_KEY', undefined);
    vi.stubEnv('OPENAI_BASE_URL', undefined);
    const { code, stdout, stderr } = await cli(...args(writeMessages('m.csv', 6)));
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('single-label and empty files', async () => {
    const one = join(dir, 'one.csv');
    writeFileSync(one, 'text,topic\na,x\nb,x\nc,x\n');
    expect(await cli('compare', one, ...columns)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing to classify'),
    });
    writeFileSync(one, '');
    expect((await cli('compare', one, ...columns)).code).toBe(2);
    writeFileSync(one, 'text,topic\n');
    expect((await cli('compare', one, ...columns)).code).toBe(2);
  });
});

describe('a model over the wire', () => {
  it('is compared with the others, with its cost; a wrong key fails its rows and not the comparison', async () => {
    const bodies: { messages: { role: string; content: string }[] }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', part => {
        body += part;
      });
      request.on('end', () => {
        response.setHeader('content-type', 'application/json');
        if (request.headers.authorization === 'Bearer wrong') {
          response.statusCode = 401;
          response.end(
            JSON.stringify({ error: { message: 'Incorrect API key provided: wrong', code: 'invalid_api_key' } }),
          );
          return;
        }
        const call = JSON.parse(body) as (typeof bodies)[number];
        bodies.push(call);
        const text = call.messages.findLast(
          message => message.role === 'user' && message.content.includes('<text'),
        )!.content;
        const content = /refund|退款|money/.test(text)
          ? 'refund'
          : /box/.test(text)
            ? 'I think it is a parcel question'
            : 'parcel';
        response.end(
          JSON.stringify({
            id: 'c',
            object: 'chat.completion',
            created: 1,
            model: 'm',
            choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
            usage: { prompt_tokens: 100, completion_tokens: 1, total_tokens: 101 },
          }),
        );
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    try {
      vi.stubEnv('OPENAI_BASE_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
      vi.stubEnv('OPENAI_API_KEY', 'right');
      const args = [
        'compare',
        writeMessages('m.csv', 45),
        ...columns,
        '--modes',
        'majority,prompted,few-shot',
        '--model',
        'openai:m',
        '--price',
        '1,2',
        '--quiet',
        '--json',
        '-',
        '--out',
        dir,
      ];
      const { code, stdout, stderr } = await cli(...args);
      expect([code, stderr]).toEqual([0, '']);
      const report = JSON.parse(stdout) as Report;
      const prompted = report.modes.find(mode => mode.name === 'prompted')!;
      expect(prompted.status).toBe('ok');
      expect(prompted.costPer1000).toBeCloseTo((100 * 1 + 1 * 2) / 1000, 9);
      expect(prompted.invalid).toBeGreaterThan(0);
      expect(prompted.metrics.accuracy! + prompted.invalid / prompted.measured).toBeCloseTo(1, 9);
      expect(bodies.some(body => body.messages.length > 4)).toBe(true);

      vi.stubEnv('OPENAI_API_KEY', 'wrong');
      const failed = await cli(...args);
      expect(failed.code).toBe(0);
      const rows = (JSON.parse(failed.stdout) as Report).modes;
      expect(rows.map(row => row.status)).toEqual(['ok', 'failed', 'failed']);
      expect(rows[1]!.error).toMatchObject({ tag: 'authentication' });
      expect(failed.stdout + failed.stderr).not.toContain('Bearer');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('--device', () => {
  const folder = join(import.meta.dirname, '..', '..', 'providers', 'local', 'fixtures', 'qwen3');

  it('is where a model on this machine computes', async () => {
    const file = writeMessages('m.csv', 10);
    const args = ['compare', file, ...columns, '--modes', 'verbalized', '--model', folder, '--limit', '2'];
    const { code, stdout } = await cli(
      ...args,
      '--device',
      'cpu',
      '--quiet',
      '--json',
      '-',
      '--html',
      join(dir, 'r.html'),
    );
    expect([code, (JSON.parse(stdout) as Report).modes.map(row => row.status)]).toEqual([0, ['ok']]);
    await expect(loadModel(`local:${folder}`, undefined, 'tpu')).rejects.toThrow('cpu or webgpu');
  });

  it.each([
    [['--model', 'openai:gpt'], 'openai:gpt does not compute on this machine, so it takes no device'],
    [[], '--device is for a model on this machine'],
    [['--model', folder, '--device', 'tpu'], 'cpu, webgpu'],
  ])('with %j is wrong input', async (more, words) => {
    const { code, stderr } = await cli(
      'compare',
      writeMessages('m.csv', 10),
      ...columns,
      '--device',
      'webgpu',
      ...more,
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('Ctrl-C', () => {
  it('keeps what is finished, reports it and ends with 130', async () => {
    const file = writeMessages('m.csv', 400);
    const mode = join(dir, 'slow.ts');
    const solution =
      "{ footprint: { trainedParameters: 0, totalParameters: 0, bytes: 0, trainMs: 0, trainUsd: 0 }, predict: () => new Promise(resolve => setTimeout(() => resolve({ output: 'refund' }), 50)), save: async () => {} }";
    writeFileSync(
      mode,
      `export const modes = [{ name: 'slow', kind: 'baseline', summary: '', needs: 'none', create: () => ({ name: 'slow', kind: 'baseline', solve: async () => (${solution}) }) }];`,
    );
    const out = join(dir, 'out');
    const args = [
      '--conditions=modeshift-source',
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'main.ts'),
      'compare',
      file,
      ...columns,
      '--use',
      mode,
      '--modes',
      'majority,slow,nearest',
      '--out',
      out,
    ];
    const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    const ended = new Promise<number | null>(resolve => child.on('exit', resolve));
    child.stderr!.on('data', chunk => {
      stderr += chunk;
      if (stderr.includes('slow: predicting') && !stderr.includes('Stopping')) child.kill('SIGINT');
    });
    expect(await ended, stderr).toBe(130);
    const report = readReport(join(out, 'report.json'));
    expect(report.cancelled).toBe(true);
    expect(report.modes.map(row => row.status)).toEqual(['ok', 'partial', 'cancelled']);
    expect(report.modes[0]!.metrics.accuracy).toBe(0.5);
    expect(existsSync(join(out, 'report.html'))).toBe(true);
  });
});
