// Reads a label out of an answer, strictly.

/** What {@link parseLabel} gives. */
export type ParsedLabel = { readonly label: string } | { readonly problem: string };

/**
 * Reads an answer that should be exactly one label. Accepted is the label itself and nothing else, apart from: white space
 * around it, one pair of quotes, back-ticks, brackets or asterisks around it, one full stop after it, another case, another
 * Unicode form (NFKC), and a closed `<think>…</think>` block before it, which is reasoning and not the answer. A sentence that
 * contains a label is not accepted, whatever else it says: "not billing" contains one too. Where two labels differ by case
 * only, the case decides.
 *
 * @param structured accepts JSON as well: a string, or an object whose only field is a string.
 * @example
 * ```ts
 * import { parseLabel } from '@modeshift/prompt-tuning';
 *
 * console.log(parseLabel('“账单”。', ['账单', '物流'])); // { label: '账单' }
 * console.log('problem' in parseLabel('I think it is billing', ['billing'])); // true
 * ```
 */
export function parseLabel(answer: string, labels: readonly string[], structured = false): ParsedLabel {
  const text = answer.replace(/^\s*<think>[\s\S]*?<\/think>/, '').trim();
  if (text === '') return { problem: 'The answer is empty.' };
  if (labels.includes(text)) return { label: text };
  const json = fromJson(text);
  if (json !== undefined && (structured || text.startsWith('"'))) {
    if (labels.includes(json)) return { label: json };
    return matchFolded(json, labels) ?? { problem: noLabel(answer) };
  }
  return matchFolded(text, labels) ?? { problem: noLabel(answer) };
}

function matchFolded(text: string, labels: readonly string[]): ParsedLabel | undefined {
  const form = fold(text);
  const bare = unwrap(form);
  const withoutStop = stripStop(form);
  // The full stop may stand inside or outside of the quotes.
  const forms = new Set([form, withoutStop, bare, stripStop(bare), unwrap(withoutStop)]);
  for (const candidate of forms) {
    const matches = labels.filter(label => fold(label) === candidate);
    if (matches.length === 1) return { label: matches[0]! };
    if (matches.length > 1) {
      return { problem: `The answer fits several labels: ${matches.map(label => JSON.stringify(label)).join(', ')}.` };
    }
  }
  return undefined;
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
}

const pairs = [
  ['"', '"'],
  ["'", "'"],
  ['**', '**'],
  ['*', '*'],
  ['__', '__'],
  ['```', '```'],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
  ['「', '」'],
  ['『', '』'],
  ['《', '》'],
  ['【', '】'],
  ['[', ']'],
  ['(', ')'],
  ['<', '>'],
] as const;

function unwrap(text: string): string {
  for (const [open, close] of pairs) {
    if (text.length > open.length + close.length && text.startsWith(open) && text.endsWith(close)) {
      return fold(text.slice(open.length, -close.length));
    }
  }
  return text;
}

function stripStop(text: string): string {
  return fold(text.replace(/[.。!]$/u, ''));
}

function fromJson(text: string): string | undefined {
  if (!/^["{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
    const fields = typeof value === 'object' && value !== null ? Object.values(value) : [];
    return fields.length === 1 && typeof fields[0] === 'string' ? fields[0] : undefined;
  } catch {
    return undefined;
  }
}

function noLabel(answer: string): string {
  const shown = answer.trim().replace(/\s+/gu, ' ');
  return `The answer is none of the labels: ${JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown)}.`;
}
