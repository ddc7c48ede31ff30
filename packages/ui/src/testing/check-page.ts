// What is wrong with a page as it stands, by measures that a blank page cannot pass.
import type { Page } from 'playwright-core';
import { faultsOf } from './browser.ts';
import { optional } from './optional.ts';

/** What a page must show and be. */
export interface PageExpectations {
  /** Texts that must be visible. */
  readonly shows?: readonly string[];
  /** The language its document must be in. */
  readonly lang?: 'en' | 'zh';
  readonly theme?: 'light' | 'dark';
}

/**
 * What is wrong with a page as it stands: too little visible text, texts that are missing, content wider than the window, the wrong
 * language or theme, errors in the console, requests to other hosts, and what axe-core finds (WCAG 2.2, levels A and AA, contrast
 * included, and its best practices).
 *
 * @returns one sentence each; none is right.
 */
export async function checkPage(page: Page, { shows = [], lang, theme }: PageExpectations = {}): Promise<string[]> {
  const problems = [...faultsOf(page)];
  const { text, language, wide, lightness } = await page.evaluate(look);
  if (text.trim().length < 20) problems.push(`nearly nothing is visible: "${text.trim()}"`);
  for (const wanted of shows) if (!text.includes(wanted)) problems.push(`not visible: "${wanted}"`);
  for (const one of wide) problems.push(`wider than the window: ${one}`);
  if (lang && !language.startsWith(lang)) problems.push(`the document's language is "${language}", not ${lang}`);
  if (theme && lightness !== undefined && lightness > 0.5 !== (theme === 'light'))
    problems.push(`the background is ${lightness > 0.5 ? 'light' : 'dark'}, not ${theme}`);
  const { default: axe } = await optional('axe-core', () => import('axe-core'));
  // As the developer tools would: the page's own policy forbids scripts of others.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
    });
    return found.violations.map(({ id, help, nodes }) => `axe ${id}: ${help} (${nodes[0]?.html.slice(0, 160)})`);
  });
  return [...problems, ...violations];
}

/** Runs on the page. */
function look() {
  const root = document.documentElement;
  const width = root.clientWidth;
  const clipped = (element: Element): boolean => {
    for (let at = element.parentElement; at && at !== root; at = at.parentElement)
      if (getComputedStyle(at).overflowX !== 'visible') return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll('*')]
    .filter(one => {
      const { right, left, width: own } = one.getBoundingClientRect();
      return (
        own > 0 &&
        (right > width + 1 || left < -1) &&
        one.checkVisibility({ checkVisibilityCSS: true }) &&
        !clipped(one)
      );
    })
    .slice(0, 3)
    .map(one => one.outerHTML.slice(0, 120));
  if (root.scrollWidth > width + 1 && wide.length === 0)
    wide.push(`the document (${root.scrollWidth} of ${width} pixels)`);
  // Where nothing is painted, the browser's own canvas shows.
  const canvas = document.body.appendChild(document.createElement('i'));
  canvas.style.backgroundColor = 'Canvas';
  const colour = [document.body, root, canvas]
    .map(
      one =>
        getComputedStyle(one)
          .backgroundColor.match(/[\d.]+/g)
          ?.map(Number) ?? [],
    )
    .find(parts => parts.length >= 3 && parts[3] !== 0);
  canvas.remove();
  const lightness = colour && (0.2126 * colour[0]! + 0.7152 * colour[1]! + 0.0722 * colour[2]!) / 255;
  // biome-ignore lint/performance/useDomNodeTextContent: only what is visible counts.
  return { text: document.body.innerText, language: root.lang, wide, lightness };
}
