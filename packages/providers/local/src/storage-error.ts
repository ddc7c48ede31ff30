// Failures of the file system as errors that say what to do.
import { ModeshiftError } from '@modeshift/core';

const advice: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder. Check the path',
  EACCES: 'this process may not do that there. Check the rights of the folder',
  EPERM: 'this process may not do that there. Check the rights of the folder',
  EROFS: 'the disk cannot be written to. Choose another folder',
  ENOSPC: 'the disk is full. Free some space and try again',
  EDQUOT: 'the quota of the disk is used up. Free some space and try again',
  ENOTDIR: 'a part of the path is a file. Choose another folder',
  EEXIST: 'a file has the name of the folder. Choose another folder',
  EISDIR: 'a folder has the name of the file. Choose another folder',
  EMFILE: 'too many files are open. Close some and try again',
};

/** A failure of the file system as a `storage` error; a `ModeshiftError` is kept. */
export function storageError(cause: unknown, path: string, what: string): ModeshiftError {
  if (ModeshiftError.is(cause)) return cause;
  const code = (cause as { code?: unknown } | undefined)?.code;
  const known = typeof code === 'string' ? code : undefined;
  const why = (known && advice[known]) ?? (cause instanceof Error ? cause.message : String(cause));
  const reason = known ? ({ tag: 'storage', code: known, path } as const) : ({ tag: 'storage', path } as const);
  return new ModeshiftError(reason, `${what}: ${path}: ${why}.`, { cause });
}
