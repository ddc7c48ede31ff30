// The error catalogue and the type ErrorTag say the same. Its examples are run by examples.test.ts, as all examples are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorReason, type ErrorTag, ModeshiftError } from '@modeshift/core';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Every tag, which the compiler holds against the type: one too few or too many does not compile. */
const every: Record<ErrorTag, true> = {
  'invalid-input': true,
  unsupported: true,
  authentication: true,
  'not-found': true,
  'rate-limit': true,
  quota: true,
  'context-length': true,
  'content-filter': true,
  refused: true,
  server: true,
  network: true,
  interrupted: true,
  timeout: true,
  aborted: true,
  'invalid-response': true,
  budget: true,
  storage: true,
  internal: true,
};
const tags = Object.keys(every) as ErrorTag[];

interface Entry {
  readonly tag: string;
  readonly text: string;
  readonly examples: readonly string[];
}

function entriesOf(page: string): Entry[] {
  const [, ...sections] = readFileSync(join(root, page), 'utf8').split(/^## /m);
  return sections.map(section => ({
    tag: /^`([^`]+)`\n/.exec(section)?.[1] ?? section.split('\n')[0]!,
    text: section,
    examples: [...section.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(match => match[1]!),
  }));
}

it('the list above is the type of the source, also for a reader who does not compile', () => {
  const source = readFileSync(join(root, 'packages', 'core', 'src', 'errors.ts'), 'utf8');
  const union = source.slice(0, source.indexOf('export type ErrorTag'));
  expect([...union.matchAll(/readonly tag: '([a-z-]+)'/g)].map(match => match[1])).toEqual(tags);
});

describe.each([
  ['docs/guide/errors.md', ['- Thrown: ', '- `isRetryable`: ', '- What to do: '], { yes: 'yes', no: 'no' }],
  ['docs/zh/guide/errors.md', ['- 何时抛出：', '- `isRetryable`：', '- 怎么办：'], { yes: '是', no: '否' }],
])('%s', (page, lines, words) => {
  const entries = entriesOf(page);

  it('has every tag once, in the order of the type, and no other', () => {
    expect(entries.map(entry => entry.tag)).toEqual(tags);
  });

  it.each(entries)('$tag says what it means, when it is thrown, whether to try again and what to do', entry => {
    const meaning = entry.text.split('\n')[2]!;
    expect(meaning.length).toBeGreaterThan(6);
    for (const line of lines) expect(entry.text, line).toMatch(new RegExp(`^${line}\\S`, 'm'));
    const { isRetryable } = new ModeshiftError({ tag: entry.tag } as ErrorReason, 'x');
    expect(entry.text).toMatch(new RegExp(`^${lines[1]}${isRetryable ? words.yes : words.no}`, 'm'));
  });

  it.each(entries)('$tag has one example, which ends with this error', ({ tag, examples }) => {
    expect(examples).toHaveLength(1);
    const { isRetryable } = new ModeshiftError({ tag } as ErrorReason, 'x');
    expect(examples[0]).toMatch(
      new RegExp(`console\\.log\\(error\\.reason\\.tag, error\\.isRetryable.*\\); // ${tag} ${isRetryable}\\b`),
    );
  });
});

it('both languages show the same examples', () => {
  const examplesOf = (page: string) => entriesOf(page).map(entry => entry.examples);
  expect(examplesOf('docs/zh/guide/errors.md')).toEqual(examplesOf('docs/guide/errors.md'));
});
