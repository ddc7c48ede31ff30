// What the page weighs, and that it asks nobody else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PageFiles } from '../../src/server/page-files.ts';

const folder = join(import.meta.dirname, '..', '..', 'dist', 'page');
const isBuilt = PageFiles.find() !== undefined;
if (!isBuilt) console.log('skipped: The page is not built (npm run build).');

describe.skipIf(!isBuilt)('the built page', () => {
  const assets = (): string[] => readdirSync(join(folder, 'assets'));
  const read = (name: string): Buffer => readFileSync(join(folder, 'assets', name));
  const packed = (name: string): number => gzipSync(read(name)).length;

  it('is at most 350 kB when it is first opened, gzip', () => {
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    const first = [...html.matchAll(/(?:src|href)="\.\/assets\/([^"]+)"/g)].map(match => match[1]!);
    expect(first.length).toBeGreaterThanOrEqual(2);
    // A page opens with a title in markdown more often than not.
    const often = assets().filter(name => /^parsed-markdown-.*\.js$/.test(name));
    expect(often).toHaveLength(1);
    const bytes = [...first, ...often].reduce((sum, name) => sum + packed(name), gzipSync(html).length);
    console.log(`first load: ${(bytes / 1000).toFixed(0)} kB gzip`);
    expect(bytes).toBeLessThanOrEqual(350_000);
  });

  it('loads formulas, colours of code and charts only when they are needed', () => {
    for (const part of ['markdown-with-formulas', 'colored-code', 'chart', 'api-page'])
      expect(
        assets().some(name => name.startsWith(`${part}-`) && name.endsWith('.js')),
        part,
      ).toBe(true);
    expect(assets().filter(name => /\.(ttf|woff)$/.test(name))).toEqual([]);
  });

  it('has relative addresses only, and no script in the page itself', () => {
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    expect(html.match(/(?:src|href)="(?!\.\/|data:)[^"]*"/g)).toBeNull();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    for (const name of assets().filter(one => one.endsWith('.css')))
      expect(
        read(name)
          .toString()
          .match(/url\(["']?(https?:|\/)/g),
        name,
      ).toBeNull();
  });
});
