// Talk: few-shot prompts, dialogues with follow-up questions, word knowledge, and plain prose.
import type { Message } from '@modeshift/core';
import { type Example, exchange } from '../example.ts';
import { everyday } from '../words/sentences.ts';
import * as value from '../words/values.ts';
import { type Frames, isHeldOut, type World } from '../world.ts';
import { message } from './classify.ts';
import { askFor, describe, passage, subjects, tell } from './facts.ts';
import { topicSets } from './topics.ts';

const frames = (train: string, test: string): Frames => ({ train: train.split(' / '), test: test.split(' / ') });

/** A mapping that the examples of a prompt show. */
function mapping(world: World): { readonly kind: string; readonly next: () => readonly [string, string] } {
  const { allThings, categories, opposites } = value.nouns(world);
  switch (world.between(0, 6)) {
    case 0: {
      // Categories get words that mean nothing, or names: only the examples tell.
      const chosen = world.some(Object.keys(categories), 2);
      const names = world.chance(0.5) ? world.words(allThings, 2) : [value.place(world), value.place(world)];
      return {
        kind: 'category',
        next: () => {
          const i = world.random.integer(2);
          return [world.known(categories[chosen[i]!]!), names[i]!];
        },
      };
    }
    case 1: {
      const topics = world.some(topicSets[world.chance(0.5) ? 'desk' : 'mood'][world.language], 2);
      const names = world.chance(0.5) ? topics.map(one => world.pick(one.labels)) : world.words(allThings, 2);
      return {
        kind: 'topic',
        next: () => {
          const i = world.random.integer(2);
          return [message(world, topics[i]!), names[i]!];
        },
      };
    }
    case 2: {
      const mark = world.pick([...'!?#*']);
      return {
        kind: 'mark',
        next: () => {
          const word = world.word(allThings);
          return [word, `${mark}${word}${mark}`];
        },
      };
    }
    case 3:
      return {
        kind: 'second',
        next: () => {
          const [a, b] = [world.word(allThings), value.place(world)];
          return [`${a} ${b}`, b];
        },
      };
    case 4:
      return {
        kind: 'first',
        next: () => {
          const [a, b] = [world.word(allThings), value.place(world)];
          return [`${a} ${b}`, a];
        },
      };
    case 5: {
      const { facts } = describe(world, world.pick(subjects(world)), 1);
      const { attribute } = facts[0]!;
      const make = world.pick(subjects(world).filter(one => one.attributes.includes(attribute))).make;
      return {
        kind: 'fact',
        next: () => {
          const v = attribute.value(world);
          return [tell(world, { subject: make(world), attribute, value: v }), v];
        },
      };
    }
    default:
      return { kind: 'opposite', next: () => world.shuffled(world.pick(opposites)) as [string, string] };
  }
}

const arrows = frames('{x} -> {y} / {x} => {y} / {x}: {y} / {x} = {y}', '{x} | {y} / {x} ~ {y}');

/** Makes a few-shot prompt: as turns, or as lines of one message. */
export function fewShot(world: World, size = 1): Example {
  const about = { task: 'few-shot', language: world.language } as const;
  const { kind, next } = mapping(world);
  const shots = world.between(3, size < 0.5 ? 4 : 6);
  const pairs = Array.from({ length: shots + 1 }, next);
  // Where outputs are names for classes, the wanted one is among those that are shown.
  const named = kind === 'category' || kind === 'topic';
  while (named && !pairs.slice(0, -1).some(([, shown]) => shown === pairs.at(-1)![1])) pairs[shots] = next();
  if (world.chance(0.5)) {
    const messages = pairs.flatMap(([x, y]): Message[] => [
      { role: 'user', content: x },
      { role: 'assistant', content: y },
    ]);
    return { ...about, kind, messages, answer: pairs.at(-1)![1] };
  }
  const arrow = world.pick(world.split === 'train' ? arrows.train : arrows.test);
  const lines = pairs.map(([x, y], i) => world.fill(arrow, { x, y: i < shots ? y : '' }).trimEnd());
  return exchange({ ...about, kind }, lines.join('\n'), pairs.at(-1)![1]);
}

const desk = {
  en: {
    open: frames(
      'Hello, my name is {n}. / Hi, {n} here. / Good morning, I am {n}. / This is {n} speaking.',
      'My name is {n}, good evening. / You are talking to {n}.',
    ),
    greet: 'Hello {n}, how can I help you?',
    order: frames(
      'It is about order {c}. / I have a question on {c}. / My order is {c}.',
      'I call because of {c}. / The number is {c}.',
    ),
    ack: 'Thank you. What is wrong with {c}?',
    problem: frames(
      'The {g} is broken. / The {g} did not arrive. / I got the wrong {g}.',
      'There is a problem with the {g}. / I am not happy with the {g}.',
    ),
    sorry: 'I am sorry about the {g}. We will take care of it.',
    again: [
      [frames('What was my order number? / Which order did I name?', 'Tell me my order number again.'), 'c'],
      [frames('What is my name? / Do you know my name?', 'Say my name again.'), 'n'],
      [frames('Which product is it about? / What did I complain about?', 'Name the product again.'), 'g'],
    ] as const,
    thanks: frames('Thank you. / Thanks, bye! / Good, thank you.', 'Many thanks, goodbye. / That helps, thanks.'),
    bye: 'You are welcome, {n}. Goodbye!',
    system: 'You work at the service desk of {f}.',
  },
  zh: {
    open: frames(
      '你好，我叫{n}。 / 您好，我是{n}。 / 早上好，我是{n}。 / 喂，我叫{n}。',
      '晚上好，我的名字是{n}。 / 跟您说话的是{n}。',
    ),
    greet: '您好，{n}，有什么可以帮您？',
    order: frames('关于订单{c}。 / 我想问{c}。 / 我的订单是{c}。', '我打电话是因为{c}。 / 号码是{c}。'),
    ack: '谢谢。{c}有什么问题？',
    problem: frames('{g}坏了。 / {g}没有到。 / {g}发错了。', '{g}有问题。 / 我对{g}不满意。'),
    sorry: '{g}的事很抱歉，我们会处理。',
    again: [
      [frames('我的订单号是什么？ / 我说的是哪个订单？', '再说一遍我的订单号。'), 'c'],
      [frames('我叫什么名字？ / 你知道我的名字吗？', '再说一遍我的名字。'), 'n'],
      [frames('是关于什么商品的？ / 我投诉的是什么？', '再说一遍商品的名字。'), 'g'],
    ] as const,
    thanks: frames('谢谢。 / 谢谢，再见！ / 好的，谢谢。', '非常感谢，再见。 / 有帮助，谢谢。'),
    bye: '不客气，{n}，再见！',
    system: '你在{f}的服务台工作。',
  },
} as const;

/** Makes a dialogue: at the service desk, or with follow-up questions on a text. */
export function dialogue(world: World): Example {
  const about = { task: 'dialogue', language: world.language } as const;
  const messages: Message[] = [];
  const say = (user: string, assistant: string): void => {
    messages.push({ role: 'user', content: user }, { role: 'assistant', content: assistant });
  };
  const done = (kind: string): Example => ({ ...about, kind, messages, answer: messages.at(-1)!.content as string });
  if (world.chance(0.4)) {
    const one = describe(world, world.pick(subjects(world)), 3);
    const [a, ...others] = world.shuffled(one.facts);
    say(`${passage(world, one.facts)}\n${askFor(world, a!.attribute, one.name)}`, a!.value);
    for (const fact of others.slice(0, world.between(1, 2))) say(askFor(world, fact.attribute, one.name), fact.value);
    return done('follow-up');
  }
  const d = desk[world.language];
  const slots = { n: value.person(world), c: value.code(world), g: value.product(world), f: value.firm(world) };
  const fill = (text: string): string => world.fill(text, slots);
  if (world.chance(0.4)) messages.push({ role: 'system', content: fill(d.system) });
  say(world.frame(d.open, slots), fill(d.greet));
  say(world.frame(d.order, slots), fill(d.ack));
  say(world.frame(d.problem, slots), fill(d.sorry));
  if (world.chance(0.7)) {
    const [question, slot] = world.pick(d.again);
    say(world.frame(question, slots), slots[slot]);
    return done('recall');
  }
  say(world.frame(d.thanks, slots), fill(d.bye));
  return done('desk');
}

const knowledge = {
  en: {
    opposite: frames(
      'What is the opposite of {a}? / Opposite of {a}: / Give the opposite: {a}',
      'Which word means the contrary of {a}?',
    ),
    category: frames(
      'What kind of thing is a {a}? / A {a} is a kind of / Name the category: {a}',
      'To which category does {a} belong?',
    ),
    member: frames('Name (a|one) {a}. / Give an example of {a}.', 'Mention any {a}.'),
    odd: frames(
      'Which one does not belong: {l}? / Find the odd one out: {l}',
      'One of these is different from the rest: {l}',
    ),
  },
  zh: {
    opposite: frames('{a}的反义词是什么？ / {a}的反义词： / 写出反义词：{a}', '哪个词和{a}意思相反？'),
    category: frames('{a}是哪一类东西？ / {a}是一种 / 说出类别：{a}', '{a}属于哪个类别？'),
    member: frames('说出一种{a}。 / 举一个{a}的例子。', '随便说一个{a}。'),
    odd: frames('哪个不是一类：{l}？ / 找出不同的：{l}', '其中一个和别的不同：{l}'),
  },
} as const;

/** Makes an example of word knowledge. What words mean is only learned from themselves, so known words are asked for and phrasings are held out. */
export function words(world: World): Example {
  const about = { task: 'words', language: world.language } as const;
  const { categories, opposites } = value.nouns(world);
  const k = knowledge[world.language];
  const category = world.pick(Object.keys(categories));
  const chosen = world.random.uniform();
  if (chosen < 0.3) {
    const [a, b] = world.shuffled(world.pick(opposites));
    return exchange({ ...about, kind: 'opposite' }, world.frame(k.opposite, { a: a! }), b!);
  }
  if (chosen < 0.65)
    return exchange(
      { ...about, kind: 'category' },
      world.frame(k.category, { a: world.known(categories[category]!) }),
      category,
    );
  if (chosen < 0.7)
    return exchange(
      { ...about, kind: 'member' },
      world.frame(k.member, { a: category }),
      world.known(categories[category]!),
    );
  const other = world.pick(Object.keys(categories).filter(one => one !== category));
  const known = (name: string): string[] => categories[name]!.filter(one => !isHeldOut(one));
  const odd = world.pick(known(other));
  const l = world.shuffled([...world.some(known(category), 3), odd]).join(world.zh ? '、' : ', ');
  return exchange({ ...about, kind: 'odd' }, world.frame(k.odd, { l }), odd);
}

const write = {
  en: frames(
    'Write (a note|some sentences) about {s}. / Tell me (something|more) about {s}.',
    'What can you say about {s}?',
  ),
  zh: frames('写(一段话|几句话)介绍{s}。 / 说说{s}。', '关于{s}你能说什么？'),
} as const;

const sentence = {
  en: frames(
    'Write a sentence with "{w}". / Use "{w}" in a sentence. / Sentence with the word "{w}":',
    'Make a sentence in which "{w}" stands.',
  ),
  zh: frames('用“{w}”写一句话。 / 写一个有“{w}”的句子。 / 含有“{w}”的句子：', '造一个句子，里面有“{w}”。'),
} as const;

/** A sentence of everyday language: for training alone, since it is known word for word. */
export const everydaySentence = (world: World): string =>
  world.fill(world.pick(everyday[world.language]), {
    n: value.person(world),
    g: value.product(world),
    p: value.place(world),
  });

/** Makes plain prose: the assistant writes sentences. */
export function prose(world: World): Example {
  if (world.split === 'train' && world.chance(0.7)) {
    const text = everydaySentence(world);
    const found = text.match(world.zh ? /\p{Script=Han}{2}/gu : /\p{L}{3,}/gu) ?? [text];
    return exchange(
      { task: 'prose', language: world.language, kind: 'sentence' },
      world.frame(sentence[world.language], { w: world.pick(found) }),
      text,
    );
  }
  const one = describe(world, world.pick(subjects(world)), world.between(2, 4));
  return exchange(
    { task: 'prose', language: world.language, kind: one.kind.name },
    world.frame(write[world.language], { s: one.name }),
    passage(world, one.facts),
  );
}
