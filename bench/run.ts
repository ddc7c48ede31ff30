// Runs the benchmarks of the repository, all or those whose path contains one of the arguments.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
// What installs other libraries from the npm registry runs only when it is asked for by name.
const onDemand =
  wanted.length > 0
    ? [
        'bench/peers/core-peers.ts',
        'packages/providers/local/bench/peers/decode.ts',
        'packages/providers/local/bench/peers/encode.ts',
        'packages/rag/bench/peers/ingest.ts',
      ]
    : [];
const files = globSync(['packages/*/bench/*.ts', 'packages/providers/*/bench/*.ts', 'bench/*.ts', ...onDemand], {
  cwd: root,
})
  .filter(file => !file.endsWith(join('bench', 'run.ts')) && !file.endsWith('.test.ts'))
  .filter(file => wanted.length === 0 || wanted.some(part => file.includes(part)))
  .sort();

if (files.length === 0) {
  console.error(`No benchmark matches ${wanted.join(' ')}.`);
  process.exit(2);
}
let failed = 0;
for (const file of files) {
  console.log(`\n── ${file}`);
  const flags = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];
  const { status } = spawnSync(process.execPath, [...flags, join(root, file)], { stdio: 'inherit', cwd: root });
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
