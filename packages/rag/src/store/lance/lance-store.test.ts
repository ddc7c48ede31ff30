// A real LanceDB, where its client is installed: the conformance suite, flat and by an index.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { testStore } from '../../testing/test-store.ts';
import { openLanceStore } from './open-lance-store.ts';

const project = [process.env.MODESHIFT_LANCEDB, '/opt/modeshift-lancedb'].find(
  folder => folder && existsSync(join(folder, 'node_modules', '@lancedb', 'lancedb')),
);
if (!project)
  console.log('No @lancedb/lancedb was found (MODESHIFT_LANCEDB names a folder that has it): its tests are skipped.');
const folder = mkdtempSync(join(tmpdir(), 'modeshift-lance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!project)('conformance', () => {
  const open = (name: string) => openLanceStore(join(folder, name), { project: project! });
  for (const { name, run } of testStore({ open })) it(name, run);
});
