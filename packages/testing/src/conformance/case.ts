// One case of the conformance kit: a name, a tier and something that rejects when the provider is wrong.
import type { ProviderUnderTest } from './provider-under-test.ts';

/** `wire`: bytes in, parts out. `behaviour`: what happens when things go wrong. `law`: what holds for every provider. */
export type ConformanceTier = 'wire' | 'behaviour' | 'law';

/** One case, for any test runner. */
export interface ConformanceCase {
  readonly name: string;
  readonly tier: ConformanceTier;
  /** Rejects with a `node:assert` error whose message says what is wrong. */
  readonly run: () => Promise<void>;
}

/** A provider with what its cases share. */
export interface Subject extends ProviderUnderTest {
  /** Some sample has bytes of a wire: the model sends requests. */
  readonly isRemote: boolean;
  readonly patience: number;
}
