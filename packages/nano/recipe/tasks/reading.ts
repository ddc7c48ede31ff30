// Reading comprehension: the answer stands in the text word for word, or the text does not say.
import { type Example, exchange } from '../example.ts';
import type { Frames, World } from '../world.ts';
import { askFor, type Described, describe, passage, subjects } from './facts.ts';

/** How nano says that a text does not say. */
export const notStated = { en: 'not stated', zh: '未提及' } as const;

const ask: Readonly<Record<'en' | 'zh', Frames>> = {
  en: {
    train: [
      '(Read the text and answer|Answer from the text|Use the text to answer).(| If it does not say, answer "not stated".)\n{t}\n{q}',
      '{t}\n{q}(| Say "not stated" if the text does not tell.)',
      'Text: {t}\nQuestion: {q}',
      '{q}\n{t}',
      'Here is a (note|message|report): {t}\n(Please answer|Answer briefly): {q}',
      'Question: {q}\n(Text|Passage|Context): {t}(|\nAnswer in a few words.)',
    ],
    test: [
      'Passage:\n{t}\nNow tell me: {q} Write "not stated" when the passage is silent on this.',
      'I found this: {t} My question: {q}',
      'Context: {t}\nGive a short answer. {q}',
    ],
  },
  zh: {
    train: [
      '(阅读文字并回答|根据文字回答|请用文中的话回答)。(|文中没有就答“未提及”。)\n{t}\n{q}',
      '{t}\n{q}(|没有说就答“未提及”。)',
      '文字：{t}\n问题：{q}',
      '{q}\n{t}',
      '这是一(段话|条消息|份报告)：{t}\n(请回答|简短回答)：{q}',
      '问题：{q}\n(文字|段落|材料)：{t}(|\n用几个字回答。)',
    ],
    test: [
      '段落：\n{t}\n现在告诉我：{q}如果段落没有讲，就写“未提及”。',
      '我看到这样一段：{t}我的问题是：{q}',
      '材料：{t}\n请给出简短的答案。{q}',
    ],
  },
};

/** Makes an example. `size` from 0 (one subject, two facts) to 1 (three subjects, seven facts). */
export function reading(world: World, size = 1): Example {
  const kinds = subjects(world);
  const count = size < 0.3 ? 1 : world.between(1, size < 0.7 ? 2 : 3);
  const described: Described[] = [];
  const kind = world.pick(kinds);
  for (let i = 0; i < count; i++)
    described.push(
      describe(
        world,
        world.chance(0.7) ? kind : world.pick(kinds),
        world.between(count === 1 ? 2 : 1, count === 1 ? 4 : 3),
      ),
    );
  const { name, facts, untold, kind: asked } = world.pick(described);
  const text = passage(
    world,
    described.flatMap(one => one.facts),
  );
  const names = described.map(one => one.name);
  // Two subjects of one name would make questions with two answers.
  if (new Set(names).size < names.length) return reading(world, size);
  // What is not told of this subject is often told of another one.
  const told = new Set(described.flatMap(one => one.facts.map(fact => fact.attribute.key)));
  const near = untold.filter(({ key }) => told.has(key));
  const missing = world.chance(0.1 + 0.15 * size) && untold.length > 0;
  const fact = world.pick(facts);
  const attribute = missing
    ? near.length > 0 && world.chance(0.5)
      ? world.pick(near)
      : world.pick(untold)
    : fact.attribute;
  const question = askFor(world, attribute, name);
  return exchange(
    { task: 'reading', language: world.language, kind: missing ? 'not-stated' : asked.name },
    world.frame(ask[world.language], { t: text, q: question }),
    missing ? notStated[world.language] : fact.value,
  );
}
