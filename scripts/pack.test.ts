// Every package, packed as it would be published, installs into an empty project, is typed there and can be imported.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const windows = process.platform === 'win32';
const project = mkdtempSync(join(tmpdir(), 'modeshift-pack-'));
const folders = globSync(['packages/*/package.json', 'packages/providers/*/package.json', 'apps/*/package.json'], {
  cwd: root,
})
  .sort()
  .map(dirname);
const names = folders.map(
  folder => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).name as string,
);
const tarballs = join(project, 'tarballs');
const npm = windows ? 'npm.cmd' : 'npm';
const run = (file: string, args: readonly string[], cwd: string): string => {
  const result = spawnSync(file, [...args], { cwd, encoding: 'utf8', shell: windows, maxBuffer: 1 << 26 });
  if (result.status !== 0) throw new Error(`${file} ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
  return result.stdout;
};

beforeAll(() => {
  const unbuilt = folders.filter(folder => !existsSync(join(root, folder, 'dist', 'index.js')));
  if (unbuilt.length > 0) throw new Error(`Build first (npm run build): ${unbuilt.join(', ')} have no dist.`);
  mkdirSync(tarballs);
  run(
    npm,
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', tarballs, ...folders.map(folder => `./${folder}`)],
    root,
  );
  const packed = Object.fromEntries(
    names.map(name => {
      const start = `${name.replace('@', '').replace('/', '-')}-`;
      const file = readdirSync(tarballs).find(
        candidate => candidate.startsWith(start) && /^\d/.test(candidate.slice(start.length)),
      );
      return [name, `file:./tarballs/${file}`];
    }),
  );
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'empty', private: true, type: 'module', dependencies: { ...packed, zod: '4.6.7' } }),
  );
  if (process.env.MODESHIFT_PACK_WITH === 'npm') {
    run(npm, ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'], project);
    return;
  }
  // pnpm takes what the packages need from the store that the set-up filled, so that nothing is downloaded twice.
  const overrides = Object.entries(packed).map(([name, file]) => `  '${name}': '${file}'`);
  writeFileSync(
    join(project, 'pnpm-workspace.yaml'),
    [
      "packages: ['.']",
      'nodeLinker: hoisted',
      'allowBuilds: { onnxruntime-node: false, protobufjs: false }',
      'overrides:',
      ...overrides,
    ].join('\n'),
  );
  const pnpm = join(root, 'node_modules', '.bin', windows ? 'pnpm.CMD' : 'pnpm');
  run(pnpm, ['install', '--prefer-offline', '--ignore-scripts', '--reporter=silent'], project);
}, 600_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** What Are the Types Wrong (in its profile for packages that are ESM only) and publint say of a tarball. */
async function faultsOf(tarball: string): Promise<string[]> {
  const bytes = new Uint8Array(readFileSync(tarball));
  const types = await checkPackage(createPackageFromTarballData(bytes));
  if (!types.types) return ['attw: the package has no types'];
  const typeFaults = types.problems
    .map(problem => ('resolutionKind' in problem ? problem : { ...problem, resolutionKind: '', entrypoint: '' }))
    .filter(({ resolutionKind }) => resolutionKind !== 'node10' && resolutionKind !== 'node16-cjs')
    .map(({ kind, entrypoint, resolutionKind }) => `attw: ${kind} ${entrypoint} ${resolutionKind}`);
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  return [...typeFaults, ...messages.map(message => `publint: ${formatMessage(message, pkg, { color: false })}`)];
}

it.each(names)('attw and publint find nothing wrong with %s', async name => {
  const start = `${name.replace('@', '').replace('/', '-')}-`;
  const file = readdirSync(tarballs).find(one => one.startsWith(start) && /^\d/.test(one.slice(start.length)))!;
  expect(await faultsOf(join(tarballs, file))).toEqual([]);
});

it('attw and publint would find what is wrong', async () => {
  const folder = join(project, 'wrong');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.js'), 'export const a = 1;');
  writeFileSync(join(folder, 'index.d.ts'), "export const a: number; export * from './missing';");
  const exports = { '.': { default: './index.js', types: './index.d.ts' }, './node': './node.js' };
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'wrong', version: '1.0.0', type: 'module', exports }),
  );
  run(npm, ['pack', '--silent', '--ignore-scripts'], folder);
  const faults = (await faultsOf(join(folder, 'wrong-1.0.0.tgz'))).join('\n');
  expect(faults).toMatch(/attw: \w+ \.\/node bundler/);
  expect(faults).toMatch(/publint: .*types should be the first/);
});

it('packs what it needs and nothing else', () => {
  for (const name of names) {
    const folder = join(project, 'node_modules', ...name.split('/'));
    const files = globSync('**/*', { cwd: folder, exclude: path => path.includes('node_modules') });
    expect(files, name).toContain('README.md');
    expect(files, name).toContain('LICENSE');
    expect(files, name).toContain(join('dist', 'index.js'));
    expect(files, name).toContain(join('dist', 'index.d.ts'));
    expect(
      files.filter(file => /\.test\.[cm]?[jt]s|fixtures|^src/.test(file)),
      name,
    ).toEqual([]);
  }
});

it('imports every package from its tarball', () => {
  const code = `const counts = {}; for (const name of ${JSON.stringify(names)}) counts[name] = Object.keys(await import(name)).length; console.log(JSON.stringify(counts));`;
  writeFileSync(join(project, 'import.mjs'), code);
  const counts = JSON.parse(run(process.execPath, ['import.mjs'], project)) as Record<string, number>;
  for (const name of names) expect(counts[name], `${name} exports nothing`).toBeGreaterThan(0);
});

it('is typed for users of NodeNext and of bundlers, without our compiler settings', () => {
  const lines = names.map(
    (name, index) => `import * as p${index} from '${name}'; export const n${index}: object = p${index};`,
  );
  writeFileSync(
    join(project, 'use.ts'),
    `${lines.join('\n')}\nimport { defineTask, type ModeshiftError } from '@modeshift/core';\nimport { z } from 'zod';\nexport type E = ModeshiftError;\nconst task = defineTask({ name: 'a', instruction: 'b', input: z.string(), output: z.enum(['x', 'y']), examples: { train: [{ input: 'i', output: 'x' }], test: [{ input: 'i', output: 'y' }] } });\nexport const answer: 'x' | 'y' = task.test[0]!.output;\n`,
  );
  for (const [module, moduleResolution] of [
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'bundler'],
  ] as const) {
    const args = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      'false',
      '--target',
      'es2023',
      '--module',
      module,
      '--moduleResolution',
      moduleResolution,
      '--typeRoots',
      join(root, 'node_modules', '@types'),
      '--types',
      'node',
      'use.ts',
    ];
    expect(run(join(root, 'node_modules', '.bin', 'tsc'), args, project)).toBe('');
  }
}, 120_000);

it('runs the command line from its tarball', () => {
  const bin = join(project, 'node_modules', '.bin', windows ? 'modeshift.CMD' : 'modeshift');
  expect(run(bin, ['--version'], project).trim()).toMatch(/^\d+\.\d+\.\d+/);
  writeFileSync(
    join(project, 'rows.csv'),
    `text,topic\n${Array.from({ length: 12 }, (_, i) => `${i % 2 ? 'refund please' : 'parcel late'} ${i},${i % 2 ? 'refund' : 'delivery'}`).join('\n')}\n`,
  );
  const out = run(
    bin,
    [
      'compare',
      'rows.csv',
      '--input',
      'text',
      '--label',
      'topic',
      '--modes',
      'majority,nearest,scratch',
      '--quiet',
      '--json',
      'report.json',
    ],
    project,
  );
  expect(out).toBeDefined();
  const report = JSON.parse(readFileSync(join(project, 'report.json'), 'utf8')) as {
    modes: { name: string; status: string }[];
  };
  expect(report.modes.map(mode => [mode.name, mode.status])).toEqual([
    ['majority', 'ok'],
    ['nearest', 'ok'],
    ['scratch', 'ok'],
  ]);
}, 120_000);

it('answers from a knowledge base, from its tarball', () => {
  const bin = join(project, 'node_modules', '.bin', windows ? 'modeshift.CMD' : 'modeshift');
  writeFileSync(join(project, 'refund.md'), '# 退款\n\n七天内可以退款。定制商品不退。\n');
  run(bin, ['index', 'refund.md', '--embedder', 'none', '--quiet'], project);
  expect(run(bin, ['ask', '哪些商品不退？', '--quiet'], project)).toContain('定制商品不退。[1]');
}, 60_000);

/** Where a server listens, as soon as it says so. */
function listening(child: ChildProcessWithoutNullStreams): Promise<string> {
  let printed = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const found = /listening on (\S+)/.exec(printed);
      if (found) resolve(found[1]!);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`It ended before it listened:\n${printed}`)));
  });
}

it('opens the studio from its tarball', async () => {
  const main = join(project, 'node_modules', 'modeshift', 'dist', 'main.js');
  const child = spawn(process.execPath, [main, 'studio', '--port', '0', '--no-open'], { cwd: project });
  try {
    const url = await listening(child);
    const apps = [...(await (await fetch(url)).text()).matchAll(/<a href="([a-z-]+)\/">/g)].map(match => match[1]!);
    expect(apps).toContain('chat');
    for (const app of apps) expect((await fetch(`${url}/${app}/config`)).status, app).toBe(200);
  } finally {
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}, 120_000);

it.each(folders.filter(folder => folder.startsWith('apps')))(
  '%s runs when it is copied out of the repository',
  async folder => {
    // The packages lie in the project around the copy, as `npm install` in the copy would bring them.
    const copy = join(project, folder);
    cpSync(join(root, folder), copy, { recursive: true, filter: from => !/[\\/](node_modules|dist)$/.test(from) });
    if (process.env.MODESHIFT_PACK_WITH === 'npm') {
      const manifest = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8')) as {
        name: string;
        dependencies: Record<string, string>;
      };
      const overrides = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
        .dependencies as typeof manifest.dependencies;
      const local = Object.entries(overrides).map(([name, at]) => [name, at.replace('./', '../../')]);
      const dependencies = { ...manifest.dependencies, ...Object.fromEntries(local) };
      // Another name: the command line among them needs the app's own tarball, which a root of its name would hide.
      const renamed = { ...manifest, name: 'copy', dependencies, devDependencies: {} };
      writeFileSync(join(copy, 'package.json'), JSON.stringify(renamed));
      run(npm, ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'], copy);
    }
    const child = spawn(npm, ['start', '--silent', '--', '--port', '0', '--no-open'], { cwd: copy, shell: windows });
    try {
      const url = await listening(child);
      const config = (await (await fetch(`${url}/config`)).json()) as {
        title: string;
        modeshift: { functions: unknown[] };
      };
      expect(config.modeshift.functions.length).toBeGreaterThan(0);
      const page = await (await fetch(url)).text();
      expect(page).toContain(config.title);
      const [script] = /assets\/[\w.-]+\.js/.exec(page) ?? expect.fail('There is no page.');
      expect((await fetch(`${url}/${script}`)).status).toBe(200);
      child.kill('SIGTERM');
      await expect
        .poll(
          () =>
            fetch(url).then(
              () => 'up',
              () => 'gone',
            ),
          { timeout: 20_000 },
        )
        .toBe('gone');
    } finally {
      child.kill('SIGKILL');
    }
  },
  300_000,
);
