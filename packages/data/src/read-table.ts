// A file to a table. The only file here that touches the disk.
import { ModeshiftError, throwIfAborted } from '@modeshift/core';
import { parseTable, type ReadTableOptions, type TableSource } from './parse-table.ts';
import type { Table } from './table.ts';

/**
 * Reads a table from a file: CSV, TSV, JSON Lines or JSON, in any delimiter and encoding that {@link parseTable} finds out.
 *
 * @param source a path, or content from memory.
 * @throws ModeshiftError `invalid-input` with one sentence that says what to do, also for a file that does not exist, is a
 * folder or may not be read; `storage` when the disk fails.
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { readTable } from '@modeshift/data';
 *
 * writeFileSync('reviews.tsv', 'text\tlabel\n很好\tgood\n太差了\tbad\n');
 * const table = await readTable('reviews.tsv');
 * console.log(table.format, table.encoding, table.rows.length); // tsv utf-8 2
 * ```
 */
export async function readTable(
  source: string | TableSource,
  options: ReadTableOptions & { readonly signal?: AbortSignal } = {},
): Promise<Table> {
  throwIfAborted(options.signal);
  const content = typeof source === 'string' ? await readBytes(source, options.signal) : source;
  throwIfAborted(options.signal);
  return parseTable(content, options);
}

async function readBytes(path: string, signal: AbortSignal | undefined): Promise<TableSource> {
  const { readFile } = await import('node:fs/promises');
  try {
    return { name: nameOf(path), bytes: await readFile(path, { ...(signal && { signal }) }) };
  } catch (cause) {
    throwIfAborted(signal);
    const code = (cause as { code?: string }).code ?? 'unknown';
    const wrong: Record<string, string> = {
      ENOENT: `There is no file ${path}. Check the path.`,
      EISDIR: `${path} is a folder. Give a CSV, TSV or JSONL file.`,
      EACCES: `${path} may not be read. Check its permissions.`,
      EPERM: `${path} may not be read. Check its permissions.`,
      ENOTDIR: `There is no file ${path}. Check the path.`,
      ERR_FS_FILE_TOO_LARGE: `${path} is larger than 2 GB. Split it into files of less than 400 MB.`,
    };
    const message = wrong[code];
    if (message !== undefined) throw new ModeshiftError({ tag: 'invalid-input' }, message, { cause });
    throw new ModeshiftError({ tag: 'storage', code, path }, `${path} could not be read (${code}).`, { cause });
  }
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) || path;
}
