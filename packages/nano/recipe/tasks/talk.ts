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

const arrows = frames(
  '{x} -> {y} / {x} => {y} / {x}: {y} / {x} = {y} / {x} --> {y} / {x} >> {y} / {x}; {y} / {x} # {y} / {x} > {y} / {x} ... {y}',
  '{x} | {y} / {x} ~ {y}',
);

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
      '(Hello|Hi|Good day|Good evening), my name is {n}. / (Hi|Hello), {n} here. / (Good morning|Hello), I am {n}. / This is {n} (speaking|here). / I am (called |){n}. / You (speak|talk) to {n}. / {n} is my name.',
      'My name is {n}, good evening. / You are talking to {n}.',
    ),
    greet: 'Hello {n}, how can I help you?',
    order: frames(
      '(It|This) is about (order |my order |){c}. / I have a question (on|about) (order |){c}. / My order (is|has the number) {c}. / I (write|am calling) (because of|about) (order |){c}. / (Order|Order number|Number) {c}. / The number of my order is {c}.',
      'I call because of {c}. / The number is {c}.',
    ),
    ack: 'Thank you. What is wrong with {c}?',
    problem: frames(
      'The {g} (is broken|does not work|is damaged|is bad). / The {g} (did not arrive|is missing|never came). / I (got|received) (the wrong|a broken) {g}. / (Something is wrong|I have a problem) with the {g}. / I am (angry about|unhappy with) the {g}.',
      'There is a problem with the {g}. / I am not happy with the {g}.',
    ),
    sorry: 'I am sorry about the {g}. We will take care of it.',
    again: [
      [
        frames(
          '(What|Which) (was|is) my order( number|)? / Which (order|number) did I (name|give)? / (Repeat|Say|Tell me) my (order|order number). / Do you (know|remember) my order( number|)? / My order number was what?',
          'Tell me my order number again.',
        ),
        'c',
      ],
      [
        frames(
          '(What|And what) is my name? / Do you (know|remember) (my name|who I am)? / (Who am I|What am I called)? / (Repeat|Tell me|Give me) my name. / My name was what?',
          'Say my name again.',
        ),
        'n',
      ],
      [
        frames(
          '(Which|What) (product|thing|item) (is it about|did I name|do I complain about)? / What did I (complain|write|talk) about? / (Repeat|Tell me|Say) the (product|item). / What (was|is) (broken or missing|the product)? / Which product did I mean?',
          'Name the product again.',
        ),
        'g',
      ],
    ] as const,
    thanks: frames('Thank you. / Thanks, bye! / Good, thank you.', 'Many thanks, goodbye. / That helps, thanks.'),
    bye: 'You are welcome, {n}. Goodbye!',
    system: 'You work at the service desk of {f}.',
  },
  zh: {
    open: frames(
      '(你好|您好|嗨|晚上好|早上好|喂)，(我叫|我是){n}。 / 我(叫|是|的名字叫){n}。 / 这里是{n}。 / (您好|你好)，{n}。 / {n}是我的名字。',
      '晚上好，我的名字是{n}。 / 跟您说话的是{n}。',
    ),
    greet: '您好，{n}，有什么可以帮您？',
    order: frames(
      '(是|)关于(订单|我的订单|){c}(的事|)。 / 我(想问|要问|问一下)(订单|){c}。 / 我的(订单|订单号|单号)是{c}。 / (订单|单号|订单号){c}。 / 我(写信|来电)是为了{c}。',
      '我打电话是因为{c}。 / 号码是{c}。',
    ),
    ack: '谢谢。{c}有什么问题？',
    problem: frames(
      '{g}(坏了|不能用|破了|不好)。 / {g}(没有到|不见了|一直没来)。 / {g}(发错了|送错了|弄错了)。 / 我(收到|拿到)的{g}(是坏的|不对)。 / {g}(有毛病|让我生气)。',
      '{g}有问题。 / 我对{g}不满意。',
    ),
    sorry: '{g}的事很抱歉，我们会处理。',
    again: [
      [
        frames(
          '我的(订单号|单号|订单)是(什么|多少|哪个)？ / 我(说的|报的)是哪个(订单|号)？ / (重复|说说|告诉我)我的订单号。 / 你(记得|知道)我的(订单|单号)吗？',
          '再说一遍我的订单号。',
        ),
        'c',
      ],
      [
        frames(
          '我(叫什么|叫什么名字|是谁)？ / 你(知道|记得)(我的名字|我叫什么|我是谁)吗？ / (重复|说说|告诉我)我的名字。 / 我的名字是什么？',
          '再说一遍我的名字。',
        ),
        'n',
      ],
      [
        frames(
          '(是|说的是)(关于|)(什么|哪个)(商品|东西)(的|)？ / 我(投诉|说|抱怨)的是什么(东西|商品|)？ / (重复|说说|告诉我)(商品|那个东西)。 / 什么(坏了|出了问题)？',
          '再说一遍商品的名字。',
        ),
        'g',
      ],
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
      '(What|Which word|Which) is the (opposite|contrary) (of|to) {a}? / (Opposite|Contrary|The opposite) (of {a}|to {a}): / (Give|Say|Name|Tell me|Write) the (opposite|contrary)( of {a}.|: {a}) / (Not {a}, but|{a}, on the contrary|{a} and the opposite)(:|) / What means the opposite of {a}?',
      'Which word means the contrary of {a}?',
    ),
    category: frames(
      '(What|Which) (kind|sort|category|class) (of thing |)is a {a}? / A {a} is (a kind of|a|an example of|some) / (Name|Say|Give|Tell me) the (category|class|kind)( of {a}|): {a} / What is a {a}? / (Category|Class|Kind) of {a}: / In which (category|class) is {a}?',
      'To which category does {a} belong?',
    ),
    member: frames(
      '(Name|Say|Tell me) (a|one|some) {a}. / (Give|Write) an example of {a}. / (Which|What) {a} do you know? / (Example|One) of {a}:',
      'Mention any {a}.',
    ),
    odd: frames(
      '(Which one|Which|What) (does not belong|does not fit|is different|is not like the rest): {l}? / (Find|Name|Say) the (odd one out|odd one|different one|one that does not fit): {l} / {l}\n(Which does not belong?|Which is different from the others?|Odd one out:|One of these does not fit. Which?) / (Odd one out|Different|Does not fit): {l}',
      'One of these is different from the rest: {l}',
    ),
  },
  zh: {
    opposite: frames(
      '{a}的(反义词|反面|相反的词)(是什么|是哪个)？ / {a}的(反义词|反面|相反)： / (写出|说出|给出)(反义词|相反的词)：{a} / 与{a}(相反|意思相反)的(是什么|词)？ / (什么|哪个词)(与|跟){a}相反？ / 不{a}，就是',
      '哪个词和{a}意思相反？',
    ),
    category: frames(
      '{a}是(哪一类|哪类|什么)(东西|)？ / {a}(是一种|是|算) / (说出|写出|给出)(类别|种类)：{a} / {a}的(类别|种类)(是什么？|：) / {a}(归|算|归在)(哪一类|哪类|什么类别)？',
      '{a}属于哪个类别？',
    ),
    member: frames(
      '(说出|写出)(一种|一个){a}。 / (举|给)一个{a}的例子。 / 你知道什么{a}？ / {a}的例子：',
      '随便说一个{a}。',
    ),
    odd: frames(
      '(哪个|哪一个)(不是一类|不同类|和别的不一样|不合群)：{l}？ / (找出|说出|挑出)(不同的|不一样的|不是一类的)：{l} / {l}\n(哪个不是一类？|哪个不同？|其中哪个不一样？) / (不同的|异类|不合的)：{l}',
      '其中一个和别的不同：{l}',
    ),
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
