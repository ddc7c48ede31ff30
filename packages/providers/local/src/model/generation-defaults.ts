// What a checkpoint says of generating: where answers end, and how it wants to be sampled.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../checkpoint/checkpoint.ts';
import type { Tokenizer } from '../tokenizer/index.ts';

/** Defaults of a checkpoint. */
export interface GenerationDefaults {
  readonly endTokens: readonly number[];
  /** 0 where the checkpoint does not ask for sampling. */
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly repetitionPenalty?: number;
}

/**
 * Reads `generation_config.json`, and the end-of-sequence ids of `config.json` and the tokenizer.
 *
 * Source: https://huggingface.co/docs/transformers/main_classes/text_generation#transformers.GenerationConfig
 */
export async function readGenerationDefaults(
  folder: string,
  config: Readonly<Record<string, unknown>>,
  tokenizer: Tokenizer,
): Promise<GenerationDefaults> {
  const path = join(folder, 'generation_config.json');
  const there = await access(path).then(
    () => true,
    () => false,
  );
  const json = there
    ? ((await readJson(path, 'The generation settings cannot be read')) as Record<string, unknown>)
    : {};
  const ends = new Set<number>();
  for (const value of [json.eos_token_id, config.eos_token_id, tokenizer.specialTokens.eos].flat())
    if (Number.isSafeInteger(value)) ends.add(value as number);
  const positive = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
  const sampled = json.do_sample === true;
  const fields = sampled ? { topP: positive(json.top_p), topK: positive(json.top_k), minP: positive(json.min_p) } : {};
  const penalty = positive(json.repetition_penalty);
  return {
    endTokens: [...ends],
    temperature: sampled ? (positive(json.temperature) ?? 1) : 0,
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    ...(penalty === undefined || penalty === 1 ? {} : { repetitionPenalty: penalty }),
  };
}
