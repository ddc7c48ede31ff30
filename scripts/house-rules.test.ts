// The rules of docs/architecture.md that a machine can check: who imports whom, what core may touch, where code lives.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** What each package may import of the others. Nothing points up. A new package is a new line here. */
const mayImport: Record<string, readonly string[]> = {
  '@modeshift/core': [],
  '@modeshift/autograd': [],
  '@modeshift/testing': ['@modeshift/core'],
  '@modeshift/data': ['@modeshift/core'],
  '@modeshift/eval': ['@modeshift/core'],
  '@modeshift/local': ['@modeshift/core', '@modeshift/autograd'],
  '@modeshift/openai': ['@modeshift/core'],
  '@modeshift/anthropic': ['@modeshift/core'],
  '@modeshift/ai-sdk': ['@modeshift/core'],
  '@modeshift/gradio': ['@modeshift/core'],
  '@modeshift/prompt-tuning': ['@modeshift/core'],
  '@modeshift/finetune': ['@modeshift/core', '@modeshift/local'],
  '@modeshift/rag': ['@modeshift/core', '@modeshift/data', '@modeshift/eval'],
  '@modeshift/jobs': ['@modeshift/core'],
  '@modeshift/compare': [
    '@modeshift/anthropic',
    '@modeshift/core',
    '@modeshift/data',
    '@modeshift/eval',
    '@modeshift/finetune',
    '@modeshift/local',
    '@modeshift/nano',
    '@modeshift/openai',
    '@modeshift/prompt-tuning',
    '@modeshift/rag',
  ],
  '@modeshift/nano': [],
  '@modeshift/ui': ['@modeshift/core', '@modeshift/jobs'],
  '@modeshift/app-chat': ['@modeshift/compare', '@modeshift/core', '@modeshift/ui'],
  '@modeshift/app-compare': [
    '@modeshift/compare',
    '@modeshift/core',
    '@modeshift/data',
    '@modeshift/eval',
    '@modeshift/jobs',
    '@modeshift/nano',
    '@modeshift/ui',
  ],
  '@modeshift/app-knowledge-base': [
    '@modeshift/compare',
    '@modeshift/core',
    '@modeshift/jobs',
    '@modeshift/rag',
    '@modeshift/ui',
  ],
  modeshift: ['*'],
};

/** Packages whose sources must also run in a browser or at the edge; what needs Node is in `src/node`, an entry of its own. */
const portable = ['@modeshift/core'];

interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly scripts?: Record<string, string>;
}

const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const packages = globSync(['packages/*/package.json', 'packages/providers/*/package.json', 'apps/*/package.json'], {
  cwd: root,
})
  .sort()
  .map(file => ({
    folder: dirname(join(root, file)),
    manifest: JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest,
  }));

function sourcesOf(folder: string): string[] {
  return globSync('src/**/*.ts', { cwd: folder }).map(file => join(folder, file));
}

function importsOf(file: string): string[] {
  const code = readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1');
  const statements = code.matchAll(
    /(?:^|[;\n}])\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\s*\(\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]/gm,
  );
  return [...statements].map(match => (match[1] ?? match[2] ?? match[3])!);
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const isBuiltin = (specifier: string): boolean => specifier.startsWith('node:') || builtinModules.includes(specifier);
const isTest = (file: string): boolean => /\.test(-d)?\.ts$/.test(file);

describe.each(packages.map(one => [one.manifest.name, one] as const))('%s', (name, { folder, manifest }) => {
  const sources = sourcesOf(folder);

  it('imports only what stands below it, and declares what it imports', () => {
    const allowed = mayImport[name];
    expect(allowed, `${name} is not in the table of scripts/house-rules.test.ts: say what it may import`).toBeDefined();
    const wrong: string[] = [];
    for (const file of sources) {
      for (const specifier of importsOf(file)) {
        const place = relative(root, file);
        if (specifier.startsWith('.')) {
          if (!resolve(dirname(file), specifier).startsWith(isTest(file) ? folder : join(folder, 'src')))
            wrong.push(`${place} reaches out of its place: ${specifier}`);
          continue;
        }
        if (isBuiltin(specifier)) {
          if (!specifier.startsWith('node:')) wrong.push(`${place} imports ${specifier} without node:`);
          if (portable.includes(name) && !isTest(file) && !place.includes(join('src', 'node')))
            wrong.push(`${place} imports ${specifier}, but must run in a browser`);
          continue;
        }
        const target = packageOf(specifier);
        if (target === name) {
          wrong.push(`${place} imports its own package by name`);
          continue;
        }
        const ours = target.startsWith('@modeshift/') || target === 'modeshift';
        if (isTest(file)) {
          const known = { ...rootManifest.devDependencies, ...manifest.dependencies, ...manifest.devDependencies };
          if (!(target in known)) wrong.push(`${place} imports ${target}, which is not declared`);
          continue;
        }
        if (ours && !allowed!.includes(target) && !allowed!.includes('*'))
          wrong.push(`${place} may not import ${target}`);
        if (!(target in { ...manifest.dependencies, ...manifest.peerDependencies }))
          wrong.push(`${place} imports ${target}, which is no dependency of ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keeps one concept per file and an index that only exports', () => {
    const long = sources
      .filter(file => !isTest(file) && readFileSync(file, 'utf8').split('\n').length > 400)
      .map(file => relative(root, file));
    expect(long, 'over 400 lines').toEqual([]);
    const vague = sources
      .filter(file => /\/(utils?|helpers?|misc|common)(\.ts|\/)/.test(file))
      .map(file => relative(root, file));
    expect(vague, 'named by nothing they do').toEqual([]);
    const index = readFileSync(join(folder, 'src', 'index.ts'), 'utf8');
    expect(
      index
        .replace(
          /export\s+(type\s+)?\{[^}]*\}\s+from\s+'[^']+';|export \* from '\.[^']*\/index\.ts';|\/\/.*|\/\*[\s\S]*?\*\//g,
          '',
        )
        .trim(),
    ).toBe('');
  });

  it('is ready to be published', () => {
    expect(manifest.license).toBe('MIT');
    expect(manifest.engines?.node).toBe('>=22.13');
    expect(manifest.scripts).not.toHaveProperty('postinstall');
    for (const file of ['README.md', 'LICENSE'])
      expect(existsSync(join(folder, file)), `${file} of ${name}`).toBe(true);
  });
});

it('core has no runtime dependency', () => {
  const core = packages.find(one => one.manifest.name === '@modeshift/core')!.manifest;
  expect({ ...core.dependencies, ...core.peerDependencies }).toEqual({});
});

it('apps start by one script: a copied app has no package to take it from', () => {
  const scripts = globSync('apps/*/start.mjs', { cwd: root }).map(file => readFileSync(join(root, file), 'utf8'));
  expect(scripts.length).toBeGreaterThan(1);
  expect(new Set(scripts).size).toBe(1);
});

it('nothing in the repository names a machine: no absolute home path, no registry address', () => {
  const files = globSync(['**/*.{ts,mts,mjs,json,md,yaml,yml,py,csv}', '.ci/*', '.changeset/*'], {
    cwd: root,
    exclude: path => /(^|\/)(node_modules|dist|\.turbo|\.modeshift|cache)(\/|$)/.test(path),
  });
  const wrong = files.filter(file => {
    const text = readFileSync(join(root, file), 'utf8');
    return (
      /(^|[\s"'`(])\/(work|home|root|Users)\/[a-z]/.test(text) || /tarball: https?:|"resolved": "https?:/.test(text)
    );
  });
  expect(wrong).toEqual([]);
});
