// Classification by label words: the prompt lists labels, and the answer is one of them.
import type { Example } from '../example.ts';
import * as value from '../words/values.ts';
import type { Frames, World } from '../world.ts';
import { surrounded } from './facts.ts';
import { type Topic, topicSets } from './topics.ts';

const ask: Readonly<Record<'en' | 'zh', Frames>> = {
  en: {
    train: [
      '(Classify|Label|Sort|Tag|Mark) (the|this) (message|text|note) as (one of|): {l}.\n{t}',
      '{t}\n(Choose|Pick|Select|Take|Decide for) one: {l}',
      '(Labels|Options|Classes|Categories|Kinds|Choices): {l}\n(Text|Message|Note|Input): {t}(\nLabel:|\nAnswer:|\nClass:|)',
      '(Which of|What of) {l} (fits|is it|fits best|is right|describes the text)?\n{t}',
      'Is this {o}?\n{t}',
      '(Message|Text|Note): {t}\n(Answer|Reply|Decide) with {o}.',
      '{t}\nIs (it|that|this text|the message) {o}?',
      '(Choose|Decide) between {o}.\n(Text|Message|The text): {t}',
      '(What kind of|Which kind of|What sort of) (message|text|note) is this(: {l}|, {o})?\n{t}',
      '{t}\n(Options|Labels|Possible answers|Choices): {l}',
      '{t} ({o}?)',
      '(Sort|Put) the (message|note) (into|under) {o}.\n{t}',
      'The (labels|options|classes) are {l}. (The text|The message|Text) is: {t}',
    ],
    test: [
      'Decide between {l}.\nThe message: {t}',
      '{t}\nWhat kind of text is this? Options: {l}',
      'Sort the text into {o}. Text: {t}',
    ],
  },
  zh: {
    train: [
      '把(这条消息|这段话|文字|下面的话)(归类|分类|归到|标为)：{l}。\n{t}',
      '{t}\n(选一个|挑一个|选出一个|决定)：{l}',
      '(标签|选项|类别|种类|可选)：{l}\n(文字|消息|内容|话)：{t}(\n标签是：|\n答案：|\n类别：|)',
      '{l}，哪个(合适|对|最合适|说的是这段话)？\n{t}',
      '这是{o}？\n{t}',
      '(消息|文字|内容)：{t}\n(回答|答复|选择){o}。',
      '{t}\n(这段话|它|这条消息)是{o}？',
      '(选择|决定)是{o}。\n(文字|消息)：{t}',
      '(这是哪种|什么样的|哪一类)(消息|文字|话)：{l}？\n{t}',
      '{t}\n(选项|标签|可选的答案)：{l}',
      '{t}（{o}？）',
      '(请分类|把消息分到|归到){o}。\n{t}',
      '(标签|选项|类别)有{l}。(文字|消息)是：{t}',
    ],
    test: ['在{l}之间决定。\n消息是：{t}', '{t}\n这段话是哪一类？选项：{l}', '把文字分到{o}。文字：{t}'],
  },
};

/** What stands in messages. */
export const messageSlots = (world: World): Readonly<Record<'g' | 'c' | 'p' | 'n' | 'd', string>> => ({
  g: value.product(world),
  c: value.code(world),
  p: value.place(world),
  n: value.person(world),
  d: value.date(world),
});

/** A message of a topic. */
export function message(world: World, topic: Topic): string {
  const text = world.frame(topic.messages, messageSlots(world));
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

/** Makes an example: messages by topic, or words by category. In training more texts may follow, for the same labels. */
export function classify(world: World, size = 1): Example {
  const most = size < 0.3 ? 2 : size < 0.7 ? 4 : 6;
  const { kind, labels, next } = classes(world, most);
  const [text, label] = next();
  const turns: (readonly [string, string])[] = [[classifyPrompt(world, labels, text), label]];
  if (world.split === 'train' && world.chance(0.8))
    for (let left = world.between(2, 6); left > 0; left--) turns.push(next());
  return {
    task: 'classify',
    language: world.language,
    kind,
    labels,
    answer: turns.at(-1)![1],
    messages: turns.flatMap(([said, answer]) => [
      { role: 'user', content: said },
      { role: 'assistant', content: answer },
    ]),
  };
}

/** Labels, and texts of them. */
function classes(
  world: World,
  most: number,
): Pick<Example, 'kind'> & { labels: string[]; next: () => readonly [string, string] } {
  if (world.chance(world.split === 'train' ? 0.25 : 0.2)) {
    const { categories } = value.nouns(world);
    const labels = world.some(Object.keys(categories), world.between(2, most));
    const next = () => {
      const wanted = world.pick(labels);
      // Nothing but training tells what a word means: the phrasing is what is new.
      return [world.known(categories[wanted]!), wanted] as const;
    };
    return { kind: 'words', labels, next };
  }
  const kind = world.pick(['desk', 'desk', 'desk', 'mood', 'mood', 'urgency', 'request'] as const);
  const topics = world.some(topicSets[kind][world.language], world.between(2, most));
  const labels = topics.map(one => world.pick(one.labels));
  const next = () => {
    const place = world.random.integer(topics.length);
    return [message(world, topics[place]!), labels[place]!] as const;
  };
  return { kind, labels, next };
}
