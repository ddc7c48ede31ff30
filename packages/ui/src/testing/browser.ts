// Chromium, as a visitor of the page uses it.
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { ModeshiftError } from '@modeshift/core';
import type { Browser, Page } from 'playwright-core';
import { optional } from './optional.ts';

/** How a page is visited. */
export interface Visit {
  /** The visitor's language. Left out: `en`. */
  readonly lang?: 'en' | 'zh';
  /** What the visitor's system prefers. Left out: `light`. */
  readonly theme?: 'light' | 'dark';
  /** Pixels. Left out: 1280. A phone has some 390. */
  readonly width?: number;
  /** Pixels. Left out: 800. */
  readonly height?: number;
  /** After the app's address, e.g. `?lang=zh`. */
  readonly path?: string;
}

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

function findChromium(): string | undefined {
  const given = process.env.CHROMIUM_PATH;
  return (given ? [given] : usualPlaces).find(place => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Why no page can be opened here, for a test that skips and says so; `undefined` where one can.
 *
 * @example
 * ```ts
 * import { whyNoBrowser } from '@modeshift/ui/testing';
 *
 * const why = whyNoBrowser();
 * if (why) console.log(`skipped: ${why}`);
 * ```
 */
export function whyNoBrowser(): string | undefined {
  for (const name of ['playwright-core', 'axe-core'])
    try {
      createRequire(import.meta.url).resolve(name);
    } catch {
      return `${name} is not installed (npm install --save-dev ${name}).`;
    }
  if (!findChromium()) return 'There is no Chromium. Install it, or say where it is with CHROMIUM_PATH.';
  return undefined;
}

/** Starts Chromium without a window. */
export async function launchBrowser(): Promise<Browser> {
  const why = whyNoBrowser();
  if (why) throw new ModeshiftError({ tag: 'unsupported', feature: 'browser' }, why);
  const { chromium } = await optional('playwright-core', () => import('playwright-core'));
  // Chromium refuses to run as root in its sandbox; a test in a container often is.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  // A page that may use the microphone hears beeps, whatever there is on this machine.
  const args = [...sandbox, '--use-fake-device-for-media-stream'];
  return chromium.launch({ executablePath: findChromium()!, args });
}

/** What went wrong on a page without anybody seeing it. */
const faults = new WeakMap<Page, string[]>();

/** Opens the page of an app as a visitor would, and remembers what its console complains of and whom it asks besides its server. */
export async function visit(browser: Browser, url: string, how: Visit = {}): Promise<Page> {
  const { lang = 'en', theme = 'light', width = 1280, height = 800, path = '' } = how;
  const context = await browser.newContext({
    locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
    colorScheme: theme,
    viewport: { width, height },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const seen: string[] = [];
  faults.set(page, seen);
  page.on('pageerror', error => seen.push(`error on the page: ${error.message}`));
  page.on('console', line => line.type() === 'error' && seen.push(`console: ${line.text()}`));
  page.on('request', request => {
    const { protocol, host } = new URL(request.url());
    if (/^https?:|^wss?:/.test(protocol) && host !== new URL(url).host) seen.push(`asks another host: ${host}`);
  });
  await page.goto(`${url}/${path.replace(/^\//, '')}`);
  return page;
}

/** What a page complained of since it was opened. */
export function faultsOf(page: Page): readonly string[] {
  return faults.get(page) ?? [];
}
