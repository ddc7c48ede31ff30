// What is held out is never trained on: by construction, by name, by phrasing, and by comparing texts.
import { describe, expect, it, vi } from 'vitest';
import type { Example } from './example.ts';
import { exampleOf, taskNames, trainingExample } from './stream.ts';
import { toolKinds } from './tasks/tool-kinds.ts';
import { allNames as englishNames } from './words/names-en.ts';
import { allNames as chineseNames } from './words/names-zh.ts';
import { type Frames, isHeldOut, World } from './world.ts';

const textOf = ({ messages, tools = [] }: Example): string =>
  [
    ...tools.map(({ name }) => name),
    ...messages.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content))),
  ].join('\n');

/** Every wording of a phrasing with choices. */
function wordings(frame: string): string[] {
  const found = /\(([^()|]*(?:\|[^()|]*)+)\)/.exec(frame);
  if (!found) return [frame.replaceAll(/\{\w+\}/g, '{}').trim()];
  return found[1]!
    .split('|')
    .flatMap(choice => wordings(frame.slice(0, found.index) + choice + frame.slice(found.index + found[0].length)));
}

const training = (count: number): Example[] =>
  Array.from({ length: count }, (_, i) => trainingExample(1, i, i / (count / 2)));
const heldOut = (count: number): Example[] =>
  taskNames.flatMap(task =>
    (['en', 'zh'] as const).flatMap(language =>
      Array.from({ length: count }, (_, i) => exampleOf(task, language, 'heldOut', `evaluation/${i}`)),
    ),
  );

describe('what training can draw from', () => {
  it('holds no phrasing of the held-out ones, in any choice of words', () => {
    const tables = new Set<Frames>();
    const frame = vi.spyOn(World.prototype, 'frame').mockImplementation(function (this: World, table, slots) {
      tables.add(table);
      return this.fill(this.pick(this.split === 'train' ? table.train : table.test), slots);
    });
    training(6000);
    heldOut(100);
    frame.mockRestore();
    expect(tables.size).toBeGreaterThan(200);
    const train = new Set([...tables].flatMap(table => table.train.flatMap(wordings)));
    const test = [...tables].flatMap(table => table.test.flatMap(wordings));
    expect(train.size).toBeGreaterThan(1000);
    expect(test.filter(wording => train.has(wording))).toEqual([]);
  });

  it('holds no held-out name', () => {
    const drawn = vi.spyOn(World.prototype, 'own');
    const texts = training(8000).map(textOf);
    const made = drawn.mock.settledResults.map(({ value }) => value as unknown as string);
    drawn.mockRestore();
    expect(made.length).toBeGreaterThan(10_000);
    expect(made.filter(isHeldOut)).toEqual([]);
    const { surnames, places } = englishNames();
    const held = new Set([...surnames, ...places].filter(isHeldOut));
    expect(held.size).toBeGreaterThan(300);
    const words = new Set(texts.flatMap(text => text.match(/[A-Z][a-z]+/g) ?? []));
    expect([...words].filter(word => held.has(word))).toEqual([]);
  });

  it('holds no held-out name of a tool, and no two tools of one name in a list', () => {
    const held = new Set(toolKinds.map(({ names }) => names.test));
    expect(held.size).toBe(toolKinds.length);
    for (let i = 0; i < 3000; i++) {
      const names = exampleOf('tools', i % 2 ? 'en' : 'zh', 'train', `names/${i}`).tools!.map(({ name }) => name);
      expect(names.filter(name => held.has(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
    }
    for (const { names, asked } of toolKinds) {
      expect(names.train).not.toContain(names.test);
      for (const { train, test } of Object.values(asked)) expect(test.filter(one => train.includes(one))).toEqual([]);
    }
  });

  it('leaves one name in ten out, in both languages', () => {
    for (const names of [...Object.values(englishNames()), ...Object.values(chineseNames())]) {
      const share = names.filter(isHeldOut).length / names.length;
      expect(share).toBeGreaterThan(0.08);
      expect(share).toBeLessThan(0.12);
    }
  });

  it('has several thousand words in each language', () => {
    const texts = training(30_000).map(textOf).join('\n');
    expect(new Set(texts.match(/[A-Za-z]{2,}/g)).size).toBeGreaterThan(3000);
    expect(new Set(texts.match(/\p{Script=Han}/gu)).size).toBeGreaterThan(800);
    expect(new Set(texts.match(/\p{Script=Han}{2,3}/gu)).size).toBeGreaterThan(3000);
  });
});

describe('texts', () => {
  const trained = training(20_000).map(textOf);
  const tested = heldOut(60).map(textOf);

  it('no held-out example is a training example', () => {
    const seen = new Set(trained);
    expect(tested.filter(text => seen.has(text))).toEqual([]);
  });

  it('no held-out example is nearly one: fewer than half of its stretches of eight tokens are known', () => {
    const eights = (text: string): string[] => {
      const tokens = text.match(/\p{Script=Han}|[^\s\p{Script=Han}]+/gu) ?? [];
      return tokens.slice(7).map((_, i) => tokens.slice(i, i + 8).join(' '));
    };
    const known = new Set(trained.flatMap(eights));
    const near = tested.filter(text => {
      const own = eights(text);
      return own.length >= 4 && own.filter(one => known.has(one)).length / own.length >= 0.5;
    });
    expect(near).toEqual([]);
  });

  it('the same seed gives the same example, another seed another one', () => {
    for (const task of taskNames) {
      expect(exampleOf(task, 'zh', 'train', 'a')).toEqual(exampleOf(task, 'zh', 'train', 'a'));
      const others = Array.from({ length: 20 }, (_, i) => textOf(exampleOf(task, 'en', 'train', `b${i}`)));
      expect(new Set(others).size).toBeGreaterThan(10);
    }
  });
});
