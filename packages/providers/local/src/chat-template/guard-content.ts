// Keeps what people wrote from being read as control tokens: such places get a mark before a template sees them.

/** Characters that stand for nothing: U+FDD0 and on are no characters by Unicode's own rule. */
const candidates = Array.from({ length: 32 }, (_, i) => String.fromCharCode(0xfdd0 + i));

/** Marks that none of some texts contains. */
export interface Marks {
  /** Breaks a control token in content. */
  readonly guard: string;
  /** Round what the assistant wrote. */
  readonly open: string;
  readonly close: string;
}

/** Chooses marks; `undefined` when the texts use up all characters that could be one. */
export function chooseMarks(texts: readonly string[]): Marks | undefined {
  const [guard, open, close] = candidates.filter(mark => !texts.some(text => text.includes(mark)));
  return guard !== undefined && open !== undefined && close !== undefined ? { guard, open, close } : undefined;
}

/**
 * A text with the mark inside every control token that stands in it, and wherever it could complete one together with what a
 * template writes before or behind it.
 */
export function guardContent(text: string, tokens: readonly string[], mark: string): string {
  if (text === '') return text;
  const places = new Set<number>();
  for (const token of tokens) {
    for (let at = text.indexOf(token); at !== -1; at = text.indexOf(token, at + 1))
      places.add(at + Math.min(1, token.length));
    for (let cut = 1; cut < token.length; cut++) {
      if (text.startsWith(token.slice(cut))) places.add(token.length - cut > 1 ? 1 : 0);
      if (text.endsWith(token.slice(0, cut))) places.add(cut > 1 ? text.length - 1 : text.length);
    }
    if (text.length < token.length && token.includes(text)) places.add(text.length > 1 ? 1 : 0);
  }
  let guarded = '';
  let from = 0;
  for (const place of [...places].sort((a, b) => a - b)) {
    guarded += text.slice(from, place) + mark;
    from = place;
  }
  return guarded + text.slice(from);
}

/** Guards all texts of a value of JSON, names of properties included. */
export function guardValue(value: unknown, guard: (text: string) => string): unknown {
  if (typeof value === 'string') return guard(value);
  if (Array.isArray(value)) return value.map(item => guardValue(item, guard));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [guard(name), guardValue(inner, guard)]));
}
