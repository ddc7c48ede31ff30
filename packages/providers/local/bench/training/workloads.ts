// The workloads of the training benchmark: a Llama-shaped model of ten million parameters, trained in the usual ways.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@modeshift/autograd';
import type { TrainSpec } from '@modeshift/core';
import { writeSafetensors } from '../../src/checkpoint/write-safetensors.ts';
import type { TokenExample } from '../../src/training/token-example.ts';

const config = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  vocab_size: 8192,
  hidden_size: 320,
  intermediate_size: 896,
  num_hidden_layers: 6,
  num_attention_heads: 10,
  num_key_value_heads: 5,
  head_dim: 32,
  max_position_embeddings: 1024,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  hidden_act: 'silu',
  tie_word_embeddings: true,
  attention_bias: false,
  mlp_bias: false,
  bos_token_id: 1,
  eos_token_id: 2,
  pad_token_id: 0,
  torch_dtype: 'float32',
};

/** Writes the model's checkpoint with random weights into a folder. */
export function writeCheckpoint(folder: string): void {
  const { hidden_size: size, intermediate_size: wide, head_dim: head } = config;
  const shapes: Record<string, number[]> = { 'model.embed_tokens': [config.vocab_size, size], 'model.norm': [size] };
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const layer = `model.layers.${i}`;
    Object.assign(shapes, {
      [`${layer}.input_layernorm`]: [size],
      [`${layer}.post_attention_layernorm`]: [size],
      [`${layer}.self_attn.q_proj`]: [config.num_attention_heads * head, size],
      [`${layer}.self_attn.k_proj`]: [config.num_key_value_heads * head, size],
      [`${layer}.self_attn.v_proj`]: [config.num_key_value_heads * head, size],
      [`${layer}.self_attn.o_proj`]: [size, config.num_attention_heads * head],
      [`${layer}.mlp.gate_proj`]: [wide, size],
      [`${layer}.mlp.up_proj`]: [wide, size],
      [`${layer}.mlp.down_proj`]: [size, wide],
    });
  }
  const random = new Random(1);
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < data.length; i++) data[i] = shape.length > 1 ? 0.02 * random.normal() : 1;
    return [`${name}.weight`, { shape, data }] as const;
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(Object.fromEntries(tensors), { format: 'pt' }));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
}

/** Every workload: what is trained, on what. */
export const workloads = {
  full: { spec: { method: 'full' }, data: 'even' },
  lora: { spec: { method: 'lora', lora: { rank: 8, targets: ['q_proj', 'v_proj'] } }, data: 'even' },
  'lora-all-linear': { spec: { method: 'lora', lora: { rank: 8, targets: 'all-linear' } }, data: 'even' },
  'soft-prompt': { spec: { method: 'soft-prompt', softPrompt: { tokens: 20 } }, data: 'even' },
  classifier: {
    spec: { method: 'lora', lora: { rank: 8 }, loss: { kind: 'classification', labels: 8 } },
    data: 'classes',
  },
  // Questions and answers of different lengths, loss on the answers: what fine-tuning usually sees.
  'lora-answers': {
    spec: { method: 'lora', lora: { rank: 8, targets: ['q_proj', 'v_proj'] }, batches: { packing: true } },
    data: 'answers',
  },
} as const satisfies Record<string, { spec: TrainSpec; data: 'even' | 'classes' | 'answers' }>;

/** The name of a workload. */
export type Workload = keyof typeof workloads;

/** The batch of a workload. */
export function batchOf(work: Workload): TokenExample[] {
  const random = new Random(2);
  const ids = (length: number): number[] => Array.from({ length }, () => 3 + random.integer(config.vocab_size - 3));
  switch (workloads[work].data) {
    case 'even':
      return Array.from({ length: 4 }, () => ({ ids: ids(256) }));
    case 'classes':
      return Array.from({ length: 16 }, (_, i) => ({ ids: ids(64), label: i % 8 }));
    case 'answers':
      return Array.from({ length: 8 }, () => {
        const length = Math.round(24 * Math.exp(0.8 * Math.abs(random.normal()) + random.uniform()));
        const all = ids(Math.min(256, length));
        return { ids: all, labels: all.map((id, i) => (i < all.length / 2 ? -100 : id)) };
      });
  }
}
