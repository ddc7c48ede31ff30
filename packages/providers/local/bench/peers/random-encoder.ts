// A checkpoint of the shape of all-MiniLM-L6-v2 with random weights, for this package and as ONNX for transformers.js.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FloatTensor, Tensor } from '@modeshift/autograd';
import {
  attention,
  cast,
  equal,
  Graph,
  gather,
  linear,
  range,
  reshape,
  transpose,
  writeOnnx,
} from '@modeshift/autograd';
import { random } from '@modeshift/core';
import { bert } from '../../src/architectures/bert.ts';
import { openCheckpoint } from '../../src/checkpoint/checkpoint.ts';
import { writeSafetensors } from '../../src/checkpoint/write-safetensors.ts';
import { Network } from '../../src/network/network.ts';

const config = {
  architectures: ['BertModel'],
  model_type: 'bert',
  hidden_size: 384,
  num_hidden_layers: 6,
  num_attention_heads: 12,
  intermediate_size: 1536,
  vocab_size: 30_522,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
};

/** Writes the checkpoint with the tokenizer of a fixture into `folder`. */
export function writeRandomEncoder(folder: string): void {
  const fixture = join(import.meta.dirname, '..', '..', 'fixtures', 'bert-mean');
  mkdirSync(join(folder, '1_Pooling'), { recursive: true });
  for (const file of ['tokenizer.json', 'modules.json', '1_Pooling/config.json'])
    copyFileSync(join(fixture, file), join(folder, file));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const tokenizer = JSON.parse(readFileSync(join(fixture, 'tokenizer_config.json'), 'utf8')) as object;
  const longer = { ...tokenizer, model_max_length: config.max_position_embeddings };
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(longer));
  const draw = random(1);
  const entries: Record<string, { shape: number[]; data: Float32Array }> = {};
  const add = (name: string, ...shape: number[]): void => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
      name.endsWith('Norm.weight') ? 1 : (draw.next() - 0.5) * 0.08,
    );
    entries[name] = { shape, data };
  };
  const { hidden_size: size, intermediate_size: wide } = config;
  add('embeddings.word_embeddings.weight', config.vocab_size, size);
  add('embeddings.position_embeddings.weight', config.max_position_embeddings, size);
  add('embeddings.token_type_embeddings.weight', config.type_vocab_size, size);
  const dense = (name: string, out: number, into: number): void => {
    add(`${name}.weight`, out, into);
    add(`${name}.bias`, out);
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, size);
    add(`${name}.bias`, size);
  };
  norm('embeddings.LayerNorm');
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const layer = `encoder.layer.${i}`;
    for (const part of ['query', 'key', 'value']) dense(`${layer}.attention.self.${part}`, size, size);
    dense(`${layer}.attention.output.dense`, size, size);
    norm(`${layer}.attention.output.LayerNorm`);
    dense(`${layer}.intermediate.dense`, wide, size);
    dense(`${layer}.output.dense`, size, wide);
    norm(`${layer}.output.LayerNorm`);
  }
  writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(entries));
}

/** Writes the same model as the hub's ONNX files are made: standard operators, which ONNX Runtime fuses when it loads them. */
export async function writeOnnxEncoder(folder: string): Promise<void> {
  const { config: sizes, weights } = await openCheckpoint(folder);
  const values = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const name of weights.names) {
    const weight = weights.find(name)!;
    values.set(name, { shape: weight.shape, data: await weight.read() });
  }
  await weights.close();
  const graph = new Graph();
  const shape = ['batch', 'length'];
  const ids = graph.input('input_ids', 'int64', shape);
  const mask = graph.input('attention_mask', 'int64', shape);
  const typeIds = graph.input('token_type_ids', 'int64', shape);
  const made = new Map<string, FloatTensor>();
  const tensor = (name: string): FloatTensor => {
    let constant = made.get(name);
    if (!constant) {
      const { shape: dims, data } = values.get(name)!;
      constant = graph.constant(data, { name, shape: dims }) as FloatTensor;
      made.set(name, constant);
    }
    return constant;
  };
  const layer = (x: FloatTensor, name: string): FloatTensor =>
    linear(x, tensor(`${name}.weight`), tensor(`${name}.bias`));
  const padding: Tensor<'bool'> = equal(mask, 1);
  const heads = (x: FloatTensor): FloatTensor =>
    transpose(reshape(x, ['batch', 'length', sizes.heads, sizes.headSize]), [0, 2, 1, 3]);
  const network = new Network({
    graph,
    ids,
    typeIds,
    positions: range(graph, 'length'),
    weights: {
      tensor,
      rows: (name, rows) => gather(tensor(name), rows),
      linear: layer,
      linears: (x, names) => names.map(name => layer(x, name)),
    },
    attention: (q, k, v) => {
      const seen = attention(heads(q), heads(k), heads(v), { padding });
      return reshape(transpose(seen, [0, 2, 1, 3]), ['batch', 'length', sizes.hiddenSize]);
    },
  });
  const hidden = cast(bert.hidden(network, sizes as never), 'float32');
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  writeFileSync(join(folder, 'onnx', 'model.onnx'), writeOnnx(graph, { last_hidden_state: hidden }).bytes);
}
