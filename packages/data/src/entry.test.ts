// The entry can be loaded where there is no file system: only readTable touches one, and only when it is given a path.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('no source file imports a Node module when it is loaded', () => {
  const sources = globSync('*.ts', { cwd: import.meta.dirname }).filter(file => !file.endsWith('.test.ts'));
  expect(sources.length).toBeGreaterThan(15);
  const code = (file: string) =>
    readFileSync(join(import.meta.dirname, file), 'utf8').replace(/^ ?\*.*$|^ \*.*$/gm, '');
  const statically = sources.filter(file => /^import [^;]*from 'node:/m.test(code(file)));
  expect(statically).toEqual([]);
  expect(sources.filter(file => /import\('node:/.test(code(file)))).toEqual(['read-table.ts']);
  expect(sources.filter(file => /\bBuffer\b|\bprocess\b/.test(code(file)))).toEqual([]);
});
