import { expect, it } from 'vitest';
import { hasFormulas, markFormulas } from './formulas.ts';

it.each([
  ['质能 $E=mc^2$。', '质能 $$E=mc^2$$。'],
  ['\\(a+b\\) 和 \\[c\\]', '$$a+b$$ 和 \n\n$$\nc\n$$\n\n'],
  ['$$x$$ 行内', '$$x$$ 行内'],
  ['$$\nx\n$$', '\n\n$$\nx\n$$\n\n'],
  ['\\[\n\\frac12\n\\]', '\n\n$$\n\\frac12\n$$\n\n'],
  ['`$a$` $b$', '`$a$` $$b$$'],
  ['```\n$a$\n```\n$b$', '```\n$a$\n```\n$$b$$'],
  ['```\n没完 $a$', '```\n没完 $a$'],
])('marks %j', (text, marked) => {
  expect(markFormulas(text)).toBe(marked);
});

it.each(['$5 和 $10', '价 $5', 'a$b$c', '$ 5 $', '\\$x\\$', '`\\(x\\)`', '$HOME 和 $PATH', '~~~\n$$x$$\n~~~'])(
  'leaves %j as it is',
  text => {
    expect(hasFormulas(text)).toBe(false);
    expect(markFormulas(text)).toBe(text);
  },
);
