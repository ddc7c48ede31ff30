// Every kind of file: text, structure and places, judged by files that other programs wrote; and files made to do harm.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ModeshiftError } from '@modeshift/core';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { SourceDocument } from '../chunk/document.ts';
import { structureChunker } from '../chunk/structure-chunker.ts';
import { decodeText } from './decode-text.ts';
import { readSource } from './read-source.ts';

interface Fixture {
  readonly workbook: string;
  readonly presentation: string;
  readonly texts: readonly { readonly encoding: string; readonly text: string; readonly bytes: string }[];
}
const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, '../fixtures/loaders.json'), 'utf8')) as Fixture;
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const read = (name: string, content: string | Uint8Array): Promise<SourceDocument> =>
  readSource(name, { bytes: typeof content === 'string' ? strToU8(content) : content });
/** Lines of a document with the place each begins in. */
const placed = ({ text, places = [] }: SourceDocument): string[] => {
  let at = 0;
  return text
    .split('\n')
    .map(line => {
      const start = at;
      at += line.length + 1;
      return `${places.findLast(one => one.start <= start)?.name ?? ''} ⇒ ${line}`;
    })
    .filter(line => !line.endsWith('⇒ '));
};
const zip = (parts: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])) as Zippable);

describe('decodeText', () => {
  it.each(fixture.texts)('$encoding, as Python writes it', ({ text, bytes }) => {
    expect(decodeText(bytesOf(bytes))).toBe(text);
  });
});

describe('workbooks', () => {
  it('are sheets, tables and comments, with the cell of every row', async () => {
    const document = await read('a.xlsx', bytesOf(fixture.workbook));
    expect(placed(document)).toEqual([
      "'价目 表'!A1 ⇒ ## 价目 表",
      "'价目 表'!B2 ⇒ 二〇二六年价目",
      "'价目 表'!B4 ⇒ | 商品 | 价格 | 折扣 | 日期 |",
      "'价目 表'!B4 ⇒ | --- | --- | --- | --- |",
      "'价目 表'!B5 ⇒ | 苹果\\|红 | 3.5 | 25% | 2026-02-28 |",
      "'价目 表'!B6 ⇒ | 香蕉 大 | 0.3 | 100% | 2026-03-01T13:30:00 |",
      "'价目 表'!C7 ⇒ |  | 12345678901234 | 12.5% | 08:05:00 |",
      "'价目 表'!B10 ⇒ TRUE",
      "'价目 表'!C5 ⇒ - C5, 李: 每斤",
      'Second!A1 ⇒ ## Second',
      'Second!AB3 ⇒ single',
    ]);
    const chunks = structureChunker({ maxTokens: 30 }).chunk(document);
    expect(chunks.find(chunk => chunk.text.includes('香蕉'))).toMatchObject({
      place: "'价目 表'!B6",
      headings: ['价目 表'],
    });
  });
});

describe('presentations', () => {
  it('are pages with titles, lists, tables, charts and notes', async () => {
    const document = await read('a.pptx', bytesOf(fixture.presentation));
    expect(placed(document)).toEqual([
      'slide 1 ⇒ # 退款 流程',
      'slide 1 ⇒ - 申请',
      'slide 1 ⇒     - 填写表格',
      'slide 1 ⇒ > 讲慢一点',
      'slide 2 ⇒ # 2',
      'slide 2 ⇒ | 00 01 | 00 01 | 02 |',
      'slide 2 ⇒ | --- | --- | --- |',
      'slide 2 ⇒ | 10 | 11 | 12 22 |',
      'slide 2 ⇒ | 20 | 21 | 12 22 |',
      'slide 2 ⇒ 脚注 & 说明',
      'slide 3 ⇒ # 图',
      'slide 3 ⇒ |  | 2025 | 2026 |',
      'slide 3 ⇒ | --- | --- | --- |',
      'slide 3 ⇒ | 东 | 1.5 | 3 |',
      'slide 3 ⇒ | 西 | 2 | 4 |',
    ]);
    expect(
      structureChunker({ maxTokens: 40 })
        .chunk(document)
        .map(chunk => chunk.page),
    ).toEqual([1, 2, 3]);
  });
});

const container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>';
const book = (spine: string): Record<string, string> => ({
  mimetype: 'application/epub+zip',
  'META-INF/container.xml': container,
  'OEBPS/book.opf': `<package xmlns:dc="x"><metadata><dc:title>诗 &amp; 词</dc:title><dc:creator>李白</dc:creator></metadata>
    <manifest><item id="n" href="nav.xhtml" properties="nav"/><item id="b" href="text/%E4%BA%8C.xhtml"/><item id="a" href="text/a.xhtml"/></manifest>
    <spine>${spine}</spine></package>`,
  'OEBPS/nav.xhtml': '<nav>目录</nav>',
  'OEBPS/text/二.xhtml':
    '<html><head><title/></head><body><header><h1>卷二</h1></header><p>床前明月光<br/>疑是地上霜</p></body></html>',
  'OEBPS/text/a.xhtml': '<html><body><h1>卷一</h1><aside>注</aside></body></html>',
});

describe('books', () => {
  it('are their chapters in order, with the place of each', async () => {
    const spine = '<itemref idref="n"/><itemref idref="b"/><itemref idref="a"/><itemref idref="none"/>';
    const document = await read('a.epub', zip(book(spine)));
    expect(document).toMatchObject({ title: '诗 & 词', metadata: { authors: ['李白'] } });
    expect(placed(document)).toEqual([
      'OEBPS/text/二.xhtml ⇒ # 卷二',
      'OEBPS/text/二.xhtml ⇒ 床前明月光',
      'OEBPS/text/二.xhtml ⇒ 疑是地上霜',
      'OEBPS/text/a.xhtml ⇒ # 卷一',
      'OEBPS/text/a.xhtml ⇒ 注',
    ]);
  });

  it('are refused where they are protected or empty', async () => {
    const lock = '<encryption><CipherReference URI="OEBPS/text/a.xhtml"/></encryption>';
    const locked = zip({ ...book('<itemref idref="a"/>'), 'META-INF/encryption.xml': lock });
    await expect(read('a.epub', locked)).rejects.toThrow('protected against copying');
    await expect(read('a.epub', zip(book('')))).rejects.toThrow('it has no chapters');
  });
});

describe('messages', () => {
  const encoded = Buffer.from('七天内可以退款。\r\n\r\n> 几天？').toString('base64');
  const mail = [
    'From: =?UTF-8?B?5p2O?= <li@example.com>',
    'To: a@example.com, "B, C" <b@example.com>',
    'Date: Wed, 25 Nov 2026 10:00:00 +0800',
    'Subject: =?gb2312?B?zcu/7g==?=',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    encoded,
    '--x',
    'Content-Type: application/pdf',
    "Content-Disposition: attachment; filename*=UTF-8''%E5%8F%91%E7%A5%A8.pdf",
    '',
    'PDF',
    '--x--',
  ].join('\r\n');

  it('are headers, body and the names of attachments', async () => {
    const document = await read('a.eml', mail);
    expect(placed(document).map(line => line.replace(/\d+ bytes/, 'n bytes'))).toEqual([
      'Subject ⇒ # 退款',
      'From ⇒ From: 李 <li@example.com>',
      'To ⇒ To: a@example.com, B, C <b@example.com>',
      'Date ⇒ Date: 2026-11-25T02:00:00.000Z',
      'body ⇒ 七天内可以退款。',
      'body ⇒ > 几天？',
      'attachment 1 ⇒ - 发票.pdf (application/pdf, n bytes)',
    ]);
    expect(document.metadata).toEqual({
      from: '李 <li@example.com>',
      to: ['a@example.com', 'B, C <b@example.com>'],
      attachments: ['发票.pdf'],
      date: '2026-11-25T02:00:00.000Z',
    });
  });

  it('of HTML alone are read as pages; what has no headers is none', async () => {
    const page = 'From: a@b.c\nContent-Type: text/html; charset=utf-8\n\n<p>你好 <b>世界</b></p>';
    expect((await read('a.eml', page)).text).toContain('你好 世界');
    await expect(read('a.eml', '')).rejects.toThrow('no headers');
  });
});

describe('JSON', () => {
  it('is a line for each value, with its path', async () => {
    const source =
      '{"店":{"名 称":"甲","open":true},"ids":[1,12345678901234567890],"items":[{"a":"一\\n\\n二"},{"a":null,"b":[]}]}';
    expect(placed(await read('a.json', source))).toEqual([
      '$.店["名 称"] ⇒ 店.名 称: 甲',
      '$.店.open ⇒ 店.open: true',
      '$.ids ⇒ ids: 1, 12345678901234567890',
      '$.items[0].a ⇒ items.a: 一',
      '$.items[0].a ⇒ 二',
      '$.items[1].a ⇒ items.a: null',
    ]);
    expect(placed(await read('a.jsonl', '{"q":"几天？"}\r\n\r\n["七","天"]\n'))).toEqual([
      'line 1: $.q ⇒ q: 几天？',
      'line 3: $ ⇒ 七, 天',
    ]);
  });

  it('is refused where it is broken or too deep', async () => {
    await expect(read('a.json', '{"a":')).rejects.toThrow('The JSON is not valid');
    await expect(read('a.jsonl', '{}\n{"a"}')).rejects.toThrow('Line 2 is not valid');
    for (const depth of [300, 200_000])
      await expect(read('a.json', '['.repeat(depth) + ']'.repeat(depth))).rejects.toThrow('within each other');
  });
});

describe('tables, subtitles and code', () => {
  it('say on which line a row begins', async () => {
    expect(placed(await read('a.csv', '名,注\n\n甲,"一\n二"\n乙,三\n'))).toEqual([
      'line 1 ⇒ | 名 | 注 |',
      'line 1 ⇒ | --- | --- |',
      'line 3 ⇒ | 甲 | 一 二 |',
      'line 5 ⇒ | 乙 | 三 |',
    ]);
  });

  it('say when something was said', async () => {
    const vtt =
      'WEBVTT\n\nNOTE 注\n\n1\n00:01.000 --> 00:02.000 align:left\n<v 甲>你好 &amp; <i>再见</i>\n\n01:00:00.500 --> 01:00:02.000\n<v 乙>好\n';
    expect(placed(await read('a.vtt', vtt))).toEqual([
      '00:01.000 ⇒ 甲:',
      '00:01.000 ⇒ 你好 & 再见',
      '01:00:00.500 ⇒ 乙:',
      '01:00:00.500 ⇒ 好',
    ]);
    expect((await read('a.srt', '1\r\n00:00:01,000 --> 00:00:02,000\r\n你好\r\n')).places).toEqual([
      { start: 0, name: '00:00:01.000' },
    ]);
    await expect(read('a.srt', 'nothing')).rejects.toThrow('no cue');
  });

  it('keep code as it is', async () => {
    const code = 'export const 名 = 1;\r\n\r\n// 注\r\n';
    expect(await read('a.ts', code)).toMatchObject({ text: code, blocks: [{ kind: 'code' }, { kind: 'code' }] });
  });
});

describe('files made to do harm', () => {
  const workbook = (sheet: string, more: Record<string, string> = {}): Uint8Array =>
    zip({
      'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="r1" Type="/worksheet" Target="s.xml"/></Relationships>',
      'xl/s.xml': sheet,
      ...more,
    });
  const cells = (...rows: string[]): string => `<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`;
  const cell = (at: string, text: string): string => `<c r="${at}" t="str"><v>${text}</v></c>`;

  it('unpack to no more than the limit, whatever they declare', async () => {
    const bomb = zipSync({ 'xl/workbook.xml': new Uint8Array(40e6) }, { level: 1 });
    const directory = Buffer.from(bomb).lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    const declare = (bytes: number): void => new DataView(bomb.buffer).setUint32(directory + 24, bytes, true);
    declare(300e6);
    await expect(read('a.xlsx', bomb)).rejects.toThrow('MB when it is unpacked');
    declare(100);
    const before = process.memoryUsage().arrayBuffers;
    await expect(read('a.xlsx', bomb)).rejects.toThrow(ModeshiftError);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
    const one = Buffer.from(zip({ 'a.png': '' }));
    const [start, end] = [
      one.lastIndexOf('PK\x01\x02', undefined, 'latin1'),
      one.lastIndexOf('PK\x05\x06', undefined, 'latin1'),
    ];
    const times = 20_001;
    const many = Buffer.concat([
      one.subarray(0, start),
      ...Array<Buffer>(times).fill(one.subarray(start, end)),
      one.subarray(end),
    ]);
    for (const at of [14, 12]) many.writeUInt16LE(times, many.length - at);
    await expect(read('a.xlsx', many)).rejects.toThrow('more than 20000 parts');
  });

  it('expand no entities and read nothing from outside', async () => {
    const laughs = `<!DOCTYPE l [<!ENTITY a "${'ha'.repeat(100)}">${'<!ENTITY b "&a;&a;&a;&a;">'.repeat(30)}<!ENTITY x SYSTEM "file:///etc/hostname">]>`;
    const { text } = await read('a.xlsx', workbook(laughs + cells(`<row r="1">${cell('A1', '&b;&x;&#x4f60;')}</row>`)));
    expect(text).toBe('## S\n\n&b;&x;你');
  });

  it('nest no deeper than a limit', async () => {
    await expect(read('a.xlsx', workbook('<a>'.repeat(100_000)))).rejects.toThrow('elements within each other');
    await expect(read('a.html', '<b>'.repeat(100_000))).rejects.toThrow('elements within each other');
  });

  it('are no larger than what is in them: far cells, wide merges, repeated cells', async () => {
    const far = `<row r="1">${cell('A1', '一')}${cell('XFD1', '二')}</row><row r="1048576">${cell('B1048576', '三')}</row>`;
    const merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="x"/></mergeCells>';
    const { text, places } = await read('a.xlsx', workbook(cells(far)));
    expect(text).toBe('## S\n\n| 一 | 二 |\n| --- | --- |\n\n三');
    expect(places?.map(place => place.name)).toEqual(['S!A1', 'S!B1048576']);
    const spread = await read('a.xlsx', workbook(cells(far) + merged));
    expect(spread.text.length).toBeLessThan(2e6);
    const sheet =
      '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>';
    const ods = `<office:document-content><office:body><office:spreadsheet><table:table table:name="S">${sheet}</table:table></office:spreadsheet></office:body></office:document-content>`;
    await expect(read('a.ods', zip({ 'content.xml': ods }))).rejects.toThrow('cells in a table');
  });

  it('are refused with a reason where they are no such file, cut off, or protected', async () => {
    const whole = bytesOf(fixture.workbook);
    for (const kind of ['xlsx', 'pptx', 'epub', 'odt', 'docx']) {
      for (const bytes of [
        new Uint8Array(),
        whole.subarray(0, whole.length / 2),
        strToU8('不是'),
        zip({ 'a.xml': '<a/>' }),
      ])
        await expect(read(`a.${kind}`, bytes), kind).rejects.toThrow(/damaged or of another kind/);
    }
    const compound = Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1);
    await expect(read('a.xlsx', compound)).rejects.toThrow('protected by a password');
    await expect(read('a.doc', compound)).rejects.toThrow('Save it as .docx');
    const lock = { 'content.xml': '<a/>', 'META-INF/manifest.xml': '<manifest><encryption-data/></manifest>' };
    await expect(read('a.odt', zip(lock))).rejects.toThrow('protected by a password');
  });
});
