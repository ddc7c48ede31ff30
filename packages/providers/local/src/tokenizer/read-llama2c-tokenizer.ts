// Reads a tokenizer of llama2.c: a SentencePiece vocabulary with scores, in one small file.
import { readFile } from 'node:fs/promises';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { BytePairModel, mergesByScore } from './byte-pair-model.ts';
import { tokenDecoder } from './decode-tokens.ts';
import { PipelineTokenizer } from './pipeline-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

const [unk, bos, eos] = [0, 1, 2];

/**
 * Reads `tokenizer.bin` or `tok512.bin` of llama2.c (github.com/karpathy/llama2.c). As there, a space is put before a text and
 * taken away again, pairs of tokens join by the highest score first, and characters that the vocabulary lacks become bytes.
 *
 * @param file The path of the file.
 * @throws ModeshiftError `storage` when the file cannot be read, `invalid-input` when it is cut off or of another format.
 */
export async function readLlama2cTokenizer(file: string): Promise<Tokenizer> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ModeshiftError(
      { tag: 'storage', path: file, ...(code !== undefined && { code }) },
      `The tokenizer ${file} could not be read (${code}). It is the tok*.bin or tokenizer.bin that lies beside a llama2.c model.`,
      { cause: error },
    );
  }
  const tokens: string[] = [];
  const scores: number[] = [];
  for (let at = 4; at < content.length; ) {
    const length = at + 8 <= content.length ? content.readInt32LE(at + 4) : -1;
    if (length < 0 || at + 8 + length > content.length) {
      throw invalidInput(`${file} is no tokenizer of llama2.c, or it is cut off at byte ${at}: copy it again.`);
    }
    scores.push(content.readFloatLE(at));
    tokens.push(content.toString('utf8', at + 8, at + 8 + length));
    at += 8 + length;
  }
  if (tokens.length < 259)
    throw invalidInput(`${file} holds ${tokens.length} tokens; a tokenizer of llama2.c has at least 259.`);
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const special = [unk, bos, eos].map(id => ({ id, content: tokens[id]!, special: true }));
  return new PipelineTokenizer({
    vocabulary: { ids, tokens },
    added: special,
    normalize: text => (text === '' ? text : ` ${text}`),
    preTokenize: text => (text === '' ? [] : [text]),
    model: new BytePairModel({
      ids,
      merges: mergesByScore(tokens, scores),
      byteLevel: false,
      byteFallback: true,
      unknown: tokens[unk]!,
      wordMark: ' ',
    }),
    template: {
      single: [
        { ids: [bos], typeId: 0 },
        { text: 'a', typeId: 0 },
      ],
      pair: [
        { ids: [bos], typeId: 0 },
        { text: 'a', typeId: 0 },
        { text: 'b', typeId: 0 },
      ],
    },
    decoder: tokenDecoder({
      type: 'Sequence',
      decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }],
    }),
    specialTokens: { unk, bos, eos, additional: [] },
  });
}
