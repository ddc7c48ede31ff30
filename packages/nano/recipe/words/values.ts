// Values that facts, tools and forms are filled with, in both languages.
import { isHeldOut, type World } from '../world.ts';
import * as namesEn from './names-en.ts';
import * as namesZh from './names-zh.ts';
import * as en from './nouns-en.ts';
import * as zh from './nouns-zh.ts';

export const nouns = (world: World): typeof en | typeof zh => (world.zh ? zh : en);

export const person = (world: World): string =>
  world.zh ? namesZh.person(world) : world.chance(0.5) ? namesEn.given(world) : namesEn.person(world);
export const fullName = (world: World): string => (world.zh ? namesZh.person(world) : namesEn.person(world));
export const place = (world: World): string => (world.zh ? namesZh.place(world) : namesEn.place(world));
export const firm = (world: World): string => (world.zh ? namesZh.firm(world) : namesEn.firm(world));
const nonsense = (world: World): string => (world.zh ? namesZh : namesEn).nonsense(world);

/** A word of a short list; while training often one that means nothing, so that values are copied and not remembered. */
export const fromList = (world: World, list: readonly string[]): string =>
  world.split === 'train' && world.chance(0.45) ? nonsense(world) : world.word(list);

export const job = (world: World): string => fromList(world, nouns(world).jobs);
export const colour = (world: World): string => world.pick(nouns(world).colours);
export const hobby = (world: World): string => fromList(world, nouns(world).hobbies);
export const dish = (world: World): string => fromList(world, nouns(world).dishes);
export const language = (world: World): string => world.pick(nouns(world).languages);
export const animal = (world: World): string => fromList(world, world.zh ? zh.categories.动物! : en.categories.animal!);
export const vehicle = (world: World): string =>
  fromList(world, world.zh ? zh.categories.交通工具! : en.categories.vehicle!);
export const instrument = (world: World): string =>
  fromList(world, world.zh ? zh.categories.乐器! : en.categories.instrument!);

/** A thing with what describes it, such as "blue kettle" or 红色水壶: held out is the thing, or that it is so described. */
export function product(world: World): string {
  const { goods, colours, materials } = nouns(world);
  const heldOut = world.split === 'heldOut';
  for (;;) {
    const madeUp = world.chance(heldOut ? 0.12 : 0.25);
    const newThing = madeUp || (heldOut && world.chance(0.5));
    const noun = madeUp ? nonsense(world) : newThing ? world.word(goods) : world.known(goods);
    if (world.chance(0.4)) {
      if (newThing || !heldOut) return noun;
      continue;
    }
    const adjective = world.pick(world.chance(0.5) ? colours : materials);
    const whole = world.zh ? adjective + noun : `${adjective} ${noun}`;
    if (newThing || isHeldOut(whole) === heldOut) return whole;
  }
}

/** A number with this many digits, which is of this split. */
export const digits = (world: World, count: number): string =>
  world.own(() => Array.from({ length: count }, (_, i) => world.between(i === 0 ? 1 : 0, 9)).join(''));

/** An order number such as K4821. */
export const code = (world: World): string =>
  world.own(() => world.pick([...'ABCDEFGHKLMNPRSTWX']) + digits(world, world.between(3, 5)));

export const price = (world: World): string => {
  const amount = world.chance(0.5) ? world.between(2, 99) : world.between(10, 95) * 10;
  return world.zh ? `${amount}元` : world.chance(0.5) ? `$${amount}` : `${amount} dollars`;
};

/** A day such as "12 May" or 5月12日. */
export const date = (world: World): string => {
  const day = world.between(1, 28);
  if (world.zh) return `${world.between(1, 12)}月${day}日`;
  const month = world.pick(en.months);
  return world.chance(0.5) ? `${day} ${month}` : `${month} ${day}`;
};

/** A time of day such as "7:30" or 下午三点. */
export const time = (world: World): string => {
  if (!world.zh) return `${world.between(1, 12)}:${world.pick(['00', '15', '30', '45'])}`;
  return `${world.pick(['上午', '下午'])}${world.between(1, 12)}点${world.pick(['', '半', '一刻'])}`;
};

export const mail = (world: World): string =>
  `${namesEn.given(world).toLowerCase()}${world.chance(0.5) ? world.between(1, 99) : ''}@${namesEn.place(world).toLowerCase()}.${world.pick(['com', 'org', 'net'])}`;
