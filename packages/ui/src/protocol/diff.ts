// The edits from one JSON value to another, as Gradio's clients apply them.

/** One edit. `append` adds to a string; `add` puts into an array before an index, or into an object. */
export type Edit = readonly [
  action: 'append' | 'replace' | 'add' | 'delete',
  path: readonly (string | number)[],
  value: unknown,
];

/**
 * The edits from `from` to `to`. Both must be JSON values.
 *
 * Deletions of an array come from its end to its front, so that no index has moved when its turn comes. A string is only
 * appended to at the border of a character: Python does not join halves of a surrogate pair.
 */
export function diff(from: unknown, to: unknown): Edit[] {
  const edits: Edit[] = [];
  collect(from, to, [], edits);
  return edits;
}

function collect(from: unknown, to: unknown, path: readonly (string | number)[], edits: Edit[]): void {
  if (from === to) return;
  if (typeof from === 'string' && typeof to === 'string') {
    const grows = from.length > 0 && to.startsWith(from) && !isHighSurrogate(from.charCodeAt(from.length - 1));
    edits.push(grows ? ['append', path, to.slice(from.length)] : ['replace', path, to]);
  } else if (Array.isArray(from) && Array.isArray(to)) {
    const both = Math.min(from.length, to.length);
    for (let i = 0; i < both; i++) collect(from[i], to[i], [...path, i], edits);
    for (let i = from.length - 1; i >= both; i--) edits.push(['delete', [...path, i], null]);
    for (let i = both; i < to.length; i++) edits.push(['add', [...path, i], to[i]]);
  } else if (isPlain(from) && isPlain(to)) {
    // Clients set properties by assignment, which for this one would set the prototype.
    if (Object.hasOwn(from, '__proto__') || Object.hasOwn(to, '__proto__')) {
      if (JSON.stringify(from) !== JSON.stringify(to)) edits.push(['replace', path, to]);
      return;
    }
    for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) edits.push(['delete', [...path, key], null]);
    for (const [key, value] of Object.entries(to)) {
      if (Object.hasOwn(from, key)) collect(from[key], value, [...path, key], edits);
      else edits.push(['add', [...path, key], value]);
    }
  } else edits.push(['replace', path, to]);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
