// The kit under Node's own test runner: it needs no vitest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'modeshift-node-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (score: string): { readonly status: number | null; readonly stdout: string } => {
  const kit = pathToFileURL(join(import.meta.dirname, '..', 'index.ts')).href;
  const file = join(folder, 'provider.test.mjs');
  writeFileSync(
    file,
    `import { test } from 'node:test';
     import { scriptedScoringModel, testProvider } from ${JSON.stringify(kit)};
     const cases = testProvider({
       create: () => scriptedScoringModel((_, continuation) => ${score}),
       capabilities: ['score'],
       score: { call: { prompt: '情感：', continuations: ['正面', '不好说'] }, expected: [-2, -3] },
     });
     for (const { name, tier, run } of cases) test(tier + ': ' + name, run);`,
  );
  const args = ['--conditions=modeshift-source', '--test', '--test-reporter=tap', file];
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  return spawnSync(process.execPath, args, { encoding: 'utf8', cwd: join(import.meta.dirname, '..', '..'), env });
};

it('runs, passes a sound model, and fails one that is wrong', () => {
  const sound = run('-continuation.length');
  expect(sound.stdout).toMatch(/# pass [1-9]/);
  expect(sound.stdout).toContain('# fail 0');
  expect(sound.status).toBe(0);
  const wrong = run('-1');
  expect(wrong.stdout).toMatch(/# fail [1-9]/);
  expect(wrong.status).toBe(1);
});
