// How many columns a text takes in a terminal, and cutting and wrapping by that measure.

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

// East Asian Wide and Fullwidth blocks of Unicode's EastAsianWidth.txt, and emoji that are shown as pictures.
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{16fff}\u{17000}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const unsafe = /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text on one line, without control characters: what a terminal would obey is not printed. */
export function cleanLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(unsafe, '').trim();
}

/** Columns that a text takes. Wide East Asian characters and emoji take 2, combining marks 0. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Cuts a text to `columns`, ending in … where something was cut. */
export function truncate(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Fills a text with spaces up to `columns`. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, columns - textWidth(text)));
  return side === 'left' ? text + space : space + text;
}

/** Breaks a text into lines of at most `columns`: between words, and between any two wide characters. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const piece of pieces(text)) {
    const size = textWidth(piece);
    if (width + textWidth(piece.trimEnd()) > columns && line !== '') {
      lines.push(line.trimEnd());
      line = '';
      width = 0;
    }
    line += piece;
    width += size;
    while (textWidth(line.trimEnd()) > columns) {
      const head = fitting(line, columns);
      lines.push(head);
      line = line.slice(head.length);
      width = textWidth(line);
    }
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  return lines;
}

/** What may not be broken: words with the space after them, and single wide characters with the marks that follow. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let word = '';
  for (const { segment } of segmenter.segment(text)) {
    if (/[，。：；、！？）”』」]/u.test(segment) && (word !== '' || found.length > 0)) {
      if (word !== '') word += segment;
      else found[found.length - 1] += segment;
      continue;
    }
    if (graphemeWidth(segment) === 2) {
      if (word !== '') found.push(word);
      found.push(segment);
      word = '';
      continue;
    }
    word += segment;
    if (segment === ' ') {
      found.push(word);
      word = '';
    }
  }
  if (word !== '') found.push(word);
  return found;
}

function fitting(text: string, columns: number): string {
  let head = '';
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns && head !== '') break;
    head += segment;
  }
  return head;
}

function graphemeWidth(grapheme: string): number {
  if (wide.test(grapheme)) return 2;
  if (invisible.test(grapheme)) return 0;
  return 1;
}
