// Arithmetic and dates, in digits and in words.
import { type Example, exchange } from '../example.ts';
import * as en from '../words/nouns-en.ts';
import * as zh from '../words/nouns-zh.ts';
import { type Frames, isHeldOut, type World } from '../world.ts';

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = ' ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const characters = [...'零一二三四五六七八九'];

/** A number up to 199 in words. */
export function inWords(number: number, language: 'en' | 'zh'): string {
  if (language === 'zh') {
    if (number < 10) return characters[number]!;
    if (number >= 100) {
      const rest = number - 100;
      return `一百${rest === 0 ? '' : rest < 10 ? `零${characters[rest]}` : rest < 20 ? `一${inWords(rest, 'zh')}` : inWords(rest, 'zh')}`;
    }
    const [ten, one] = [Math.floor(number / 10), number % 10];
    return `${ten === 1 ? '' : characters[ten]}十${one === 0 ? '' : characters[one]}`;
  }
  if (number < 20) return small[number]!;
  if (number >= 100) return `one hundred${number === 100 ? '' : ` and ${inWords(number - 100, 'en')}`}`;
  return tens[Math.floor(number / 10)]! + (number % 10 === 0 ? '' : `-${small[number % 10]}`);
}

type Both = Readonly<Record<'en' | 'zh', Frames>>;
const sums: Both = {
  en: {
    train: [
      '{a}+{b}=',
      'What is {a} + {b}?',
      '(Add|Add up) {a} and {b}.',
      '(Compute|Work out) {a} + {b}.',
      '{a} plus {b} is',
    ],
    test: ['How much is {a} plus {b}?', 'Give me the sum of {a} and {b}.', 'Calculate: {a} + {b}'],
  },
  zh: {
    train: ['{a}+{b}=', '{a} + {b}等于多少？', '(请算|计算){a}加{b}。', '把{a}和{b}加起来。', '{a}加{b}是'],
    test: ['{a}加上{b}是多少？', '求{a}与{b}的和。', '算一算：{a} + {b}'],
  },
};
const differences: Both = {
  en: {
    train: [
      '{a}-{b}=',
      'What is {a} - {b}?',
      '(Subtract|Take) {b} from {a}.',
      '(Compute|Work out) {a} - {b}.',
      '{a} minus {b} is',
    ],
    test: ['How much is {a} minus {b}?', 'Give me the difference of {a} and {b}.', 'Calculate: {a} - {b}'],
  },
  zh: {
    train: ['{a}-{b}=', '{a} - {b}等于多少？', '(请算|计算){a}减{b}。', '从{a}里减去{b}。', '{a}减{b}是'],
    test: ['{a}减去{b}是多少？', '求{a}与{b}的差。', '算一算：{a} - {b}'],
  },
};
const words: Both = {
  en: {
    train: ['(Write|Spell) {n} in words.', 'How does one say {n}?', '{n} in words:'],
    test: ['Put the number {n} into words.', 'Which words stand for {n}?'],
  },
  zh: {
    train: ['把{n}写成汉字。', '{n}用汉字怎么写？', '{n}的汉字：'],
    test: ['请用中文数字写{n}。', '{n}读作什么？'],
  },
};
const inDigits: Both = {
  en: {
    train: ['(Write|Give) {n} in digits.', 'Which number is {n}?', '{n} in digits:'],
    test: ['Put {n} into digits.', 'What number does "{n}" stand for?'],
  },
  zh: {
    train: ['把{n}写成数字。', '{n}用数字怎么写？', '{n}的数字：'],
    test: ['请用阿拉伯数字写{n}。', '“{n}”是哪个数？'],
  },
};
const compare: Both = {
  en: {
    train: ['Which is (larger|greater): {l}?', 'The (largest|greatest) of {l}?'],
    test: ['Pick the biggest number: {l}', 'Of {l}, which is highest?'],
  },
  zh: { train: ['哪个(更大|最大)：{l}？', '{l}里最大的是哪个？'], test: ['选出最大的数：{l}', '{l}，哪个数最高？'] },
};

/** Numbers of this split: one pair in ten is never in training, in either order. */
function pair(world: World, highest: number): [number, number] {
  for (;;) {
    const a = world.between(0, highest);
    const b = world.between(0, highest);
    if (isHeldOut(`${Math.min(a, b)}&${Math.max(a, b)}`) === (world.split === 'heldOut')) return [a, b];
  }
}

/** Makes an example; below a size of 0.3 sums stay below 20. */
export function arithmetic(world: World, size = 1): Example {
  const { language } = world;
  const about = { task: 'arithmetic', language } as const;
  const chosen = world.random.uniform();
  if (chosen < 0.5) {
    const highest = size < 0.3 ? 9 : 99;
    // Several at once while learning: as much to learn in fewer tokens.
    if (world.split === 'train' && world.chance(0.5)) {
      const pairs = Array.from({ length: world.between(2, 6) }, () => pair(world, highest));
      const question = pairs.map(([a, b]) => `${a}+${b}=`).join('\n');
      return exchange({ ...about, kind: 'list' }, question, pairs.map(([a, b]) => `${a}+${b}=${a + b}`).join('\n'));
    }
    const [a, b] = pair(world, highest);
    return exchange({ ...about, kind: 'addition' }, world.frame(sums[language], { a, b }), `${a + b}`);
  }
  if (chosen < 0.7) {
    const [x, y] = pair(world, size < 0.3 ? 9 : 99);
    const [a, b] = [Math.max(x, y), Math.min(x, y)];
    return exchange({ ...about, kind: 'subtraction' }, world.frame(differences[language], { a, b }), `${a - b}`);
  }
  const number = world.between(0, 120);
  if (chosen < 0.8)
    return exchange(
      { ...about, kind: 'words' },
      world.frame(words[language], { n: number }),
      inWords(number, language),
    );
  if (chosen < 0.9)
    return exchange(
      { ...about, kind: 'digits' },
      world.frame(inDigits[language], { n: inWords(number, language) }),
      `${number}`,
    );
  const numbers = [...new Set([pair(world, 99), pair(world, 99)].flat())].slice(0, world.between(2, 4));
  const l = numbers.join(world.zh ? '、' : ', ');
  return exchange({ ...about, kind: 'compare' }, world.frame(compare[language], { l }), `${Math.max(...numbers)}`);
}

const after: Both = {
  en: {
    train: ['Which day comes after {d}?', 'What day follows {d}?', 'Today is {d}. What is tomorrow?'],
    test: ['Name the day after {d}.', 'If it is {d} now, which day is next?'],
  },
  zh: {
    train: ['{d}的后一天是星期几？', '{d}之后是哪一天？', '今天是{d}，明天是星期几？'],
    test: ['请说出{d}的下一天。', '如果现在是{d}，明天是哪天？'],
  },
};
const before: Both = {
  en: {
    train: ['Which day comes before {d}?', 'Today is {d}. What was yesterday?'],
    test: ['Name the day before {d}.', 'If it is {d} now, which day has just ended?'],
  },
  zh: {
    train: ['{d}的前一天是星期几？', '今天是{d}，昨天是星期几？'],
    test: ['请说出{d}的上一天。', '如果现在是{d}，昨天是哪天？'],
  },
};
const toDigits: Both = {
  en: {
    train: ['Write {d} as digits (month/day).', '{d} as month/day:', 'Give the date {d} in the form month/day.'],
    test: ['Put {d} in the month/day form.', 'In month/day, what is {d}?'],
  },
  zh: {
    train: ['把{d}写成数字（月/日）。', '{d}用月/日的形式：', '用月/日写出日期{d}。'],
    test: ['请把{d}换成月/日。', '{d}写成月/日是什么？'],
  },
};
const toWords: Both = {
  en: {
    train: ['Which date is {d}?', 'Write {d} (month/day) in words.', '{d} in words:'],
    test: ['Say {d} (month/day) as a date.', 'What date does {d} stand for?'],
  },
  zh: {
    train: ['{d}是哪一天？', '把{d}写成几月几日。', '{d}的中文日期：'],
    test: ['请把{d}读成日期。', '{d}表示几月几日？'],
  },
};

/** Makes an example about days and dates. */
export function dates(world: World): Example {
  const { language } = world;
  const { weekdays } = world.zh ? zh : en;
  const about = { task: 'dates', language } as const;
  const month = world.between(1, 12);
  const day = world.between(1, 28);
  const digits = `${month}/${day}`;
  const written = world.zh ? `${inWords(month, 'zh')}月${inWords(day, 'zh')}日` : `${day} ${en.months[month - 1]}`;
  switch (world.between(0, 3)) {
    case 0:
    case 1: {
      const place = world.between(0, 6);
      const next = world.chance(0.5);
      const slots = { d: weekdays[place]! };
      const answer = weekdays[(place + (next ? 1 : 6)) % 7]!;
      return exchange(
        { ...about, kind: next ? 'next-day' : 'day-before' },
        world.frame((next ? after : before)[language], slots),
        answer,
      );
    }
    case 2:
      return exchange({ ...about, kind: 'to-digits' }, world.frame(toDigits[language], { d: written }), digits);
    default:
      return exchange({ ...about, kind: 'to-words' }, world.frame(toWords[language], { d: digits }), written);
  }
}
