// Makes written sentences look typed: lower case, lost punctuation, slips of the fingers, raised voices.
import type { Random } from '@modeshift/core';

const shorthand: readonly (readonly [RegExp, string])[] = [
  [/\bplease\b/gi, 'pls'],
  [/\byou\b/g, 'u'],
  [/\bI am\b/g, "I'm"],
  [/\bdo not\b/g, "don't"],
  [/\bis not\b/g, "isn't"],
  [/\bhave not\b/g, "haven't"],
  [/\bbecause\b/g, 'cos'],
  [/\bThanks!?/g, 'thx'],
];

/** What English messages look like when people type them. */
export function roughenEnglish(text: string, source: Random): string {
  const fate = source.next();
  let rough = text;
  if (fate < 0.3) for (const [pattern, short] of shorthand.slice(2, 6)) rough = rough.replace(pattern, short);
  else if (fate < 0.38) for (const [pattern, short] of shorthand) rough = rough.replace(pattern, short);
  if (source.next() < 0.14) rough = slip(rough, source);
  const tone = source.next();
  if (tone < 0.17)
    return rough
      .toLowerCase()
      .replace(/[.,!?]+(?=\s|$)/g, tone < 0.08 ? '' : '$&')
      .replace(/[.]$/, '');
  if (tone < 0.22) return `${rough.replace(/[.!?]$/, '')}!!`;
  if (tone < 0.24) return rough.toUpperCase();
  return rough;
}

/** One slip in a word of five letters or more: two letters swapped, or one left out. */
function slip(text: string, source: Random): string {
  const words = [...text.matchAll(/\b[a-z]{5,}\b/g)];
  const word = words[source.integer(Math.max(1, words.length))];
  if (!word) return text;
  const at = word.index + 1 + source.integer(word[0].length - 2);
  const slipped = source.next() < 0.5 ? text[at + 1]! + text[at]! : text[at + 1]!;
  return text.slice(0, at) + slipped + text.slice(at + 2);
}

const confused: readonly (readonly [string, string])[] = [
  ['账号', '帐号'],
  ['订单', '定单'],
  ['登录', '登陆'],
  ['收到', '收道'],
  ['怎么', '咋'],
  ['什么', '啥'],
  ['的话', '得话'],
];

/** What Chinese messages look like when people type them: wrong homophones, spoken words, spaces for punctuation. */
export function roughenChinese(text: string, source: Random): string {
  let rough = text;
  if (source.next() < 0.16) {
    const possible = confused.filter(([right]) => rough.includes(right));
    const [right, wrong] = possible[source.integer(Math.max(1, possible.length))] ?? ['', ''];
    if (right) rough = rough.replace(right, wrong);
  }
  const tone = source.next();
  if (tone < 0.1) return rough.replace(/[，。！]+(?!$)/g, ' ').replace(/[。！]$/, '');
  if (tone < 0.18) return rough.replace(/[。？]$/, end => (end === '？' ? '？？' : '！！'));
  if (tone < 0.3) return rough.replace(/。$/, '');
  return rough;
}
