// Sentences of Chinese, English and mixtures, and the blocks of Markdown.
import { describe, expect, it } from 'vitest';
import { markdownBlocks } from './markdown-blocks.ts';
import { plainBlocks } from './plain-blocks.ts';
import { sentenceEnds } from './sentences.ts';

const cut = (text: string): string[] => {
  const ends = sentenceEnds(text);
  return ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end));
};

describe('sentenceEnds', () => {
  it.each([
    ['今天下雨。我们不出门！真的吗？是……的。', ['今天下雨。', '我们不出门！', '真的吗？', '是……', '的。']],
    ['他说：“走吧。”然后走了。', ['他说：“走吧。”', '然后走了。']],
    ['（注：见下。）第二句；第三句', ['（注：见下。）', '第二句；', '第三句']],
    ['Dr. Smith paid $3.14. He left.', ['Dr. Smith paid $3.14. ', 'He left.']],
    ['Use e.g. this, i.e. that. "Really?" she asked.', ['Use e.g. this, i.e. that. ', '"Really?" ', 'she asked.']],
    ['J. R. R. Tolkien wrote. It sold.', ['J. R. R. Tolkien wrote. ', 'It sold.']],
    [
      '版本 v2.0.1 发布。See https://a.b/c.d?x=1 now. 完',
      ['版本 v2.0.1 发布。', 'See https://a.b/c.d?x=1 now. ', '完'],
    ],
    ['Wow!!! 好的?!行', ['Wow!!! ', '好的?!', '行']],
    ['line one\nline two\n\nnext part', ['line one\nline two\n\n', 'next part']],
    ['1. First thing. 2. Second', ['1. First thing. ', '2. Second']],
    ['مرحبا؟ نعم۔ شكرا', ['مرحبا؟ ', 'نعم۔ ', 'شكرا']],
    ['', []],
  ])('%s', (text, wanted) => expect(cut(text)).toEqual(wanted));
});

describe('blocks', () => {
  const kinds = (text: string) =>
    markdownBlocks(text).map(({ kind, start, end, level, title }) => [
      kind,
      text.slice(start, end).trimEnd(),
      ...(level ? [level, title] : []),
    ]);

  it.each([
    [
      '# 一 #\n正文\n',
      [
        ['heading', '# 一 #', 1, '一'],
        ['paragraph', '正文'],
      ],
    ],
    [
      '标题\n====\n次级\n---\n',
      [
        ['heading', '标题\n====', 1, '标题'],
        ['heading', '次级\n---', 2, '次级'],
      ],
    ],
    [
      '```js\n# no heading\n\n```\n后',
      [
        ['code', '```js\n# no heading\n\n```'],
        ['paragraph', '后'],
      ],
    ],
    ['~~~\nopen to the end', [['code', '~~~\nopen to the end']]],
    [
      '| a | b |\n|:--|--:|\n| 1 | 2 |\n\n尾',
      [
        ['table', '| a | b |\n|:--|--:|\n| 1 | 2 |'],
        ['paragraph', '尾'],
      ],
    ],
    [
      '- 一\n\n  续\n- 二\n\n段落',
      [
        ['list', '- 一\n\n  续\n- 二'],
        ['paragraph', '段落'],
      ],
    ],
    [
      '> 引\n> 文\n\n后',
      [
        ['quote', '> 引\n> 文'],
        ['paragraph', '后'],
      ],
    ],
    ['---\ntitle: x\n---\n\n# **粗** [链接](u) `c`', [['heading', '# **粗** [链接](u) `c`', 1, '粗 链接 c']]],
    ['#没有空格', [['paragraph', '#没有空格']]],
    [
      '段落\r\n还是\r\n\r\n## 二\r\n',
      [
        ['paragraph', '段落\r\n还是'],
        ['heading', '## 二', 2, '二'],
      ],
    ],
  ])('%j', (text, wanted) => expect(kinds(text)).toEqual(wanted));

  it('are paragraphs in plain text, with LF and CRLF', () => {
    for (const newline of ['\n', '\r\n']) {
      const text = ['一', '二', '', '三', ' \t', '', '四'].join(newline);
      expect(plainBlocks(text).map(({ start, end }) => text.slice(start, end).trim())).toEqual([
        `一${newline}二`,
        '三',
        '四',
      ]);
    }
  });
});
