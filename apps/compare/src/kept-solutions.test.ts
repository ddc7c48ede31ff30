// Whose solutions are kept while a comparison begins.
import type { AnsweringModel } from '@modeshift/core';
import { scriptedModel } from '@modeshift/testing';
import { expect, it } from 'vitest';
import { KeptSolutions } from './kept-solutions.ts';

it('nobody takes the place of a comparison while the models before it are let go', async () => {
  let letGo = (): void => undefined;
  const gate = new Promise<void>(resolve => {
    letGo = resolve;
  });
  const slow: AnsweringModel & { dispose(): Promise<void> } = Object.assign(scriptedModel({ reply: () => '好' }), {
    dispose: () => gate,
  });
  const kept = new KeptSolutions();
  await kept.begin('before', { modes: [], models: [slow] });
  const begun = kept.beginComparing('compared', { modes: [], models: [] });
  await expect(kept.begin('asked', { modes: [], models: [] })).rejects.toThrow('A comparison is running.');
  letGo();
  await begun;
  expect(kept.modes('compared')).toEqual([]);
  kept.endComparing();
  await kept.begin('asked', { modes: [], models: [] });
  expect(kept.modes('asked')).toEqual([]);
});
