// Finds the JSON in an answer of a model that was only asked, not made, to write JSON.

/** What was found: the value, or what is wrong. */
export type ExtractedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issue: string };

/** Reads the whole text as JSON; else the first fenced block; else from the first bracket to the last. */
export function extractJson(text: string): ExtractedJson {
  const whole = tryParse(text);
  if (whole.ok) return whole;
  const fenced = firstFence(text);
  const start = text.search(/[[{]/);
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  for (const part of [fenced, start >= 0 && end > start ? text.slice(start, end + 1) : undefined]) {
    const inner = part === undefined ? undefined : tryParse(part);
    if (inner?.ok) return inner;
  }
  return whole;
}

/** Looks for fixed strings and not with one pattern: a model that writes line breaks without end would make that quadratic. */
function firstFence(text: string): string | undefined {
  const open = text.indexOf('```');
  const lineEnd = open < 0 ? -1 : text.indexOf('\n', open);
  const close = lineEnd < 0 ? -1 : text.indexOf('```', lineEnd);
  return close < 0 ? undefined : text.slice(lineEnd + 1, close);
}

function tryParse(text: string): ExtractedJson {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, issue: `The answer is no valid JSON: ${(error as Error).message}` };
  }
}
