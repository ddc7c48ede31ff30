// The files of a folder, chosen by patterns as in .gitignore.
import type { Dirent } from 'node:fs';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModeshiftError, throwIfAborted } from '@modeshift/core';
import ignore, { type Ignore } from 'ignore';
import { canRead } from './read-source.ts';

/** Options of {@link listFiles}. */
export interface ListOptions {
  /** Which files, as patterns of .gitignore: `*.md`, `docs/**`, `!docs/old/**`. Left out: all that can be read. */
  readonly include?: readonly string[];
  /** Which files and folders not. Left out: `node_modules/`. */
  readonly exclude?: readonly string[];
  /** Leave out what the `.gitignore` files in and above the folder name. Default true. */
  readonly gitignore?: boolean;
  /** Files and folders whose name begins with a dot, too; `.git` never. Default false. */
  readonly hidden?: boolean;
  /** Told of a folder within that cannot be read; the others are listed. Left out: the error is thrown. */
  readonly onUnreadable?: (folder: string, error: ModeshiftError) => void;
  /** Told of a file that would be wanted but for its kind, which cannot be read. */
  readonly onUnknownKind?: (path: string) => void;
  readonly signal?: AbortSignal;
}

/** Patterns and the folder in which they count. */
interface Rules {
  readonly folder: string;
  readonly patterns: Ignore;
}

/**
 * The paths of the files in a folder and its folders, sorted, each as `folder/…` with slashes, those of `.` without it. Links are not
 * followed.
 *
 * @throws ModeshiftError `storage` where a folder cannot be read, `aborted`.
 * @example
 * ```ts
 * import { mkdirSync, writeFileSync } from 'node:fs';
 * import { listFiles } from '@modeshift/rag';
 *
 * mkdirSync('docs/drafts', { recursive: true });
 * for (const name of ['a.md', '指南.md', 'b.exe', 'drafts/c.md']) writeFileSync(`docs/${name}`, '');
 * writeFileSync('docs/.gitignore', 'drafts/');
 * console.log(await Array.fromAsync(listFiles('docs'))); // [ 'docs/a.md', 'docs/指南.md' ]
 * ```
 */
export async function* listFiles(folder: string, options: ListOptions = {}): AsyncGenerator<string> {
  const root = path.resolve(folder);
  const rules = options.gitignore === false ? [] : await rulesAbove(root);
  const judge = judgeOf(options);
  const before = listedBefore(folder);
  const { onUnknownKind } = options;
  const told = onUnknownKind ? { ...options, onUnknownKind: (one: string) => onUnknownKind(before + one) } : options;
  for await (const inside of walk(root, '', rules, told, judge)) yield before + inside;
}

/** What stands before the paths of a folder's files. */
export function listedBefore(folder: string): string {
  const name = folder.replaceAll('\\', '/').replace(/\/+$/, '');
  return name === '.' ? '' : `${name}/`;
}

/** Whether a file, or with a slash at its end a folder, is wanted by name; paths are relative with slashes. */
export function chooser(options: ListOptions): (inside: string) => boolean {
  const judge = judgeOf(options);
  return inside => judge(inside) === 'wanted';
}

/** `unknown`: a file that nobody keeps out, of a kind that cannot be read. */
type Judgement = 'wanted' | 'unwanted' | 'unknown';

function judgeOf({ include, exclude = ['node_modules/'], hidden = false }: ListOptions): (inside: string) => Judgement {
  const wanted = include && ignore().add([...include]);
  const unwanted = ignore().add([...exclude]);
  return inside => {
    const name = inside.replace(/\/$/, '').split('/').at(-1)!;
    if (name === '.git' || (!hidden && name.startsWith('.')) || unwanted.ignores(inside)) return 'unwanted';
    if (inside.endsWith('/')) return 'wanted';
    if (wanted) return wanted.ignores(inside) ? 'wanted' : 'unwanted';
    return canRead(name) ? 'wanted' : 'unknown';
  };
}

async function* walk(
  root: string,
  inside: string,
  above: readonly Rules[],
  options: ListOptions,
  judge: (inside: string) => Judgement,
): AsyncGenerator<string> {
  throwIfAborted(options.signal);
  const folder = path.join(root, inside);
  const entries = await entriesOf(folder, inside === '').catch((error: unknown) => {
    if (inside === '' || !options.onUnreadable || !ModeshiftError.is(error)) throw error;
    options.onUnreadable(inside, error);
    return [];
  });
  const hasRules = options.gitignore !== false && entries.some(one => one.name === '.gitignore' && one.isFile());
  const rules = hasRules ? [...above, await rulesIn(folder)] : above;
  for (const entry of entries) {
    const isFolder = entry.isDirectory();
    if (!isFolder && !entry.isFile()) continue;
    const here = `${inside}${entry.name}${isFolder ? '/' : ''}`;
    const judgement = judge(here);
    if (judgement === 'unwanted' || isIgnored(rules, path.join(folder, entry.name), isFolder)) continue;
    if (judgement === 'unknown') options.onUnknownKind?.(here);
    else if (isFolder) yield* walk(root, here, rules, options, judge);
    else yield here;
  }
}

/** A folder within, gone since it was listed, has no files. */
async function entriesOf(folder: string, mustExist: boolean): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (!mustExist && isGone(error)) return [];
    throw unreadable('folder', folder, error);
  }
}

const isGone = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

function unreadable(what: string, where: string, cause: unknown): ModeshiftError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = { tag: 'storage', path: where, ...(code && { code }) } as const;
  return new ModeshiftError(reason, `The ${what} "${where}" cannot be read: ${message}`, { cause });
}

/** The rules of the folders above, from the top of the repository on; none where they leave out the folder, which was asked for. */
async function rulesAbove(folder: string): Promise<Rules[]> {
  const above: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) break;
    if (path.dirname(at) === at) return [];
    above.unshift(path.dirname(at));
  }
  const found = above.filter(one => existsSync(path.join(one, '.gitignore')));
  const rules = await Promise.all(found.map(rulesIn));
  return [...above.slice(1), folder].some(one => isIgnored(rules, one, true)) ? [] : rules;
}

async function rulesIn(folder: string): Promise<Rules> {
  const file = path.join(folder, '.gitignore');
  const patterns = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isGone(error)) return '';
    throw unreadable('file', file, error);
  });
  return { folder, patterns: ignore().add(patterns) };
}

/** The innermost rule that says something about a path decides. */
function isIgnored(rules: readonly Rules[], file: string, isFolder: boolean): boolean {
  for (const { folder, patterns } of rules.toReversed()) {
    const inside = path.relative(folder, file).replaceAll('\\', '/') + (isFolder ? '/' : '');
    if (inside === '/' || inside.startsWith('../')) continue;
    const { ignored, unignored } = patterns.test(inside);
    if (ignored || unignored) return ignored;
  }
  return false;
}
