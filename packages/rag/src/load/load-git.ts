// The tracked files of a git repository at one commit as documents.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { SourceDocument } from '../chunk/document.ts';
import type { FailedSource } from '../ingest/ingest.ts';
import { GitBlobs, type GitCall, runGit } from './git-command.ts';
import { chooser, type ListOptions } from './list-files.ts';
import { hostRule } from './load-urls.ts';
import { type LoadOptions, limitsOf, type RawSource, readSources, tooLarge } from './read-sources.ts';

/** Options of {@link loadGit}. */
export interface GitOptions extends LoadOptions, Pick<ListOptions, 'include' | 'exclude' | 'hidden'> {
  /** A branch, a tag, or in a local repository any revision. Left out: what the repository has checked out. */
  readonly ref?: string;
  /** The hosts from which repositories may be fetched. Needed for a URL. */
  readonly allow?: readonly string[];
}

/**
 * Reads the tracked files of a repository at one commit, from a folder or by a shallow copy of an `https:` URL. Nothing of the
 * repository is run: no hooks, no filters; submodules and links are left out. The id of a document is `repository/path`; its
 * metadata has the `path` and the `blob` that holds exactly this content.
 *
 * @throws ModeshiftError `unsupported` where there is no `git` command, `not-found` for a repository or revision that is not there,
 * `refused` for a host that is not allowed, `invalid-input`, `timeout`, `aborted`.
 * @example
 * ```ts
 * import { execFileSync } from 'node:child_process';
 * import { mkdirSync, writeFileSync } from 'node:fs';
 * import { loadGit } from '@modeshift/rag';
 *
 * const git = (...words: string[]) => execFileSync('git', ['-C', 'repository', '-c', 'user.name=A', '-c', 'user.email=a@b.c', ...words]);
 * mkdirSync('repository');
 * writeFileSync('repository/说明.md', '# 说明');
 * git('init', '-q');
 * git('add', '.');
 * git('commit', '-q', '-m', 'first');
 * writeFileSync('repository/later.md', 'not tracked');
 * for await (const source of loadGit('repository')) console.log(source.id); // repository/说明.md
 * ```
 */
export async function* loadGit(
  repository: string,
  options: GitOptions = {},
): AsyncGenerator<SourceDocument | FailedSource> {
  const { ref = 'HEAD', allow } = options;
  const { maxBytes, timeoutMs } = limitsOf(options);
  if (!/^[\w./@^~{}-]+$/.test(ref) || ref.startsWith('-'))
    throw invalidInput(`"ref" is "${ref}", which is no revision.`);
  const isRemote = /^(?:[\w.-]+@)?[\w+.-]+:/.test(repository) && !path.isAbsolute(repository);
  if (!isRemote && !existsSync(repository))
    throw new ModeshiftError({ tag: 'not-found' }, `There is no folder "${repository}".`);
  const call: GitCall = { timeoutMs, ...(options.signal && { signal: options.signal }) };
  const copy = isRemote ? await mkdtemp(path.join(tmpdir(), 'modeshift-git-')) : undefined;
  try {
    if (copy !== undefined) await fetchCopy(repository, ref, allow, copy, call);
    const folder = copy ?? path.resolve(repository);
    const list = async (revision: string): Promise<Buffer> => {
      const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
      const commit = (await runGit(folder, words, call)).toString().trim();
      return runGit(folder, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit], call);
    };
    const tree = await list(copy === undefined ? ref : 'FETCH_HEAD').catch((error: unknown) => {
      if (!ModeshiftError.is(error, 'refused')) throw error;
      throw new ModeshiftError(
        { tag: 'not-found' },
        `"${repository}" is no git repository, or has no commit "${ref}".`,
        { cause: error },
      );
    });
    const isWanted = chooser(options);
    const files = entriesOf(tree).filter(one => everyFolder(one.path).every(isWanted));
    const blobs = new GitBlobs(folder, call);
    try {
      yield* readSources(files.map(rawSource), options);
    } finally {
      blobs.end();
    }

    function rawSource({ path: inside, blob, size }: Entry): RawSource {
      const id = `${repository.replace(/\/+$/, '')}/${inside}`;
      const content = async () => {
        if (size > maxBytes) throw tooLarge(id, size, maxBytes);
        return { bytes: await blobs.read(blob), name: inside };
      };
      return { id, metadata: { path: inside, blob }, content };
    }
  } finally {
    if (copy !== undefined) await rm(copy, { recursive: true, force: true });
  }
}

async function fetchCopy(
  repository: string,
  ref: string,
  allow: readonly string[] | undefined,
  folder: string,
  call: GitCall,
): Promise<void> {
  const isAllowed = hostRule(allow);
  const url = URL.canParse(repository) ? new URL(repository) : undefined;
  if (url?.protocol !== 'https:')
    throw new ModeshiftError({ tag: 'refused' }, `"${repository}" is not fetched: only https: is.`);
  if (!isAllowed(url))
    throw new ModeshiftError(
      { tag: 'refused' },
      `"${repository}" is not fetched: add "${url.hostname}" to "allow" if it may be.`,
    );
  await runGit(folder, ['init', '--quiet', '--bare'], call);
  await runGit(
    folder,
    ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--', url.href, ref],
    call,
  );
}

interface Entry {
  readonly path: string;
  readonly blob: string;
  readonly size: number;
}

/** Plain files of `git ls-tree -z -l`: `mode type hash size<tab>path`. */
function entriesOf(tree: Buffer): Entry[] {
  return tree
    .toString()
    .split('\0')
    .flatMap(line => {
      const match = /^100\d{3} blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line);
      return match ? [{ blob: match[1]!, size: Number(match[2]), path: match[3]! }] : [];
    });
}

/** `a/b/c.md`: `a/`, `a/b/` and itself. */
function everyFolder(file: string): string[] {
  const steps = file.split('/');
  return steps.map((_, i) => steps.slice(0, i + 1).join('/') + (i + 1 < steps.length ? '/' : ''));
}
