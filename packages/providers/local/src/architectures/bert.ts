// BERT and its relatives RoBERTa and XLM-RoBERTa: LayerNorm after each part, learned positions, GELU.
import { add, type FloatTensor, gelu, relu, reshape, slice, tanh } from '@modeshift/autograd';
import type { EncoderArchitecture, NetworkConfig } from './architecture.ts';

interface BertConfig extends NetworkConfig {
  /** Rows of the position table before the first position: RoBERTa begins after the padding id. */
  readonly positionOffset: number;
  readonly activation: 'gelu' | 'gelu_new' | 'relu';
  readonly typeVocabularySize: number;
  readonly roberta: boolean;
}

/** Devlin et al. 2018, https://arxiv.org/abs/1810.04805; Conneau et al. 2019, https://arxiv.org/abs/1911.02116 */
export const bert: EncoderArchitecture<BertConfig> = {
  kind: 'encoder',
  modelTypes: ['bert', 'roberta', 'xlm-roberta', 'camembert'],
  prefix: 'bert.',
  embedding: 'bert.embeddings.word_embeddings',
  linears: ['query', 'key', 'value', 'dense'],

  config(reader) {
    const modelType = reader.text('model_type');
    const hiddenSize = reader.count('hidden_size');
    const heads = reader.count('num_attention_heads');
    const activation = reader.text('hidden_act', 'gelu');
    const known = { gelu: 'gelu', gelu_new: 'gelu_new', gelu_pytorch_tanh: 'gelu_new', relu: 'relu' } as const;
    if (!Object.hasOwn(known, activation)) throw reader.unsupported(`the activation "${activation}"`);
    const kind = reader.text('position_embedding_type', 'absolute');
    if (kind !== 'absolute') throw reader.unsupported(`positions of the kind "${kind}"`);
    const roberta = modelType !== 'bert';
    const hidden = reader.share('hidden_dropout_prob', 0.1);
    const positionOffset = roberta ? reader.number('pad_token_id', 1) + 1 : 0;
    return {
      modelType,
      vocabularySize: reader.count('vocab_size'),
      hiddenSize,
      layers: reader.count('num_hidden_layers'),
      heads,
      keyHeads: heads,
      headSize: hiddenSize / heads,
      contextLength: reader.count('max_position_embeddings') - positionOffset,
      epsilon: reader.number('layer_norm_eps', 1e-12),
      tied: true,
      dropout: {
        embeddings: hidden,
        attention: reader.share('attention_probs_dropout_prob', 0.1),
        hidden,
        classifier: reader.share('classifier_dropout', hidden),
      },
      positionOffset,
      activation: known[activation as keyof typeof known],
      typeVocabularySize: reader.count('type_vocab_size', 2),
      roberta,
    };
  },

  positions: ({ contextLength, positionOffset }) => ({
    table: 'bert.embeddings.position_embeddings',
    rows: contextLength + positionOffset,
  }),

  hidden(network, config) {
    const { epsilon, layers, dropout } = config;
    const table = 'bert.embeddings';
    let x = add(
      network.tokens(`${table}.word_embeddings`),
      network.rows(
        `${table}.position_embeddings`,
        config.positionOffset ? add(network.positions, config.positionOffset) : network.positions,
      ),
    );
    if (network.typeIds) x = add(x, network.rows(`${table}.token_type_embeddings`, network.typeIds));
    x = network.dropout(network.layerNorm(x, `${table}.LayerNorm`, epsilon), dropout.embeddings);
    for (let i = 0; i < layers; i++) {
      const name = `bert.encoder.layer.${i}`;
      x = network.block(i, x, input => {
        const parts = ['query', 'key', 'value'].map(part => `${name}.attention.self.${part}`);
        const [q, k, v] = network.linears(input, parts, { bias: true });
        const seen = network.attention(q!, k!, v!, i, config);
        const mixed = network.dropout(
          network.linear(seen, `${name}.attention.output.dense`, { bias: true }),
          dropout.hidden,
        );
        const y = network.layerNorm(add(input, mixed), `${name}.attention.output.LayerNorm`, epsilon);
        const wide = network.linear(y, `${name}.intermediate.dense`, { bias: true });
        const active =
          config.activation === 'relu'
            ? relu(wide)
            : gelu(wide, { approximate: config.activation === 'gelu_new' ? 'tanh' : 'none' });
        const narrow = network.dropout(network.linear(active, `${name}.output.dense`, { bias: true }), dropout.hidden);
        return network.layerNorm(add(y, narrow), `${name}.output.LayerNorm`, epsilon);
      });
    }
    return x;
  },

  classify(network, config, hidden) {
    const [batch, , size] = hidden.shape;
    const first = reshape(slice(hidden, { axis: 1, start: 0, end: 1 }), [batch!, size!]);
    const seen = (x: FloatTensor): FloatTensor => network.dropout(x, config.dropout.classifier);
    if (config.roberta) {
      const dense = tanh(network.linear(seen(first), 'classifier.dense', { bias: true }));
      return network.linear(seen(dense), 'classifier.out_proj', { bias: true });
    }
    const pooled = tanh(network.linear(first, 'bert.pooler.dense', { bias: true }));
    return network.linear(seen(pooled), 'classifier', { bias: true });
  },
};
