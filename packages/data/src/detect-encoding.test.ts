import { expect, it } from 'vitest';
import { detectEncoding } from './detect-encoding.ts';

/** Letters а–я as KOI8-R has them, from 0xC0 on. */
const koi8 = 'юабцдефгхийклмнопярстужвьызшэщчъ';
const asKoi8 = (text: string): Uint8Array =>
  Uint8Array.from(text, letter => (koi8.includes(letter) ? 0xc0 + koi8.indexOf(letter) : letter.charCodeAt(0)));
const text = 'возврат товара: в течение семи дней товар можно вернуть, доставку оплачивает покупатель.\n';

it('Cyrillic letters of one byte are no katakana of half width', () => {
  const bytes = asKoi8(text);
  expect(detectEncoding(bytes)).toEqual({ encoding: 'koi8-r', by: 'guess' });
  expect(new TextDecoder('koi8-r').decode(bytes)).toBe(text);
});

it('katakana of half width beside kanji are Shift_JIS', () => {
  // 返品は商品到着後七日以内です ｶﾞｿﾘﾝ, as Python's shift_jis writes it.
  const bytes = Buffer.from('95d4956982cd8fa49569939e92858ce38eb593fa88c893e082c582b720b6debfd8dd0a', 'hex');
  expect(detectEncoding(bytes).encoding).toBe('shift_jis');
});
