// What a grammar is asked for, and what it gives.

import type { JsonSchema } from '@modeshift/core';

/**
 * The vocabulary as a grammar sees it. Give the same object for the same model: what is worked out about it is kept with it.
 *
 * @example
 * ```ts
 * import type { GrammarVocabulary } from '@modeshift/local';
 *
 * const encoder = new TextEncoder();
 * const vocabulary: GrammarVocabulary = { tokens: [undefined, ...['yes', 'no', '是'].map(t => encoder.encode(t))], endTokens: [0] };
 * ```
 */
export interface GrammarVocabulary {
  /**
   * The bytes that each token id adds to the text, in the order of ids; they need not be whole characters. `undefined` for special tokens that never occur in
   * text. Tokens that do occur in it (e.g. `<tool_call>` of Qwen) have their bytes.
   */
  readonly tokens: readonly (Uint8Array | undefined)[];
  /** The ids that end the generation. */
  readonly endTokens: readonly number[];
}

/** A tool as a grammar sees it. */
export interface GrammarTool {
  readonly name: string;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonSchema | boolean;
}

/** Values of a JSON Schema. */
export interface JsonGrammarSpec {
  readonly type: 'json';
  readonly schema: JsonSchema | boolean;
  /**
   * `free` (the default) allows, after `{ [ , :` and before `} ]`, one space or a line break with up to 64 spaces or tabs;
   * `compact` allows nothing.
   */
  readonly whitespace?: 'compact' | 'free';
}

/** One of several texts. */
export interface ChoiceGrammarSpec {
  readonly type: 'choice';
  readonly choices: readonly string[];
}

/** Texts that a JavaScript regular expression (flag `u`) matches from end to end. */
export interface RegexGrammarSpec {
  readonly type: 'regex';
  readonly pattern: string;
}

/**
 * Tool calls as text: `start before CALL after (between before CALL after)* end`, where CALL is a JSON object with the name
 * and the arguments of one tool, in this order. Qwen and Hermes: before `<tool_call>\n`, after `\n</tool_call>`, between
 * `\n`. Mistral: start `[TOOL_CALLS][`, between `, `, end `]`.
 */
export interface ToolsGrammarSpec {
  readonly type: 'tools';
  readonly tools: readonly GrammarTool[];
  readonly start?: string;
  readonly before?: string;
  readonly after?: string;
  readonly between?: string;
  readonly end?: string;
  /** Key of the tool's name. Default `name`. */
  readonly nameKey?: string;
  /** Key of the arguments. Default `arguments`; Llama 3 writes `parameters`. */
  readonly argumentsKey?: string;
  /**
   * `required` (the default): calls and nothing else. `optional`: free text until `start` and `before`, without white space
   * at their end, stand together in it; from there on calls, and nothing after them.
   */
  readonly use?: 'required' | 'optional';
  /** Default 1. `Infinity`: as many as the model likes. */
  readonly maxCalls?: number;
  readonly whitespace?: 'compact' | 'free';
}

/** What a text may look like. */
export type GrammarSpec = JsonGrammarSpec | ChoiceGrammarSpec | RegexGrammarSpec | ToolsGrammarSpec;

/** Options of `compileGrammar`. */
export interface GrammarOptions {
  /**
   * What to do with keywords of a schema that cannot be enforced: `throw` (the default) an `unsupported` error that names
   * the place, or `ignore` and list them in `Grammar.unenforced`.
   */
  readonly unenforced?: 'throw' | 'ignore';
  /** How deep values may be nested: a member of the outermost object is at depth 1. Default 64. */
  readonly maxDepth?: number;
}

/** A keyword that the grammar does not enforce. */
export interface UnenforcedKeyword {
  /** JSON pointer of the keyword in the schema, e.g. `#/properties/age/not`; of tools, in the spec, e.g. `#/tools/0/parameters/not`. */
  readonly pointer: string;
  readonly why: string;
}

/** A compiled grammar: shared by every generation that follows it. */
export interface Grammar {
  /** Keywords that are ignored; empty unless `unenforced: 'ignore'` was given. */
  readonly unenforced: readonly UnenforcedKeyword[];
  /** How many token ids there are: the bits of a mask. */
  readonly vocabularySize: number;
  /** A matcher at the beginning of the text. */
  matcher(): GrammarMatcher;
}

/** Where one generation stands in its grammar. */
export interface GrammarMatcher {
  /**
   * Writes a 1 bit for every token that may come next and a 0 bit for every other. Token `id` is bit `id % 32` of word
   * `id >> 5`. After an end token nothing may come.
   *
   * @param into - At least `ceil(vocabularySize / 32)` words; words beyond are set to 0.
   * @throws `unsupported` when no token of the vocabulary can spell what must come next.
   */
  mask(into: Uint32Array | Int32Array): void;
  /** Moves on by one token. Throws `invalid-input`, and stays where it was, when the token is not allowed. */
  accept(token: number): void;
  /** Whether the text may end here: an end token is allowed. */
  readonly isComplete: boolean;
  /** Whether an end token was accepted. */
  readonly hasEnded: boolean;
  /**
   * Tokens that must come next whatever the model says: the engine may feed them without asking for logits. The longest
   * tokens are taken; a last one that the following text could make longer is left to the model. The first
   * end token when nothing else may come. `undefined` when the model has a choice.
   */
  forced(): readonly number[] | undefined;
  /** A matcher at the same place that moves on its own. */
  clone(): GrammarMatcher;
  /** Takes back the last tokens. Throws `invalid-input` when fewer were accepted. */
  rollback(tokens: number): void;
  /** Lets go of what the matcher holds. It must not be used afterwards. */
  dispose(): void;
}
