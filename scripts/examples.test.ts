// Every ```ts example in a doc comment, a README or the docs is compiled and run; what it says it prints is compared.
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.modeshift', 'examples');

interface Found {
  readonly place: string;
  readonly code: string;
  readonly file: string;
}

function findExamples(): Found[] {
  const files = globSync(
    [
      'packages/*/src/**/*.ts',
      'packages/providers/*/src/**/*.ts',
      'apps/*/src/**/*.ts',
      'packages/*/README.md',
      'packages/providers/*/README.md',
      'apps/*/README.md',
      'README.md',
      'docs/**/*.md',
    ],
    {
      cwd: root,
      exclude: path => /(^|\/)(node_modules|dist|\.vitepress)(\/|$)/.test(path) || path.endsWith('.test.ts'),
    },
  ).sort();
  return files.flatMap(path => {
    const text = readFileSync(join(root, path), 'utf8');
    const fences = path.endsWith('.md') ? /^```ts\n([\s\S]*?)^```/gm : /^ *\* ```ts\n([\s\S]*?)^ *\* ```/gm;
    return [...text.matchAll(fences)].map((match, index) => ({
      place: `${path}:${text.slice(0, match.index).split('\n').length}`,
      code: path.endsWith('.md') ? match[1]! : match[1]!.replace(/^ *\* ?/gm, ''),
      file: `${path.replace(/[^a-z0-9]+/gi, '-')}-${index}.ts`,
    }));
  });
}

/** The lines that an example promises: `console.log(…); // promised`. A promise that starts with `e.g.` is not compared. */
function promisesOf(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\);\s*\/\/ (.+)$/gm)].map(match => match[1]!.trim());
}

/** Whether an output is what was promised: to six digits, `…` standing for further digits, however arrays are spaced. */
function keeps(output: string, promise: string): boolean {
  const plain = (text: string): string =>
    text
      .replace(/^"(.*)"$/, '$1')
      .replaceAll(/(Array)\(\d+\)/g, '$1')
      .replaceAll(/\s*([[\]{},])\s*/g, '$1');
  const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?…?/g;
  const [is, said] = [plain(output), plain(promise)];
  if (is.replaceAll(number, '#') !== said.replaceAll(number, '#')) return false;
  const values = is.match(number) ?? [];
  return (said.match(number) ?? []).every((text, index) => {
    const value = values[index]!;
    if (text.endsWith('…')) return value.startsWith(text.slice(0, -1));
    return value === text || Math.abs(Number(value) - Number(text)) <= 1e-5 * Math.max(1, Math.abs(Number(text)));
  });
}

const examples = findExamples();
let compileErrors = '';
let printed: Record<string, { output: string[]; error?: string }> = {};

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const example of examples) writeFileSync(join(folder, example.file), `${example.code}\nexport {};\n`);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions: { noEmit: true }, include: ['*.ts'] }),
  );
  const runner = `
    import { format } from 'node:util';
    import { mkdtempSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { join } from 'node:path';
    const results = {};
    process.chdir(mkdtempSync(join(tmpdir(), 'modeshift-examples-')));
    for (const file of ${JSON.stringify(examples.map(example => example.file))}) {
      const output = [];
      console.log = (...values) => output.push(format(...values));
      try { await import(join(${JSON.stringify(folder)}, file)); results[file] = { output }; }
      catch (error) { results[file] = { output, error: String(error?.stack ?? error) }; }
    }
    process.stdout.write(JSON.stringify(results));
    process.exit(0);`;
  writeFileSync(join(folder, 'run.mjs'), runner);
  const tsc = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', folder], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  compileErrors = tsc.stdout;
  const node = ['--conditions=modeshift-source', '--disable-warning=ExperimentalWarning', join(folder, 'run.mjs')];
  const env = { ...process.env, OPENAI_API_KEY: '', OPENAI_BASE_URL: '' };
  printed = JSON.parse(execFileSync(process.execPath, node, { encoding: 'utf8', maxBuffer: 1 << 26, env }));
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds the examples', () => {
  expect(examples.length).toBeGreaterThan(5);
});

describe.each(examples)('$place', ({ file, code }) => {
  it('compiles, runs and prints what it says', () => {
    expect(compileErrors.split('\n').filter(line => line.startsWith(file) || line.includes(`/${file}(`))).toEqual([]);
    const run = printed[file]!;
    expect(run.error).toBeUndefined();
    const promises = promisesOf(code);
    promises.forEach((promise, index) => {
      if (promise.startsWith('e.g.')) return;
      const output = run.output[index] ?? 'nothing';
      if (!keeps(output, promise)) expect(output).toBe(promise);
    });
  });
});
