// The files of nano's checkpoint that are no weights: its tokenizer, its template, its sizes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TrainedTokenizerJson, trainBpe } from '@modeshift/local';
import type { Example } from './example.ts';
import { trainingExample } from './stream.ts';
import * as namesEn from './words/names-en.ts';
import * as nounsEn from './words/nouns-en.ts';
import * as nounsZh from './words/nouns-zh.ts';
import { everyday } from './words/sentences.ts';
import { isHeldOut } from './world.ts';

/** Control tokens, in the order of their ids. */
export const specialTokens = [
  '<|pad|>',
  '<|end|>',
  '<|system|>',
  '<|user|>',
  '<|assistant|>',
  '<|tool|>',
  '<tool_call>',
  '</tool_call>',
] as const;

/**
 * How text is cut before merging. A space stands alone, so that a word is the same token in a sentence, in quotes and at the
 * beginning of an answer, and copying it is copying. A Chinese character and a digit stand alone for the same reason.
 */
export const pattern =
  '\\p{Han}|\\p{Nd}|(?:(?!\\p{Han})\\p{L})+|\\n|[^\\s\\p{L}\\p{Nd}]+(?: [^\\s\\p{L}\\p{Nd}]+)* ?| |\\s+';

/** The sizes of the model, in the words of Hugging Face's LlamaConfig. */
export const config = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  vocab_size: 4096,
  hidden_size: 256,
  intermediate_size: 640,
  num_hidden_layers: 5,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  head_dim: 32,
  max_position_embeddings: 1024,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  hidden_act: 'silu',
  tie_word_embeddings: true,
  attention_bias: false,
  mlp_bias: false,
  bos_token_id: null,
  eos_token_id: 1,
  pad_token_id: 0,
  torch_dtype: 'float32',
} as const;

/** All texts of an example. */
export function textsOf(example: Example): string[] {
  const said = example.messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? [content]
      : content.flatMap(part =>
          'text' in part
            ? [part.text]
            : 'arguments' in part
              ? [`\n{"name": "${part.name}", "arguments": ${part.arguments}}\n`]
              : [],
        ),
  );
  const offered = (example.tools ?? []).map(
    ({ name, description, parameters }) =>
      `${description}: ${name}(${Object.entries(
        (parameters as { properties: Record<string, { type: string }> }).properties,
      )
        .map(([key, { type }]) => (type === 'integer' ? `${key}: number` : key))
        .join(', ')})\n`,
  );
  return [...said, ...offered];
}

/** The tokenizer, learned from examples of the stream and from the tables of training words. */
export function makeTokenizer(seed: number, examples = 40_000): TrainedTokenizerJson {
  const json = trainBpe({
    texts: tokenizerTexts(seed, examples),
    vocabularySize: config.vocab_size,
    specialTokens,
    pattern,
  });
  // Calls are text that the model writes, in the way of Qwen and Hermes.
  const added = json.added_tokens!.map(one => (one.content.endsWith('tool_call>') ? { ...one, special: false } : one));
  return { ...json, added_tokens: added };
}

function* tokenizerTexts(seed: number, examples: number): Generator<string> {
  for (let i = 0; i < examples; i++) yield* textsOf(trainingExample(seed, i, (i % 100) / 50));
  const characters = new Set([...nounsZh.allThings.join(''), ...everyday.zh.join('')]);
  const known = [nounsEn, nounsZh].flatMap(({ allThings, colours, materials, hobbies, dishes }) =>
    [allThings, colours, materials, hobbies, dishes].flat(),
  );
  for (let i = 0; i < 20; i++) {
    yield* known.filter(word => !isHeldOut(word));
    yield* namesEn.givenNames.filter(word => !isHeldOut(word));
    yield* characters;
    yield* everyday.en;
  }
}

const templateFile = join(import.meta.dirname, 'chat-template.jinja');

const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

/** The file that holds the chat template. */
export const tokenizerConfig = (): string =>
  json({
    tokenizer_class: 'PreTrainedTokenizerFast',
    eos_token: '<|end|>',
    pad_token: '<|pad|>',
    model_max_length: config.max_position_embeddings,
    clean_up_tokenization_spaces: false,
    chat_template: readFileSync(templateFile, 'utf8').trimEnd(),
  });

/** Every file but the weights, by name. */
export function checkpointFiles(tokenizer: TrainedTokenizerJson): Readonly<Record<string, string>> {
  return {
    'config.json': json(config),
    'generation_config.json': json({
      do_sample: false,
      eos_token_id: config.eos_token_id,
      pad_token_id: config.pad_token_id,
    }),
    'tokenizer.json': `${JSON.stringify(tokenizer)}\n`,
    'tokenizer_config.json': tokenizerConfig(),
  };
}
