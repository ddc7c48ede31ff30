// The root's npm scripts start here. Runs on Node 18, sets the workspace up when it has to, and hands over to the
// Node that the repository pins (the npm package `node`).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devEngines.packageManager;
const pnpm = `pnpm@${version}`;
const windows = process.platform === 'win32';
const pinnedNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
const [command = 'help', ...rest] = process.argv.slice(2);

const commands = {
  start: () => {
    setUp();
    return buildPage() || modeshift(['studio', '--sample', ...rest]);
  },
  modeshift: () => {
    setUp();
    return (rest[0] === 'studio' && buildPage()) || modeshift(rest);
  },
  app: () => {
    setUp();
    const main = join('apps', rest[0] ?? '', 'src', 'main.ts');
    if (!existsSync(join(root, main))) fail(`There is no app "${rest[0] ?? ''}" in the folder apps.`);
    return buildPage() || runFile(main, rest.slice(1));
  },
  test: () => {
    setUp();
    return exec('turbo', ['run', 'build', '--output-logs=errors-only', '--log-prefix=none']) || vitest(rest);
  },
  bench: () => {
    setUp();
    return runFile(join('bench', 'run.ts'), rest);
  },
  nano: () => {
    setUp();
    return runFile(join('packages', 'nano', 'recipe', `${rest[0]}.ts`), rest.slice(1));
  },
  screenshots: () => {
    setUp();
    return buildPage() || runFile(join('scripts', 'screenshots.ts'), rest);
  },
  turbo: () => {
    setUp();
    return exec('turbo', ['run', ...rest]);
  },
  check: () => {
    setUp();
    return exec('biome', ['check', '.']) || exec('turbo', ['run', 'build', 'typecheck', ...rest]);
  },
  exec: () => {
    setUp();
    return exec(rest[0], rest.slice(1));
  },
  setup: () => {
    setUp();
    return 0;
  },
};

if (!Object.hasOwn(commands, command)) {
  console.error(`Unknown command "${command}". One of: ${Object.keys(commands).join(', ')}.`);
  process.exit(2);
}
process.exit(await commands[command]());

/** Installs the dependencies when the lockfile or a manifest changed since the last time. */
function setUp() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 18) fail(`Node ${process.versions.node} is too old for the set-up. Install Node 18 or newer.`);
  const stamp = join(root, 'node_modules', '.modeshift-setup');
  const wanted = manifestHash();
  if (existsSync(stamp) && existsSync(pinnedNode) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Setting up (once; the packages come from the npm registry) …');
  // npm hands its own folders down as npm_* variables; a package manager below would take them for its own.
  const inherited =
    /^npm_(config_(local_prefix|global_prefix|prefix|userconfig|globalconfig|init_module)|package_|lifecycle_)/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
  const status = run(
    windows ? 'npx.cmd' : 'npx',
    ['--yes', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only'],
    {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows,
    },
  );
  if (status !== 0) fail('The set-up failed. Check that the npm registry can be reached, then run the command again.');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function manifestHash() {
  const hash = createHash('sha256');
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
  for (const folder of ['packages', join('packages', 'providers'), 'apps']) {
    if (!existsSync(join(root, folder))) continue;
    for (const name of readdirSync(join(root, folder)).sort()) {
      const manifest = join(folder, name, 'package.json');
      if (existsSync(join(root, manifest))) files.push(manifest);
    }
  }
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.update(`${process.platform} ${process.arch}`).digest('hex');
}

/** The sources run as they are, but what a browser gets is built: again only where something changed. */
function buildPage() {
  return exec(
    'turbo',
    ['run', 'build:page', '--filter=@modeshift/ui', '--output-logs=errors-only', '--log-prefix=none'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

function modeshift(args) {
  return runFile(join('packages', 'cli', 'src', 'main.ts'), args, { cwd: process.env.INIT_CWD ?? process.cwd() });
}

/** Runs a TypeScript file of the workspace from its source, on the pinned Node. It may be a server: who ends this process ends it. */
function runFile(file, args, { cwd } = {}) {
  const nodeArgs = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(pinnedNode, [...nodeArgs, join(root, file), ...args], {
    env: environment(),
    stdio: 'inherit',
    cwd,
  });
  // Ctrl-C reaches the child by itself: it may need a moment to keep what is finished.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm does not hand signals on. Where it ran this and is gone, nobody is left who could end the child.
  const parent = process.ppid;
  // biome-ignore lint/suspicious/noUndeclaredEnvVars: it says who started this, and changes no build.
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
  return new Promise(resolve => {
    child.once('error', error => fail(`Could not run ${pinnedNode}: ${error.message}`));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

function vitest(args) {
  return run(pinnedNode, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], { cwd: root });
}

function exec(name, args, options = {}) {
  const file = join(root, 'node_modules', '.bin', windows ? `${name}.CMD` : name);
  if (!existsSync(file)) fail(`There is no command "${name}" in the workspace.`);
  return run(file, args, { cwd: root, shell: windows, ...options });
}

function run(file, args, options = {}) {
  const { env = process.env, stdio = 'inherit', ...others } = options;
  // Ctrl-C reaches the child by itself: it may need a moment to keep what is finished.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  const result = spawnSync(file, args, {
    env: environment(env),
    stdio,
    ...others,
  });
  process.off('SIGINT', ignore);
  if (result.error) fail(`Could not run ${file}: ${result.error.message}`);
  if (result.status !== 0 && result.stdout) process.stderr.write(result.stdout);
  if (result.status !== 0 && result.stderr) process.stderr.write(result.stderr);
  return result.status ?? (result.signal === 'SIGINT' ? 130 : 1);
}

function environment(env = process.env) {
  const path = [join(root, 'node_modules', '.bin'), dirname(pinnedNode), env.PATH ?? env.Path ?? ''].join(delimiter);
  return { ...env, PATH: path, TURBO_TELEMETRY_DISABLED: '1' };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
