// What the arguments of `modeshift index` name: files, folders, pages, git repositories.
import { stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { type FailedSource, listFiles, loadFiles, loadGit, loadUrls, type SourceDocument } from '@modeshift/rag';

/** What is named, with the files that were found. */
export interface Places {
  readonly files: readonly string[];
  readonly urls: readonly string[];
  readonly repositories: readonly Repository[];
  /** Folders that cannot be read. */
  readonly failed: readonly FailedSource[];
  /** How many files have a kind that cannot be read, by the end of their names. */
  readonly unknown: ReadonlyMap<string, number>;
}

interface Repository {
  readonly place: string;
  readonly ref: string | undefined;
}

/**
 * Looks for what is named. Where documents are to be deleted, a folder that cannot be read is an error: what is in it is not gone.
 *
 * @throws ModeshiftError `invalid-input` for a path that is not there, and where nothing is found.
 */
export async function findPlaces(paths: readonly string[], prune: boolean): Promise<Places> {
  const failed: FailedSource[] = [];
  const files = new Set<string>();
  const urls = new Set<string>();
  const repositories: Repository[] = [];
  const unknown = new Map<string, number>();
  const onUnknownKind = (path: string): void => {
    const end = extname(path).toLowerCase() || path.slice(path.lastIndexOf('/') + 1);
    unknown.set(end, (unknown.get(end) ?? 0) + 1);
  };
  for (const path of paths) {
    const [, repository, ref] = /^(?:git\+(?=.)|(?=https:.*\.git(?:#|$)))([^#]+)(?:#(.+))?$/i.exec(path) ?? [];
    if (repository !== undefined) repositories.push({ place: repository, ref });
    else if (/^https?:\/\//i.test(path)) urls.add(path);
    else {
      const { name, isFolder } = await fileOrFolder(path);
      if (!isFolder) files.add(name);
      else {
        const onUnreadable = (folder: string, error: ModeshiftError) => failed.push({ id: join(name, folder), error });
        for await (const file of listFiles(name, { onUnknownKind, ...(!prune && { onUnreadable }) })) files.add(file);
      }
    }
  }
  if (files.size + urls.size + repositories.length === 0)
    throw invalidInput(`There is no file that can be read in ${paths.join(', ')}.${unknownInWords(unknown)}`);
  return { files: [...files], urls: [...urls], repositories, failed, unknown };
}

/**
 * The folders to watch.
 *
 * @throws ModeshiftError `invalid-input` for anything else.
 */
export async function foldersOf(paths: readonly string[]): Promise<string[]> {
  const folders = new Set<string>();
  for (const path of paths) {
    const isElsewhere = /^(?:git\+|https?:\/\/)/i.test(path);
    const { name, isFolder } = isElsewhere ? { name: path, isFolder: false } : await fileOrFolder(path);
    if (!isFolder) throw invalidInput(`--watch follows folders, and ${path} is none. Index it by itself.`);
    folders.add(name);
  }
  return [...folders];
}

/** One file has one name, however its path is written: `./a.md`, `docs/../a.md`. */
async function fileOrFolder(path: string): Promise<{ readonly name: string; readonly isFolder: boolean }> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw invalidInput(`There is no file or folder ${path}. Check the path.`);
  return { name: normalize(path).replaceAll('\\', '/'), isFolder: found.isDirectory() };
}

/** What kinds of files were left out, as a sentence with a space before it, or nothing. */
export function unknownInWords(unknown: Places['unknown']): string {
  const kinds = [...unknown].sort(([, a], [, b]) => b - a);
  const all = kinds.reduce((sum, [, count]) => sum + count, 0);
  if (all === 0) return '';
  const shown = kinds.slice(0, 8).map(([end, count]) => `${count} ${end}`);
  return ` Files of kinds that cannot be read: ${all} (${[...shown, ...(kinds.length > 8 ? ['…'] : [])].join(', ')}).`;
}

/** How pages are fetched. */
export interface FetchOptions {
  readonly privateAddresses?: boolean;
  readonly ignoreRobots?: string;
}

/** The documents of all that is named. Naming an address allows its host and no other. */
export async function* documentsOf(
  { files, urls, repositories, failed }: Places,
  { privateAddresses = false, ignoreRobots }: FetchOptions,
  prune: boolean,
  signal: AbortSignal,
): AsyncGenerator<SourceDocument | FailedSource> {
  yield* failed;
  if (files.length > 0) yield* loadFiles(files, { signal });
  if (urls.length > 0) {
    const robots = ignoreRobots === undefined ? {} : { ignoreRobots };
    yield* loadUrls(urls, { allow: urls.map(hostOf).filter(Boolean), privateAddresses, ...robots, signal });
  }
  for (const { place, ref } of repositories) {
    const host = hostOf(place);
    try {
      yield* loadGit(place, { signal, ...(ref !== undefined && { ref }), ...(host && { allow: [host] }) });
    } catch (error) {
      // Where documents are to be deleted, those of a repository that cannot be had are not gone.
      if (prune || !ModeshiftError.is(error) || error.reason.tag === 'aborted') throw error;
      yield { id: place, error };
    }
  }
}

const hostOf = (url: string): string => URL.parse(url)?.hostname ?? '';
