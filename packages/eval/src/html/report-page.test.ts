// The HTML page: self-contained, escaped, accessible; looked at by a real browser where there is one.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostile, sampleReport } from '../fixtures/sample-report.ts';
import type { Report } from '../report.ts';
import { escapeHtml, markup } from './markup.ts';
import { reportPage } from './report-page.ts';

let report: Report;
beforeAll(async () => {
  report = await sampleReport();
});

describe('escaping', () => {
  it('escapes text, keeps markup, joins lists', () => {
    expect(markup`<b title="${'"<&\''}">${['a', markup`<i>${1}</i>`, undefined]}</b>`.text).toBe(
      '<b title="&quot;&lt;&amp;&#39;">a<i>1</i></b>',
    );
    expect(escapeHtml(hostile.escape + hostile.bidi)).toBe('[31mredabcgpj.exe');
  });

  it('lets nothing of the report become markup', () => {
    for (const language of ['en', 'zh'] as const) {
      const page = reportPage(report, { language });
      expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
      expect(page).not.toMatch(
        /<script|<img|<iframe|<link|<object|javascript:|\son\w+=(?!x onerror=alert\(1\)&gt;|alert\(1\)&gt;)/i,
      );
    }
  });
});

describe('self-contained', () => {
  it('names no address and forbids all loading', () => {
    const page = reportPage(report);
    expect(page).not.toMatch(/https?:|\burl\(|@import|\ssrc="|\shref="/i);
    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    );
  });

  it('is in the language that was asked for', () => {
    expect(reportPage(report)).toContain('<html lang="en">');
    const zh = reportPage(report, { language: 'zh' });
    expect(zh).toContain('<html lang="zh-Hans">');
    for (const heading of ['结果', '质量与速度', '差别是真的吗？', '逐个标签', '如何测量'])
      expect(zh).toContain(heading);
  });

  it('stays small with 300 labels and says that there are more', async () => {
    const many = await sampleReport(Array.from({ length: 300 }, (_, i) => `label ${i}`));
    const page = reportPage(many);
    expect(page.length).toBeLessThan(150_000);
    expect(page).toMatch(/F1 of the 30 most frequent of \d+ labels/);
  });

  it('can show a report in which nothing was measured', () => {
    const empty: Report = {
      ...report,
      modes: report.modes.filter(row => row.status === 'failed'),
      paired: [],
      verdict: { alternatives: [] },
    };
    expect(reportPage(empty)).toContain('No mode could be measured.');
  });
});

const executablePath = '/usr/bin/chromium';
const noBrowser = !existsSync(executablePath);
if (noBrowser) console.warn(`skipped: the browser checks of the HTML report, since ${executablePath} is not installed`);

describe.skipIf(noBrowser)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  const open = async (width: number, colorScheme: 'light' | 'dark', language: 'en' | 'zh' = 'en'): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', request => requests.push(request.url()));
    page.on('console', message => complaints.push(message.text()));
    page.on('dialog', dialog => complaints.push(dialog.message()));
    await page.setContent(reportPage(report, { language }));
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
    return page;
  };

  it.each([320, 360, 768, 1200])('has no sideways scroll at %i px, folded and unfolded', async width => {
    const page = await open(width, 'light', width === 360 ? 'zh' : 'en');
    const widths = () => page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
    expect(await widths()).toEqual([width, width]);
    await page.evaluate('document.querySelectorAll("details").forEach(one => { one.open = true; })');
    expect(await widths()).toEqual([width, width]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('has a contrast of at least 4.5 for every text, %s', async scheme => {
    const page = await open(1200, scheme);
    await page.evaluate('document.querySelectorAll("details").forEach(one => { one.open = true; })');
    expect(await page.evaluate(contrastProblems)).toEqual([]);
    await page.close();
  });

  it('names its charts and its table heads', async () => {
    const page = await open(1200, 'light');
    expect(
      await page.evaluate(
        `[...document.querySelectorAll('svg[role=img]')].filter(one => !one.getAttribute('aria-label') || !one.querySelector('title')?.textContent || !one.querySelector('desc')?.textContent).length`,
      ),
    ).toBe(0);
    expect(await page.evaluate(`document.querySelectorAll('svg[role=img]').length`)).toBeGreaterThanOrEqual(4);
    expect(await page.evaluate(`[...document.querySelectorAll('th')].filter(one => !one.scope).length`)).toBe(0);
    expect(await page.evaluate(`document.querySelectorAll('h1').length`)).toBe(1);
    await page.close();
  });
});

/** Runs in the page: texts whose colour is too close to what lies behind them. */
const contrastProblems = `(() => {
  const numbers = text => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const over = (top, under) => { const a = top[3] ?? 1; return [0, 1, 2].map(i => top[i] * a + under[i] * (1 - a)); };
  const behind = element => {
    if (!element) return [255, 255, 255];
    const colour = numbers(getComputedStyle(element).backgroundColor);
    return (colour[3] ?? 1) === 1 ? colour : over(colour, behind(element.parentElement));
  };
  const light = colour => colour.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())) continue;
    if (element.closest('.hidden') || ['TITLE', 'DESC'].includes(element.tagName.toUpperCase())) continue;
    const style = getComputedStyle(element);
    const back = behind(element.closest('svg') ?? element);
    const front = over(numbers(element.closest('svg') ? style.fill : style.color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push(element.tagName + ' ' + element.className + ' ' + element.textContent.slice(0, 30) + ' ' + ratio.toFixed(2));
  }
  return found;
})()`;
