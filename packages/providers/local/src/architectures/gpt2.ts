// GPT-2: learned positions, LayerNorm before each part, one product for queries, keys and values, weights stored `[in, out]`.
import { add, gelu, split } from '@modeshift/autograd';
import type { DecoderArchitecture, NetworkConfig } from './architecture.ts';

interface Gpt2Config extends NetworkConfig {
  readonly approximate: boolean;
}

/** Linear layers of GPT-2 are `Conv1D`: stored `[in, out]`, with a bias. */
const stored = { bias: true, transposed: true } as const;

/** Radford et al. 2019; https://github.com/huggingface/transformers/blob/main/src/transformers/models/gpt2/modeling_gpt2.py */
export const gpt2: DecoderArchitecture<Gpt2Config> = {
  kind: 'decoder',
  modelTypes: ['gpt2'],
  prefix: 'transformer.',
  embedding: 'transformer.wte',
  head: 'lm_head',
  linears: ['c_attn', 'c_proj', 'c_fc'],

  config(reader) {
    const hiddenSize = reader.count('n_embd');
    const heads = reader.count('n_head');
    const activation = reader.text('activation_function', 'gelu_new');
    if (!['gelu_new', 'gelu_pytorch_tanh', 'gelu'].includes(activation))
      throw reader.unsupported(`the activation "${activation}"`);
    if (reader.flag('scale_attn_by_inverse_layer_idx', false))
      throw reader.unsupported('scale_attn_by_inverse_layer_idx');
    return {
      modelType: 'gpt2',
      vocabularySize: reader.count('vocab_size'),
      hiddenSize,
      layers: reader.count('n_layer'),
      heads,
      keyHeads: heads,
      headSize: hiddenSize / heads,
      contextLength: reader.count('n_positions', 1024),
      epsilon: reader.number('layer_norm_epsilon', 1e-5),
      dropout: {
        embeddings: reader.share('embd_pdrop', 0.1),
        attention: reader.share('attn_pdrop', 0.1),
        hidden: reader.share('resid_pdrop', 0.1),
        classifier: 0,
      },
      tied: reader.flag('tie_word_embeddings', true),
      approximate: activation !== 'gelu',
    };
  },

  positions: ({ contextLength }) => ({ table: 'transformer.wpe', rows: contextLength }),

  hidden(network, config) {
    const { epsilon, hiddenSize, dropout } = config;
    const embedded = add(network.tokens('transformer.wte'), network.rows('transformer.wpe', network.positions));
    let x = network.dropout(embedded, dropout.embeddings);
    for (let i = 0; i < config.layers; i++) {
      const name = `transformer.h.${i}`;
      x = network.block(i, x, input => {
        const h = network.layerNorm(input, `${name}.ln_1`, epsilon);
        const joined = network.linear(h, `${name}.attn.c_attn`, stored);
        const [q, k, v] = split(joined, [hiddenSize, hiddenSize, hiddenSize]);
        const seen = network.attention(q!, k!, v!, i, config);
        const mixed = network.linear(seen, `${name}.attn.c_proj`, stored);
        const y = add(input, network.dropout(mixed, dropout.hidden));
        const m = network.linear(network.layerNorm(y, `${name}.ln_2`, epsilon), `${name}.mlp.c_fc`, stored);
        const active = gelu(m, { approximate: config.approximate ? 'tanh' : 'none' });
        const narrow = network.linear(active, `${name}.mlp.c_proj`, stored);
        return add(y, network.dropout(narrow, dropout.hidden));
      });
    }
    return network.layerNorm(x, 'transformer.ln_f', epsilon);
  },
};
