// Files as handlers get and give them.
import { invalidInput } from '@modeshift/core';

/** A file that a person uploaded. It lies on this machine's disk until the server deletes it. */
export interface UploadedFile {
  /** As it was called where it came from, without folders. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** MIME type as the upload said, e.g. `text/csv`. It is not checked against the bytes. */
  readonly mediaType: string;
  /** Where it lies on disk: read it, do not move or change it. */
  readonly path: string;
  bytes(): Promise<Uint8Array>;
  /** The bytes as UTF-8. */
  text(): Promise<string>;
}

/** A file made in memory. */
export interface MadeFile {
  readonly name: string;
  readonly data: Uint8Array | string;
  /** MIME type. Left out: told by the name's ending. */
  readonly mediaType?: string;
}

/** A file on this machine's disk that the author of the app chose to give out. */
export interface LocalFile {
  readonly path: string;
  readonly name: string;
}

/** What a handler may give where a file is shown. */
export type PageFile = UploadedFile | MadeFile | LocalFile;

const localFiles = new WeakSet<object>();

/**
 * Gives out a file of this machine. An object of the same form that did not come from here is refused, so that nobody
 * reads the disk through a handler that returns what it was given.
 *
 * @throws ModeshiftError `invalid-input` for an empty path.
 * @example
 * ```ts
 * import { app, file, localFile } from '@modeshift/ui';
 *
 * app({ title: '报告' }).fn('report', { output: file() }, async () => localFile('out/report.html', { name: '报告.html' }));
 * ```
 */
export function localFile(path: string, options: { readonly name?: string } = {}): LocalFile {
  if (!path) throw invalidInput('A local file needs the path of a file.');
  const made = Object.freeze({ path, name: options.name ?? path.split(/[\\/]/).at(-1)! });
  localFiles.add(made);
  return made;
}

export function isLocalFile(value: object): value is LocalFile {
  return localFiles.has(value);
}
