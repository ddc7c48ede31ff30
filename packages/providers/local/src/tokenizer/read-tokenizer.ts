// Reads a tokenizer from a checkpoint's folder.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { storageError } from '../storage-error.ts';
import { buildTokenizer } from './build-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';
import { damaged, type TokenizerJson, type TokenizerPart } from './tokenizer-json.ts';

/**
 * Reads `tokenizer.json` of a folder, with the roles of special tokens from `tokenizer_config.json` and
 * `special_tokens_map.json` where they are. The ids are those of Hugging Face's tokenizers, with one difference: bytes that
 * are no UTF-8 decode to one U+FFFD per broken sequence whatever the tokenizer's kind.
 *
 * @param directory A checkpoint's folder.
 * @throws ModeshiftError `storage` when there is no `tokenizer.json` or it is no JSON; `invalid-input` when it contradicts itself or
 * holds a kind of stage that is not known.
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { readTokenizer, trainBpe } from '@modeshift/local';
 *
 * const directory = mkdtempSync(join(tmpdir(), 'tokenizer-'));
 * const json = trainBpe({ texts: ['好雨知时节，当春乃发生。'], vocabularySize: 270 });
 * writeFileSync(join(directory, 'tokenizer.json'), JSON.stringify(json));
 * const tokenizer = await readTokenizer(directory);
 * console.log(tokenizer.decode(tokenizer.encode('春雨'))); // 春雨
 * ```
 */
export async function readTokenizer(directory: string): Promise<Tokenizer> {
  const file = path.join(directory, 'tokenizer.json');
  const json = await readJson(file);
  if (json === undefined) {
    throw new ModeshiftError(
      { tag: 'storage', code: 'ENOENT', path: file },
      `There is no tokenizer.json in ${directory}. Put the checkpoint's own there; where it only has tokenizer.model or vocab files, save it once with Python: AutoTokenizer.from_pretrained(...).save_pretrained(...).`,
    );
  }
  const [config, map] = await Promise.all([
    readJson(path.join(directory, 'tokenizer_config.json')),
    readJson(path.join(directory, 'special_tokens_map.json')),
  ]);
  try {
    if (typeof json.model !== 'object' || json.model === null) throw damaged('there is no "model"');
    return buildTokenizer(json as unknown as TokenizerJson, { ...map, ...config });
  } catch (error) {
    if (!ModeshiftError.is(error)) throw error;
    throw new ModeshiftError(
      error.reason,
      error.message.replace(/^tokenizer\.json/, () => file),
      { cause: error },
    );
  }
}

async function readJson(file: string): Promise<TokenizerPart | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw storageError(error, file, 'The tokenizer cannot be read');
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as TokenizerPart;
  } catch (error) {
    throw new ModeshiftError(
      { tag: 'storage', path: file },
      `${file} is no JSON (${(error as Error).message}). It may be cut off: download it again.`,
      { cause: error },
    );
  }
  throw new ModeshiftError({ tag: 'invalid-input' }, `${file} holds no object. Download it again.`);
}
