// What embedding used and costs.
import { addUsage, costOf, type Price, type Usage } from '@modeshift/core';

/** Tokens of a text, estimated: a third of its UTF-8 bytes, as core estimates. */
const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3);

export class EmbeddingBill {
  readonly #price: Price | undefined;
  #usages: Usage[] = [];

  constructor(price: Price | undefined) {
    this.#price = price;
  }

  add(usage: Usage): void {
    this.#usages = [addUsage([...this.#usages, usage])];
  }

  /** What texts would use. */
  estimate(texts: readonly string[]): void {
    this.add({ inputTokens: texts.reduce((sum, text) => sum + tokensOf(text), 0), outputTokens: 0 });
  }

  total(): { readonly usage: Usage; readonly usd: number | undefined } {
    const usage = addUsage(this.#usages);
    return { usage, usd: usage.inputTokens === 0 ? 0 : costOf(usage, this.#price) };
  }
}
