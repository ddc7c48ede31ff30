// What models used and what it costs.
import { addUsage, costOf, type Price, type Usage } from '@modeshift/core';

/** Tokens of a text, estimated: a third of its UTF-8 bytes, as core estimates. */
export const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3);

/** The usage of one or more models; each has its price. */
export class ModelBill {
  #usages: Usage[] = [];
  #usd: number | undefined = 0;

  add(usage: Usage, price: Price | undefined): void {
    this.#usages = [addUsage([...this.#usages, usage])];
    if (usage.inputTokens === 0 && usage.outputTokens === 0) return;
    const usd = costOf(usage, price);
    this.#usd = usd === undefined || this.#usd === undefined ? undefined : this.#usd + usd;
  }

  total(): { readonly usage: Usage; readonly usd: number | undefined } {
    return { usage: addUsage(this.#usages), usd: this.#usd };
  }
}
