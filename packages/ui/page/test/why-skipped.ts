// Whether the page can be tested here.
import { PageFiles } from '../../src/server/page-files.ts';
import { whyNoBrowser } from '../../src/testing/browser.ts';

/** Why tests of the page are skipped; `undefined` where they run. Printed once. */
export function whySkipped(): string | undefined {
  const why = whyNoBrowser() ?? (PageFiles.find() ? undefined : 'The page is not built (npm run build).');
  if (why) console.log(`skipped: ${why}`);
  return why;
}
