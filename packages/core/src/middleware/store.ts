// Where middleware keeps what it remembers.

/** A place for texts under keys. `@modeshift/core/node` has one made of files. */
export interface KeyValueStore {
  get(key: string): string | undefined | Promise<string | undefined>;
  set(key: string, value: string): void | Promise<void>;
}

/**
 * A store in memory that forgets what was not used for longest.
 *
 * @example
 * ```ts
 * import { memoryStore } from '@modeshift/core';
 *
 * const store = memoryStore({ maxEntries: 1 });
 * store.set('甲', '1');
 * store.set('乙', '2');
 * console.log(store.get('甲'), store.get('乙')); // undefined 2
 * ```
 */
export function memoryStore(options: { readonly maxEntries?: number } = {}): KeyValueStore {
  const { maxEntries = 1000 } = options;
  const entries = new Map<string, string>();
  return {
    get(key) {
      const value = entries.get(key);
      if (value !== undefined) {
        entries.delete(key);
        entries.set(key, value);
      }
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value!);
    },
  };
}
