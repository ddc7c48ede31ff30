// `testApp(app)`: an app on a free port, and every way to use it and to break it.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { invalidInput } from '@modeshift/core';
import type { Browser, Page } from 'playwright-core';
import type { ServerOptions } from '../server/options.ts';
import { launchBrowser, type Visit, visit } from './browser.ts';
import { checkPage, type PageExpectations } from './check-page.ts';
import { type AppClient, connectClient } from './gradio-client.ts';
import { called, type NamedInputs, streamed } from './http-call.ts';
import { type AppScript, type DeclaredApp, inOwnProcess, inProcess } from './target.ts';

/** Options of {@link testApp}. */
export interface TestAppOptions {
  /** Of the server, where it runs in this process. Errors that visitors are not shown are kept for `hiddenErrors`. */
  readonly server?: Omit<ServerOptions, 'onError'>;
}

/** How a page is looked at: in both languages and both themes, on a desk and on a phone. */
export interface LookOptions {
  /** Texts that must be visible, by language. */
  readonly shows?: { readonly en?: readonly string[]; readonly zh?: readonly string[] };
  /** Brings the page to where it is to be looked at. Left out: as it opens. */
  readonly prepare?: (page: Page, lang: 'en' | 'zh') => Promise<void>;
  /** Where screenshots go, named `LANG-THEME-WIDTH.png`. Left out: none are made. */
  readonly screenshots?: string;
  /** Left out: `['en', 'zh']`. */
  readonly langs?: readonly ('en' | 'zh')[];
  /** Left out: `['light', 'dark']`. */
  readonly themes?: readonly ('light' | 'dark')[];
  /** Pixels. Left out: `[1280, 390]`. */
  readonly widths?: readonly number[];
  readonly path?: string;
}

/** An app under test. Made by {@link testApp}. */
export class TestedApp implements AsyncDisposable {
  /** Errors that visitors were not shown. Of an app in this process only. */
  readonly hiddenErrors: unknown[] = [];
  readonly #start;
  #target: Awaited<ReturnType<ReturnType<typeof inProcess>>> | undefined;
  #browser: Promise<Browser> | undefined;
  readonly #clients: AppClient[] = [];
  #port = 0;
  #url = '';

  constructor(app: DeclaredApp | AppScript, { server = {} }: TestAppOptions = {}) {
    if ('script' in app) this.#start = inOwnProcess(app);
    else if ('definition' in app)
      this.#start = inProcess(app, { ...server, onError: error => this.hiddenErrors.push(error) });
    else throw invalidInput('Give testApp an app, or { script } of one that starts itself.');
  }

  /** Where it is reached, without a slash at the end. It stays the same when the app comes back. */
  get url(): string {
    return this.#url;
  }

  /** What a script has printed since it was started: the last 20,000 characters. Of an app in this process: nothing. */
  get printed(): string {
    return this.#target?.printed() ?? '';
  }

  /** Starts it: the first time on a free port, after `kill` and `stop` on the same. */
  async start(): Promise<void> {
    if (this.#target) throw invalidInput('The app is running already. Call kill() or stop() first.');
    this.#target = await this.#start(this.#port);
    this.#port = this.#target.port;
    this.#url = this.#target.url;
  }

  /** Calls a function over plain HTTP with inputs by name. @returns a value for each output. */
  call(fn: string, input: NamedInputs = {}, signal?: AbortSignal): Promise<readonly unknown[]> {
    return called(this.#url, fn, input, signal);
  }

  /** The same, as the values come. Leaving the loop early breaks the connection, as a client that is gone would. */
  stream(fn: string, input: NamedInputs = {}, signal?: AbortSignal): AsyncIterable<readonly unknown[]> {
    return streamed(this.#url, fn, input, signal);
  }

  /** A client of `@gradio/client`, closed at the end. `options` are its own. */
  async connect(options: object = {}): Promise<AppClient> {
    const client = await connectClient(this.#url, options);
    this.#clients.push(client);
    return client;
  }

  /** Opens the page in Chromium, in a profile of its own. */
  async open(how: Visit = {}): Promise<Page> {
    this.#browser ??= launchBrowser();
    return visit(await this.#browser, this.#url, how);
  }

  /**
   * Looks at the page in each language, theme and width with `checkPage`. It is opened once for each language; theme and width then
   * change while it is open, as a visitor's do.
   *
   * @returns what is wrong, each with where; none is right.
   */
  async look(options: LookOptions = {}): Promise<string[]> {
    const { shows = {}, prepare, screenshots, path: place = '' } = options;
    const { langs = ['en', 'zh'], themes = ['light', 'dark'], widths = [1280, 390] } = options;
    if (screenshots !== undefined) await mkdir(screenshots, { recursive: true });
    const problems: string[] = [];
    for (const lang of langs) {
      const page = await this.open({ lang, path: place, ...(themes[0] && { theme: themes[0] }) });
      await drawn(page);
      await prepare?.(page, lang);
      for (const theme of themes)
        for (const width of widths) {
          await page.emulateMedia({ colorScheme: theme });
          await page.setViewportSize({ width, height: 800 });
          await settled(page);
          const name = `${lang}-${theme}-${width}`;
          const wanted: PageExpectations = { shows: shows[lang] ?? [], lang, theme };
          for (const problem of await checkPage(page, wanted)) problems.push(`${name}: ${problem}`);
          if (screenshots !== undefined) await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
        }
      await page.context().close();
    }
    return problems;
  }

  /** Ends the app at once, as a crash would: connections break in the middle. */
  async kill(): Promise<void> {
    await this.#end('kill');
  }

  /** Ends the app as Ctrl-C would. */
  async stop(): Promise<void> {
    await this.#end('stop');
  }

  /** Ends everything: clients, browser, app. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients.splice(0)) client.close();
    await (await this.#browser?.catch(() => undefined))?.close();
    await this.#end('kill');
  }

  async #end(how: 'kill' | 'stop'): Promise<void> {
    const target = this.#target;
    this.#target = undefined;
    await target?.[how]();
    // What `fetch` of this process keeps open learns of it a little later; until then it would send to nobody.
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Waits until there is something to see; a page that stays blank is what `checkPage` then says. */
async function drawn(page: Page): Promise<void> {
  const isDrawn = () => (document.body.textContent ?? '').trim().length > 0 && document.fonts.status === 'loaded';
  await page.waitForFunction(isDrawn, undefined, { timeout: 15_000 }).catch(() => undefined);
}

/** Lets a page draw what a change brings. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>(resolve => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50)))),
  );
}

/**
 * Starts an app on a free port for tests: drive it over plain HTTP, through `@gradio/client` and in Chromium, kill it and let it
 * come back. `@gradio/client`, `playwright-core` and `axe-core` are needed only by the tests that use them.
 *
 * @throws ModeshiftError `invalid-input` for what is no app; `internal` with what a script printed, where it ends before it listens.
 * @example
 * ```ts
 * import { scriptedModel } from '@modeshift/testing';
 * import { app } from '@modeshift/ui';
 * import { testApp } from '@modeshift/ui/testing';
 *
 * const page = app({ title: '聊天' }).chat('chat', { model: scriptedModel({ reply: () => '你好！' }) });
 * await using tested = await testApp(page);
 * console.log((await tested.call('chat', { message: '在吗' }))[0]); // 你好！
 * await tested.kill();
 * await tested.start(); // at the same address
 * console.log((await tested.call('chat', { message: '在吗' }))[0]); // 你好！
 * ```
 */
export async function testApp(app: DeclaredApp | AppScript, options: TestAppOptions = {}): Promise<TestedApp> {
  const tested = new TestedApp(app, options);
  await tested.start();
  return tested;
}
