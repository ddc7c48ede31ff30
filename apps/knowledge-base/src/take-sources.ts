// What a visitor brings becomes sources of a collection, before a run indexes them.
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { maySee } from '@modeshift/rag';
import type { UploadedFile } from '@modeshift/ui';
import type { OwnCollection } from './collections.ts';
import type { IngestParts } from './ingest-sources.ts';
import type { SharedFile } from './shared-folders.ts';
import type { NewSource } from './source-shelf.ts';

/** What is brought. */
export interface Brought {
  readonly files: readonly UploadedFile[];
  readonly urls: readonly string[];
  /** Names of folders of the server. */
  readonly folders: readonly string[];
  /** What becomes of a file whose name is there already. */
  readonly sameName: 'replace it' | 'keep both';
  readonly tags: readonly string[];
  /** Labels of those who may see it; none: all of the tenant. */
  readonly labels: readonly string[];
}

/**
 * Keeps what is brought and gives the names of the sources. Two files of one name in one upload are always both kept.
 *
 * @throws ModeshiftError `invalid-input` where nothing is brought, or a URL is none; `refused` for labels that the visitor has not,
 * names of documents that others have, and a full disk; `storage`.
 */
export async function takeSources(
  own: OwnCollection,
  brought: Brought,
  { shelf, shared, collections }: Pick<IngestParts, 'shelf' | 'shared' | 'collections'>,
): Promise<readonly string[]> {
  const { files, urls, folders, sameName, tags, labels } = brought;
  if (files.length + urls.length + folders.length === 0) throw invalidInput('Bring at least one file or one address.');
  const wrong = urls.find(url => !/^https?:$/.test(URL.parse(url)?.protocol ?? ''));
  if (wrong !== undefined) throw invalidInput(`"${wrong}" is no address. Write it whole, with https://.`);
  const { principal, key } = own;
  const tenant = principal.tenant ?? '';
  if (!maySee(principal, { tenant, access: labels }))
    throw new ModeshiftError(
      { tag: 'refused' },
      `You could not see these documents yourself. Labels that you have: ${principal.labels?.join(', ') || 'none'}.`,
    );
  const inFolders = new Map<string, readonly SharedFile[]>();
  for (const name of folders) inFolders.set(name, await shared.filesOf(name));
  const taken = new Set<string>();
  const facts = { collection: key, tenant, access: labels, tags };
  const add = async (
    id: string,
    content: { file: UploadedFile } | { linked: { path: string; size: number } } | { url: string },
  ): Promise<void> => {
    const there = shelf.get(key, id);
    if (there && !maySee(principal, there))
      throw new ModeshiftError({ tag: 'refused' }, `The name "${id}" is taken in this collection. Choose another.`);
    await shelf.add({ ...facts, id, ...content } as NewSource);
    taken.add(id);
  };
  for (const file of files) {
    const name = cleanName(file.name);
    const isFree = (id: string): boolean => !taken.has(id) && (sameName === 'replace it' || !shelf.get(key, id));
    let id = name;
    for (let n = 2; !isFree(id); n++) id = numbered(name, n);
    await add(id, { file });
  }
  for (const url of new Set(urls)) await add(url, { url });
  for (const [name, found] of inFolders) {
    for (const { id, path, size } of found) await add(id, { linked: { path, size } });
    const gone = shelf
      .list(key)
      .filter(one => one.kind === 'linked' && one.id.startsWith(`${name}/`) && !taken.has(one.id));
    for (const source of gone) if (maySee(principal, source)) await collections.remove(own, source);
  }
  return [...taken];
}

/** `手册.pdf` → `手册 (2).pdf`. */
const numbered = (name: string, n: number): string => name.replace(/(\.[^.]*)?$/, end => ` (${n})${end}`);

const cleanName = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(-200) || 'file';
