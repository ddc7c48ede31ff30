// Checkpoints of llama2.c: one file with a header of seven numbers and 32-bit floats.
import { readFile } from 'node:fs/promises';
import { ModeshiftError } from '@modeshift/core';
import { llama } from '../architectures/llama.ts';
import { storageError } from '../storage-error.ts';
import type { Checkpoint } from './checkpoint.ts';
import { ConfigReader } from './config-reader.ts';
import { weightsInMemory } from './weights.ts';

/**
 * Reads a llama2.c file: the first format, or version 1 (magic `ak42`). Queries and keys are reordered from interleaved rotary
 * pairs to halves, so the checkpoint is an ordinary Llama afterwards.
 *
 * Format: https://github.com/karpathy/llama2.c/blob/master/export.py
 *
 * @throws ModeshiftError `storage` when the file's length does not fit its header.
 */
export async function openLlama2c(path: string): Promise<Checkpoint> {
  let file: Buffer;
  try {
    file = await readFile(path);
  } catch (cause) {
    throw storageError(cause, path, 'The model cannot be read');
  }
  const bad = (problem: string): never => {
    throw new ModeshiftError({ tag: 'storage', path }, `${path} is no model of llama2.c: ${problem}.`);
  };
  if (file.length < 28) bad(`it has ${file.length} bytes, fewer than its header`);
  const versioned = file.readUInt32LE(0) === 0x616b3432;
  if (versioned && file.length < 256) bad(`it has ${file.length} bytes, fewer than its header`);
  if (versioned && file.readInt32LE(4) !== 1) bad(`it is of version ${file.readInt32LE(4)}, and 1 can be read`);
  const at = versioned ? 8 : 0;
  const header = Array.from({ length: 7 }, (_, i) => file.readInt32LE(at + 4 * i));
  const [dim, hidden, layers, heads, keyHeads, vocabulary, length] = header as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (header.some((value, i) => (i === 5 ? value === 0 : value <= 0) || Math.abs(value) > 2 ** 24))
    bad(`its header says ${header.join(', ')}`);
  const vocabularySize = Math.abs(vocabulary);
  const tied = versioned ? file[36] === 1 : vocabulary > 0;
  const headSize = dim / heads;
  const start = versioned ? 256 : 28;

  const entries = new Map<string, { shape: readonly number[]; data: Float32Array<ArrayBuffer> }>();
  let position = start;
  const take = (count: number): Float32Array<ArrayBuffer> => {
    if (position + 4 * count > file.length) bad(`it ends at byte ${file.length}, and its header asks for more`);
    const copy = file.buffer.slice(file.byteOffset + position, file.byteOffset + position + 4 * count);
    position += 4 * count;
    return new Float32Array(copy as ArrayBuffer);
  };
  const each = (shape: readonly number[], name: (layer: number) => string, rows = 0): void => {
    for (let i = 0; i < layers; i++) {
      const data = take(shape.reduce((a, b) => a * b, 1));
      entries.set(`${name(i)}.weight`, { shape, data: rows ? halves(data, rows, headSize, dim) : data });
    }
  };
  const one = (name: string, shape: readonly number[]): void => {
    entries.set(`${name}.weight`, { shape, data: take(shape.reduce((a, b) => a * b, 1)) });
  };
  const layer = (part: string) => (i: number) => `model.layers.${i}.${part}`;
  const norms = (): void => each([dim], layer('post_attention_layernorm'));
  const keySize = keyHeads * headSize;
  if (versioned) {
    each([dim], layer('input_layernorm'));
    norms();
    one('model.norm', [dim]);
  }
  one('model.embed_tokens', [vocabularySize, dim]);
  if (!versioned) each([dim], layer('input_layernorm'));
  each([dim, dim], layer('self_attn.q_proj'), heads);
  each([keySize, dim], layer('self_attn.k_proj'), keyHeads);
  each([keySize, dim], layer('self_attn.v_proj'));
  each([dim, dim], layer('self_attn.o_proj'));
  if (!versioned) norms();
  each([hidden, dim], layer('mlp.gate_proj'));
  each([dim, hidden], layer('mlp.down_proj'));
  each([hidden, dim], layer('mlp.up_proj'));
  if (!versioned) {
    one('model.norm', [dim]);
    take(length * headSize);
  }
  if (!tied) one('lm_head', [vocabularySize, dim]);
  if (position !== file.length) bad(`it has ${file.length} bytes, and its header asks for ${position}`);

  const json = {
    model_type: 'llama',
    vocab_size: vocabularySize,
    hidden_size: dim,
    intermediate_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: keyHeads,
    max_position_embeddings: length,
    rms_norm_eps: 1e-5,
    tie_word_embeddings: tied,
  };
  return {
    folder: path,
    architecture: llama as unknown as Checkpoint['architecture'],
    config: llama.config(new ConfigReader(json, path)),
    json,
    weights: weightsInMemory(entries, path),
  };
}

/** Rows of each head from pairs (0, 1), (2, 3), … to halves (0, 2, …), (1, 3, …), as rotate-half wants them. */
function halves(
  data: Float32Array<ArrayBuffer>,
  heads: number,
  headSize: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(data.length);
  for (let head = 0; head < heads; head++)
    for (let row = 0; row < headSize; row++) {
      const from = head * headSize + (row < headSize / 2 ? 2 * row : 2 * (row - headSize / 2) + 1);
      out.set(data.subarray(from * columns, (from + 1) * columns), (head * headSize + row) * columns);
    }
  return out;
}
