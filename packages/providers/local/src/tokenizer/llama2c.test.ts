// llama2.c's tokenizer of stories260K against its golden ids, where they are at hand.
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLlama2cTokenizer } from './read-llama2c-tokenizer.ts';

const root = path.resolve(import.meta.dirname, '../../../../..');
const folder = path.join(process.env.MODESHIFT_DATA ?? path.resolve(root, '../shared/data'), 'models/stories260K');
const there = existsSync(folder);
if (!there)
  console.log(
    'Skipped: no folder models/stories260K in the data folder. Set MODESHIFT_DATA to the folder that holds it.',
  );

describe('readLlama2cTokenizer', () => {
  it.runIf(there)('gives the golden ids and text, and every text back', async () => {
    const tokenizer = await readLlama2cTokenizer(path.join(folder, 'tok512.bin'));
    const golden = JSON.parse(readFileSync(path.join(folder, 'golden.json'), 'utf8')) as {
      readonly greedy_ids: number[];
      readonly greedy_text: string;
    };
    expect(golden.greedy_ids.length).toBeGreaterThan(200);
    expect(tokenizer.encode(golden.greedy_text)).toEqual(golden.greedy_ids);
    expect(tokenizer.decode(golden.greedy_ids)).toBe(golden.greedy_text);
    expect(tokenizer.encode('', { addSpecialTokens: true })).toEqual([1]);
    expect(tokenizer.vocabularySize).toBe(512);
    expect(tokenizer.specialTokens).toEqual({ unk: 0, bos: 1, eos: 2, additional: [] });
    for (const text of ['', ' ', '  two', '从前，有一只猫。', 'emoji 🐈‍⬛\n\ttab', '\0']) {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
    expect(tokenizer.bytes(tokenizer.encode('从')[1]!)).toEqual(Uint8Array.of(0xe4));
  });

  it('refuses files that are absent, cut off or of another kind', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'llama2c-'));
    const file = path.join(directory, 'tok.bin');
    await expect(readLlama2cTokenizer(file)).rejects.toMatchObject({ reason: { tag: 'storage', code: 'ENOENT' } });
    await writeFile(file, Buffer.from([4, 0, 0, 0, 0, 0, 0, 0, 200, 0, 0, 0, 65]));
    await expect(readLlama2cTokenizer(file)).rejects.toThrow(/cut off at byte 4/);
    await writeFile(file, Buffer.from([4, 0, 0, 0]));
    await expect(readLlama2cTokenizer(file)).rejects.toThrow(/holds 0 tokens/);
  });
});
