// What a checkpoint says of generating: where answers end, and how it wants to be sampled.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../checkpoint/checkpoint.ts';
import { ConfigReader } from '../checkpoint/config-reader.ts';
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
 * @throws ModeshiftError `invalid-input` that names the file and the field of the wrong type.
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
  const json = new ConfigReader(there ? await readJson(path, 'The generation settings cannot be read') : {}, path);
  const ends = new Set<number>();
  for (const reader of [json, new ConfigReader(config, join(folder, 'config.json'))])
    for (const id of endTokensOf(reader)) ends.add(id);
  if (tokenizer.specialTokens.eos !== undefined) ends.add(tokenizer.specialTokens.eos);
  const number = (field: string, holds: (value: number) => boolean, wanted: string): number | undefined => {
    const value = json.json[field] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !holds(value)) throw json.wrong(field, wanted);
    return value;
  };
  const above = (value: number): boolean => value > 0 && value < Infinity;
  const sampled = json.flag('do_sample', false);
  // Values that change nothing are written down too: 0 or 1 for all tokens.
  const fields = sampled
    ? {
        topP: number('top_p', value => value > 0 && value <= 1, 'above 0 and at most 1'),
        topK: number('top_k', value => Number.isInteger(value) && value >= 0, 'a whole number, 0 for all tokens'),
        minP: number('min_p', value => value >= 0 && value <= 1, 'a number from 0 to 1'),
      }
    : {};
  const penalty = number('repetition_penalty', above, 'a number above 0');
  return {
    endTokens: [...ends],
    temperature: sampled
      ? (number('temperature', value => value >= 0 && value < Infinity, 'a number, 0 or more') ?? 1)
      : 0,
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    ...(penalty === undefined || penalty === 1 ? {} : { repetitionPenalty: penalty }),
  };
}

/** Ids that end an answer: one, several or none. */
function endTokensOf(reader: ConfigReader): readonly number[] {
  const ids = [reader.json.eos_token_id ?? []].flat();
  if (!ids.every(id => Number.isSafeInteger(id) && (id as number) >= 0))
    throw reader.wrong('eos_token_id', 'a whole number, or a list of them');
  return ids as number[];
}
