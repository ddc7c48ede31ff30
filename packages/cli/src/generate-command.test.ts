import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateText } from '@modeshift/core';
import { local } from '@modeshift/local';
import { nanoDirectory } from '@modeshift/nano';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'providers', 'local', 'fixtures');
const scratch = mkdtempSync(join(tmpdir(), 'modeshift-generate-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof text) => ({
    write: (piece: string) => {
      text[name] += piece;
    },
  });
  const code = await runCli(args, { stdout: sink('stdout'), stderr: sink('stderr') });
  return { code, ...text };
}

describe('modeshift generate', () => {
  const llama = ['generate', '--model', join(fixtures, 'llama'), '--prompt', '你好', '--temperature', '0'];

  it('prints the answer as it comes, and its figures beside it', async () => {
    const { code, stdout, stderr } = await run(...llama, '--max-tokens', '12');
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(1);
    expect(stderr).toMatch(/12 tokens, the first after \d+ ms, then [\d.]+ a second, ended by the limit of tokens/);
    expect((await run(...llama, '--max-tokens', '12', '--quiet')).stdout).toBe(stdout);
  });

  it('prints JSON, keeps to a schema, and says so of tokens', async () => {
    const schema = join(scratch, 'schema.json');
    writeFileSync(
      schema,
      JSON.stringify({ type: 'object', properties: { 城市: { enum: ['成都', '上海'] } }, required: ['城市'] }),
    );
    const { code, stdout } = await run(...llama, '--schema', schema, '--json', '--max-tokens', '60', '--quiet');
    const report = JSON.parse(stdout) as {
      text: string;
      usage: { outputTokens: number };
      finishReason: string;
      usd: number;
    };
    expect([code, report.finishReason, report.usd]).toEqual([0, 'stop', 0]);
    expect(JSON.parse(report.text)).toMatchObject({ 城市: expect.stringMatching(/^(成都|上海)$/) });
    expect(report.usage.outputTokens).toBeGreaterThan(3);
  });

  it('holds weights in blocks of the size that is asked for, on the device that is asked for', async () => {
    const folder = join(fixtures, 'qwen3');
    const call = ['generate', '--model', folder, '--prompt', '你好', '--temperature', '0', '--max-tokens', '24'];
    const few = [...call, '--quiet', '--json', '--weights', 'int4', '--device', 'cpu'];
    const answer = async (...more: string[]) =>
      (JSON.parse((await run(...few, ...more)).stdout) as { text: string }).text;
    const model = local(folder, { weights: { bits: 4, blockSize: 128 } });
    const messages = [{ role: 'user', content: '你好' }] as const;
    const { text } = await generateText({ model, messages, temperature: 0, maxTokens: 24 });
    await model.dispose();
    expect(await answer('--block-size', '128')).toBe(text);
    expect(await answer('--block-size', '32')).not.toBe(text);
  });

  it('knows nano, which is in the package', async () => {
    const prompt = '12 + 30 = ?';
    const model = local(await nanoDirectory());
    const { text } = await generateText({ model, messages: [{ role: 'user', content: prompt }], temperature: 0 });
    await model.dispose();
    const { stdout } = await run('generate', '--model', 'nano', '--prompt', prompt, '--temperature', '0', '--quiet');
    expect(stdout.trimEnd()).toBe(text);
  });

  it('takes more threads than there are processors as all of them', async () => {
    const { code, stdout } = await run(...llama, '--max-tokens', '4', '--quiet', '--threads', '99999999');
    expect([code, stdout]).toEqual([0, (await run(...llama, '--max-tokens', '4', '--quiet')).stdout]);
  });

  it('continues the prompt of a base model, and says that it does', async () => {
    const gpt2 = [
      'generate',
      '--model',
      join(fixtures, 'gpt2'),
      '--prompt',
      'I lost my',
      '--temperature',
      '0',
      '--max-tokens',
      '6',
    ];
    const noted = await run(...gpt2);
    expect([noted.code, noted.stderr]).toEqual([0, expect.stringContaining('no chat template')]);
    const raw = await run(...gpt2, '--raw', '--quiet');
    expect([raw.stdout, raw.stderr]).toEqual([noted.stdout, '']);
    const system = await run(...gpt2, '--system', 'Be brief.');
    expect([system.code, system.stderr]).toEqual([2, expect.stringContaining('--system')]);
  });

  it.each([
    [['generate', '--prompt', 'a'], '--model'],
    [['generate', '--model', './no-such-folder', '--prompt', 'a'], 'There is no folder'],
    [['generate', '--model', join(fixtures, 'bert-mean'), '--prompt', 'a'], 'embeds texts'],
    [[...llama, '--temperature', 'hot'], 'Give a number'],
    [[...llama, '--schema', 'no-such-file.json'], 'cannot be read'],
    [[...llama, '--schema', join(import.meta.dirname, 'run-cli.ts')], 'no JSON Schema'],
    [[...llama, '--weights', 'int2'], 'int2'],
    [[...llama, '--block-size', '64'], '--weights int8 or --weights int4'],
    [[...llama, '--block-size', '48', '--weights', 'int4'], '48'],
    [[...llama, '--device', 'tpu'], 'cpu, webgpu'],
    [['generate', '--model', 'nobody:nothing', '--prompt', 'a'], 'no provider "nobody"'],
    [['generate', '--model', 'openai:gpt', '--prompt', 'a', '--weights', 'int8'], 'takes no weights'],
    [
      ['generate', '--model', 'https://huggingface.co/Qwen/Qwen3-0.6B', '--prompt', 'a'],
      'which is perhaps Qwen/Qwen3-0.6B',
    ],
    [['generate', '--model', join(fixtures, 'llama', 'config.json'), '--prompt', 'a'], 'is a file'],
  ])('says in one line what is wrong: %j', async (args, words) => {
    const { code, stderr } = await run(...args, '--quiet');
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('modeshift models', () => {
  it('lists what is there and what is recommended, as text and as JSON', async () => {
    const empty = ['models', '--cache-dir', scratch];
    const { code, stdout } = await run(...empty);
    expect(code).toBe(0);
    expect(stdout).toMatch(/On this machine\n\n {2}none yet/);
    expect(stdout).toContain('Qwen/Qwen3-0.6B');
    const json = JSON.parse((await run(...empty, '--json', '--task', 'reranking')).stdout) as {
      downloaded: unknown[];
      recommended: { id: string; task: string }[];
    };
    expect(json.downloaded).toEqual([]);
    expect(json.recommended.length).toBeGreaterThan(0);
    expect(json.recommended.every(({ task }) => task === 'reranking')).toBe(true);
  });
});
