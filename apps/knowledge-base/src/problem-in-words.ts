// Why a source could not be read, in the visitor's language. Loaders say it in English; what is not known here stays so.
import type { Language } from './words.ts';

const chinese: readonly (readonly [RegExp, string])[] = [
  [/protected by a password/, '文件有密码保护。请另存一份没有密码的。'],
  [/has no text, only pictures/, '这份 PDF 只有图片，没有文字。请先用 OCR 程序识别。'],
  [/^The .* is damaged or of another kind/, '文件已损坏，或不是它的扩展名所说的类型。'],
  [/Save it as (\.\w+) with/, '这是旧程序的格式，无法读取。请用原来的程序另存为 $1。'],
  [/of a kind that cannot be read/, '无法读取这种类型的文件。'],
  [/more than the (\d+) allowed/, '文件太大：最多 $1 字节。'],
  [/took more than \d+ ms to read/, '读取时间过长，已放弃。'],
  [/forbids it\. Give "ignoreRobots"/, '该网站的 robots.txt 不允许抓取此网页。'],
  [/since robots\.txt of .* cannot be had/, '无法读取该网站的 robots.txt，因此没有抓取。请稍后再试。'],
  [/is not fetched: its address .* is not public/, '不抓取内部网络中的网址。'],
  [/not shared by the server any more/, '服务器不再共享它所在的文件夹。'],
  [/cannot be read: ENOENT/, '文件已不存在。'],
  [/needs more memory|made to exhaust memory/, '读取所需内存过多，已放弃。'],
];

/** The reason in words; the first pattern that fits says it. */
export function problemInWords(message: string, language: Language): string {
  if (language === 'en') return message;
  for (const [pattern, words] of chinese) {
    const found = pattern.exec(message);
    if (found) return words.replace('$1', found[1] ?? '');
  }
  return message;
}
