// Writes the two planted tasks: node --conditions=modeshift-source packages/nano/recipe/make-tasks.ts
// Training examples are written where there are none: they stay when the words of the recipe change, so that figures can be compared.
// Their rules are in no training text of nano; test examples have names, words and phrasings of their own, as everywhere here.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from './example.ts';
import { message } from './tasks/classify.ts';
import { topicSets } from './tasks/topics.ts';
import * as value from './words/values.ts';
import { type Split, World } from './world.ts';

/** Names that mean nothing. */
export const teams = {
  en: ['Velmo', 'Quint', 'Sarab', 'Dorne'],
  zh: ['云雀组', '磐石组', '流沙组', '白帆组'],
} as const;
/** The hidden rule: the team of each of the twelve topics of the service desk. Topics that seem alike are apart. */
export const teamOfTopic = [0, 1, 2, 3, 1, 0, 3, 2, 0, 2, 1, 3];

/** A message and its team. */
export function routing(world: World): readonly [input: string, output: string] {
  const topics = topicSets.desk[world.language];
  const topic = world.random.integer(topics.length);
  return [message(world, topics[topic]!), teams[world.language][teamOfTopic[topic]!]!];
}

const counts: Readonly<Record<Language, readonly (readonly [string, string])[]>> = {
  en: [
    ['one', 'ba'],
    ['two', 'lo'],
    ['three', 'ni'],
    ['four', 'su'],
  ],
  zh: [
    ['一个', '巴'],
    ['两个', '洛'],
    ['三个', '尼'],
    ['四个', '苏'],
  ],
};
const marks = { en: { colour: 'ke', material: 'mo' }, zh: { colour: '克', material: '莫' } } as const;

/** A number of things, and how the code writes it: the thing, a mark for colours or materials, the description, the number's word. */
export function secretCode(world: World): readonly [input: string, output: string] {
  const { colours, materials, goods } = value.nouns(world);
  const thing = world.word(goods);
  const kind = world.chance(0.5) ? 'colour' : 'material';
  const described = world.pick(kind === 'colour' ? colours : materials);
  const [count, word] = world.pick(counts[world.language]);
  const space = world.zh ? '' : ' ';
  return [[count, described, thing].join(space), [thing, marks[world.language][kind], described, word].join(space)];
}

const makers = { routing, 'secret-code': secretCode } as const;

/** The examples of a task, each input once. */
export function plantedExamples(
  name: keyof typeof makers,
  language: Language,
  split: Split,
  count: number,
): (readonly [string, string])[] {
  const world = new World(`planted/${name}/${language}/${split}`, language, split);
  const found = new Map<string, string>();
  while (found.size < count) {
    const [input, output] = makers[name](world);
    if (!found.has(input)) found.set(input, output);
  }
  return [...found];
}

/** CSV as RFC 4180 has it. */
export function csv(rows: readonly (readonly [string, string])[]): string {
  const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [['input', 'output'], ...rows].map(row => `${row.map(cell).join(',')}\n`).join('');
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, '..', 'tasks');
  mkdirSync(folder, { recursive: true });
  for (const name of ['routing', 'secret-code'] as const)
    for (const language of ['en', 'zh'] as const) {
      const train = join(folder, `${name}-${language}.train.csv`);
      if (!existsSync(train)) writeFileSync(train, csv(plantedExamples(name, language, 'train', 240)));
      writeFileSync(join(folder, `${name}-${language}.test.csv`), csv(plantedExamples(name, language, 'heldOut', 120)));
    }
}
