// Constrained decoding: grammars compiled to masks of tokens.
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
  JsonSchema,
  RegexGrammarSpec,
  ToolsGrammarSpec,
  UnenforcedKeyword,
} from './grammar-spec.ts';
