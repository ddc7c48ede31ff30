// Llama-shaped checkpoints with random weights, the same numbers as a Hugging Face folder and as GGUF files.
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The sizes of a checkpoint. Tied embeddings. */
export interface Sizes {
  readonly name: string;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly context: number;
}

export const sizes: readonly Sizes[] = [
  { name: '30M', hidden: 448, layers: 8, heads: 7, keyHeads: 7, inner: 1184, vocabulary: 32_000, context: 2048 },
  // As SmolLM2-135M.
  { name: '135M', hidden: 576, layers: 30, heads: 9, keyHeads: 3, inner: 1536, vocabulary: 49_152, context: 2048 },
  { name: '160M', hidden: 768, layers: 20, heads: 12, keyHeads: 12, inner: 2048, vocabulary: 32_000, context: 2048 },
];

/** A weight: its name in both formats and its shape. */
interface Entry {
  readonly name: string;
  readonly gguf: string;
  readonly shape: readonly number[];
}

export function entries({ hidden, layers, heads, keyHeads, inner, vocabulary }: Sizes): Entry[] {
  const keys = (hidden / heads) * keyHeads;
  const list: Entry[] = [
    { name: 'model.embed_tokens', gguf: 'token_embd', shape: [vocabulary, hidden] },
    { name: 'model.norm', gguf: 'output_norm', shape: [hidden] },
  ];
  for (let i = 0; i < layers; i++) {
    const add = (name: string, gguf: string, ...shape: number[]) =>
      list.push({ name: `model.layers.${i}.${name}`, gguf: `blk.${i}.${gguf}`, shape });
    add('input_layernorm', 'attn_norm', hidden);
    add('self_attn.q_proj', 'attn_q', hidden, hidden);
    add('self_attn.k_proj', 'attn_k', keys, hidden);
    add('self_attn.v_proj', 'attn_v', keys, hidden);
    add('self_attn.o_proj', 'attn_output', hidden, hidden);
    add('post_attention_layernorm', 'ffn_norm', hidden);
    add('mlp.gate_proj', 'ffn_gate', inner, hidden);
    add('mlp.up_proj', 'ffn_up', inner, hidden);
    add('mlp.down_proj', 'ffn_down', hidden, inner);
  }
  return list.map(entry => ({ ...entry, name: `${entry.name}.weight`, gguf: `${entry.gguf}.weight` }));
}

/** Pseudo-random weights of standard deviation 0.02 (uniform), the same for the same name; gains are 1. */
export function values({ name, shape }: Entry): Float32Array {
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1));
  if (shape.length === 1) return out.fill(1);
  let state = 2166136261;
  for (const char of name) state = Math.imul(state ^ char.charCodeAt(0), 16777619);
  for (let i = 0; i < out.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = (state / 2 ** 31) * 0.0346;
  }
  return out;
}

const bytesOf = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Writes a folder that `openCheckpoint` reads. */
export async function writeCheckpoint(folder: string, shape: Sizes): Promise<void> {
  await mkdir(folder, { recursive: true });
  const config = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: shape.hidden,
    intermediate_size: shape.inner,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.keyHeads,
    vocab_size: shape.vocabulary,
    max_position_embeddings: shape.context,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    hidden_act: 'silu',
    tie_word_embeddings: true,
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const list = entries(shape);
  const header: Record<string, object> = {};
  let at = 0;
  for (const { name, shape: dims } of list) {
    const bytes = 4 * dims.reduce((a, b) => a * b, 1);
    header[name] = { dtype: 'F32', shape: dims, data_offsets: [at, at + bytes] };
    at += bytes;
  }
  const text = Buffer.from(JSON.stringify(header));
  const head = Buffer.concat([Buffer.alloc(8), text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  head.writeBigUInt64LE(BigInt(head.length - 8));
  const file = await open(join(folder, 'model.safetensors'), 'w');
  await file.write(head);
  for (const entry of list) await file.write(bytesOf(values(entry)));
  await file.close();
}
