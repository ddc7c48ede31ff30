// Extraction: some facts of a text as JSON with the fields that the prompt names; null where the text does not say.
import { type Example, exchange } from '../example.ts';
import type { Frames, World } from '../world.ts';
import { describe, passage, subjects } from './facts.ts';

const ask: Readonly<Record<'en' | 'zh', Frames>> = {
  en: {
    train: [
      '(Extract|Give|Write) {f} as JSON.(| Use null for what is missing.)\n{t}',
      '{t}\n(Return|Write) JSON with the fields {f}.',
      'Fields: {f}\nText: {t}\nJSON:',
      'Turn this into JSON ({f}): {t}',
      'Fill in {f} from the (note|text). Answer in JSON.\n{t}',
    ],
    test: [
      '{t}\nPut {f} into a JSON object.',
      'From the following, make JSON holding {f}:\n{t}',
      'JSON keys: {f}. Source: {t}',
    ],
  },
  zh: {
    train: [
      '(提取|给出|写出){f}，用JSON。(|没有的填null。)\n{t}',
      '{t}\n(返回|写出)JSON，字段有{f}。',
      '字段：{f}\n文字：{t}\nJSON：',
      '把这段话变成JSON（{f}）：{t}',
      '根据(便条|文字)填写{f}，用JSON回答。\n{t}',
    ],
    test: ['{t}\n请把{f}放进一个JSON对象。', '从下面的话里做出含{f}的JSON：\n{t}', 'JSON键：{f}。来源：{t}'],
  },
};

/** Makes an example; `size` as in reading. */
export function extract(world: World, size = 1): Example {
  const { kind, name, facts, untold } = describe(
    world,
    world.pick(subjects(world)),
    world.between(2, size < 0.5 ? 2 : 4),
  );
  const wanted = world.some(facts, world.between(1, Math.min(3, facts.length)));
  const entries: [string, string | number | null][] = wanted.map(({ attribute, value }) => [
    world.pick(attribute.fields),
    /^\d+$/.test(value) && attribute.key === 'age' ? Number(value) : value,
  ]);
  if (untold.length > 0 && world.chance(0.2)) entries.push([world.pick(world.pick(untold).fields), null]);
  if (world.chance(0.6)) entries.unshift([world.pick(kind.fields), name.replace(/^the /, '')]);
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
  return exchange(
    { task: 'extract', language: world.language, kind: fields.length === 1 ? 'one' : 'several', schema },
    world.frame(ask[world.language], { f: fields.join(world.zh ? '、' : ', '), t: passage(world, facts) }),
    writeJson(object),
  );
}

/** JSON as nano writes it: a space behind commas and colons. */
export function writeJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}: ${writeJson(inner)}`)
    .join(', ')}}`;
}
