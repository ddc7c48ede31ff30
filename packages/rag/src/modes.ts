// What this package offers to the command line and the apps.
import type { ModeOffer } from '@modeshift/core';
import { nearest } from './nearest.ts';

/** The modes of this package, for tools that let a person choose. */
export const modes: readonly ModeOffer[] = [
  {
    name: 'nearest',
    kind: 'plugins',
    summary: 'the label of the most similar training examples (BM25); no model needed',
    needs: 'none',
    create: () => nearest(),
  },
];
