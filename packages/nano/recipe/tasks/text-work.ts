// Work on a text itself: rewriting and ordering.
import { type Example, exchange } from '../example.ts';
import * as en from '../words/nouns-en.ts';
import * as zh from '../words/nouns-zh.ts';
import * as value from '../words/values.ts';
import type { Frames, World } from '../world.ts';
import { describe, subjects, tell } from './facts.ts';
import { everydaySentence } from './talk.ts';

type Ask = Readonly<Record<'en' | 'zh', Frames>>;
const frames = (train: string, test: string): Frames => ({ train: train.split(' / '), test: test.split(' / ') });
const ask = (trainEn: string, testEn: string, trainZh: string, testZh: string): Ask => ({
  en: frames(trainEn, testEn),
  zh: frames(trainZh, testZh),
});

const upper = frames(
  '(Write|Put) in capital letters: {t} / Upper case: {t} / {t}\nWrite this in capitals.',
  'Make all letters capital: {t}',
);
const lower = frames(
  '(Write|Put) in small letters: {t} / Lower case: {t} / {t}\nWrite this without capitals.',
  'Make all letters small: {t}',
);
const past = frames(
  'Put into the past: {t} / {t}\nSay that it happened yesterday. / Past tense: {t}',
  'Rewrite in the past tense. {t}',
);
const polite = ask(
  'Make it polite: {t} / {t}\nSay it politely. / Polite: {t}',
  'Ask for this in a polite way: {t}',
  '说得礼貌些：{t} / {t}\n请改得有礼貌。 / 礼貌：{t}',
  '用礼貌的方式说：{t}',
);
const negate = ask(
  'Say the opposite: {t} / Negate: {t} / {t}\nMake it negative.',
  'Turn into a negative sentence: {t}',
  '改成否定句：{t} / 否定：{t} / {t}\n说成不是这样。',
  '变成否定的句子：{t}',
);
const repeat = ask(
  'Repeat: {t} / Copy (exactly|this): {t} / Say again: {t}',
  'Write down once more what follows: {t}',
  '重复：{t} / (照抄|抄写)：{t} / 再说一遍：{t}',
  '把下面的话再写一次：{t}',
);
const swap = ask(
  'Replace "{a}" by "{b}": {t} / {t}\nWrite "{b}" in place of "{a}".',
  'Change every "{a}" to "{b}" in: {t}',
  '把“{a}”换成“{b}”：{t} / {t}\n用“{b}”代替“{a}”。',
  '将下文的“{a}”都改为“{b}”：{t}',
);
const quote = ask(
  'Put "{t}" into quotes. / Quote: {t}',
  'Write {t} between quotation marks.',
  '给{t}加上引号。 / 引用：{t}',
  '把{t}写在引号里。',
);

/** Makes an example of rewriting. */
export function rewrite(world: World): Example {
  const about = { task: 'rewrite', language: world.language } as const;
  const make = (kind: string, frame: Frames, slots: Record<string, string>, answer: string): Example =>
    exchange({ ...about, kind }, world.frame(frame, slots), answer);
  const fact = () => {
    const { facts } = describe(world, world.pick(subjects(world)), 1);
    return { ...facts[0]!, t: tell(world, facts[0]!) };
  };
  const { language } = world;
  switch (world.between(0, world.zh ? 4 : 7)) {
    case 0: {
      const t = world.split === 'train' && world.chance(0.6) ? everydaySentence(world) : fact().t;
      return make('repeat', repeat[language], { t }, t);
    }
    case 1: {
      const { t, value: a, attribute } = fact();
      const b = attribute.value(world);
      return make('swap', swap[language], { t, a, b }, t.replaceAll(a, b));
    }
    case 2: {
      const thing = value.product(world);
      if (world.zh) {
        const verb = world.pick(zh.verbs);
        return make('polite', polite.zh, { t: `${verb}${thing}！` }, `请您${verb}${thing}，好吗？`);
      }
      const [verb] = world.pick(en.verbs);
      return make(
        'polite',
        polite.en,
        { t: `${verb[0]!.toUpperCase()}${verb.slice(1)} the ${thing}!` },
        `Could you please ${verb} the ${thing}?`,
      );
    }
    case 3: {
      const thing = value.product(world);
      const [a] = world.pick(value.nouns(world).opposites);
      return world.zh
        ? make('negate', negate.zh, { t: `${thing}很${a}。` }, `${thing}不${a}。`)
        : make('negate', negate.en, { t: `The ${thing} is ${a}.` }, `The ${thing} is not ${a}.`);
    }
    case 4: {
      const t = world.chance(0.5) ? value.fullName(world) : value.product(world);
      return make('quote', quote[language], { t }, world.zh ? `“${t}”` : `"${t}"`);
    }
    case 5: {
      const t = world.chance(0.5) ? value.place(world) : value.product(world);
      return make('upper', upper, { t }, t.toUpperCase());
    }
    case 6: {
      const t = world.chance(0.5) ? value.fullName(world) : value.firm(world);
      return make('lower', lower, { t }, t.toLowerCase());
    }
    default: {
      const [verb, verbs, did] = world.pick(en.verbs);
      const thing = value.product(world);
      const who = world.chance(0.3) ? 'We' : value.person(world);
      const t = `${who} ${who === 'We' ? verb : verbs} the ${thing}.`;
      return make('past', past, { t }, `${who} ${did} the ${thing}.`);
    }
  }
}

const reverse = ask(
  'Reverse the order: {l} / {l}\nWrite this list backwards. / Backwards: {l}',
  'Turn the list round, last one first: {l}',
  '倒过来排：{l} / {l}\n把列表倒着写。 / 倒序：{l}',
  '从后往前写出列表：{l}',
);
const sort = ask(
  'Sort (the numbers|): {l} / {l}\nFrom small to large: / Put in order: {l}',
  'Arrange these from the smallest up: {l}',
  '(把数字|)从小到大排：{l} / {l}\n由小到大： / 排序：{l}',
  '按从小到大的顺序写：{l}',
);
const alphabet = frames('Sort by the alphabet: {l} / {l}\nPut in alphabetical order.', 'Arrange from A to Z: {l}');
const count = ask(
  'How many (things|items) are in the list: {l}? / Count: {l} / {l}\nHow many is that?',
  'Give the number of entries: {l}',
  '列表里有几个：{l}？ / 数一数：{l} / {l}\n一共几个？',
  '写出有多少项：{l}',
);
const first = ask(
  'What comes first: {l}? / First of {l}: / {l}\nName the first one.',
  'With what does the list begin? {l}',
  '第一个是什么：{l}？ / {l}里的第一个： / {l}\n说出第一个。',
  '列表以什么开头？{l}',
);
const last = ask(
  'What comes last: {l}? / Last of {l}: / {l}\nName the last one.',
  'With what does the list end? {l}',
  '最后一个是什么：{l}？ / {l}里的最后一个： / {l}\n说出最后一个。',
  '列表以什么结尾？{l}',
);
const next = ask(
  'What comes after {a} in: {l}? / {l}\nWhich one follows {a}?',
  'In this list, name what stands behind {a}: {l}',
  '{l}里{a}后面是什么？ / {l}\n{a}的下一个是什么？',
  '在列表里说出{a}之后的：{l}',
);

/** Makes an example of ordering, counting and picking. */
export function order(world: World, size = 1): Example {
  const about = { task: 'order', language: world.language } as const;
  const comma = world.zh ? '、' : ', ';
  const { language } = world;
  const length = world.between(2, size < 0.5 ? 3 : 5);
  const items = world.words(value.nouns(world).allThings, length);
  const l = items.join(comma);
  const make = (kind: string, frame: Frames, slots: Record<string, string>, answer: string): Example =>
    exchange({ ...about, kind }, world.frame(frame, slots), answer);
  switch (world.between(0, world.zh ? 5 : 6)) {
    case 0:
      return make('reverse', reverse[language], { l }, items.toReversed().join(comma));
    case 1: {
      const numbers = [...new Set(items.map(() => world.between(1, 99)))];
      return make('sort', sort[language], { l: numbers.join(comma) }, numbers.toSorted((a, b) => a - b).join(comma));
    }
    case 2:
      return make('count', count[language], { l }, `${items.length}`);
    case 3:
      return make('first', first[language], { l }, items[0]!);
    case 4:
      return make('last', last[language], { l }, items.at(-1)!);
    case 5: {
      const place = world.random.integer(items.length - 1);
      return make('next', next[language], { l, a: items[place]! }, items[place + 1]!);
    }
    default:
      return make('alphabet', alphabet, { l }, items.toSorted().join(comma));
  }
}
