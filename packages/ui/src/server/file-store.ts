// Files of visitors and of handlers, under paths that say nothing of the disk.
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import { isLocalFile, type PageFile, type UploadedFile } from '../components/page-file.ts';
import type { User } from '../context.ts';
import { apiPrefix } from '../protocol/config.ts';
import type { FileData } from '../protocol/file-data.ts';
import { mediaTypeOf } from './media-type.ts';

/** Limits of files. */
export interface FileLimits {
  /** Of one file, in bytes. */
  readonly maxFileBytes: number;
  /** Of all files together, in bytes. */
  readonly maxStoredBytes: number;
  /** Files that nobody has used for so long are deleted. */
  readonly idleMs: number;
  /** Where they lie. Left out: a folder of their own among the temporary files, deleted at the end. */
  readonly folder: string | undefined;
}

/** A file that is known by a virtual path. */
export interface StoredFile {
  readonly virtualPath: string;
  readonly diskPath: string;
  readonly name: string;
  readonly size: number;
  readonly mediaType: string;
  readonly owner: string | undefined;
  /** Whether it is ours to delete. */
  readonly isOurs: boolean;
  lastUsed: number;
}

const storedBy = new WeakMap<object, StoredFile>();

/** Files by virtual paths: `upload/<random>/<name>`. What is not in this list cannot be reached, wherever it lies. */
export class FileStore {
  readonly #limits: FileLimits;
  readonly #files = new Map<string, StoredFile>();
  readonly #given = new WeakMap<object, Map<string, StoredFile>>();
  readonly #sweeper: NodeJS.Timeout;
  #folder: Promise<string> | undefined;
  #bytes = 0;

  constructor(limits: FileLimits) {
    this.#limits = limits;
    this.#sweeper = setInterval(() => void this.sweep(), Math.min(60_000, limits.idleMs)).unref();
  }

  /** Bytes of the files that are ours. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#files.size;
  }

  /** Writes an upload to disk as it comes. Throws `quota`, and leaves nothing behind, where it is too large. */
  async receive(source: Readable, rawName: string, rawType: string, user: User | undefined): Promise<StoredFile> {
    const diskPath = await this.#newPath();
    const { maxFileBytes } = this.#limits;
    let size = 0;
    const count = new Transform({
      transform: (piece: Buffer, _, done) => {
        size += piece.length;
        this.#bytes += piece.length;
        if (size > maxFileBytes) done(tooLarge(`A file may have ${maxFileBytes} bytes at most.`));
        else if (this.#bytes > this.#limits.maxStoredBytes)
          done(tooLarge('The server has no room for further files. Try again later.'));
        else done(null, piece);
      },
    });
    try {
      await pipeline(source, count, createWriteStream(diskPath, { mode: 0o600 }));
    } catch (error) {
      this.#bytes -= size;
      await rm(diskPath, { force: true });
      throw error;
    }
    const name = cleanName(rawName);
    const told = /^[\w.+-]+\/[\w.+-]+$/.test(rawType) && rawType !== 'application/octet-stream' ? rawType : undefined;
    const facts = { name, size, mediaType: told?.toLowerCase() ?? mediaTypeOf(name), diskPath };
    return this.#add('upload', { ...facts, owner: user?.name, isOurs: true });
  }

  /** The file at a virtual path, for a user who may see it. */
  find(virtualPath: string, user: User | undefined): StoredFile | undefined {
    const found = this.#files.get(virtualPath);
    if (!found || found.owner !== user?.name) return undefined;
    found.lastUsed = performance.now();
    return found;
  }

  /** Takes a file back out of the list and off the disk. */
  async drop(file: StoredFile): Promise<void> {
    if (!this.#files.delete(file.virtualPath) || !file.isOurs) return;
    this.#bytes -= file.size;
    await rm(file.diskPath, { force: true });
  }

  /** The uploaded file that an input means. Throws `invalid-input` for anything else, also for addresses elsewhere. */
  read(wire: unknown, user: User | undefined): UploadedFile {
    const { path, url } = (typeof wire === 'string' ? { path: wire } : (wire ?? {})) as {
      path?: unknown;
      url?: unknown;
    };
    const candidates = [path, url].filter(one => typeof one === 'string').flatMap(one => [one, afterFile(one)]);
    const file = candidates.map(one => (one === undefined ? undefined : this.find(one, user))).find(one => one);
    if (!file)
      throw invalidInput('This is no file that was uploaded here. Upload it first, and send what the upload answered.');
    const uploaded: UploadedFile = {
      name: file.name,
      size: file.size,
      mediaType: file.mediaType,
      path: file.diskPath,
      bytes: () => readFile(file.diskPath),
      text: () => readFile(file.diskPath, 'utf8'),
    };
    storedBy.set(uploaded, file);
    return uploaded;
  }

  /** Gives out what a handler gave. The same object given again is the same file. */
  async give(value: PageFile, user: User | undefined, root: string): Promise<FileData> {
    const owner = user?.name ?? '';
    const known = storedBy.get(value) ?? this.#given.get(value)?.get(owner);
    const file = known && this.#files.has(known.virtualPath) ? known : await this.#put(value, user);
    file.lastUsed = performance.now();
    const byOwner = this.#given.get(value) ?? new Map<string, StoredFile>();
    this.#given.set(value, byOwner.set(owner, file));
    const path = file.virtualPath;
    return {
      path,
      url: `${root}${apiPrefix}/file=${path.split('/').map(encodeURIComponent).join('/')}`,
      orig_name: file.name,
      size: file.size,
      mime_type: file.mediaType,
      is_stream: false,
      meta: { _type: 'gradio.FileData' },
    };
  }

  /** Deletes what nobody has used for long. */
  async sweep(now = performance.now()): Promise<void> {
    const old = [...this.#files.values()].filter(file => file.lastUsed < now - this.#limits.idleMs);
    await Promise.all(old.map(file => this.drop(file)));
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    const files = [...this.#files.values()];
    await Promise.all(files.map(file => this.drop(file)));
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }

  async #put(value: PageFile, user: User | undefined): Promise<StoredFile> {
    const owner = user?.name;
    if (isLocalFile(value)) {
      const facts = await stat(value.path).catch(() => undefined);
      if (!facts?.isFile())
        throw new ModeshiftError({ tag: 'storage', path: value.path }, `There is no file ${value.path}.`);
      const name = cleanName(value.name);
      return this.#add('output', {
        name,
        size: facts.size,
        mediaType: mediaTypeOf(name),
        diskPath: value.path,
        owner,
        isOurs: false,
      });
    }
    const { name: rawName, data, mediaType } = value as { name?: unknown; data?: unknown; mediaType?: string };
    if (typeof rawName !== 'string' || !(typeof data === 'string' || data instanceof Uint8Array))
      throw new ModeshiftError(
        { tag: 'internal' },
        'A handler gave no file: give { name, data }, an uploaded file, or localFile(path).',
      );
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    if (this.#bytes + bytes.length > this.#limits.maxStoredBytes)
      throw tooLarge('The server has no room for further files. Try again later.');
    const diskPath = await this.#newPath();
    await writeFile(diskPath, bytes, { mode: 0o600 });
    this.#bytes += bytes.length;
    const name = cleanName(rawName);
    return this.#add('output', {
      name,
      size: bytes.length,
      mediaType: mediaType ?? mediaTypeOf(name),
      diskPath,
      owner,
      isOurs: true,
    });
  }

  #add(place: 'upload' | 'output', facts: Omit<StoredFile, 'virtualPath' | 'lastUsed'>): StoredFile {
    // Python's client fetches the path as it is: what would end the path of an address does not belong in it.
    const shown = facts.name.replaceAll(/[?#%\s]/g, '_');
    const virtualPath = `${place}/${randomBytes(16).toString('hex')}/${shown}`;
    const file = { ...facts, virtualPath, lastUsed: performance.now() };
    this.#files.set(virtualPath, file);
    return file;
  }

  async #newPath(): Promise<string> {
    const { folder } = this.#limits;
    this.#folder ??= folder
      ? mkdir(folder, { recursive: true }).then(() => mkdtemp(join(folder, 'files-')))
      : mkdtemp(join(tmpdir(), 'modeshift-ui-'));
    return join(await this.#folder, randomBytes(16).toString('hex'));
  }
}

/** Part of a stored file. */
export function readStored(file: StoredFile, start: number, end: number): ReadableStream<Uint8Array> {
  if (file.size === 0) return new Blob([]).stream();
  return Readable.toWeb(createReadStream(file.diskPath, { start, end })) as ReadableStream<Uint8Array>;
}

/** A name without folders and without what a terminal or a file system would stumble over. */
export function cleanName(raw: string): string {
  const base = raw
    .split(/[\\/]/)
    .at(-1)!
    .replaceAll(/[\p{Cc}"<>:|*]/gu, '')
    .trim();
  const short = [...base].slice(-120).join('');
  return /^\.*$/.test(short) ? 'file' : short;
}

function afterFile(address: string): string | undefined {
  const at = address.indexOf(`${apiPrefix}/file=`);
  if (at < 0) return undefined;
  try {
    return decodeURIComponent(address.slice(at + apiPrefix.length + 6));
  } catch {
    return undefined;
  }
}

function tooLarge(message: string): ModeshiftError {
  return new ModeshiftError({ tag: 'quota' }, message);
}
