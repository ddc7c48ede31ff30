// Tool calls in a text: free text up to a trigger, then one JSON object per call between literal texts.
import { invalidInput } from '@modeshift/core';
import { type Automaton, explore } from './automaton.ts';
import { type CodePointSet, partition, setHas } from './code-point-set.ts';
import type { ToolsGrammarSpec } from './grammar-spec.ts';
import { type SchemaContext, SchemaRules } from './schema-rules.ts';

/** Adds a rule for the spec and returns it. */
export function toolRule(spec: ToolsGrammarSpec, context: SchemaContext): number {
  const { tools, start = '', before = '', after = '', between = '', end = '', use = 'required', maxCalls = 1 } = spec;
  if (tools.length === 0) throw invalidInput('A tools grammar needs at least one tool.');
  const names = tools.map(tool => tool.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalidInput(`Two tools are named "${twice}". Give each its own name.`);
  if (maxCalls !== Number.POSITIVE_INFINITY && (!Number.isInteger(maxCalls) || maxCalls < 1 || maxCalls > 1000))
    throw invalidInput('maxCalls must be a whole number from 1 to 1000, or Infinity.');
  const opening = start + before;
  // Once the mark is there a call must follow, whatever white space the form puts behind the mark.
  const trigger = opening.trimEnd();
  if (use === 'optional' && trigger === '')
    throw invalidInput('Optional tool calls need a text that announces them: give `start` or `before`.');

  const { rules } = context;
  const rule = rules.rule();
  const final = rules.state(rule);
  rules.states[final]!.final = true;
  const call = callRule(spec, context);

  const first = rules.state(rule);
  const last = Math.min(maxCalls, 1000);
  let at = first;
  for (let i = 0; i < (maxCalls === Number.POSITIVE_INFINITY ? 1 : last); i++) {
    const called = rules.state(rule);
    rules.call(at, call, called);
    const done = rules.text(called, after);
    rules.text(done, end, final);
    if (maxCalls === Number.POSITIVE_INFINITY) rules.text(done, between + before, first);
    else if (i < last - 1) at = rules.text(done, between + before);
  }
  const begin = rules.starts[rule]!;
  if (use === 'required') rules.text(begin, opening, first);
  else {
    const called = rules.state(rule);
    freeText(trigger, context, begin, final, called);
    rules.text(called, opening.slice(trigger.length), first);
  }
  return rule;
}

function callRule(spec: ToolsGrammarSpec, context: SchemaContext): number {
  const { nameKey = 'name', argumentsKey = 'arguments' } = spec;
  const { rules } = context;
  const rule = rules.rule();
  const final = rules.state(rule);
  rules.states[final]!.final = true;
  const close = rules.state(rule);
  rules.text(close, '}', final);
  const schemas = spec.tools.map((tool, i) => new SchemaRules(tool.parameters, context, `#/tools/${i}/parameters`));
  const space = schemas[0]!;
  const nameAt = space.space(
    rules.text(space.space(rules.text(rules.starts[rule]!, '{')), `${JSON.stringify(nameKey)}:`),
  );
  // Names share their common beginnings; each has its own end, so that the arguments that follow are those of the tool.
  const named = rules.branches(
    nameAt,
    spec.tools.map(({ name }) => JSON.stringify(name)),
  );
  for (const i of spec.tools.keys()) {
    const comma = space.space(rules.text(named[i]!, ','));
    const value = space.space(rules.text(comma, `${JSON.stringify(argumentsKey)}:`));
    const argued = rules.state(rule);
    rules.call(value, schemas[i]!.root(), argued);
    rules.empty(space.space(argued), close);
  }
  return rule;
}

/** Any text without the trigger, which may end, or go on to `called` right after the trigger. */
function freeText(trigger: string, { rules }: SchemaContext, from: number, final: number, called: number): void {
  const points = Array.from(trigger);
  const classes: CodePointSet[] = partition(
    [...new Set(points)].map(char => [char.codePointAt(0)!, char.codePointAt(0)!]),
  );
  /** How many characters of the trigger a text ends with, after one more character. */
  const follow = (matched: number, c: number): number => {
    const text = [...points.slice(0, matched), undefined];
    for (let length = Math.min(text.length, points.length); length > 0; length--) {
      const fits = points.slice(0, length).every((char, i) => {
        const place = text.length - length + i;
        return place === text.length - 1 ? setHas(classes[c]!, char.codePointAt(0)!) : text[place] === char;
      });
      if (fits) return length;
    }
    return 0;
  };
  const outside: Automaton = explore<number>(
    classes,
    0,
    String,
    (matched, c) => (matched === points.length ? undefined : follow(matched, c)),
    () => true,
  );
  const ids = rules.words(from, { ...outside, accepting: outside.accepting.map(() => false) }, false, final);
  // The state that nothing follows is the one behind the trigger.
  const width = outside.classes.length;
  for (const [state, id] of ids.entries()) {
    const ended = outside.next.subarray(state * width, (state + 1) * width).every(next => next < 0);
    rules.empty(id, ended ? called : final);
  }
}
