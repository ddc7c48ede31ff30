// What a robots.txt says: the examples of the standard, and 1,010 paths beside another parser.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RobotsTxt } from './robots-txt.ts';

const file = path.join(import.meta.dirname, '../fixtures/robots.json');
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: readonly { readonly text: string; readonly allowed: Readonly<Record<string, boolean>> }[];
};
const may = (text: string, one: string, agent = 'modeshift'): boolean => new RobotsTxt(text, agent).allows(one);

describe('RobotsTxt', () => {
  it('says what Protego, the parser of Scrapy, says', () => {
    const told = cases.flatMap(({ text, allowed }) => Object.entries(allowed).map(([one, is]) => [text, one, is]));
    expect(told).toHaveLength(1010);
    expect(told.filter(([text, one, is]) => may(text as string, one as string) !== is)).toEqual([]);
  });

  it('reads the groups of the standard (RFC 9309, 5.1)', () => {
    const text = `User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot`;
    const paths = ['/a.gif', '/a.gif?b', '/example/page.html', '/example/allowed.gif', '/publications/', '/robots.txt'];
    const told = (agent: string): boolean[] => paths.map(one => may(text, one, agent));
    expect(told('modeshift')).toEqual([false, true, false, false, true, true]);
    expect(told('FooBot')).toEqual([false, false, true, true, false, true]);
    expect(told('bazbot')).toEqual([true, true, false, true, true, true]);
    expect(told('quxbot')).toEqual([true, true, true, true, true, true]);
  });

  it('takes the longest rule, and of equals one that allows (5.2)', () => {
    const text = 'User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif';
    expect(may(text, '/example/page/disallowed.gif', 'foobot')).toBe(false);
    expect(may('User-agent: *\nDisallow: /a\nAllow: /a', '/a')).toBe(true);
  });

  it.each([
    ['/foo/bar?baz=quz', '/foo/bar?baz=quz'],
    ['/foo/bar?baz=http://foo.bar', '/foo/bar?baz=http://foo.bar'],
    ['/foo/bar/ツ', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%e3%83%84', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%62%61%7A', '/foo/bar/baz'],
  ])('compares %s and %s alike (2.2.2)', (pattern, one) => {
    expect(may(`User-agent: *\nDisallow: ${pattern}`, one)).toBe(false);
    expect(may(`User-agent: *\nDisallow: ${pattern}x`, one)).toBe(true);
  });

  it('reads every end of line, a byte order mark, versions of agents, and what is no rule', () => {
    expect(may('\ufeffuser-agent : modeshift/1.0 # 注释\rDISALLOW : /a # b\r\nCrawl-delay: 1\nno rule', '/a')).toBe(
      false,
    );
    expect(may('Disallow: /a\nUser-agent: *\nDisallow: /b', '/a')).toBe(true);
    expect(may('<html>\n<p>User-agent: *</p>', '/a')).toBe(true);
    expect(may('User-agent: modeshift\nUser-agent: modeshifter\nDisallow: /', '/a', 'modes')).toBe(true);
  });

  it('takes no time for a pattern made to take much', () => {
    const pattern = `/${'*a'.repeat(2000)}$`;
    expect(may(`User-agent: *\nDisallow: ${pattern}`, `/${'a'.repeat(5000)}b`)).toBe(true);
  });
});
