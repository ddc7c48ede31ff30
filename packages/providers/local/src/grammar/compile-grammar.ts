// From a grammar's description and a vocabulary to masks.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { isEmpty } from './automaton.ts';
import { Configurations } from './configuration.ts';
import type {
  Grammar,
  GrammarMatcher,
  GrammarOptions,
  GrammarSpec,
  GrammarVocabulary,
  UnenforcedKeyword,
} from './grammar-spec.ts';
import { TokenMasks } from './mask-tokens.ts';
import { Matcher } from './matcher.ts';
import { regexAutomaton } from './regex-automaton.ts';
import { RuleSet } from './rule-set.ts';
import { SchemaRules } from './schema-rules.ts';
import { tokenTrie } from './token-trie.ts';
import { toolRule } from './tool-rules.ts';

const grammarsKept = 32;
const longestIndent = 64;
const compiled = new WeakMap<GrammarVocabulary, Map<string, Grammar>>();

/**
 * Compiles a JSON Schema, a choice, a regular expression or tool calls into masks over a vocabulary: whatever tokens are
 * chosen among those that the masks allow, a text that ends is valid. The same spec and vocabulary are compiled once.
 *
 * Of what a schema allows, this is generated: members in the schema's order, additional ones last; no additional ones where
 * `properties` are declared and `additionalProperties` is not; for a schema without `type`, the type whose keywords it has;
 * numbers of at most 15 digits before and 20 after the point (with an exponent only where neither bounds nor `multipleOf` are
 * given), so that they end; keys, listed values and strings with a `pattern` or `format` escaped as `JSON.stringify` does.
 * `oneOf` is followed where types, listed values or required members tell its branches apart. Lengths count code points;
 * `multipleOf` is exact in decimals.
 *
 * @throws `invalid-input` when the spec is wrong or nothing satisfies it; `unsupported`, with the JSON pointer, when a keyword
 * cannot be enforced.
 *
 * @example
 * ```ts
 * import { compileGrammar } from '@modeshift/local';
 *
 * const encoder = new TextEncoder();
 * const tokens = [undefined, ...['{"', 'city', '":', '"', '北京', 'Paris', '"}', '}'].map(text => encoder.encode(text))];
 * const grammar = compileGrammar(
 *   { type: 'json', schema: { type: 'object', properties: { city: { enum: ['北京', 'Paris'] } }, required: ['city'] } },
 *   { tokens, endTokens: [0] },
 * );
 * const matcher = grammar.matcher();
 * const mask = new Uint32Array(1);
 * matcher.mask(mask);
 * console.log(mask[0]!.toString(2)); // 10
 * for (const token of [1, 2, 3, 4, 5]) matcher.accept(token);
 * console.log(matcher.isComplete); // false
 * matcher.accept(7);
 * console.log(matcher.isComplete); // true
 * ```
 */
export function compileGrammar(
  spec: GrammarSpec,
  vocabulary: GrammarVocabulary,
  options: GrammarOptions = {},
): Grammar {
  const { unenforced = 'throw', maxDepth = 64 } = options;
  if (!Number.isInteger(maxDepth) || maxDepth < 1 || maxDepth > 1000)
    throw invalidInput('maxDepth must be a whole number from 1 to 1000.');
  const known = compiled.get(vocabulary) ?? new Map<string, Grammar>();
  compiled.set(vocabulary, known);
  const key = JSON.stringify([spec, unenforced, maxDepth], (_, value: unknown) =>
    value === Number.POSITIVE_INFINITY ? 'Infinity' : value,
  );
  let grammar = known.get(key);
  if (grammar) known.delete(key);
  else {
    grammar = compile(spec, vocabulary, unenforced, maxDepth);
    const oldest = known.keys().next();
    if (known.size >= grammarsKept && !oldest.done) known.delete(oldest.value);
  }
  known.set(key, grammar);
  return grammar;
}

function compile(
  spec: GrammarSpec,
  vocabulary: GrammarVocabulary,
  onUnenforced: NonNullable<GrammarOptions['unenforced']>,
  maxDepth: number,
): Grammar {
  const trie = tokenTrie(vocabulary);
  const rules = new RuleSet();
  const missing: UnenforcedKeyword[] = [];
  const rule = ruleOfSpec(spec, rules, missing, onUnenforced);
  rules.finish();
  const need = rules.states[rules.starts[rule]!]!.need;
  if (need === Number.POSITIVE_INFINITY)
    throw invalidInput('Nothing satisfies this grammar: its constraints exclude each other.');
  if (need > maxDepth)
    throw invalidInput(`What satisfies this grammar is nested ${need} deep, and maxDepth is ${maxDepth}. Raise it.`);
  const configurations = new Configurations(rules, maxDepth);
  const masks = new TokenMasks(trie, configurations);
  return {
    unenforced: missing,
    vocabularySize: trie.size,
    matcher: (): GrammarMatcher => new Matcher(trie, configurations, masks, [configurations.begin(rule)]),
  };
}

function ruleOfSpec(
  spec: GrammarSpec,
  rules: RuleSet,
  unenforced: UnenforcedKeyword[],
  onUnenforced: NonNullable<GrammarOptions['unenforced']>,
): number {
  switch (spec.type) {
    case 'json':
    case 'tools': {
      const context = {
        rules,
        space: spec.whitespace === 'compact' ? undefined : spaceRule(rules),
        unenforced,
        onUnenforced,
      };
      return spec.type === 'json' ? new SchemaRules(spec.schema, context).root() : toolRule(spec, context);
    }
    case 'choice': {
      if (spec.choices.length === 0) throw invalidInput('A choice needs at least one text to choose.');
      const { rule, from, to } = plainRule(rules);
      rules.texts(from, spec.choices, to);
      return rule;
    }
    case 'regex': {
      const automaton = regexAutomaton(spec.pattern, true);
      if (isEmpty(automaton))
        throw invalidInput(`No text matches the regular expression ${JSON.stringify(spec.pattern)}.`);
      const { rule, from, to } = plainRule(rules);
      rules.words(from, automaton, false, to);
      return rule;
    }
    default:
      throw new ModeshiftError(
        { tag: 'invalid-input' },
        `A grammar is of type json, choice, regex or tools, not ${JSON.stringify((spec as { type?: unknown }).type)}.`,
      );
  }
}

function plainRule(rules: RuleSet): { rule: number; from: number; to: number } {
  const rule = rules.rule();
  const to = rules.state(rule);
  rules.states[to]!.final = true;
  return { rule, from: rules.starts[rule]!, to };
}

/** One space, or a line break and an indent. */
function spaceRule(rules: RuleSet): number {
  const { rule, from, to } = plainRule(rules);
  rules.text(from, ' ', to);
  const line = rules.state(rule);
  rules.text(from, '\n', line);
  rules.text(from, '\r\n', line);
  let at = line;
  for (let i = 0; i < longestIndent; i++) {
    rules.empty(at, to);
    const next = rules.state(rule);
    rules.text(at, ' ', next);
    rules.text(at, '\t', next);
    at = next;
  }
  rules.empty(at, to);
  return rule;
}
