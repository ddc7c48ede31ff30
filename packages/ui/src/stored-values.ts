// Inputs and outputs of jobs as JSON and back: engines store runs, and dates, bytes and files are no JSON.
import { readFile } from 'node:fs/promises';
import { isLocalFile, localFile, type UploadedFile } from './components/page-file.ts';

/** Marks what is no JSON. An object that has this key itself is marked, too, so that nobody can smuggle a file in. */
const mark = '$modeshift';

type Marked = { readonly [mark]: string; readonly value: unknown };
const marked = (kind: string, value: unknown): Marked => ({ [mark]: kind, value });

/** Makes JSON of what a component read or a handler gave. What no engine can store stays as it is, and is refused there. */
export function toStored(value: unknown): unknown {
  if (value === undefined) return marked('undefined', null);
  if (typeof value === 'bigint') return marked('bigint', String(value));
  if (typeof value === 'number' && !Number.isFinite(value)) return marked('number', String(value));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toStored);
  if (value instanceof Date) return marked('date', value.getTime());
  if (value instanceof Map) return marked('map', [...value].map(toStored));
  if (value instanceof Set) return marked('set', [...value].map(toStored));
  if (value instanceof Uint8Array) return marked('bytes', Buffer.from(value).toString('base64'));
  if (isLocalFile(value)) {
    const { path, name } = value as { path: string; name: string };
    return marked('local-file', { path, name });
  }
  if (isUploaded(value)) {
    const { name, size, mediaType, path } = value;
    return marked('upload', { name, size, mediaType, path });
  }
  const entries = Object.entries(value).map(([name, part]) => [name, toStored(part)] as const);
  if (Object.hasOwn(value, mark)) return marked('entries', entries);
  return Object.fromEntries(entries);
}

/** What {@link toStored} was given. */
export function fromStored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromStored);
  if (Object.hasOwn(value, mark)) return unmarked(value as Marked);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fromStored(part)]));
}

function unmarked({ [mark]: kind, value }: Marked): unknown {
  if (kind === 'undefined') return undefined;
  if (kind === 'bigint') return BigInt(value as string);
  if (kind === 'number') return Number(value);
  if (kind === 'date') return new Date(value as number);
  if (kind === 'map') return new Map(fromStored(value) as [unknown, unknown][]);
  if (kind === 'set') return new Set(fromStored(value) as unknown[]);
  if (kind === 'bytes') return new Uint8Array(Buffer.from(value as string, 'base64'));
  if (kind === 'entries') return Object.fromEntries(fromStored(value) as [string, unknown][]);
  const { path, name, size, mediaType } = value as { name: string; size: number; mediaType: string; path: string };
  if (kind === 'local-file') return localFile(path, { name });
  const uploaded: UploadedFile = {
    name,
    size,
    mediaType,
    path,
    bytes: () => readFile(path),
    text: () => readFile(path, 'utf8'),
  };
  return uploaded;
}

/** An upload that a handler gives out is a file of this machine from then on: the server forgets uploads. */
export function givenOut(value: unknown): unknown {
  return typeof value === 'object' && value !== null && isUploaded(value)
    ? localFile(value.path, { name: value.name })
    : value;
}

function isUploaded(value: object): value is UploadedFile {
  const { path, bytes, text } = value as Partial<UploadedFile>;
  return typeof path === 'string' && typeof bytes === 'function' && typeof text === 'function';
}
