// Llama and the decoders made like it: Mistral, Qwen2 (biases on queries, keys and values), Qwen3 (queries and keys normalised).
import { add, swiglu } from '@modeshift/autograd';
import type { DecoderArchitecture, NetworkConfig } from './architecture.ts';
import { readRope } from './rope-config.ts';

interface LlamaConfig extends NetworkConfig {
  readonly attentionBias: boolean;
  readonly outputBias: boolean;
  readonly mlpBias: boolean;
  readonly headNorms: boolean;
}

/** Touvron et al. 2023, https://arxiv.org/abs/2302.13971 and the modelling files of transformers. */
export const llama: DecoderArchitecture<LlamaConfig> = {
  kind: 'decoder',
  modelTypes: ['llama', 'mistral', 'qwen2', 'qwen3'],
  prefix: 'model.',
  embedding: 'model.embed_tokens',
  head: 'lm_head',
  linears: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],

  config(reader) {
    const modelType = reader.text('model_type');
    const hiddenSize = reader.count('hidden_size');
    const heads = reader.count('num_attention_heads');
    const headSize = reader.json.head_dim == null ? hiddenSize / heads : reader.count('head_dim');
    if (Number.isInteger(headSize) && headSize % 2 === 1)
      throw reader.unsupported(`heads of ${headSize} numbers, which do not turn in pairs`);
    const contextLength = reader.count('max_position_embeddings', 2048);
    const activation = reader.text('hidden_act', 'silu');
    if (activation !== 'silu' && activation !== 'swish') throw reader.unsupported(`the activation "${activation}"`);
    const windowed = modelType === 'mistral' || reader.flag('use_sliding_window', false);
    const window = windowed && reader.json.sliding_window != null ? reader.count('sliding_window') : undefined;
    const layers = reader.count('num_hidden_layers');
    const full = reader.json.max_window_layers;
    if (window !== undefined && modelType !== 'mistral' && full !== 0 && full !== undefined && Number(full) < layers)
      throw reader.unsupported('sliding windows on some layers only');
    const attentionBias = modelType === 'qwen2' || reader.flag('attention_bias', false);
    return {
      modelType,
      vocabularySize: reader.count('vocab_size'),
      hiddenSize,
      layers,
      heads,
      keyHeads: reader.count('num_key_value_heads', heads),
      headSize,
      contextLength,
      epsilon: reader.number('rms_norm_eps', 1e-6),
      rope: readRope(reader, headSize, contextLength),
      ...(window === undefined || (modelType !== 'mistral' && Number(full ?? 0) >= layers) ? {} : { window }),
      dropout: { embeddings: 0, attention: reader.share('attention_dropout', 0), hidden: 0, classifier: 0 },
      tied: reader.flag('tie_word_embeddings', false),
      attentionBias,
      outputBias: modelType !== 'qwen2' && attentionBias,
      mlpBias: reader.flag('mlp_bias', false),
      headNorms: modelType === 'qwen3',
    };
  },

  hidden(network, config) {
    const { epsilon, headSize } = config;
    let x = network.tokens('model.embed_tokens');
    for (let i = 0; i < config.layers; i++) {
      const name = `model.layers.${i}`;
      x = network.block(i, x, input => {
        const h = network.rmsNorm(input, `${name}.input_layernorm`, epsilon);
        const projections = ['q_proj', 'k_proj', 'v_proj'].map(part => `${name}.self_attn.${part}`);
        let [q, k, v] = network.linears(h, projections, { bias: config.attentionBias });
        if (config.headNorms) {
          q = network.headNorm(q!, `${name}.self_attn.q_norm`, headSize, epsilon);
          k = network.headNorm(k!, `${name}.self_attn.k_norm`, headSize, epsilon);
        }
        const seen = network.attention(q!, k!, v!, i, config);
        const y = add(input, network.linear(seen, `${name}.self_attn.o_proj`, { bias: config.outputBias }));
        const m = network.rmsNorm(y, `${name}.post_attention_layernorm`, epsilon);
        const bias = { bias: config.mlpBias };
        const [gate, up] = network.linears(m, [`${name}.mlp.gate_proj`, `${name}.mlp.up_proj`], bias);
        return add(y, network.linear(swiglu(gate!, up!), `${name}.mlp.down_proj`, bias));
      });
    }
    return network.rmsNorm(x, 'model.norm', epsilon);
  },
};
