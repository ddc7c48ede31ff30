// Extraction: some facts of a text as JSON with the fields that the prompt names; null where the text does not say.
import type { Message } from '@modeshift/core';
import type { Example } from '../example.ts';
import type { Frames, World } from '../world.ts';
import { type Described, describe, passage, subjects } from './facts.ts';

const ask: Readonly<Record<'en' | 'zh', Frames>> = {
  en: {
    train: [
      '(Extract|Give|Write|Find|Take out|Return) {f} as (JSON|a JSON object).(| Use null for what is missing.)\n{t}',
      '{t}\n(Return|Write|Make|Give|Put this into) (JSON|a JSON object) (with the fields|with|holding|with the keys) {f}.',
      '(Fields|Keys|Wanted|JSON fields): {f}\n(Text|Source|Note|Input|From): {t}(\nJSON:|\nOutput:|)',
      '(Turn|Make|Change) this into (JSON|a JSON object) ({f}): {t}',
      'Fill in {f} from the (note|text|message). Answer in JSON.\n{t}',
      '(Text|Source|Note|Message): {t}\n(Fields|JSON keys|Keys|JSON with): {f}(\nJSON:|)',
      '{t}\n\n(I need|Give me|Put down|I want) {f} (in JSON|as JSON|in a JSON object).',
      '(What are|Find|Note) {f}? (Answer as JSON|Write JSON|JSON please).\n{t}',
      '{t}\n{f} (as JSON|in JSON)(, please|):',
      '(From|Out of) (this|the) (text|note|message) (make|take|write) JSON: {f}.\n{t}',
      'JSON of {f}: {t}',
    ],
    test: [
      '{t}\nPut {f} into a JSON object.',
      'From the following, make JSON holding {f}:\n{t}',
      'JSON keys: {f}. Source: {t}',
    ],
  },
  zh: {
    train: [
      '(提取|给出|写出|找出|取出|返回){f}，用JSON(|对象)。(|没有的填null。)\n{t}',
      '{t}\n(返回|写出|做成|给出|变成)(JSON|一个JSON对象)，(字段有|含有|包含|键是){f}。',
      '(字段|键|要找的|JSON字段)：{f}\n(文字|来源|便条|输入|原文)：{t}(\nJSON：|\n输出：|)',
      '把(这段话|下面的话|文字)(变成|做成|写成)JSON（{f}）：{t}',
      '根据(便条|文字|消息)填写{f}，用JSON回答。\n{t}',
      '(文字|来源|便条|消息)：{t}\n(字段|JSON键|键|JSON含有)：{f}(\nJSON：|)',
      '{t}\n\n(我要|请给我|请写下|我想要){f}，(用JSON|放在JSON里|做成JSON对象)。',
      '(哪些是|找出|记下){f}？(用JSON回答|写JSON|请用JSON)。\n{t}',
      '{t}\n{f}(，用JSON|的JSON)：',
      '(从|用)(这段|下面的)(文字|话|消息)里(做出|取出|写出)JSON：{f}。\n{t}',
      '{f}的JSON：{t}',
    ],
    test: ['{t}\n请把{f}放进一个JSON对象。', '从下面的话里做出含{f}的JSON：\n{t}', 'JSON键：{f}。来源：{t}'],
  },
};

/** The same text, other fields: in training alone. */
const further: Readonly<Record<'en' | 'zh', Frames>> = {
  en: {
    train: ['{f}', 'Now {f}.', '(The same with|And) {f}.', 'JSON of {f}', '(Extract|Give|Find) {f}.', 'Fields: {f}'],
    test: [],
  },
  zh: { train: ['{f}', '再要{f}。', '(同样|还有){f}。', '{f}的JSON', '(提取|给出|找出){f}。', '字段：{f}'], test: [] },
};

/** Makes an example; `size` as in reading. In training more fields of the same text may be wanted. */
export function extract(world: World, size = 1): Example {
  const one = describe(world, world.pick(subjects(world)), world.between(2, size < 0.5 ? 2 : 3));
  const first = wanted(world, one);
  const t = passage(world, one.facts);
  const messages = exchanged(world.frame(ask[world.language], { f: first.list, t }), first.json);
  let last = first;
  if (world.split === 'train' && world.chance(0.7))
    for (let left = world.between(1, 3); left > 0; left--) {
      last = wanted(world, one);
      messages.push(...exchanged(world.frame(further[world.language], { f: last.list }), last.json));
    }
  return {
    task: 'extract',
    language: world.language,
    kind: last.schema.required.length === 1 ? 'one' : 'several',
    schema: last.schema,
    messages,
    answer: last.json,
  };
}

const exchanged = (asked: string, answer: string): Message[] => [
  { role: 'user', content: asked },
  { role: 'assistant', content: answer },
];

/** Some fields, and what the text says of them. */
function wanted(world: World, { kind, name, facts, untold }: Described) {
  const chosen = world.some(facts, world.between(1, Math.min(3, facts.length)));
  const entries: [string, string | number | null][] = chosen.map(({ attribute, value }) => [
    world.pick(attribute.fields),
    /^\d+$/.test(value) && attribute.key === 'age' ? Number(value) : value,
  ]);
  const training = world.split === 'train';
  if (untold.length > 0 && world.chance(training ? 0.3 : 0.2))
    entries.push([world.pick(world.pick(untold).fields), null]);
  if (world.chance(training ? 0.4 : 0.6)) entries.unshift([world.pick(kind.fields), name.replace(/^the /, '')]);
  const object = Object.fromEntries(world.shuffled(entries));
  const fields = Object.keys(object);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(object).map(([field, value]) => [
        field,
        { type: typeof value === 'number' ? ['integer', 'null'] : ['string', 'null'] },
      ]),
    ),
    required: fields,
    additionalProperties: false,
  };
  return { list: fields.join(world.zh ? '、' : ', '), json: writeJson(object), schema };
}

/** JSON as nano writes it: a space behind commas and colons. */
export function writeJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}: ${writeJson(inner)}`)
    .join(', ')}}`;
}
