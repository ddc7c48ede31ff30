// Tensors of a safetensors file on disk, read one at a time, so that a checkpoint larger than memory's half can be loaded.
import { type FileHandle, open } from 'node:fs/promises';
import { storageError } from '../storage-error.ts';
import {
  damaged,
  headerLengthOf,
  prefixBytes,
  readSafetensorsHeader,
  type SafetensorsRange,
} from './safetensors-header.ts';

/** The most bytes that one read asks for: the operating system gives no more than 2 GB at once. */
const readAtOnce = 2 ** 30;

/** An open safetensors file. */
export interface OpenSafetensors {
  readonly ranges: ReadonlyMap<string, SafetensorsRange>;
  readonly metadata: Readonly<Record<string, string>>;
  /** The bytes of a tensor, in `into` or in memory of their own. Throws `storage` when the file has become shorter. */
  read(range: SafetensorsRange, into?: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Opens a safetensors file and reads its header. Throws `storage` when it cannot be read or contradicts itself. */
export async function openSafetensors(path: string): Promise<OpenSafetensors> {
  const fail = (cause: unknown): never => {
    throw storageError(cause, path, 'The weights cannot be read');
  };
  const file = await open(path, 'r').catch(fail);
  try {
    const { size } = await file.stat();
    const first = await readFully(file, 0, new Uint8Array(Math.min(prefixBytes, size)), path);
    const start = prefixBytes + headerLengthOf(first, size, path);
    const header = await readFully(file, prefixBytes, new Uint8Array(start - prefixBytes), path);
    const { ranges, metadata } = readSafetensorsHeader(header, size - start, path);
    return {
      ranges,
      metadata,
      read: ({ begin, end }, into = new Uint8Array(end - begin)) =>
        readFully(file, start + begin, into, path).catch(fail),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    return fail(error);
  }
}

async function readFully(
  file: FileHandle,
  at: number,
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { length } = bytes;
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, readAtOnce), at + done);
    if (bytesRead === 0) throw damaged(`it ends at byte ${at + done} where ${at + length} bytes were expected`, path);
    done += bytesRead;
  }
  return bytes;
}
