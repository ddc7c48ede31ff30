// Finds the JSON in an answer of a model that was only asked, not made, to write JSON.

/** What was found: the value, or what is wrong. */
export type ExtractedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issue: string };

/** Reads the whole text as JSON; else the first fenced block; else from the first bracket to the last. */
export function extractJson(text: string): ExtractedJson {
  const whole = tryParse(text);
  if (whole.ok) return whole;
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n?```/i.exec(text)?.[1];
  const start = text.search(/[[{]/);
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  for (const part of [fenced, start >= 0 && end > start ? text.slice(start, end + 1) : undefined]) {
    const inner = part === undefined ? undefined : tryParse(part);
    if (inner?.ok) return inner;
  }
  return whole;
}

function tryParse(text: string): ExtractedJson {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, issue: `The answer is no valid JSON: ${(error as Error).message}` };
  }
}
