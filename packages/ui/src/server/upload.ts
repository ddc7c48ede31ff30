// `POST /upload`: multipart parts to files on disk, as they come.
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { invalidInput, ModeshiftError } from '@modeshift/core';
import type { User } from '../context.ts';
import type { FileStore, StoredFile } from './file-store.ts';

const maxFiles = 1000;

/** Stores the parts called `files`. Where one fails, none is kept. */
export async function receiveUpload(
  request: Request,
  store: FileStore,
  user: User | undefined,
): Promise<readonly StoredFile[]> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type) || !request.body)
    throw invalidInput('An upload is multipart/form-data with parts called "files".');
  const stored: Promise<StoredFile>[] = [];
  const parts: Readable[] = [];
  const body = Readable.fromWeb(request.body as NodeReadableStream);
  try {
    const parser = new Busboy({
      headers: { 'content-type': type } as BusboyHeaders,
      limits: { files: maxFiles, fields: 20, fieldSize: 10_000, parts: maxFiles + 20, headerPairs: 50 },
    });
    await new Promise<void>((resolve, reject) => {
      const refuse = (message: string) => () => reject(new ModeshiftError({ tag: 'quota' }, message));
      parser.on('file', (field, part, name, _encoding, mediaType) => {
        if (field !== 'files') return void part.resume();
        const writing = store.receive(part, name ?? 'file', mediaType, user);
        writing.catch(error => {
          part.resume();
          reject(error);
        });
        stored.push(writing);
        parts.push(part as unknown as Readable);
      });
      parser.on('filesLimit', refuse(`At most ${maxFiles} files in one upload.`));
      parser.on('partsLimit', refuse('Too many parts in one upload.'));
      parser.on('fieldsLimit', refuse('Too many fields in one upload.'));
      parser.on('error', (error: unknown) => reject(malformed(error)));
      parser.on('finish', resolve);
      body.on('error', reject);
      body.pipe(parser);
    });
    return await Promise.all(stored);
  } catch (error) {
    body.destroy();
    for (const part of parts) part.destroy(new Error('The upload broke off.'));
    for (const result of await Promise.allSettled(stored))
      if (result.status === 'fulfilled') await store.drop(result.value);
    throw ModeshiftError.is(error) ? error : malformed(error);
  }
}

function malformed(error: unknown): ModeshiftError {
  return new ModeshiftError({ tag: 'invalid-input' }, 'The upload broke off or is no valid multipart/form-data.', {
    cause: error,
  });
}
