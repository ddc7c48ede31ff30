// What this package offers to the command line and the apps.
import { invalidInput, type ModeOffer } from '@modeshift/core';
import { retrieved } from './answer/retrieved.ts';
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
  {
    name: 'retrieved',
    kind: 'plugins',
    summary:
      'the vote of the nearest training examples out of a knowledge base, by words, and by vectors with --embedder',
    needs: 'none',
    embeds: true,
    create: ({ embedder, queryEmbedder }) =>
      retrieved({ ...(embedder && { embedder }), ...(queryEmbedder && { queryEmbedder }) }),
  },
  {
    name: 'rag',
    kind: 'plugins',
    summary: 'has a model read the 8 nearest training examples out of that knowledge base, and answer',
    needs: 'answering',
    embeds: true,
    create: ({ model, embedder, queryEmbedder }) => {
      if (!model) throw invalidInput('The mode rag needs a model. Name one, e.g. --model openai:gpt-5.4-mini.');
      return retrieved({ model, ...(embedder && { embedder }), ...(queryEmbedder && { queryEmbedder }) });
    },
  },
];
