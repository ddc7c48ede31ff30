// Weight of core: gzip bytes of a bundle with one call, and CPU time of importing the built file. Build first.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const core = join(import.meta.dirname, '..', 'packages', 'core');
/** What is used of esbuild, which is a development dependency of core. */
interface Esbuild {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>;
}
const { build } = createRequire(join(core, 'package.json'))('esbuild') as Esbuild;

const calls: Record<string, string> = {
  generateText: "import { generateText } from 'core'; console.log(generateText);",
  streamText: "import { streamText } from 'core'; console.log(streamText);",
  'generateText + tool':
    "import { generateText, tool, runTools } from 'core'; console.log(generateText, tool, runTools);",
  generateObject: "import { generateObject } from 'core'; console.log(generateObject);",
  'generateText + retry, fallback':
    "import { generateText, retry, fallback } from 'core'; console.log(generateText, retry, fallback);",
  embedMany: "import { embedMany } from 'core'; console.log(embedMany);",
  everything: "import * as core from 'core'; console.log(core);",
};

for (const [name, contents] of Object.entries(calls)) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: core },
    alias: { core: join(core, 'dist', 'index.js') },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const bytes = outputFiles[0]!.contents;
  console.log(`${name.padEnd(32)} ${String(bytes.length).padStart(6)} bytes, ${gzipSync(bytes).length} gzip`);
}

const cpu = (code: string): number => {
  const script = `${code}; const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
};
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
const empty: number[] = [];
const imported: number[] = [];
for (let i = 0; i < 25; i++) {
  empty.push(cpu('await 0'));
  imported.push(cpu(`await import(${JSON.stringify(join(core, 'dist', 'index.js'))})`));
}
const [before, after] = [median(empty), median(imported)];
console.log(`import: ${(after - before).toFixed(1)} ms CPU over an empty process (${before.toFixed(1)} ms)`);
