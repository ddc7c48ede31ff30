// Prints what grammars cost: building the tree of a vocabulary, compiling, and the mask of each token.
// node --conditions=modeshift-source bench/grammar.ts [turns=20]
// Each schema is followed by random walks; the first turn fills the caches, the later ones use them as a served model would.
import { readFileSync } from 'node:fs';
import { random } from '@modeshift/core';
import { compileGrammar, type GrammarSpec, type GrammarVocabulary } from '../src/grammar/index.ts';
import {
  dataFile,
  ggufVocabulary,
  llama2cVocabulary,
  syntheticVocabulary,
  tiktokenVocabulary,
} from './grammar/vocabularies.ts';
import { walk } from './grammar/walk.ts';

const turns = Number(process.argv.find(argument => argument.startsWith('turns='))?.slice(6) ?? 20);

const person: GrammarSpec = {
  type: 'json',
  schema: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      age: { type: 'integer', minimum: 0, maximum: 150 },
      tags: { type: 'array', items: { type: 'string' }, maxItems: 5 },
      kind: { enum: ['客户', 'supplier', 'partner'] },
      address: {
        type: 'object',
        properties: {
          city: { type: 'string', maxLength: 60 },
          at: { type: 'number' },
          since: { type: 'string', format: 'date' },
        },
        required: ['city', 'at'],
        additionalProperties: false,
      },
    },
    required: ['name', 'age', 'tags', 'kind', 'address'],
    additionalProperties: false,
  },
};

const specs: Record<string, GrammarSpec> = {
  'object, 8 members': person,
  'any JSON value': { type: 'json', schema: {} },
  'open object': {
    type: 'json',
    schema: { type: 'object', properties: { id: { type: 'integer' } }, additionalProperties: {} },
  },
  'recursive tree': {
    type: 'json',
    schema: {
      type: 'object',
      properties: { value: { type: 'string', minLength: 1 }, children: { type: 'array', items: { $ref: '#' } } },
      required: ['value', 'children'],
    },
  },
  patterns: {
    type: 'json',
    schema: {
      type: 'object',
      properties: {
        slug: { type: 'string', pattern: '^[a-z0-9-]{3,40}$' },
        汉字: { type: 'string', pattern: '^\\p{Script=Han}{1,20}$' },
        mail: { type: 'string', format: 'email' },
        note: { type: 'string', pattern: '^[^<>]*$', maxLength: 200 },
      },
      required: ['slug', '汉字', 'mail', 'note'],
    },
  },
  regex: { type: 'regex', pattern: '(?:\\w+ ){2,8}\\w+[.!?]' },
};

const tools = dataFile('bfcl/BFCL_v4_multiple.json');
if (tools) {
  const text = readFileSync(tools, 'utf8')
    .replaceAll('"dict"', '"object"')
    .replaceAll('"float"', '"number"')
    .replaceAll('"tuple"', '"array"');
  const all = text
    .trim()
    .split('\n')
    .flatMap(line => (JSON.parse(line) as { function: { name: string; parameters: object }[] }).function);
  const unique = [...new Map(all.map(tool => [tool.name, tool])).values()].filter(
    tool => !JSON.stringify(tool).includes('"any"'),
  );
  const spec = { type: 'tools', before: '<tool_call>\n', after: '\n</tool_call>' } as const;
  specs['20 tools, optional'] = { ...spec, tools: unique.slice(0, 20) as never, use: 'optional' };
  specs['100 tools, required'] = { ...spec, tools: unique.slice(0, 100) as never };
}

const vocabularies: Record<string, () => GrammarVocabulary | undefined> = {
  synthetic: syntheticVocabulary,
  'llama2.c': llama2cVocabulary,
  'Llama 2 (SentencePiece)': () => ggufVocabulary('llama-spm'),
  'cl100k (byte-level BPE)': () => tiktokenVocabulary('cl100k_base'),
  // As many tokens as Qwen2 has, of a vocabulary of the same kind.
  'o200k, first 151,643': () => tiktokenVocabulary('o200k_base', 151_643),
};

/** Time of the processor, which other work on the machine does not lengthen. */
function cpu<T>(work: () => T): { value: T; ms: number } {
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { value, ms: (user + system) / 1000 };
}

const percentile = (times: readonly number[], share: number): string =>
  ([...times].sort((a, b) => a - b)[Math.floor((times.length - 1) * share)]! * 1000).toFixed(0);

console.log(
  '| vocabulary | tokens | tree, CPU ms | grammar | compile, CPU ms | first turn: mask µs p50 / p95 / most | later turns: p50 / p95 / most |',
);
console.log('|---|---|---|---|---|---|---|');
for (const [name, make] of Object.entries(vocabularies)) {
  const vocabulary = make();
  if (!vocabulary) continue;
  const tree = cpu(() => compileGrammar({ type: 'choice', choices: ['a'] }, vocabulary)).ms;
  for (const [grammarName, spec] of Object.entries(specs)) {
    const { ms: compiling, value: grammar } = cpu(() => compileGrammar(spec, vocabulary));
    const cold: number[] = [];
    const warm: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const matcher = grammar.matcher();
      const mask = matcher.mask.bind(matcher);
      matcher.mask = into => {
        const before = performance.now();
        mask(into);
        (turn === 0 ? cold : warm).push(performance.now() - before);
      };
      walk(matcher, vocabulary, random(turn), 60);
    }
    const figures = [cold, warm].map(times => [0.5, 0.95, 1].map(share => percentile(times, share)).join(' / '));
    console.log(
      `| ${name} | ${vocabulary.tokens.length} | ${tree.toFixed(0)} | ${grammarName} | ${compiling.toFixed(1)} | ${figures.join(' | ')} |`,
    );
  }
}
console.log(`Memory at the end: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB resident.`);
