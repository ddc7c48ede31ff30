// Copying and looking up among words without any sense. Everything else that nano does rests on this, and here nearly every token
// of the answer teaches it; so it comes often while the model is young.
import { type Example, exchange } from '../example.ts';
import * as namesEn from '../words/names-en.ts';
import * as namesZh from '../words/names-zh.ts';
import * as value from '../words/values.ts';
import type { Frames, World } from '../world.ts';

const frames = (train: string, test: string): Frames => ({ train: train.split(' / '), test: test.split(' / ') });
const asks = {
  en: {
    copy: frames('Repeat: {l} / Copy this: {l} / Say again: {l}', 'Once more the same: {l}'),
    continued: frames('Go on: {l} / Continue: {l}', 'Keep going: {l}'),
    several: frames('{l}\nGive {k}. / {l}\nWhat are {k}? / Look up {k}.\n{l}', '{l}\nRead out {k}.'),
    one: frames('{l}\n{k}: / {l}\nWhat is {k}? / What stands by {k}?\n{l}', '{l}\nFind {k}.'),
  },
  zh: {
    copy: frames('重复：{l} / 照抄：{l} / 再说一遍：{l}', '同样再来一次：{l}'),
    continued: frames('接着说：{l} / 继续：{l}', '往下说：{l}'),
    several: frames('{l}\n给出{k}。 / {l}\n{k}是什么？ / 查{k}。\n{l}', '{l}\n读出{k}。'),
    one: frames('{l}\n{k}： / {l}\n{k}是什么？ / {k}旁边是什么？\n{l}', '{l}\n找{k}。'),
  },
} as const;

function item(world: World): string {
  const { allThings, hobbies, dishes } = value.nouns(world);
  switch (world.between(0, 6)) {
    case 0:
      return world.word(allThings);
    case 1:
      return world.word(world.chance(0.5) ? hobbies : dishes);
    case 2:
      return value.place(world);
    case 3:
      return world.chance(0.5)
        ? value.code(world)
        : value.digits(world, world.split === 'train' ? world.between(1, 3) : 3);
    case 4:
      return value.colour(world);
    case 5:
      return value.person(world);
    default:
      return (world.zh ? namesZh : namesEn).nonsense(world);
  }
}

/** Different items, as many as are wanted. */
function items(world: World, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(item(world));
  return [...found];
}

/** Makes an example. */
export function recall(world: World, size = 1): Example {
  const about = { task: 'recall', language: world.language } as const;
  const ask = asks[world.language];
  const most = size < 0.3 ? 6 : size < 0.7 ? 10 : 14;
  const comma = world.zh ? world.pick(['、', '，', ' ']) : world.pick([', ', ' ', '\n']);
  switch (world.between(0, 4)) {
    case 0: {
      const l = items(world, world.between(2, most)).join(comma);
      return exchange({ ...about, kind: 'copy' }, world.frame(ask.copy, { l }), l);
    }
    case 1: {
      const all = items(world, world.between(3, most));
      const shown = world.between(1, all.length - 1);
      const l = [...all, ...all.slice(0, shown)].join(comma);
      return exchange({ ...about, kind: 'continued' }, world.frame(ask.continued, { l }), all.slice(shown).join(comma));
    }
    default: {
      const count = world.between(2, Math.ceil(most / 2));
      const keys = items(world, count);
      const values = Array.from({ length: count }, () => item(world));
      const colon = world.zh ? '：' : ': ';
      const line = (i: number): string => keys[i]! + colon + values[i]!;
      const l = keys.map((_, i) => line(i)).join('\n');
      const asked = world.some([...keys.keys()], world.chance(0.25) ? 1 : count);
      const k = asked.map(i => keys[i]!).join(world.zh ? '、' : ', ');
      return asked.length === 1
        ? exchange({ ...about, kind: 'one' }, world.frame(ask.one, { l, k }), values[asked[0]!]!)
        : exchange({ ...about, kind: 'several' }, world.frame(ask.several, { l, k }), asked.map(line).join('\n'));
    }
  }
}
