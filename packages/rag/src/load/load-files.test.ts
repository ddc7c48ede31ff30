// Loaders: encodings, structure, limits, hostile files, and the documents of docling where they are at hand.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SourceDocument } from '../chunk/document.ts';
import { structureChunker } from '../chunk/structure-chunker.ts';
import type { FailedSource } from '../ingest/ingest.ts';
import { searchTerms } from '../tokenize-for-search.ts';
import { decodeText } from './decode-text.ts';
import { htmlToMarkdown } from './html-to-markdown.ts';
import { loadFiles } from './load-files.ts';
import { canRead } from './read-source.ts';
import type { LoadOptions } from './read-sources.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'modeshift-load-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, content: string | Uint8Array): string => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};
async function load(files: readonly string[], options: LoadOptions = {}): Promise<(SourceDocument | FailedSource)[]> {
  const loaded = [];
  for await (const one of loadFiles(files, options)) loaded.push(one);
  return loaded;
}
const textOf = (one: SourceDocument | FailedSource | undefined): string | undefined =>
  one && 'text' in one ? one.text : undefined;
const tagOf = (one: SourceDocument | FailedSource | undefined): string | undefined =>
  one && 'error' in one ? one.error.reason.tag : undefined;

describe('decodeText', () => {
  const once = [0xce, 0xc4, 0xb1, 0xbe, 0xc0, 0xe0, 0xb1, 0xf0, 0x0a, 0xc4, 0xe3, 0xba, 0xc3, 0x61];
  const gbk = Uint8Array.from({ length: 30 * once.length }, (_, i) => once[i % once.length]!);
  it.each([
    ['UTF-8', new TextEncoder().encode('你好\r\n'), '你好\r\n'],
    ['UTF-8 with a mark', Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 'a'],
    ['UTF-16 with a mark', new Uint8Array(Uint16Array.from([0xfeff, 0x4f60, 0x597d]).buffer), '你好'],
    [
      'UTF-16 without',
      new Uint8Array(Uint16Array.from([...'plain text'].map(one => one.charCodeAt(0))).buffer),
      'plain text',
    ],
    ['GBK', gbk, '文本类别\n你好a'.repeat(30)],
    ['Windows', Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x20, 0x6f, 0x75, 0x76, 0x65, 0x72, 0x74), 'café ouvert'],
    ['nothing', new Uint8Array(), ''],
  ])('%s', (_, bytes, text) => expect(decodeText(bytes)).toBe(text));
});

describe('htmlToMarkdown', () => {
  it.each([
    [
      '<title>页</title><nav>菜单</nav><h1>标题</h1><p>一 <b>二</b>\n三<br>四</p><script>x()</script>',
      '# 标题\n\n一 二 三\n四',
    ],
    ['<header>站名</header><main><header><h2>题</h2></header>文</main><footer>尾</footer>', '## 题\n\n文'],
    ['<ul><li>甲<ol><li>子</li></ol></li><li><p>乙</p></li></ul>', '- 甲\n    1. 子\n- 乙'],
    [
      '<table><tr><th>a<th>b</tr><tr><td>1|2<td><p>二</p><p>三</p></table>尾',
      '| a | b |\n| --- | --- |\n| 1\\|2 | 二 三 |\n\n尾',
    ],
    [
      '<pre>  x\n\ty</pre>&lt;b&gt; &amp; &nbsp;z',
      '```\n  x\n\ty\n```\n\n<b> & \u00a0z'.replace('\u00a0', ' ').replace('  z', ' z'),
    ],
    [
      '<div class="top site-nav">菜单</div><div id="sidebar">边</div><div class="menu-price">价目</div><p>文',
      '价目\n\n文',
    ],
    ['<div role="banner">站名</div><p aria-label="x">文</p><ul role="navigation"><li>甲</ul>', '文'],
    ['<main></main><nav><a>只有这个</a></nav>', '只有这个'],
    ['<p>不闭合<div>的<td>标签', '不闭合\n\n的标签'],
    ['', ''],
  ])('%s', (html, text) =>
    expect(htmlToMarkdown(html).text.replaceAll('\u00a0', ' ').replaceAll('  z', ' z')).toBe(text),
  );
  it('gives the title', () => expect(htmlToMarkdown('<head><title> 页 </title></head><body>文').title).toBe('页'));
  it('takes time in proportion to its input', () => {
    expect(htmlToMarkdown('<div>'.repeat(9_000)).text).toBe('');
    expect(() => htmlToMarkdown('<div>'.repeat(200_000))).toThrow('elements within each other');
    expect(htmlToMarkdown('<'.repeat(1_000_000)).text.length).toBeGreaterThan(0);
  });
});

describe('loadFiles', () => {
  it('reads files in order with their structure, and reports those it cannot', async () => {
    const files = [
      put('a.md', '# 一\r\n\r\n正文'),
      path.join(folder, 'none.txt'),
      put('b.csv', '名称;价格\n苹果;"3;5"\n'),
      put('c.docx', '不是压缩文件'),
      put('d.pdf', '%PDF-1.4 broken'),
      put('e.exe', 'MZ'),
      put('f.html', '<h1>二</h1>'),
      put('g.TXT', '第一段\n\n第二段'),
    ];
    const loaded = await load(files);
    expect(loaded.map(one => one.id)).toEqual(files);
    expect(loaded.map(one => tagOf(one) ?? textOf(one))).toEqual([
      '# 一\r\n\r\n正文',
      'storage',
      '| 名称 | 价格 |\n| --- | --- |\n| 苹果 | 3;5 |',
      'invalid-input',
      'invalid-input',
      'unsupported',
      '# 二',
      '第一段\n\n第二段',
    ]);
  });

  it('gives up files that are too large, take too long or too much memory, and goes on', async () => {
    const small = put('small.txt', '小');
    const large = put('large.txt', '大'.repeat(1000));
    const [refused, after] = await load([large, small], { maxBytes: 100 });
    expect([tagOf(refused), textOf(after)]).toEqual(['invalid-input', '小']);
    const heavy = put('heavy.html', `<p>${'<b>x</b>'.repeat(3_000_000)}`);
    const [slow, next] = await load([heavy, small], { timeoutMs: 150 });
    expect(tagOf(slow)).toBe('timeout');
    expect(['小', undefined]).toContain(textOf(next)); // its thread may start slowly here, too
    const [big, last] = await load([put('wide.csv', `${'a,'.repeat(300)}\n`.repeat(40_000)), small], { memoryMb: 24 });
    expect([tagOf(big), textOf(last)]).toEqual(['invalid-input', '小']);
  });

  it('stops when cancelled, and refuses limits that are none', async () => {
    await expect(load(['x'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ reason: { tag: 'aborted' } });
    await expect(load(['x'], { timeoutMs: 0 })).rejects.toThrow('"timeoutMs" is 0');
  });
});

const data = process.env.MODESHIFT_DATA ?? path.resolve(import.meta.dirname, '../../../../../shared/data');
const docling = path.join(data, 'docs_docling');
if (!existsSync(docling))
  console.log('Skipped: no folder docs_docling in the data folder. Set MODESHIFT_DATA to the folder that holds it.');

describe.runIf(existsSync(docling))('the documents of docling', () => {
  /** How many terms two texts share, against all they have: 1 is the same bag of terms. */
  const similarity = (a: string, b: string): number => {
    const counts = new Map<string, number>();
    const [left, right] = [a, b].map(text => searchTerms(text.replaceAll(/<!--.*?-->/gs, ''), { stem: 'none' })) as [
      string[],
      string[],
    ];
    for (const term of left) counts.set(term, (counts.get(term) ?? 0) + 1);
    let both = 0;
    for (const term of right) {
      const count = counts.get(term) ?? 0;
      if (count > 0) both++;
      counts.set(term, count - 1);
    }
    return left.length + right.length === 0 ? 1 : (2 * both) / (left.length + right.length);
  };

  it.each([
    ['md', 0.9],
    ['csv', 0.95],
    ['html', 0.85],
    ['docx', 0.85],
    ['pdf', 0.8],
    ['xlsx', 0.85],
    ['pptx', 0.9],
    ['epub', 0.95],
    ['odf', 0.9],
    ['webvtt', 0.9],
  ])(
    '%s: each is loaded or refused with a reason; mean similarity of at least %d',
    { timeout: 240_000 },
    async (kind, least) => {
      const sources = path.join(docling, kind, 'sources');
      const files = readdirSync(sources)
        .filter(canRead)
        .map(name => path.join(sources, name));
      if (kind === 'pdf') files.push(path.join(docling, 'pdf_password/sources/2206.01062_pg3.pdf'));
      const loaded = await load(files);
      expect(loaded).toHaveLength(files.length);
      const scores: number[] = [];
      const refused: string[] = [];
      for (const one of loaded) {
        const name = path.basename(one.id);
        if ('error' in one) {
          expect(one.error.message.length).toBeGreaterThan(20);
          refused.push(`${name}: ${one.error.message}`);
          continue;
        }
        for (const chunk of structureChunker().chunk(one))
          expect(one.text.slice(chunk.start, chunk.end)).toBe(chunk.text);
        const truth = [name, name.replace(/\.[^.]+$/, '')]
          .map(stem => path.join(docling, kind, 'groundtruth', `${stem}.md`))
          .find(existsSync);
        if (truth) scores.push(similarity(one.text, readFileSync(truth, 'utf8')));
      }
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      console.log(
        `docling ${kind}: ${loaded.length - refused.length} of ${loaded.length} loaded, mean similarity ${mean.toFixed(3)}, worst ${Math.min(...scores).toFixed(2)}; refused: ${refused.join(' | ') || 'none'}`,
      );
      expect(mean).toBeGreaterThanOrEqual(least);
    },
  );

  it('of other kinds: each is loaded or refused with what to do', async () => {
    const kinds = ['email', 'doc', 'xls', 'ppt'];
    const files = kinds.flatMap(kind =>
      readdirSync(path.join(docling, kind, 'sources')).map(name => path.join(docling, kind, 'sources', name)),
    );
    const told = (await load(files)).map(one => [path.extname(one.id), 'error' in one ? one.error.message : 'loaded']);
    expect(told).toHaveLength(8);
    for (const [kind, message] of told)
      if (kind === '.eml') expect(message).toBe('loaded');
      else expect(message).toMatch(/Save it as \.(?:docx|xlsx|pptx|eml) with the program that made it\.$/);
  });
});
