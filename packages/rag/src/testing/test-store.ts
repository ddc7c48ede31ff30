// The conformance suite of stores: what every store of knowledge must do, for any test runner.
import type { KnowledgeStore } from '../store/store.ts';
import { accessCases } from './access-cases.ts';
import { documentCases } from './document-cases.ts';
import { filterCases } from './filter-cases.ts';
import { searchCases } from './search-cases.ts';

/** A store to be tested. */
export interface StoreUnderTest {
  /** Makes an empty store, or opens again what was made under this name before. */
  readonly open: (name: string) => Promise<KnowledgeStore>;
  /** Whether `open` with the same name finds what was written before `close`. Left out: it does. */
  readonly isPersistent?: boolean;
}

/** One case. */
export interface StoreCase {
  readonly name: string;
  /** Rejects with a `node:assert` error whose message says what is wrong. */
  readonly run: () => Promise<void>;
}

/**
 * The cases that a store must pass: documents and chunks, replacement and deletion, metadata filters against an evaluator in
 * JavaScript, access that no call gets around, several embedding spaces, recall against exact search with and without filters,
 * after updates and after reopening, Chinese and other scripts, wrong use.
 *
 * @example
 * ```ts
 * import { openStore } from '@modeshift/rag';
 * import { testStore } from '@modeshift/rag/testing';
 *
 * const cases = testStore({ open: () => openStore(':memory:'), isPersistent: false });
 * for (const { run } of cases.slice(0, 2)) await run(); // with vitest: for (const { name, run } of cases) it(name, run)
 * console.log(cases.length > 15); // true
 * ```
 */
export function testStore(store: StoreUnderTest): readonly StoreCase[] {
  return [...documentCases(store), ...filterCases(store), ...accessCases(store), ...searchCases(store)];
}
