// In which encoding bytes are written: a mark, strict UTF-8, UTF-16 by its zero bytes, and then a guess that must decode.
import { analyse } from 'chardet';

/** What {@link detectEncoding} finds. */
export interface DetectedEncoding {
  /** As the Encoding Standard calls it: what `TextDecoder` takes. */
  readonly encoding: string;
  /** `'mark'`: a byte order mark. `'valid'`: the bytes are valid UTF-8. `'guess'`: the likeliest by its characters. */
  readonly by: 'mark' | 'valid' | 'guess';
}

/** What may be guessed: detector's name → the Encoding Standard's. A superset stands for its subsets. */
const guessable: Readonly<Record<string, string>> = {
  GB18030: 'gb18030',
  Big5: 'big5',
  Shift_JIS: 'shift_jis',
  'EUC-JP': 'euc-jp',
  'EUC-KR': 'euc-kr',
  'ISO-8859-1': 'windows-1252',
  'windows-1252': 'windows-1252',
  'ISO-8859-2': 'iso-8859-2',
  'windows-1250': 'windows-1250',
  'windows-1251': 'windows-1251',
  'KOI8-R': 'koi8-r',
  'windows-1253': 'windows-1253',
  'windows-1254': 'windows-1254',
  'windows-1255': 'windows-1255',
  'windows-1256': 'windows-1256',
};
const multiByte = new Set(['gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr']);
const sampleBytes = 1 << 16;

/**
 * Detects the encoding of a text file: UTF-8 and UTF-16 with certainty where they carry a mark or are valid, and otherwise
 * GB18030 (GBK, GB 2312), Big5, Shift_JIS, EUC-JP, EUC-KR or a Windows code page as the `chardet` package ranks them; an
 * encoding in which the bytes are not valid is never chosen.
 *
 * @see https://encoding.spec.whatwg.org
 * @example
 * ```ts
 * import { detectEncoding } from '@modeshift/data';
 *
 * const gbk = Uint8Array.of(0xce, 0xc4, 0xb1, 0xbe, 0x2c, 0xc0, 0xe0, 0xb1, 0xf0, 0x0a, 0xc4, 0xe3, 0xba, 0xc3, 0x2c, 0x61);
 * console.log(detectEncoding(gbk).encoding); // gb18030
 * console.log(detectEncoding(new TextEncoder().encode('文本,类别')).encoding); // utf-8
 * ```
 */
export function detectEncoding(bytes: Uint8Array): DetectedEncoding {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', by: 'mark' };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', by: 'mark' };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', by: 'mark' };
  const wide = wideEncoding(bytes);
  if (wide) return { encoding: wide, by: 'guess' };
  if (decodes(bytes, 'utf-8')) return { encoding: 'utf-8', by: 'valid' };
  const sample = linesBeyondAscii(bytes);
  if (isNearlyUtf8(sample)) return { encoding: 'utf-8', by: 'guess' };
  const ranked: string[] = [];
  const found = analyse(sample)
    .map(({ name, confidence }) => ({ name, confidence: confidence + 30 * commonShare(sample, name) }))
    .sort((x, y) => y.confidence - x.confidence || Number(isWestern(y.name)) - Number(isWestern(x.name)));
  for (const { name } of found) {
    const encoding = guessable[name];
    if (encoding !== undefined && !ranked.includes(encoding)) ranked.push(encoding);
  }
  // In a few short lines the detector prefers Western letters; East Asian text shows by its bytes, which come in pairs.
  const comesInPairs = (name: string): boolean =>
    multiByte.has(name) && !(name === 'shift_jis' && isHalfWidthKatakana(sample));
  if (arePaired(sample)) ranked.sort((x, y) => Number(comesInPairs(y)) - Number(comesInPairs(x)));
  const encoding = ranked.find(candidate => decodes(bytes, candidate)) ?? 'windows-1252';
  return { encoding, by: 'guess' };
}

/**
 * The share of byte pairs that stand for everyday characters: both Chinese standards put those first (level 1), so a few
 * characters tell GB 2312 from Big5 where statistics need many.
 */
function commonShare(sample: Uint8Array, name: string): number {
  const [first, last] = name === 'GB18030' ? [0xb0, 0xd7] : name === 'Big5' ? [0xa4, 0xc6] : [0x100, 0];
  let common = 0;
  let pairs = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i]! < 0x80) continue;
    pairs++;
    const trail = sample[i + 1] ?? 0;
    const fits = name === 'GB18030' ? trail >= 0xa1 : trail >= 0x40 && (trail <= 0x7e || trail >= 0xa1);
    if (fits && sample[i]! >= first! && sample[i]! <= last!) common++;
    i++;
  }
  return pairs === 0 ? 0 : common / pairs;
}

function isWestern(name: string): boolean {
  return guessable[name] === 'windows-1252';
}

/** Whether the bytes are valid in an encoding. Reads in pieces, so a large file is not held twice. */
function decodes(bytes: Uint8Array, encoding: string): boolean {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += 1 << 20) {
      decoder.decode(bytes.subarray(at, at + (1 << 20)), { stream: true });
    }
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** UTF-16 without a mark: its ASCII characters leave a zero byte on one side of every pair. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const end = Math.min(bytes.length, sampleBytes) & ~1;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < end; i += 2) {
    if (bytes[i] === 0) even++;
    if (bytes[i + 1] === 0) odd++;
  }
  if (bytes.length % 2 === 1 || even + odd < Math.max(2, end / 50)) return undefined;
  const encoding = odd > 9 * even ? 'utf-16le' : even > 9 * odd ? 'utf-16be' : undefined;
  return encoding && decodes(bytes, encoding) ? encoding : undefined;
}

/** The lines that hold bytes beyond ASCII, up to the size of a sample: only they tell encodings apart. */
function linesBeyondAscii(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(Math.min(bytes.length, sampleBytes));
  let used = 0;
  let start = 0;
  while (start < bytes.length && used < sample.length) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found + 1;
    let i = start;
    while (i < end && bytes[i]! < 0x80) i++;
    if (i < end) {
      const line = bytes.subarray(start, Math.min(end, start + sample.length - used));
      sample.set(line, used);
      used += line.length;
    }
    start = end;
  }
  return sample.subarray(0, used);
}

/** UTF-8 with a few broken characters, e.g. cut by another program: at most 1 in 100 of those beyond ASCII. */
function isNearlyUtf8(sample: Uint8Array): boolean {
  let broken = 0;
  let beyondAscii = 0;
  for (const character of new TextDecoder('utf-8').decode(sample)) {
    if (character === '\ufffd') broken++;
    else if (character.charCodeAt(0) > 0x7f) beyondAscii++;
  }
  return broken <= beyondAscii / 100;
}

/** Whether Shift_JIS would read single bytes nearly everywhere, as it does in Cyrillic text. */
function isHalfWidthKatakana(sample: Uint8Array): boolean {
  const beyondAscii = [...new TextDecoder('shift_jis').decode(sample)].filter(one => one > '\x7f');
  return beyondAscii.filter(one => one >= '\uff61' && one <= '\uff9f').length > 0.8 * beyondAscii.length;
}

/** Whether bytes beyond ASCII mostly stand beside each other, followed by no small letters between them. */
function arePaired(sample: Uint8Array): boolean {
  let alone = 0;
  let total = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i]! < 0x80) continue;
    total++;
    if ((sample[i - 1] ?? 0) < 0x80 && (sample[i + 1] ?? 0) < 0x80) alone++;
  }
  return alone < total / 4;
}
