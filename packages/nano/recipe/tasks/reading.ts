// Reading comprehension: the answer stands in the text word for word, or the text does not say.
import type { Example } from '../example.ts';
import type { Frames, World } from '../world.ts';
import { askFor, type Described, describe, passage, subjects } from './facts.ts';

/** How nano says that a text does not say. */
export const notStated = { en: 'not stated', zh: '未提及' } as const;

/** What stands before a text in English, between the text and the question, and behind the question: most prompts are put together from these. */
const headsEnglish =
  '(||||Text: |Passage: |Context: |Note: |Story: |Message: |Report: |Article: |Facts: |Information: |Paragraph: |Source: |Background: |Given: |From a letter: |Below is a text. |Read this first. |Somebody told me this: |I was told: |They wrote: |I copied this: |Here is what was said: |This is what I know: |Lines from a book: |The text says: |What follows is a report: |Look at this: |We know this: |Listen: |Take this text: |I have this: |Read the text and answer. |Answer from the text. |Use words of the text. |Look for the answer in the text. )';
const bridgesEnglish =
  '( | | |\n|\n|\n|\n\n|\nQuestion: |\nQ: |\nQuery: |\nAsked: |\nTask: |\nNow, |\nThen |\nPlease answer: |\nThis is what I ask: | I ask you: | I wonder: |\nPlease tell: |\nHelp me with this: |\nWhat I want to know: | So I ask: |\nThe question is this. |\nAnswer briefly. | Now: | So: | And now: |\n\nAnswer this. |\n\nOne question. |\nFind the answer. | Can you answer? |\nOnly one thing: |\nNext comes a question. |\nReply in few words. |\nMake it brief. |\nLook in the text. |\nGo by the text alone. |\nA brief answer, please. |\nBe short. )';
const tailsEnglish =
  '(||||||||||\nAnswer:|\nA:|\nReply:|\nShort answer:| Keep it short.| Answer with one or two words.| Use words of the text.| If the text does not say, answer "not stated".| If it is missing, say "not stated".| Put "not stated" where nothing is said of it.|\nIf you cannot find it, answer "not stated".| Answer "not stated" if there is nothing about it.| Should the text leave it open, say "not stated".| Where it is not told, the answer is "not stated".| No guesses: "not stated" if it is not there.| When nothing is told about this, reply "not stated".| Reply "not stated" unless the text tells you.| Do not guess: "not stated" is an answer, too.|\nThe answer stands in the text, or else it is "not stated".| Say "not stated" if the text does not tell.| Short, please.| A few words will do.| Write nothing else.| Just the answer.|\nGive a brief answer.)';

const ask: Readonly<Record<'en' | 'zh', Frames>> = {
  en: {
    train: [
      ...[headsEnglish, headsEnglish, headsEnglish.replaceAll(': ', ':\\n')].map(
        heads => `${heads}{t}${bridgesEnglish}{q}${tailsEnglish}`,
      ),
      '(|Question: |Q: |One question: |Asked: ){q}\n(|Text: |Context: |Read: |Here: |Passage: |Source: |It says: ){t}(|\nAnswer in a few words.|\nA short answer, please.)',
    ],
    test: [
      'Passage:\n{t}\nNow tell me: {q} Write "not stated" when the passage is silent on this.',
      'I found this: {t} My question: {q}',
      'Context: {t}\nGive a short answer. {q}',
    ],
  },
  zh: {
    train: [
      '(阅读文字并回答|根据文字回答|请用文中的话回答|用原文的词回答|从文字里找答案)。(|文中没有就答“未提及”。)\n{t}\n{q}',
      '{t}\n{q}(|没有说就答“未提及”。|如果没有讲，请写“未提及”。|段落没有讲的，写“未提及”。)',
      '(文字|段落|故事|便条|消息|报告|文章|材料|信息|内容)：{t}\n(问题|问|提问|请问|我的问题|任务)：{q}(|\n答：|\n答案：|\n简短的答案：)',
      '{q}\n(|文字：|材料：|请读：|如下：){t}',
      '这是(一段话|一条消息|一份报告|一个段落|我知道的|我看到的)：{t}\n(请回答|简短回答|现在回答|告诉我|我的问题)：{q}',
      '(问题|问)：{q}\n(文字|段落|材料|来源)：{t}(|\n用几个字回答。|\n请给出简短的答案。)',
      '(我读到|我有|他们写道|有人写道|我听说|看这段话)：{t}(现在|那么|请问|我的问题)：{q}',
      '(材料|段落|文字|来源|背景)：\n{t}\n(|现在，|请问，|那么，){q}(|\n答案要简短。|请简短些。|请短一点回答。)',
      '{t}{q}',
      '{t}\n\n(给出简短的回答|回答这个|简短作答|找出答案|一个问题)。{q}',
    ],
    test: [
      '段落：\n{t}\n现在告诉我：{q}如果段落没有讲，就写“未提及”。',
      '我看到这样一段：{t}我的问题是：{q}',
      '材料：{t}\n请给出简短的答案。{q}',
    ],
  },
};

/** Makes an example. `size` from 0 (one subject, two facts) to 1 (two subjects, up to six facts). In training more questions may follow. */
export function reading(world: World, size = 1): Example {
  const kinds = subjects(world);
  const count = size < 0.3 ? 1 : world.between(1, 2);
  const kind = world.pick(kinds);
  const described = Array.from({ length: count }, () =>
    describe(
      world,
      world.chance(0.7) ? kind : world.pick(kinds),
      world.between(count === 1 ? 2 : 1, count === 1 ? 4 : 3),
    ),
  );
  // Two subjects of one name would make questions with two answers.
  if (new Set(described.map(one => one.name)).size < count) return reading(world, size);
  const text = passage(
    world,
    described.flatMap(one => one.facts),
  );
  const first = question(world, described, size);
  const prompt = world.frame(ask[world.language], { t: text, q: first.asked });
  const turns = [{ ...first, asked: prompt }];
  if (world.split === 'train' && world.chance(0.85))
    for (let left = world.between(3, 7); left > 0; left--) {
      const more = question(world, described, size);
      if (!turns.some(one => one.about === more.about)) turns.push(more);
    }
  const { answer, kind: of } = turns.at(-1)!;
  return {
    task: 'reading',
    language: world.language,
    kind: of,
    answer,
    messages: turns.flatMap(one => [
      { role: 'user', content: one.asked },
      { role: 'assistant', content: one.answer },
    ]),
  };
}

interface Asked {
  readonly asked: string;
  readonly answer: string;
  readonly kind: string;
  /** Of whom and what it asks. */
  readonly about: string;
}

/** A question on some subjects, for what is told or what is not. */
function question(world: World, described: readonly Described[], size: number): Asked {
  const { name, facts, untold, kind } = world.pick(described);
  // What is not told of this subject is often told of another one.
  const told = new Set(described.flatMap(one => one.facts.map(fact => fact.attribute.key)));
  const near = untold.filter(({ key }) => told.has(key));
  const training = world.split === 'train';
  const missing = world.chance(training ? 0.36 : 0.1 + 0.15 * size) && untold.length > 0;
  const fact = world.pick(facts);
  const attribute = missing
    ? near.length > 0 && world.chance(training ? 0.65 : 0.5)
      ? world.pick(near)
      : world.pick(untold)
    : fact.attribute;
  return {
    asked: askFor(world, attribute, name),
    answer: missing ? notStated[world.language] : fact.value,
    kind: missing ? 'not-stated' : kind.name,
    about: `${name}/${attribute.key}`,
  };
}
