// What a model of this process costs: nothing per token.
import type { Price } from '@modeshift/core';

export const localPrice: Price = {
  inputPerMillion: 0,
  outputPerMillion: 0,
  asOf: '2026-11-24',
  source: 'It runs in this process: tokens cost time and power, and no fee.',
};
