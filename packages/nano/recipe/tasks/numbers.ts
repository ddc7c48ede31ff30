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
      '{a}+{b}(=|)',
      '(What is|How much is|Find|Solve|Answer:|Now) {a} (+|and) {b}(?|)',
      '(Add|Add up|Sum up|Please add) {a} and {b}.',
      '(Compute|Work out|Find|Count|Do the sum|Calculate) {a} + {b}.',
      '{a} plus {b} (is|equals|makes|gives|=)',
      '(What do|How much do) {a} and {b} (make|give)(| together| in all)?',
      '(Find|Tell me|Write|What is) the (sum|total) of {a} and {b}.',
      'I have {a} and get {b} more. How (much|many) (is that|do I have)?',
      '{a} and {b} (together|added)(:|?)',
      '(Give me|Tell me) {a} plus {b}.',
    ],
    test: ['How much is {a} plus {b}?', 'Give me the sum of {a} and {b}.', 'Calculate: {a} + {b}'],
  },
  zh: {
    train: [
      '{a}+{b}(=|)',
      '{a}( + |加|和|与){b}(等于|得|一共是|合计)(多少|几)？',
      '(请算|计算|算出|求|请问){a}(加|加上|+){b}。',
      '把{a}(和|与){b}(加起来|相加)。',
      '{a}加{b}(是|等于|得|=)',
      '(求|算|计算){a}和{b}的(和|总和|总数)。',
      '我有{a}个，又得到{b}个，一共(多少|几个)？',
      '{a}与{b}(相加|合起来|加在一起)是多少？',
      '(算一下|算算|请算一算)：{a}(+|加){b}',
    ],
    test: ['{a}加上{b}是多少？', '求{a}与{b}的和。', '算一算：{a} + {b}'],
  },
};
const differences: Both = {
  en: {
    train: [
      '{a}-{b}(=|)',
      '(What is|How much is|Find|Solve|Answer:|Now) {a} - {b}(?|)',
      '(Subtract|Take|Take away|Please subtract) {b} from {a}.',
      '(Compute|Work out|Find|Do the sum|Calculate) {a} - {b}.',
      '{a} minus {b} (is|equals|makes|gives|=)',
      '(Find|Tell me|Write|What is) the difference (of|between) {a} and {b}.',
      'I have {a} and give {b} away. How (much|many) (is left|do I have)?',
      'What (is left of|remains of) {a} without {b}?',
      '(Give me|Tell me) {a} minus {b}.',
    ],
    test: ['How much is {a} minus {b}?', 'Give me the difference of {a} and {b}.', 'Calculate: {a} - {b}'],
  },
  zh: {
    train: [
      '{a}-{b}(=|)',
      '{a}( - |减){b}(等于|得|还剩)(多少|几)？',
      '(请算|计算|算出|求|请问){a}(减|减去|-){b}。',
      '从{a}里(减去|去掉|拿走){b}。',
      '{a}减{b}(是|等于|得|=)',
      '(求|算|计算){a}和{b}的差。',
      '我有{a}个，给了别人{b}个，还剩(多少|几个)？',
      '{a}与{b}(相差|差)多少？',
      '(算一下|算算|请算一算)：{a}(-|减){b}',
    ],
    test: ['{a}减去{b}是多少？', '求{a}与{b}的差。', '算一算：{a} - {b}'],
  },
};
const words: Both = {
  en: {
    train: [
      '(Write|Spell|Say|Give|Put down) {n} in words.',
      'How (does one|do you|do I) (say|spell|read|write) {n}( in words|)?',
      '{n} (in words|as words|in letters)(:|?)',
      '(Which|What) (words are|is the word for) {n}?',
      '(Turn|Change|Put) {n} into (words|letters).',
      'The number {n} in words(:|, please.)',
    ],
    test: ['Put the number {n} into words.', 'Which words stand for {n}?'],
  },
  zh: {
    train: [
      '把{n}(写成|变成|换成)(汉字|中文|中文数字)。',
      '{n}(用汉字|用中文|的汉字)怎么(写|读|说)？',
      '{n}的(汉字|中文|读法)：',
      '(用汉字|用中文)写{n}。',
      '{n}怎么(读|念)？',
      '数字{n}的(中文|汉字)(写法|)是什么？',
    ],
    test: ['请用中文数字写{n}。', '{n}读作什么？'],
  },
};
const inDigits: Both = {
  en: {
    train: [
      '(Write|Give|Say|Put down) {n} (in|with|as) digits.',
      '(Which|What) number (is|do you write for|is meant by) {n}?',
      '{n} (in digits|as a number|in figures)(:|?)',
      '(Turn|Change) {n} into (digits|a number|figures).',
      'How do you write {n} in digits?',
      'The digits of "{n}"(:|, please.)',
    ],
    test: ['Put {n} into digits.', 'What number does "{n}" stand for?'],
  },
  zh: {
    train: [
      '把{n}(写成|变成|换成)(数字|阿拉伯数字)。',
      '{n}(用数字|用阿拉伯数字)怎么写？',
      '{n}的(数字|阿拉伯数字)：',
      '用数字写{n}。',
      '“{n}”是(多少|几|什么数)？',
      '{n}是哪个数字？',
    ],
    test: ['请用阿拉伯数字写{n}。', '“{n}”是哪个数？'],
  },
};
const compare: Both = {
  en: {
    train: [
      'Which (number |)is (larger|greater|bigger|the biggest|highest): {l}?',
      'The (largest|greatest|biggest|highest) (number |)of {l}?',
      '(Find|Choose|Name) the (largest|greatest|biggest) (number|one): {l}',
      '{l}\nWhich is (the highest|the largest|biggest)?',
    ],
    test: ['Pick the biggest number: {l}', 'Of {l}, which is highest?'],
  },
  zh: {
    train: [
      '哪个(数|)(更大|最大|最高)：{l}？',
      '{l}(里|中)最大的(数|)是哪个？',
      '(找出|挑出|说出)最大的(数|一个)：{l}',
      '{l}，哪个(最大|数大)？',
    ],
    test: ['选出最大的数：{l}', '{l}，哪个数最高？'],
  },
};

/** Numbers of this split: one pair in ten is never in training, in either order. */
function pair(world: World, highest: number): [number, number] {
  for (;;) {
    const a = world.between(0, highest);
    const b = world.between(0, highest);
    if (isHeldOut(`${Math.min(a, b)}&${Math.max(a, b)}`) === (world.split === 'heldOut')) return [a, b];
  }
}

const digitsOf = (number: number): [tens: number, ones: number] => [Math.floor(number / 10), number % 10];

/** A sum below 200 with its working, digit by digit as on paper: the answer is what stands last. */
export function added(a: number, b: number): string {
  const [tenA, oneA] = digitsOf(a);
  const [tenB, oneB] = digitsOf(b);
  const ones = oneA + oneB;
  const carry = ones > 9 ? '+1' : '';
  return `${a}+${b}: ${oneA}+${oneB}=${ones}, ${tenA}+${tenB}${carry}=${tenA + tenB + carry.length / 2}. ${a + b}`;
}

/** A difference with its working; `a` is not below `b`. */
export function subtracted(a: number, b: number): string {
  const [tenA, oneA] = digitsOf(a);
  const [tenB, oneB] = digitsOf(b);
  const borrow = oneA < oneB ? 1 : 0;
  const above = oneA + 10 * borrow;
  return `${a}-${b}: ${above}-${oneB}=${above - oneB}, ${tenA}-${tenB}${borrow ? '-1' : ''}=${tenA - tenB - borrow}. ${a - b}`;
}

/** What is said has the working before the answer. */
const worked = (about: Parameters<typeof exchange>[0], question: string, said: string, answer: number): Example => ({
  ...exchange(about, question, said),
  answer: `${answer}`,
});

/** The steps of the working by themselves, many in few tokens. */
function drill(world: World): Example {
  const steps = Array.from({ length: world.between(6, 14) }, (): [asked: string, result: number] => {
    const a = world.between(0, 9);
    const b = world.between(0, 9);
    const more = world.chance(0.3);
    if (world.chance(0.6)) return [`${a}+${b}${more ? '+1' : ''}`, a + b + (more ? 1 : 0)];
    return more && a > 0 ? [`${a + b}-${b}-1`, a - 1] : [`${a + b}-${b}`, a];
  });
  const between = world.pick([' ', ', ', '\n']);
  return exchange(
    { task: 'arithmetic', language: world.language, kind: 'drill' },
    steps.map(([asked]) => asked).join(between),
    steps.map(([asked, result]) => `${asked}=${result}`).join(between),
  );
}

/** Makes an example; below a size of 0.3 sums stay below 20. */
export function arithmetic(world: World, size = 1): Example {
  const { language } = world;
  const about = { task: 'arithmetic', language } as const;
  if (world.split === 'train' && world.chance(0.25)) return drill(world);
  const chosen = world.random.uniform();
  // In training more of what is less known: subtraction, and numbers in words.
  const [sum, difference, word, digit] = world.split === 'train' ? [0.3, 0.55, 0.75, 0.93] : [0.5, 0.7, 0.8, 0.9];
  if (chosen < sum) {
    const highest = size < 0.3 ? 9 : 99;
    // Several at once while learning: as much to learn in fewer tokens.
    if (world.split === 'train' && world.chance(0.5)) {
      const pairs = Array.from({ length: world.between(2, 4) }, () => pair(world, highest));
      const question = pairs.map(([a, b]) => `${a}+${b}=`).join('\n');
      return exchange({ ...about, kind: 'list' }, question, pairs.map(([a, b]) => added(a, b)).join('\n'));
    }
    const [a, b] = pair(world, highest);
    return worked({ ...about, kind: 'addition' }, world.frame(sums[language], { a, b }), added(a, b), a + b);
  }
  if (chosen < difference) {
    const [x, y] = pair(world, size < 0.3 ? 9 : 99);
    const [a, b] = [Math.max(x, y), Math.min(x, y)];
    return worked(
      { ...about, kind: 'subtraction' },
      world.frame(differences[language], { a, b }),
      subtracted(a, b),
      a - b,
    );
  }
  const number = world.between(0, 120);
  if (chosen < word)
    return exchange(
      { ...about, kind: 'words' },
      world.frame(words[language], { n: number }),
      inWords(number, language),
    );
  if (chosen < digit)
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
    train: [
      '(Which|What) day (comes|is|follows) (after|behind|next to) {d}?',
      '(What|Which) (day |)follows {d}?',
      '(Today|It) is {d}( today|). (What|Which day) (is|comes|will be) (tomorrow|next)?',
      'After {d} comes(:|)',
      '(Tell me|Say) the day (after|that follows) {d}.',
      '(Now|Today) it is {d}, (what is tomorrow|which day is tomorrow|what day comes next)?',
      'The day after {d}(:|?)',
    ],
    test: ['Name the day after {d}.', 'If it is {d} now, which day is next?'],
  },
  zh: {
    train: [
      '{d}的(后一天|第二天|下一天|次日)是(星期几|哪天|什么)？',
      '{d}(之后|后面|过后)是(哪一天|星期几|哪天)？',
      '(今天|现在|今日)是{d}，(明天|下一天)(是星期几|呢|星期几)？',
      '{d}过了是(哪天|星期几)？',
      '(说说|告诉我){d}的(后一天|次日)。',
    ],
    test: ['请说出{d}的下一天。', '如果现在是{d}，明天是哪天？'],
  },
};
const before: Both = {
  en: {
    train: [
      '(Which|What) day (comes|is|was) (before|just before) {d}?',
      '(Today|It) is {d}( today|). (What|Which day) (was|has just been) (yesterday|it before)?',
      'Before {d} comes(:|)',
      '(Tell me|Say) the day (before|that ends when it is) {d}.',
      '(Now|Today) it is {d}, (what was yesterday|which day was yesterday|which day has ended)?',
      'The day before {d}(:|?)',
    ],
    test: ['Name the day before {d}.', 'If it is {d} now, which day has just ended?'],
  },
  zh: {
    train: [
      '{d}的(前一天|上一天)是(星期几|哪天|什么)？',
      '{d}(之前|前面)是(哪一天|星期几|哪天)？',
      '(今天|现在|今日)是{d}，(昨天|上一天)(是星期几|呢|星期几)？',
      '(说说|告诉我){d}的前一天。',
    ],
    test: ['请说出{d}的上一天。', '如果现在是{d}，昨天是哪天？'],
  },
};
const toDigits: Both = {
  en: {
    train: [
      '(Write|Give) {d} as digits (month/day).',
      '{d} (as|in) month/day(:|?)',
      '(Give|Write|Turn) (the date |){d} (in|into) the form month/day.',
      'How is {d} written as month/day?',
      'Month/day of {d}:',
    ],
    test: ['Put {d} in the month/day form.', 'In month/day, what is {d}?'],
  },
  zh: {
    train: [
      '把{d}(写成|变成)(数字|)（月/日）。',
      '{d}用月/日的形式(：|怎么写？)',
      '用月/日写(出|)(日期|){d}。',
      '{d}的月/日(写法|形式)(：|是什么？)',
      '{d}变成月/日：',
    ],
    test: ['请把{d}换成月/日。', '{d}写成月/日是什么？'],
  },
};
const toWords: Both = {
  en: {
    train: [
      '(Which|What) (date|day) is {d}?',
      '(Write|Say|Give) {d} (month/day) (in words|as a day).',
      '{d} (in words|as a date|as day and month)(:|?)',
      '(Turn|Read) {d} (into|as) a date.',
      'The date {d} means(:|)',
    ],
    test: ['Say {d} (month/day) as a date.', 'What date does {d} stand for?'],
  },
  zh: {
    train: [
      '{d}是(哪一天|几月几日|哪天)？',
      '把{d}(写成|换成)(几月几日|中文日期)。',
      '{d}的(中文|)日期(：|是什么？)',
      '{d}怎么读？',
      '用中文写日期{d}。',
    ],
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
