// The parts of tokenizer.json as JSON, and how to read fields of them.
import { invalidInput } from '@modeshift/core';

/** One object of `tokenizer.json`. */
export type TokenizerPart = Readonly<Record<string, unknown>>;

/** An entry of `added_tokens`. */
export interface AddedTokenEntry {
  readonly id: number;
  readonly content: string;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  readonly normalized?: boolean;
  readonly special?: boolean;
}

/** The file `tokenizer.json`. */
export interface TokenizerJson {
  readonly added_tokens?: readonly AddedTokenEntry[] | null;
  readonly normalizer?: TokenizerPart | null;
  readonly pre_tokenizer?: TokenizerPart | null;
  readonly post_processor?: TokenizerPart | null;
  readonly decoder?: TokenizerPart | null;
  readonly model: TokenizerPart;
}

/** The objects of a list within a part. */
export function partsOf(part: TokenizerPart, field: string): TokenizerPart[] {
  const list = part[field];
  if (!Array.isArray(list)) throw damaged(`${String(part.type)} has no list "${field}"`);
  return list as TokenizerPart[];
}

/** A field that must be a string. */
export function textOf(part: TokenizerPart, field: string): string {
  const value = part[field];
  if (typeof value !== 'string') throw damaged(`${String(part.type)} has no text "${field}"`);
  return value;
}

/** The error of a part whose kind is not known. */
export function unknownPart(role: string, part: TokenizerPart, known: readonly string[]): Error {
  return invalidInput(
    `tokenizer.json: the ${role} is of the kind ${JSON.stringify(part.type ?? null)}. Known are ${known.join(', ')}. Report it with the name of the checkpoint.`,
  );
}

/** The error of a file that is not what it should be. */
export function damaged(what: string): Error {
  return invalidInput(`tokenizer.json: ${what}. The file is damaged or of another format: download it again.`);
}
