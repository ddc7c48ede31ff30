// Downloads one file: goes on where an earlier try stopped, and keeps only what has the right checksum.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { abortedError, ModeshiftError, throwIfAborted } from '@modeshift/core';
import type { HubFile } from './choose-files.ts';
import { errorOfDisk, errorOfNetwork } from './hub-errors.ts';
import type { HubRequest } from './hub-request.ts';

const mostDamaged = 2;

/**
 * Writes a file of the hub to `target` by way of `target.incomplete`. `received` is told of bytes as they count, also negative
 * when some are thrown away.
 *
 * @throws ModeshiftError as requests do; `invalid-response` when the content does not have its checksum, twice; `storage` when
 * it cannot be written; `aborted`, after which a next call goes on.
 */
export async function downloadFile(
  request: HubRequest,
  commit: string,
  file: HubFile,
  target: string,
  received: (bytes: number) => void,
): Promise<void> {
  const partial = `${target}.incomplete`;
  const folder = path.dirname(target);
  await mkdir(folder, { recursive: true }).catch(error => Promise.reject(errorOfDisk(error, folder, file.size)));
  let counted = 0;
  const count = (total: number): void => {
    if (total !== counted) received(total - counted);
    counted = total;
  };
  let tries = 0;
  let damaged = 0;
  for (;;) {
    throwIfAborted(request.signal);
    const { hash, size } = await hashOfPartial(partial, file);
    count(size);
    let whole = hash;
    if (size < file.size || file.size === 0) {
      const response = await request.send(
        `/${request.subject.id}/resolve/${commit}/${file.path.split('/').map(encodeURIComponent).join('/')}`,
        size > 0 ? { range: `bytes=${size}-` } : {},
      );
      try {
        whole = await receive(request, response, file, partial, { hash, size }, count);
      } catch (error) {
        if (!ModeshiftError.is(error, 'network')) throw error;
        // Whatever came is kept, so a connection that breaks often still gets there.
        tries = counted > size ? 1 : tries + 1;
        await request.waitAfter(error, tries);
        continue;
      }
    }
    if (whole.digest('hex') === file.hash) break;
    await rm(partial, { force: true });
    count(0);
    if (++damaged >= mostDamaged) {
      throw new ModeshiftError(
        { tag: 'invalid-response' },
        `${file.path} of ${request.subject.id} came with a wrong checksum ${damaged} times. The source or a proxy on the way changes it: use another network or mirror (HF_ENDPOINT).`,
      );
    }
  }
  await rename(partial, target).catch(error => Promise.reject(errorOfDisk(error, folder, file.size)));
}

function freshHash(file: HubFile): Hash {
  return file.hashKind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${file.size}\0`);
}

interface Partial {
  readonly hash: Hash;
  readonly size: number;
}

/** The state of the checksum over what is there of a file. What is longer than the file is thrown away. */
async function hashOfPartial(partial: string, file: HubFile): Promise<Partial> {
  const hash = freshHash(file);
  const size = (await stat(partial).catch(() => undefined))?.size ?? 0;
  if (size > file.size) {
    await rm(partial, { force: true });
    return { hash, size: 0 };
  }
  if (size > 0) for await (const chunk of createReadStream(partial)) hash.update(chunk as Buffer);
  return { hash, size };
}

/** Appends a response's body and gives the checksum over all. */
async function receive(
  request: HubRequest,
  response: Response,
  file: HubFile,
  partial: string,
  begun: Partial,
  count: (total: number) => void,
): Promise<Hash> {
  const folder = path.dirname(partial);
  const range = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  const start = response.status === 206 ? Number(range?.[1]) : 0;
  if (start !== 0 && start !== begun.size) {
    await response.body?.cancel();
    throw brokenOff(request, 'an answer with another part than was asked for');
  }
  // A server that knows no ranges sends the whole file again.
  const hash = start === 0 ? freshHash(file) : begun.hash;
  let total = start;
  count(total);
  const handle = await open(partial, start === 0 ? 'w' : 'a').catch(error =>
    Promise.reject(errorOfDisk(error, folder, file.size)),
  );
  try {
    const reader = response.body?.getReader();
    for (;;) {
      const next = await reader?.read().catch(error => {
        if (request.signal?.aborted) throw abortedError(request.signal);
        throw errorOfNetwork(error, request.subject);
      });
      if (next === undefined || next.done) break;
      if (total + next.value.length > file.size) {
        await reader?.cancel();
        throw brokenOff(request, 'more bytes than the file has');
      }
      await handle.appendFile(next.value).catch(error => Promise.reject(errorOfDisk(error, folder, file.size - total)));
      hash.update(next.value);
      total += next.value.length;
      count(total);
    }
  } finally {
    await handle.close();
  }
  if (total < file.size) throw brokenOff(request, `${total} of ${file.size} bytes`);
  return hash;
}

function brokenOff(request: HubRequest, what: string): ModeshiftError {
  return errorOfNetwork(new Error(`The connection ended after ${what}.`), request.subject);
}
