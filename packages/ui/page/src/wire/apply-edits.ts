// Applies the edits by which a streamed value travels. Source: `apply_diff` of Gradio's client.
import type { Edit } from '../../../src/protocol/diff.ts';

type Container = Record<string | number, unknown>;

/** The value after the edits. What did not change is shared with the old value, which stays as it was. */
export function applyEdits(value: unknown, edits: readonly Edit[]): unknown {
  return edits.reduce((current, [action, path, given]) => applied(current, action, path, given), value);
}

function applied(value: unknown, action: Edit[0], path: Edit[1], given: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return action === 'append' ? `${value as string}${given as string}` : given;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Container;
  if (rest.length > 0 || action === 'append' || action === 'replace')
    set(copy, key, applied(copy[key], action, rest, given));
  else if (Array.isArray(copy))
    copy.splice(Number(key), action === 'delete' ? 1 : 0, ...(action === 'add' ? [given] : []));
  else if (action === 'delete') delete copy[key];
  else set(copy, key, given);
  return copy;
}

/** As an own property, whatever it is called. */
function set(target: Container, key: string | number, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
