// Examples as token ids: what counts, and words that are cut.
import { join } from 'node:path';
import { Random } from '@modeshift/autograd';
import { readChatTemplate, readTokenizer, type Tokenizer } from '@modeshift/local';
import { beforeAll, expect, it } from 'vitest';
import { type Encoding, encodeExample, withCutWords } from './encode.ts';
import { exampleOf } from './stream.ts';

let encoding: Encoding;
let tokenizer: Tokenizer;
beforeAll(async () => {
  const weights = join(import.meta.dirname, '..', 'weights');
  tokenizer = await readTokenizer(weights);
  encoding = { tokenizer, template: await readChatTemplate(weights, tokenizer) };
});

const counted = (ids: ArrayLike<number>, labels: ArrayLike<number>): string =>
  tokenizer.decode(
    Array.from(ids).filter((_, i) => labels[i]! >= 0),
    { skipSpecialTokens: false },
  );

it.each(['en', 'zh'] as const)('counts what the assistant says, in %s', language => {
  const example = exampleOf('reading', language, 'train', 'encode/1');
  const { ids, labels } = encodeExample(example, encoding, false);
  const said = example.messages.filter(({ role }) => role === 'assistant').map(({ content }) => `${content}<|end|>`);
  expect(counted(ids, labels!)).toBe(said.join(''));
});

it.each(['en', 'zh'] as const)('cuts words and leaves the text and what counts as they were, in %s', language => {
  let more = 0;
  for (let i = 0; i < 20; i++) {
    const example = exampleOf(i % 2 ? 'tools' : 'extract', language, 'train', `encode/${i}`);
    const before = encodeExample(example, encoding, false);
    const { ids, labels } = withCutWords(before, tokenizer, new Random(`cut/${i}`), 0.5);
    const options = { skipSpecialTokens: false };
    expect(tokenizer.decode([...ids], options)).toBe(tokenizer.decode([...before.ids], options));
    expect(counted(ids, labels!)).toBe(counted(before.ids, before.labels!));
    expect(Array.from(labels!).every((label, at) => label === -100 || label === ids[at])).toBe(true);
    more += ids.length - before.ids.length;
  }
  expect(more).toBeGreaterThan(language === 'en' ? 200 : 20);
});

it('cuts a word in the same way wherever it stands', () => {
  const [kettle] = tokenizer.encode('kettle');
  const ids = [kettle!, 5, kettle!, 9, kettle!];
  const { ids: cut } = withCutWords({ ids }, tokenizer, new Random('a word'), 1);
  expect(cut.length).toBeGreaterThan(ids.length);
  const text = Array.from(cut);
  const first = text.slice(0, text.indexOf(5));
  expect(text).toEqual([...first, 5, ...first, 9, ...first]);
});
