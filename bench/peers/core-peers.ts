// Core beside others: bundle, import, streaming, types and install size, in one run. Installs the others from the npm registry.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { install, installed, packOurs } from './install.ts';
import { baseline, libraries, schemasOnly } from './libraries.ts';
import { median } from './median.ts';
import { streamCost } from './stream-cost.ts';

const root = join(import.meta.dirname, '..', '..');
interface Esbuild {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly contents: Uint8Array }[] }>;
}
const { build } = createRequire(join(root, 'packages', 'core', 'package.json'))('esbuild') as Esbuild;
const tsc = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'tsc.CMD' : 'tsc');
const place = mkdtempSync(join(tmpdir(), 'modeshift-peers-'));
const folders = new Map([baseline, ...libraries].map(({ name }, i) => [name, join(place, String(i))]));
const say = (text: string): void => console.error(text);

async function bundleBytes(folder: string, contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    write: false,
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]!.contents).length;
}

function importCpu(folder: string, imports: readonly string[]): number {
  const code = `${imports.map(name => `await import('${name}');`).join(' ')} const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);`;
  const args = ['--input-type=module', '-e', code];
  return Number(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }));
}

function instantiations(folder: string, source: string): number {
  writeFileSync(join(folder, 'use.ts'), source);
  const args =
    '--noEmit --ignoreConfig --extendedDiagnostics --strict --skipLibCheck --target es2024 --lib ES2024,DOM,DOM.AsyncIterable --module nodenext --moduleResolution nodenext use.ts';
  const { stdout } = spawnSync(tsc, args.split(' '), { cwd: folder, encoding: 'utf8' });
  if (stdout.includes('error TS')) throw new Error(stdout.slice(0, 2000));
  return Number(/Instantiations:\s+(\d+)/.exec(stdout)![1]);
}

const kilo = (bytes: number): string => (bytes / 1000).toFixed(1);
const mega = (bytes: number): string => (bytes / 1e6).toFixed(1);
const times = (ratio: number): string => `${ratio.toFixed(1)}×`;

try {
  mkdirSync(join(place, 'tarballs'));
  const tarballs = packOurs(join(place, 'tarballs'));
  for (const { name, packages } of [baseline, ...libraries]) {
    say(`installing ${packages.join(' ') || 'nothing'}`);
    install(folders.get(name)!, packages, tarballs);
  }
  say('importing');
  const imports = new Map([baseline, ...libraries].map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < 15; round++) {
    for (const one of [baseline, ...libraries])
      imports.get(one.name)!.push(importCpu(folders.get(one.name)!, one.imports));
  }
  say('streaming');
  const sizes = [
    { chunks: 500, rounds: 31, warmUp: 10 },
    { chunks: 20_000, rounds: 5, warmUp: 1 },
  ];
  const streams = await streamCost(
    [baseline, ...libraries].map(one => ({ ...one, folder: folders.get(one.name)! })),
    sizes,
  );
  const empty = median(imports.get(baseline.name)!);
  const [raw500, raw20k] = streams.get(baseline.name)!;
  console.log(
    '| | bundle of one call, kB gzip | import, ms CPU | CPU per chunk, 500 | 20,000 | type instantiations | installed, MB | packages |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  for (const one of libraries) {
    const folder = folders.get(one.name)!;
    const [at500, at20k] = streams.get(one.name)!;
    const disk = installed(folder);
    const cells = [
      one.name,
      kilo(await bundleBytes(folder, one.call)),
      (median(imports.get(one.name)!) - empty).toFixed(0),
      times(at500! / raw500!),
      times(at20k! / raw20k!),
      one.types === undefined ? '' : instantiations(folder, one.types).toLocaleString('en'),
      mega(disk.bytes),
      String(disk.packages),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  const alone = instantiations(folders.get(libraries[0]!.name)!, schemasOnly);
  console.log(
    `\nImport over an empty process (${empty.toFixed(0)} ms CPU); chunks over a raw fetch and SSE parse (${raw500!.toFixed(1)} and ${raw20k!.toFixed(1)} µs CPU); zod's own share of the instantiations is ${alone.toLocaleString('en')}, and zod is in every install. Node ${process.versions.node}.`,
  );
  console.log(`Versions: ${[...new Set(libraries.flatMap(one => one.packages))].join(', ')}.`);
} finally {
  rmSync(place, { recursive: true, force: true });
}
