// Which modes a model can serve: what is left out says why, what is named explicitly is an error that reads well; and one whole run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseModes } from '@modeshift/compare';
import type { AnsweringModel, EmbeddingModel } from '@modeshift/core';
import type { Report } from '@modeshift/eval';
import { scriptedModel, scriptedScoringModel, scriptedTrainableModel } from '@modeshift/testing';
import { afterAll, describe, expect, it } from 'vitest';

import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-choose-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function chosen(model: AnsweringModel | undefined, names?: readonly string[]) {
  const { modes, leftOut } = await chooseModes({ names, model, use: [] });
  return { names: modes.map(mode => mode.name).join(' '), leftOut };
}

describe('left to themselves', () => {
  it('are those that need no model where there is none', async () => {
    expect(await chosen(undefined)).toEqual({ names: 'majority nearest scratch', leftOut: undefined });
  });

  it('are those that a generating model serves, and one line on the others', async () => {
    expect(await chosen(scriptedModel({ reply: () => '' }))).toEqual({
      names: 'majority nearest rag prompted few-shot scratch',
      leftOut:
        'Not with scripted:script: verbalized (it does not tell how likely given words are); soft-prompt, head, lora, full (it cannot be trained here). A model on this machine, such as local:PATH, can.',
    });
  });

  it('are those that a scoring model serves', async () => {
    const { names, leftOut } = await chosen(scriptedScoringModel(() => 0));
    expect(names).toBe('majority nearest rag prompted verbalized few-shot scratch');
    expect(leftOut).toMatch(/^Not with scripted:scores: soft-prompt, head, lora, full \(it cannot be trained here\)\./);
  });

  it('are all with a model that can be trained', async () => {
    expect(await chosen(scriptedTrainableModel())).toEqual({
      names: 'majority nearest rag prompted verbalized few-shot soft-prompt scratch head lora full',
      leftOut: undefined,
    });
  });
});

describe('retrieved', () => {
  it('runs by itself where there are vectors to compare, and by name in any case', async () => {
    const embedder: EmbeddingModel = {
      ...{ provider: 'test', modelId: 'lengths', dimensions: 2 },
      embed: async texts => ({
        embeddings: texts.map(text => Float32Array.of(1, text.length)),
        usage: { inputTokens: 1, outputTokens: 0 },
      }),
    };
    const both = { forPassages: embedder, forQuestions: embedder };
    const { modes } = await chooseModes({ names: undefined, model: undefined, embedder: both, use: [] });
    expect(modes.map(mode => mode.name)).toEqual(['majority', 'nearest', 'retrieved', 'scratch']);
    expect((await chosen(undefined, ['retrieved'])).names).toBe('retrieved');
  });
});

describe('named', () => {
  const wrong = async (names: string[], model?: AnsweringModel) =>
    expect(chosen(model, names)).rejects.toMatchObject({
      reason: { tag: 'invalid-input' },
      message: expect.stringMatching(/--model (local:Qwen|openai:)/),
    });

  it('run in the order given', async () => {
    expect((await chosen(scriptedTrainableModel(), ['full', 'verbalized'])).names).toBe('full verbalized');
  });

  it('say what they need where there is no model, or another', async () => {
    await wrong(['lora']);
    await wrong(['prompted']);
    await wrong(
      ['majority', 'soft-prompt'],
      scriptedScoringModel(() => 0),
    );
    await expect(chosen(scriptedModel({ reply: () => '' }), ['verbalized'])).rejects.toThrow(
      'Mode "verbalized" cannot run with scripted:script: it does not tell how likely given words are. Choose another model, e.g. --model local:Qwen/Qwen3-0.6B, or leave "verbalized" out of --modes.',
    );
  });
});

it('compares every mode on a checkpoint of this machine', async () => {
  const texts = { 账单: ['多收了钱', '发票不对', '没退款'], 物流: ['包裹没到', '快递太慢', '还没发货'] };
  const rows = Object.entries(texts).flatMap(([label, list]) =>
    Array.from({ length: 15 }, (_, i) => `${list[i % 3]}${i},${label}`),
  );
  const file = join(folder, 'messages.csv');
  writeFileSync(file, `text,topic\n${rows.join('\n')}\n`);
  const checkpoint = fileURLToPath(new URL('../../providers/local/fixtures/qwen3', import.meta.url));
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const args = [
    'compare',
    file,
    '--input',
    'text',
    '--label',
    'topic',
    '--model',
    `local:${checkpoint}`,
    '--out',
    folder,
    '--embedder',
    fileURLToPath(new URL('../../providers/local/fixtures/bert-mean', import.meta.url)),
  ];
  const names = 'retrieved,rag,verbalized,few-shot,soft-prompt,head,lora,full';
  const code = await runCli([...args, '--modes', names], { stdout: sink('stdout'), stderr: sink('stderr') });
  expect(code, written.stderr).toBe(0);
  const { modes } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
  expect(modes.map(({ name, status }) => `${name} ${status}`)).toEqual(names.split(',').map(name => `${name} ok`));
  // The hidden size is 32: 20 vectors, and one row for each of two labels.
  expect(modes.map(({ footprint }) => footprint!.trainedParameters)).toEqual([
    0,
    0,
    0,
    0,
    20 * 32,
    2 * 32,
    8960,
    31_968,
  ]);
  expect(written.stdout).toMatch(/soft-prompt .*640 2%[\s\S]*lora .*9k 22%[\s\S]*full .*100%/);
}, 120_000);
