// Copies of examples that a mode can do with what it likes: nothing it changes reaches another mode.

/**
 * A deep copy. Plain objects and arrays are copied part by part and, with `freeze`, frozen; dates, maps, sets, buffers and
 * the like are cloned; functions and objects of a class of one's own are passed on as they are.
 */
export function deepCopy<T>(value: T, freeze: boolean, known = new Map<unknown, unknown>()): T {
  if (typeof value !== 'object' || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before as T;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return cloned(value);
  const copy = (Array.isArray(value) ? new Array(value.length) : Object.create(prototype as object | null)) as T;
  known.set(value, copy);
  for (const key of Object.keys(value)) {
    const part = deepCopy((value as Record<string, unknown>)[key], freeze, known);
    Object.defineProperty(copy, key, { value: part, writable: true, enumerable: true, configurable: true });
  }
  return freeze ? Object.freeze(copy) : copy;
}

const cloneable = [Date, RegExp, Map, Set, ArrayBuffer, Error];

function cloned<T extends object>(value: T): T {
  if (!ArrayBuffer.isView(value) && !cloneable.some(type => Object.getPrototypeOf(value) === type.prototype))
    return value;
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}
