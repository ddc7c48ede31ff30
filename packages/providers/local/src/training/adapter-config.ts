// `adapter_config.json` as PEFT and what reads its folders know it.
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { LoadedBase } from './load-base.ts';
import { moduleName } from './load-base.ts';
import type { ResolvedSpec } from './resolve-spec.ts';

const taskTypes = {
  causal: 'CAUSAL_LM',
  preference: 'CAUSAL_LM',
  classification: 'SEQ_CLS',
  contrastive: 'FEATURE_EXTRACTION',
} as const;

/**
 * The fields that old and new versions of PEFT read.
 *
 * Source: `LoraConfig`, `PromptTuningConfig` and `PrefixTuningConfig` in https://github.com/huggingface/peft/tree/main/src/peft
 */
export function adapterConfig(
  { config, folder }: Checkpoint,
  resolved: ResolvedSpec,
  base: LoadedBase,
): Readonly<Record<string, unknown>> {
  const { method, loss, spec, virtual } = resolved;
  const common = {
    auto_mapping: null,
    base_model_name_or_path: String(spec.options?.baseModel ?? folder),
    inference_mode: true,
    revision: null,
    task_type: taskTypes[loss.kind],
  };
  if (virtual) {
    const prompt = {
      ...common,
      modules_to_save: null,
      num_layers: config.layers,
      num_transformer_submodules: 1,
      num_virtual_tokens: virtual.tokens,
    };
    if (virtual.kind === 'prefix')
      return sorted({
        ...prompt,
        encoder_hidden_size: config.keyHeads * config.headSize,
        num_attention_heads: config.keyHeads,
        peft_type: 'PREFIX_TUNING',
        prefix_projection: false,
        token_dim: config.keyHeads * config.headSize,
      });
    // `TEXT` would ask for a tokenizer when the prompt is loaded, and its values are saved anyway.
    return sorted({
      ...prompt,
      num_attention_heads: config.heads,
      peft_type: 'PROMPT_TUNING',
      prompt_tuning_init: 'RANDOM',
      prompt_tuning_init_text: null,
      token_dim: config.hiddenSize,
      tokenizer_name_or_path: null,
    });
  }
  const { lora = {} } = spec;
  const layers = [...base.network.adapters.values()];
  const { rank = 8 } = lora;
  return sorted({
    ...common,
    alpha_pattern: lora.alphaPattern ?? {},
    bias: 'none',
    fan_in_fan_out: layers.some(({ transposed, embedding }) => transposed && !embedding),
    init_lora_weights: true,
    layer_replication: null,
    layers_pattern: null,
    layers_to_transform: null,
    loftq_config: {},
    lora_alpha: lora.alpha ?? 2 * rank,
    lora_dropout: lora.dropout ?? 0,
    megatron_config: null,
    megatron_core: 'megatron.core',
    modules_to_save: savedModules(resolved, base),
    peft_type: 'LORA',
    r: rank,
    rank_pattern: lora.rankPattern ?? {},
    target_modules: targetNames(resolved, base),
    use_dora: method === 'dora',
    use_rslora: method === 'rslora',
  });
}

/** Heads that are saved whole beside the adapters. PEFT names both kinds for every classification. */
function savedModules({ loss }: ResolvedSpec, { network }: LoadedBase): string[] | null {
  if (loss.kind !== 'classification') return null;
  const pooler = [...network.trained].some(name => name.startsWith('bert.pooler.'));
  return ['classifier', ...(pooler ? ['pooler'] : []), 'score'];
}

/** The ends of names where they mean the same layers, as servers want them; otherwise whole names. */
function targetNames({ loss }: ResolvedSpec, { network, options }: LoadedBase): string[] {
  const outer = (module: string): string => moduleName(module, options.config.modelType, loss.kind);
  const modules = [...network.adapters.keys()];
  const ends = [...new Set(modules.map(module => module.split('.').at(-1)!))];
  const all = [...network.base.keys()].filter(name => ends.some(end => name.endsWith(`.${end}.weight`)));
  // `dense` also means BERT's pooler, which is there whether it is used or not.
  const same = all.length === modules.length && !ends.includes('dense');
  return (same ? ends : modules.map(outer)).sort();
}

const sorted = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
