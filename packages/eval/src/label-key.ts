// What an answer is called when answers are counted: a label is itself, another value is its JSON with sorted keys.

/** The name under which an answer is counted: a string is itself, anything else its JSON with sorted keys. */
export function labelKey(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(sorted(value)) ?? String(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
