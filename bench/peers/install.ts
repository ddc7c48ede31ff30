// Installs each library into a folder of its own, ours from their packed tarballs.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const ours: Readonly<Record<string, string>> = {
  '@modeshift/core': join('packages', 'core'),
  '@modeshift/openai': join('packages', 'providers', 'openai'),
};

/** Packs our packages into a folder; gives where each tarball lies. */
export function packOurs(folder: string): Readonly<Record<string, string>> {
  const tarballs: Record<string, string> = {};
  for (const [name, place] of Object.entries(ours)) {
    if (!existsSync(join(root, place, 'dist', 'index.js'))) throw new Error(`Build first (npm run build): ${name}.`);
    const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, `./${place}`];
    tarballs[name] = join(folder, execFileSync(npm, args, { cwd: root, encoding: 'utf8' }).trim());
  }
  return tarballs;
}

/** Installs packages into an empty folder, without their scripts and without development dependencies. */
export function install(folder: string, packages: readonly string[], tarballs: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  if (packages.length === 0) return;
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=dev', '--silent'];
  execFileSync(npm, [...args, ...packages.map(name => tarballs[name] ?? name)], { cwd: folder, stdio: 'inherit' });
}

/** What lies in a folder of packages: bytes of all files, and how many packages they are. */
export function installed(folder: string): { readonly bytes: number; readonly packages: number } {
  const files = globSync('node_modules/**/*', { cwd: folder }).map(file => statSync(join(folder, file)));
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8')) as {
    packages: object;
  };
  return {
    bytes: files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0),
    packages: Object.keys(lock.packages).length,
  };
}
