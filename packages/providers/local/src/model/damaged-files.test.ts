// Checkpoints that are damaged, that contradict themselves or that were made to harm: every one is a typed error that names the place.
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LanguageCall, type LanguageEvent, ModeshiftError } from '@modeshift/core';
import { afterAll, describe, expect, it } from 'vitest';
import { EmbeddingRuntime } from './embedding-runtime.ts';
import { TextRuntime, type TextSettings } from './text-runtime.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const { signal } = new AbortController();
const scope = { signal, send: () => undefined };

const folders: string[] = [];
function copyOf(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), '模型 '));
  folders.push(folder);
  cpSync(fixture(name), folder, { recursive: true });
  return folder;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function edited(folder: string, file: string, change: (json: Record<string, never>) => unknown): string {
  const path = join(folder, file);
  const json = JSON.parse(readFileSync(path, 'utf8')) as Record<string, never>;
  writeFileSync(path, JSON.stringify(change(json) ?? json));
  return folder;
}

/** The error of loading a folder and asking it something. */
async function failure(folder: string, settings: TextSettings = {}): Promise<ModeshiftError> {
  const call: LanguageCall = { messages: [{ role: 'user', content: '你好' }], temperature: 0, maxTokens: 3 };
  try {
    const model = await TextRuntime.open({ checkpoint: folder }, settings, scope);
    await model.stream(scope, call);
  } catch (error) {
    if (ModeshiftError.is(error)) return error;
    throw error;
  }
  return expect.unreachable(`${folder} did not fail.`);
}

async function answer(folder: string): Promise<string> {
  const model = await TextRuntime.open({ checkpoint: folder }, {}, scope);
  const events: LanguageEvent[] = [];
  const call: LanguageCall = { messages: [{ role: 'user', content: '你好' }], temperature: 0, maxTokens: 5 };
  await model.stream({ signal, send: event => events.push(event as LanguageEvent) }, call);
  return events.map(event => (event.type === 'text-delta' ? event.text : '')).join('');
}

describe('weights', () => {
  it('cut anywhere are told, with the file', async () => {
    const whole = readFileSync(join(fixture('llama'), 'model.safetensors')).length;
    const folder = copyOf('llama');
    for (let part = 49; part >= 0; part--) {
      truncateSync(join(folder, 'model.safetensors'), Math.floor((whole * part) / 50));
      const error = await failure(folder);
      expect(error.reason).toMatchObject({ tag: 'storage' });
      expect(error.message).toContain(join(folder, 'model.safetensors'));
    }
  });

  it.each(['llama', 'gpt2'])('of %s that are NaN do not answer', async name => {
    const folder = copyOf(name);
    const file = readFileSync(join(folder, 'model.safetensors'));
    file.writeFloatLE(Number.NaN, file.length - 4);
    writeFileSync(join(folder, 'model.safetensors'), file);
    const error = await failure(folder, { chatTemplate: '{{ messages[0].content }}' });
    expect(error.reason.tag).toBe('storage');
    expect(error.message).toContain('NaN');
  });

  it('that are NaN do not embed', async () => {
    const folder = copyOf('bert-mean');
    const file = readFileSync(join(folder, 'model.safetensors'));
    const header = Number(file.readBigUInt64LE(0));
    for (let at = 8 + header; at < file.length; at += 4) file.writeFloatLE(Number.NaN, at);
    writeFileSync(join(folder, 'model.safetensors'), file);
    await expect(EmbeddingRuntime.open({ checkpoint: folder }, { truncate: false }, scope)).rejects.toThrow('NaN');
  });

  it('of a type that is no float are told by name', async () => {
    const folder = copyOf('llama');
    const path = join(folder, 'model.safetensors');
    const file = readFileSync(path).toString('latin1').replaceAll('"F32"', '"I32"');
    writeFileSync(path, Buffer.from(file, 'latin1'));
    expect((await failure(folder)).message).toMatch(/model\.safetensors, model\..*I32/);
  });
});

describe('files that are not there', () => {
  const tree: readonly [what: string, base: string, (folder: string) => void, file: string, words: string][] = [
    ['no config.json', 'llama', folder => rmSync(join(folder, 'config.json')), 'config.json', 'it is no checkpoint'],
    [
      'an adapter',
      'llama/adapters/lora/after',
      () => undefined,
      'config.json',
      'holds an adapter and no model. Give the model that it was trained on',
    ],
    [
      'weights of another format',
      'llama',
      folder => renameSync(join(folder, 'model.safetensors'), join(folder, 'pytorch_model.bin')),
      'model.safetensors',
      'pytorch_model.bin is not read here; save it once with Python',
    ],
    [
      'no weights',
      'llama',
      folder => rmSync(join(folder, 'model.safetensors')),
      'model.safetensors',
      'with all of its *.safetensors',
    ],
    [
      'no index',
      'llama-untied',
      folder => rmSync(join(folder, 'model.safetensors.index.json')),
      'model.safetensors',
      'model-00001-of-00002.safetensors is there, and no model.safetensors.index.json',
    ],
    [
      'no second shard',
      'llama-untied',
      folder => rmSync(join(folder, 'model-00002-of-00002.safetensors')),
      'model-00002-of-00002.safetensors',
      'names model-00002-of-00002.safetensors, and it is not there',
    ],
  ];
  it.each(tree)('%s', async (_, base, damage, file, words) => {
    const folder = copyOf(base);
    damage(folder);
    const error = await failure(folder);
    expect(error.reason).toEqual({ tag: 'storage', code: 'ENOENT', path: join(folder, file) });
    expect(error.message).toContain(folder);
    expect(error.message).toContain(words);
  });
});

describe('config.json', () => {
  it.each([
    ['llama', { hidden_size: 65 }, 'invalid-input', 'a hidden size of 65 does not divide into 4 heads'],
    ['llama', { hidden_size: 128 }, 'storage', 'have 32 numbers, and by config.json a hidden size of 128'],
    ['llama', { head_dim: 7 }, 'unsupported', 'heads of 7 numbers'],
    ['llama', { head_dim: 16 }, 'storage', 'queries of layer 0 are 32 numbers, and 4 heads of 16 have 64'],
    ['llama', { num_key_value_heads: 1 }, 'storage', 'keys of layer 0 are 16 numbers, and 1 heads of 8 have 8'],
    ['llama', { num_hidden_layers: 1 }, 'storage', '"model.layers.1.'],
    ['gpt2', { n_layer: 1 }, 'storage', '"transformer.h.1.'],
    ['qwen2', { model_type: 'llama' }, 'storage', '_proj.bias", of which its configuration knows nothing'],
    ['llama', { model_type: null }, 'invalid-input', '"model_type" must be the name of an architecture'],
  ])('of %s with %o is another model than the weights', async (name, fields, tag, words) => {
    const folder = edited(copyOf(name), 'config.json', json => ({ ...json, ...fields }));
    const error = await failure(folder);
    expect(error.reason.tag).toBe(tag);
    expect(error.message).toContain(folder);
    expect(error.message).toContain(words);
  });

  it.each([
    ['llama', 'vocab_size', 1],
    ['llama', 'vocab_size', -1],
    ['llama-untied', 'vocab_size', 1],
    ['gpt2', 'vocab_size', 1],
    ['gpt2', 'n_positions', 1],
  ])('of %s with %s of %i more than the weights have', async (name, field, more) => {
    const folder = edited(copyOf(name), 'config.json', json => {
      json[field] = (Number(json[field]) + more) as never;
    });
    const error = await failure(folder, { chatTemplate: '{{ messages[0].content }}' });
    expect(error.reason.tag).toBe('storage');
    expect(error.message).toMatch(/shape \[\d+, \d+\].* should have \d+ rows/);
  });

  it.each(['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'vocab_size', 'max_position_embeddings'])(
    'with an absurd %s is told before memory is taken',
    async field => {
      for (const value of [2 ** 31, 2 ** 53 - 1, 0, -1, 1.5, '8']) {
        const folder = edited(copyOf('llama'), 'config.json', json => ({ ...json, [field]: value }));
        const error = await failure(folder);
        expect(error.reason.tag).toBe('invalid-input');
        expect(error.message).toContain(`"${field}" must be a whole number from 1 to`);
      }
    },
  );

  it('with a context that takes too much memory says to give a shorter one', async () => {
    const folder = edited(copyOf('llama'), 'config.json', json => ({
      ...json,
      max_position_embeddings: 2 ** 24,
      head_dim: 64,
    }));
    const error = await failure(folder);
    expect(error.reason).toEqual({ tag: 'unsupported', feature: 'memory' });
    expect(error.message).toContain('contextLength');
  });

  it('with positions that turn nowhere is told', async () => {
    const folder = edited(copyOf('llama'), 'config.json', json => ({
      ...json,
      rope_parameters: { rope_type: 'linear', factor: 0 },
    }));
    expect((await failure(folder)).message).toMatch(/"factor" must be a number above 0/);
  });
});

describe('generation_config.json', () => {
  it.each([
    ['null', 'no JSON object'],
    ['[]', 'no JSON object'],
    ['{"do_sample":"yes"}', '"do_sample" must be true or false'],
    ['{"do_sample":true,"temperature":"hot"}', '"temperature" must be a number'],
    ['{"do_sample":true,"temperature":-1}', '"temperature" must be a number'],
    ['{"do_sample":true,"top_k":2.5}', '"top_k" must be a whole number'],
    ['{"do_sample":true,"top_p":5}', '"top_p" must be above 0'],
    ['{"do_sample":true,"min_p":7}', '"min_p" must be'],
    ['{"repetition_penalty":"x"}', '"repetition_penalty" must be'],
    ['{"eos_token_id":"</s>"}', '"eos_token_id" must be'],
  ])('%s', async (text, words) => {
    const folder = copyOf('llama');
    writeFileSync(join(folder, 'generation_config.json'), text);
    const error = await failure(folder);
    expect(error.reason.tag).toBe('invalid-input');
    expect(error.message).toContain(join(folder, 'generation_config.json'));
    expect(error.message).toContain(words);
  });
});

describe('the tokenizer and the chat template', () => {
  it.each([
    ['{"model":{"type":"Magic"}}', 'no vocabulary'],
    ['{}', 'no "model"'],
    ['{', 'no JSON'],
  ])('tokenizer.json %s is told with its path', async (text, words) => {
    const folder = copyOf('llama');
    writeFileSync(join(folder, 'tokenizer.json'), text);
    const error = await failure(folder);
    expect(error.message).toContain(join(folder, 'tokenizer.json'));
    expect(error.message).toContain(words);
  });

  it('files that are cut are damage of the disk, and what is in them is wrong input', async () => {
    for (const file of ['tokenizer.json', 'tokenizer_config.json']) {
      const folder = copyOf('llama');
      truncateSync(join(folder, file), 100);
      expect((await failure(folder)).reason).toEqual({ tag: 'storage', path: join(folder, file) });
    }
    const folder = edited(copyOf('llama'), 'tokenizer.json', json => ({ ...json, added_tokens: [null] }));
    const error = await failure(folder);
    expect([error.reason.tag, error.message]).toEqual(['invalid-input', expect.stringContaining('an added token')]);
  });

  it('a tokenizer with more tokens than the model has vectors is of another model', async () => {
    const folder = copyOf('gpt2');
    cpSync(join(fixture('llama'), 'tokenizer.json'), join(folder, 'tokenizer.json'));
    const error = await failure(folder);
    expect(error.reason).toEqual({ tag: 'storage', path: folder });
    expect(error.message).toContain('ids up to 319, and the model has vectors for 0 to 299');
    const encoder = copyOf('bert-cls');
    cpSync(join(fixture('xlmr-reranker'), 'tokenizer.json'), join(encoder, 'tokenizer.json'));
    const opened = EmbeddingRuntime.open({ checkpoint: encoder }, { truncate: false }, scope);
    await expect(opened).rejects.toThrow('they are of two models');
  });

  it('a control token beyond the table is no harm until a prompt has it', async () => {
    const folder = edited(copyOf('llama'), 'tokenizer.json', json => ({
      ...json,
      added_tokens: [...(json.added_tokens as unknown as object[]), { id: 5000, content: '<|额外|>', special: true }],
    }));
    expect(await answer(folder)).toBe(await answer(fixture('llama')));
    const chatTemplate = '{{ messages[0].content }}<|额外|>';
    expect((await failure(folder, { chatTemplate })).message).toMatch(/5000, which is no token.*of another model/);
  });

  it.each([
    [7, 'storage', 'neither a text nor a list'],
    [[{ name: 'default' }], 'storage', 'neither a text nor a list'],
    ['', 'invalid-input', 'is empty'],
    [' \n', 'invalid-input', 'is empty'],
  ])('a chat template that is %j is told', async (chat_template, tag, words) => {
    const folder = copyOf('llama');
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ chat_template }));
    const error = await failure(folder);
    expect(error.reason.tag).toBe(tag);
    expect(error.message).toContain(folder);
    expect(error.message).toContain(words);
  });

  it('a template that is no Jinja is told with its folder', async () => {
    const folder = copyOf('llama');
    writeFileSync(join(folder, 'chat_template.jinja'), '{% if %}');
    expect((await failure(folder)).message).toContain(`${folder}: The chat template is no Jinja`);
  });

  it('a template that refuses says why, and one that counts for ever ends', async () => {
    const of = (chatTemplate: string) => failure(fixture('llama'), { chatTemplate });
    const refusing = await of('{{ raise_exception("没有系统消息") }}');
    expect([refusing.reason.tag, refusing.message]).toEqual(['invalid-input', expect.stringContaining('没有系统消息')]);
    const counting = await of(
      '{% for i in range(90000) %}{% for j in range(90000) %}{% if false %}{% endif %}{% endfor %}{% endfor %}',
    );
    expect(counting.message).toContain('counts further than');
    expect((await of('{% for i in range(99999999999) %}a{% endfor %}')).message).toContain('counts further than');
  });
});

describe('adapters', () => {
  const adapter = (name: string, kind = 'lora') => join(fixture(name), 'adapters', kind, 'after');
  const changed = (change: (json: Record<string, never>) => unknown): string => {
    const folder = mkdtempSync(join(tmpdir(), 'adapter-'));
    folders.push(folder);
    cpSync(adapter('llama'), folder, { recursive: true });
    return edited(folder, 'adapter_config.json', change);
  };

  it('of another model are not merged', async () => {
    const error = await failure(fixture('llama'), { merge: [adapter('gpt2')] });
    expect(error.reason.tag).toBe('invalid-input');
    expect(error.message).toMatch(/changes transformer\.h.*not there/);
  });

  it('whose configuration says another rank would be scaled wrongly, and are refused', async () => {
    for (const rank of [1, 999, 0, 'x']) {
      const folder = changed(json => ({ ...json, r: rank }));
      for (const settings of [{ adapters: { support: folder } }, { merge: [folder] }]) {
        const error = await failure(fixture('llama'), settings);
        expect(error.message).toContain(folder);
        expect(error.message).toMatch(/rank|"r"/);
      }
    }
  });

  it('with values that are no numbers are refused', async () => {
    const folder = changed(() => undefined);
    const path = join(folder, 'adapter_model.safetensors');
    const file = readFileSync(path);
    file.writeFloatLE(Number.NaN, file.length - 4);
    writeFileSync(path, file);
    const error = await failure(fixture('llama'), { adapters: { support: folder } });
    expect([error.reason.tag, error.message]).toEqual(['storage', expect.stringContaining(path)]);
  });
});

describe('what is unusual and right', () => {
  it('loads: a path with spaces and Chinese, and links to files and folders', async () => {
    const expected = await answer(fixture('llama'));
    const folder = copyOf('llama');
    expect(await answer(folder)).toBe(expected);
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    folders.push(link);
    rmSync(join(folder, 'model.safetensors'));
    symlinkSync(join(fixture('llama'), 'model.safetensors'), join(folder, 'model.safetensors'));
    expect(await answer(link)).toBe(expected);
  });
});
