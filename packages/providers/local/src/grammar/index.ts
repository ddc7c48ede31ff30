// Constrained decoding: grammars compiled to masks of tokens.
export type { JsonSchema } from '@modeshift/core';
export { compileGrammar } from './compile-grammar.ts';
export type {
  ChoiceGrammarSpec,
  Grammar,
  GrammarMatcher,
  GrammarOptions,
  GrammarSpec,
  GrammarTool,
  GrammarVocabulary,
  JsonGrammarSpec,
  RegexGrammarSpec,
  ToolsGrammarSpec,
  UnenforcedKeyword,
} from './grammar-spec.ts';
