// `apply_diff` of the official client, which does not export it: taken out of the published file as it stands there.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import type { Edit } from '../src/protocol/diff.ts';

const source = readFileSync(createRequire(import.meta.url).resolve('@gradio/client'), 'utf8');
const start = source.indexOf('function apply_diff(');
const end = source.indexOf('function readable_stream(', start);
if (start < 0 || end < 0) throw new Error('@gradio/client no longer has apply_diff where it was.');

/** Applies edits as the official client does. */
export const applyDiff = runInThisContext(`(() => { ${source.slice(start, end)}; return apply_diff; })()`) as (
  value: unknown,
  edits: readonly Edit[],
) => unknown;
