// Takes a picture of an HTML report, for the docs: node report-picture.ts REPORT.html PICTURE.png [dark] [width] [height]
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [report, picture, scheme = 'light', width = '1100', height = '1500'] = process.argv.slice(2);
if (!report || !picture) throw new Error('Give a report and the name of the picture.');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({
  viewport: { width: Number(width), height: Number(height) },
  colorScheme: scheme === 'dark' ? 'dark' : 'light',
});
await page.goto(pathToFileURL(report).href);
await page.screenshot({ path: picture });
await browser.close();
