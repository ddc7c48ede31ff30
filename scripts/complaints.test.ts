// Every answer in docs/decisions/complaints.md names a test that exists, or says that there is none.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs', 'decisions', 'complaints.md'), 'utf8');
const rows = [...page.matchAll(/^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \| (.*?) ?\|$/gm)].map(
  ([, number, , , here, shown]) => ({
    number: Number(number),
    here: here!,
    shown: shown!,
  }),
);

it('has all thirty, in order', () => {
  expect(rows.map(row => row.number)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
});

it.each(rows)('$number: $shown', ({ here, shown }) => {
  if (shown === '') {
    expect(here).toMatch(/^\*\*Not shown yet\.\*\*/);
    return;
  }
  const [, file, title] = /^`([^`]+)`: (.+)$/.exec(shown)!;
  const source = readFileSync(join(root, file!), 'utf8');
  const quoted = [`'${title}'`, `"${title}"`, `\`${title}\``];
  expect(
    quoted.some(text => source.includes(text)),
    `${file} has no test "${title}"`,
  ).toBe(true);
});
