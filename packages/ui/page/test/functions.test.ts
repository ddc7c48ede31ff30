// Functions as a visitor meets them, in Chromium.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, launchBrowser, type Visit, visit } from '../../src/testing/browser.ts';
import { TestedApp } from '../../src/testing/tested-app.ts';
import { everyComponent } from '../../test/every-component.ts';
import { demoApp } from './demo-app.ts';
import { whySkipped } from './why-skipped.ts';

const skip = whySkipped() !== undefined;

describe.skipIf(skip)('functions', () => {
  let browser: Browser;
  let app: TestedApp;
  /** Where most functions are tried, one after another, as a visitor would. */
  let page: Page;
  const folder = mkdtempSync(join(tmpdir(), 'page-'));

  beforeAll(async () => {
    browser = await launchBrowser();
    app = new TestedApp(demoApp());
    await app.start();
    page = await visit(browser, app.url);
  });
  afterAll(async () => {
    await browser.close();
    await app[Symbol.asyncDispose]();
  });

  const open = async (how: Visit = {}, tab?: string, url = app.url): Promise<Page> => {
    const page = await visit(browser, url, how);
    if (tab) await page.getByRole('tab', { name: tab }).click();
    return page;
  };
  const card = (page: Page, name: string): Locator => page.locator(`#fn-${name}`);
  const run = (part: Locator): Promise<void> => part.getByRole('button', { name: 'Run', exact: true }).click();
  const output = (part: Locator, name: string): Locator => part.locator(`.shown[data-name="${name}"]`);

  it('every input reaches the handler, by mouse and by keyboard', async () => {
    const part = card(page, 'translate');
    await part.getByLabel('Words').fill('床前明月光');
    await part.getByLabel('casual').check();
    await part.getByRole('combobox', { name: 'language' }).click();
    await page.getByRole('option', { name: '日本語' }).click();
    await part.getByRole('combobox', { name: /topics/ }).click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await part.getByRole('slider', { name: 'temperature' }).focus();
    await page.keyboard.press('ArrowRight');
    await part.getByLabel('polite').press('Space');
    await part.getByRole('button', { name: 'More settings' }).press('Enter');
    await part.getByLabel('count').fill('4');
    await run(part);
    const shown = output(part, 'output').getByText('[casual');
    await shown.waitFor();
    expect(await shown.textContent()).toMatch(/^\[casual 日本語 (旅行|工作|学习) 0\.32 true 4\] 床前明月光$/);
    expect(faultsOf(page)).toEqual([]);
  });

  it('says which fields are wrong: what is empty at once, what the server finds by its answer', async () => {
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitem', { name: '简体中文' }).click();
    const part = card(page, 'translate');
    await part.getByRole('button', { name: '重置' }).click();
    await part.getByRole('button', { name: '运行' }).click();
    await part.getByText('请填写此项。').waitFor();
    const words = part.getByLabel('词');
    expect(await words.evaluate(one => one === document.activeElement)).toBe(true);
    await words.fill('字'.repeat(41));
    await part.getByRole('button', { name: '运行' }).click();
    await part
      .getByText(/maxLength|40|longer|most/)
      .first()
      .waitFor();
    expect(await words.getAttribute('aria-invalid')).toBe('true');
    await words.fill('字');
    expect(await words.getAttribute('aria-invalid')).not.toBe('true');
    await page.getByRole('button', { name: '语言' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
  });

  it('shows progress, lines for the visitor, streamed values; Stop reaches the handler', async () => {
    const part = card(page, 'slow');
    await part.getByLabel('steps').fill('200');
    await run(part);
    await part.getByText('开始').waitFor();
    await part
      .getByText(/of 200 步/)
      .first()
      .waitFor();
    await output(part, 'output')
      .getByText(/第 \d+ 步/)
      .waitFor();
    await part.getByRole('button', { name: 'Stop' }).click();
    await part.getByText('Stopped.').waitFor();
    expect(
      await output(part, 'output')
        .getByText(/第 \d+ 步/)
        .count(),
    ).toBe(1);
  });

  it('tells why a call failed, without secrets, and tries again', async () => {
    await page.getByRole('button', { name: '更多', exact: true }).click();
    const part = card(page, 'fail');
    await part.getByLabel('told').check();
    await run(part);
    await part.getByRole('alert').getByText('换一个词。').waitFor();
    await part.getByLabel('hidden').check();
    await part.getByRole('button', { name: 'Try again' }).click();
    await part
      .getByRole('alert')
      .getByText(/log of the server/)
      .waitFor();
    expect(await part.textContent()).not.toContain('secret');
  });

  it('structured values are edited and come back; a broken JSON is not sent', async () => {
    const part = card(page, 'structured');
    await part.getByLabel('data').fill('{"城市":');
    await part.getByText('This is not valid JSON.').waitFor();
    await part.getByLabel('data').fill('{"城市":["成都","上海"]}');
    await part.getByRole('button', { name: 'Add a row' }).click();
    await part.getByLabel('名 2').fill('乙');
    await part.getByLabel('数 2').fill('2.5');
    await run(part);
    await output(part, 'rows').getByRole('cell', { name: '2.5' }).waitFor();
    expect(await output(part, 'rows').getByRole('row').count()).toBe(3);
    expect(JSON.parse((await output(part, 'data').locator('pre').textContent())!)).toEqual({ 城市: ['成都', '上海'] });
    // Heads sort, and say so.
    await output(part, 'rows').getByRole('button', { name: 'Sort by 数' }).click();
    await output(part, 'rows').getByRole('button', { name: 'Sort by 数' }).click();
    expect(await output(part, 'rows').getByRole('columnheader', { name: '数' }).getAttribute('aria-sort')).toBe(
      'descending',
    );
    expect(await output(part, 'rows').getByRole('cell').first().textContent()).toBe('乙');
  });

  it('files are uploaded and come back as they were', async () => {
    await page.getByRole('tab', { name: '显示' }).click();
    const part = card(page, 'files');
    const path = join(folder, '诗.txt');
    writeFileSync(path, '床前明月光\n');
    await part.locator('input[type=file]').first().setInputFiles([path, path]);
    await expect.poll(() => part.getByRole('button', { name: 'Remove 诗.txt' }).count()).toBe(2);
    await part.getByRole('button', { name: 'Remove 诗.txt' }).first().click();
    await run(part);
    const link = output(part, 'copies').getByRole('link', { name: 'Download 诗.txt' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('诗.txt');
    expect(readFileSync(await download.path(), 'utf8')).toBe('床前明月光\n');
  });

  it('sound is recorded, played, and comes back; without a microphone it says so', async () => {
    await page.getByRole('tab', { name: '显示' }).click();
    const part = card(page, 'files');
    await part.getByRole('button', { name: 'Record' }).click();
    await part.getByText(/^The microphone cannot be used/).waitFor();
    await page.context().grantPermissions(['microphone']);
    await part.getByRole('button', { name: 'Record' }).click();
    await part.getByRole('button', { name: /^Stop recording, 1 s/ }).click();
    await part.getByRole('button', { name: 'Remove recording.weba' }).waitFor();
    await run(part);
    const player = output(part, 'voice').locator('audio');
    await player.waitFor();
    // It is sound, by the browser's own judgement.
    await expect
      .poll(() => player.evaluate((one: HTMLAudioElement) => [one.error?.message ?? '', one.readyState > 0]))
      .toEqual(['', true]);
    await part.getByRole('button', { name: 'Remove recording.weba' }).click();
  });

  it('what is shown on load is drawn: bars, markdown without HTML, curves with a table, pictures, citations', async () => {
    const part = card(page, 'shown');
    await output(part, 'label').getByText('90%').waitFor();
    const text = output(part, 'text');
    await text.locator('.katex-display').waitFor();
    expect(await text.locator('.katex').count()).toBe(3);
    // By the styles of the version that wrote them: what is raised is smaller.
    const size = (part: string): Promise<number> =>
      text
        .locator(part)
        .first()
        .evaluate(one => Number.parseFloat(getComputedStyle(one).fontSize));
    expect((await size('.katex .msupsub .mtight')) / (await size('.katex .base'))).toBeCloseTo(0.7, 1);
    await text.locator('.hljs-keyword').first().waitFor();
    expect(await text.locator('script, img').count()).toBe(0);
    expect(await text.getByText('点我').getAttribute('href')).not.toMatch(/^javascript/);
    expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false);
    await output(part, 'curve').locator('canvas').waitFor();
    await output(part, 'curve').getByText('Table', { exact: true }).click();
    expect(await output(part, 'curve').getByRole('row').allTextContents()).toEqual([
      '步训练验证',
      '12.52.6',
      '21.25',
      '30.71.1',
    ]);
    await output(part, 'pictures').getByRole('button', { name: 'Enlarge 点' }).click();
    await page.getByRole('dialog').getByAltText('点').waitFor();
    await page.keyboard.press('Escape');
    await text.getByRole('button', { name: '1', exact: true }).click();
    expect(await page.getByRole('dialog').locator('mark').textContent()).toBe('30\n天内');
    await page.keyboard.press('Escape');
    // The refusal of wrong fields stands in the console of the browser, whatever a page does.
    expect(faultsOf(page).filter(one => !one.includes('422'))).toEqual([]);
  });

  it('functions follow changes, rows and each other, and fill each other’s inputs', async () => {
    await page.getByRole('tab', { name: '功能' }).click();
    await output(card(page, 'live'), 'output').getByText('3').waitFor();
    await card(page, 'live').getByLabel('words').fill('床前明月光');
    await output(card(page, 'live'), 'output').getByText('5').waitFor();
    await page.getByRole('tab', { name: '文档' }).click();
    await card(page, 'list').getByRole('button', { name: '乙.pdf' }).press('Enter');
    await output(card(page, 'open'), 'output').getByText('打开 乙.pdf').waitFor();
    await output(card(page, 'note'), 'words').getByText('记：打开 乙.pdf').waitFor();
    await page.getByRole('tab', { name: '功能' }).click();
    expect(await card(page, 'translate').getByLabel('Words').inputValue()).toBe('记：打开 乙.pdf');
  });

  it('a link brings its values along', async () => {
    const page = await open({
      path: '#/translate?words=%E4%BD%A0%E5%A5%BD&tone=casual&temperature:=1.5&topics:=%5B%22%E6%97%85%E8%A1%8C%22%5D',
    });
    const part = card(page, 'translate');
    expect(await part.getByLabel('Words').inputValue()).toBe('你好');
    await run(part);
    await output(part, 'output').getByText('[casual English 旅行 1.5 false 1] 你好').waitFor();
    await part.getByLabel('Words').fill('再见');
    await part.getByRole('button', { name: 'Copy a link with these values' }).click();
    expect(decodeURIComponent(new URL(page.url()).hash)).toContain('words=再见');
    await page.reload();
    expect(await part.getByLabel('Words').inputValue()).toBe('再见');
    await page.context().close();
  });

  it('a run goes on while the page is away, and is found again by its address and in the list', async () => {
    const page = await open({}, '任务');
    const part = card(page, 'train');
    await part.getByLabel('steps').fill('25');
    await part.getByRole('button', { name: 'Start' }).click();
    await part.getByText(/of 25/).waitFor();
    const address = page.url();
    expect(address).toContain('#/train?run=');
    await page.context().close();

    const again = await visit(browser, app.url, { path: address.slice(app.url.length) });
    await again.getByRole('tab', { name: '任务' }).click();
    const found = card(again, 'train');
    await found.getByText('25 of 25').waitFor();
    await expect.poll(() => found.getByRole('log').textContent()).toMatch(/^第 1 步\n[\s\S]*第 25 步$/);
    await found.locator('canvas').waitFor();
    await expect
      .poll(() => found.getByRole('region', { name: 'Runs' }).getByRole('button', { name: /done/i }).count())
      .toBe(1);

    await found.getByLabel('steps').fill('500');
    await found.getByRole('button', { name: 'Start' }).click();
    await found.getByRole('button', { name: 'Cancel run' }).click();
    await found.getByText('cancelled').first().waitFor();
    await found.getByRole('button', { name: 'Try again' }).click();
    await found.getByText(/of 500/).waitFor();
    await found.getByRole('button', { name: 'Cancel run' }).click();
    await again.context().close();
  });

  it('a place in line is told, and a broken connection is taken up again', async () => {
    await page.getByRole('tab', { name: '功能' }).click();
    const slow = card(page, 'slow');
    await slow.getByLabel('steps').fill('3');
    const other = await open();
    await card(other, 'slow').getByLabel('steps').fill('40');
    await run(card(other, 'slow'));
    await card(other, 'slow').getByText(/of 40/).first().waitFor();
    await run(slow);
    await slow.getByText(/Next in line/).waitFor();
    // The first one's stream is cut; the call goes on, and the page reads on.
    await other.context().setOffline(true);
    await other.context().setOffline(false);
    await output(slow, 'output').getByText('第 3 步').waitFor();
    await output(card(other, 'slow'), 'output').getByText('第 40 步').waitFor();
    await other.context().close();
  });

  it('asks who one is where it must, and lets one out again; also below a path', async () => {
    await using locked = new TestedApp(everyComponent(), {
      server: { auth: { users: { 小明: '密码' }, message: '请登录' }, rootPath: '/apps/demo' },
    });
    await locked.start();
    const page = await open({ lang: 'zh' }, undefined, locked.url);
    await page.getByText('请登录').waitFor();
    await page.getByLabel('用户名').fill('小明');
    await page.getByLabel('密码').fill('错');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('用户名或密码不正确。').waitFor();
    await page.getByLabel('密码').fill('密码');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '全部组件' }).waitFor();
    await card(page, 'tell').getByRole('button', { name: '运行' }).click();
    await output(card(page, 'tell'), 'output').getByText('小明').waitFor();
    await page.getByRole('link', { name: '退出登录' }).click();
    await page.getByText('请登录').waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/apps\/demo\/?$/);
    await page.goto(`${locked.url}`);
    await page.getByLabel('用户名').waitFor();
    await page.context().close();
  });

  it('a server that was started anew says so, and the next try is answered', async () => {
    await using fresh = new TestedApp(everyComponent());
    await fresh.start();
    const page = await open({}, undefined, fresh.url);
    const part = card(page, 'spell');
    await part.getByLabel('words').fill('床前明月光');
    await part.getByLabel('wait').fill('60000');
    await run(part);
    await output(part, 'shown').getByText('床').waitFor();
    await fresh.kill();
    await page.getByText('Connection lost').waitFor();
    await fresh.start();
    await part
      .getByRole('alert')
      .getByText(/started anew/)
      .waitFor();
    await expect.poll(() => page.getByText('Connection lost').count()).toBe(0);
    await part.getByLabel('wait').fill('0');
    await part.getByRole('button', { name: 'Try again' }).click();
    await output(part, 'shown').getByText('床前明月光').waitFor();
    await page.context().close();
  });
});
