// Classification by label words: the prompt lists labels, and the answer is one of them.
import { type Example, exchange } from '../example.ts';
import * as value from '../words/values.ts';
import type { Frames, World } from '../world.ts';
import { surrounded } from './facts.ts';
import { type Topic, topicSets } from './topics.ts';

const ask: Readonly<Record<'en' | 'zh', Frames>> = {
  en: {
    train: [
      '(Classify|Label) the (message|text) as (one of|): {l}.\n{t}',
      '{t}\n(Choose|Pick) one: {l}',
      'Labels: {l}\n(Text|Message): {t}\nLabel:',
      'Which of {l} fits?\n{t}',
      'Is this {o}?\n{t}',
      'Message: {t}\n(Answer|Reply) with {o}.',
    ],
    test: [
      'Decide between {l}.\nThe message: {t}',
      '{t}\nWhat kind of text is this? Options: {l}',
      'Sort the text into {o}. Text: {t}',
    ],
  },
  zh: {
    train: [
      '把(这条消息|这段话)(归类|分类)：{l}。\n{t}',
      '{t}\n(选一个|挑一个)：{l}',
      '标签：{l}\n(文字|消息)：{t}\n标签是：',
      '{l}，哪个合适？\n{t}',
      '这是{o}？\n{t}',
      '消息：{t}\n(回答|答复){o}。',
    ],
    test: ['在{l}之间决定。\n消息是：{t}', '{t}\n这段话是哪一类？选项：{l}', '把文字分到{o}。文字：{t}'],
  },
};

/** A message of a topic. */
export function message(world: World, topic: Topic): string {
  const text = world.frame(topic.messages, {
    g: value.product(world),
    c: value.code(world),
    p: value.place(world),
    n: value.person(world),
    d: value.date(world),
  });
  return surrounded(world, 'message', text, 0.3);
}

/** A prompt with labels in any order. */
export function classifyPrompt(world: World, labels: readonly string[], text: string): string {
  const listed = world.shuffled(labels);
  return world.frame(ask[world.language], {
    l: listed.join(world.zh ? '、' : ', '),
    o: world.zh ? listed.join('还是') : `${listed.slice(0, -1).join(', ')} or ${listed.at(-1)}`,
    t: text,
  });
}

/** Makes an example: messages by topic, or words by category. */
export function classify(world: World, size = 1): Example {
  const about = { task: 'classify', language: world.language } as const;
  const most = size < 0.3 ? 2 : size < 0.7 ? 4 : 6;
  if (world.chance(world.split === 'train' ? 0.25 : 0.2)) {
    const { categories } = value.nouns(world);
    const labels = world.some(Object.keys(categories), world.between(2, most));
    const wanted = world.pick(labels);
    // Nothing but training tells what a word means: the phrasing is what is new.
    const word = world.known(categories[wanted]!);
    return exchange({ ...about, kind: 'words', labels }, classifyPrompt(world, labels, word), wanted);
  }
  const name = world.pick(['desk', 'desk', 'mood', 'mood', 'urgency', 'request'] as const);
  const topics = world.some(topicSets[name][world.language], world.between(2, most));
  const labels = topics.map(one => world.pick(one.labels));
  const place = world.random.integer(topics.length);
  return exchange(
    { ...about, kind: name, labels },
    classifyPrompt(world, labels, message(world, topics[place]!)),
    labels[place]!,
  );
}
