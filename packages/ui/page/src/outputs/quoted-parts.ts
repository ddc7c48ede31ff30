// Finds quoted words in a passage, also where spaces and line ends differ.

/** The passage cut at the quote: what is before, the quote as it stands there, what is after. Not found: all is before. */
export function quotedParts(text: string, quote: string | undefined): readonly [string, string, string] {
  const words = quote?.trim().split(/\s+/).filter(Boolean) ?? [];
  if (words.length === 0) return [text, '', ''];
  const pattern = words.map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+');
  const found = new RegExp(pattern).exec(text) ?? new RegExp(pattern, 'i').exec(text);
  if (!found) return [text, '', ''];
  const end = found.index + found[0].length;
  return [text.slice(0, found.index), found[0], text.slice(end)];
}
