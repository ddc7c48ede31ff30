// The header of a safetensors file, with every claim checked before it is believed.
import { ModeshiftError } from '@modeshift/core';

/** Bytes of one element, by the element types' names on disk. */
export const safetensorsWidths = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;

/** Element types of the format that are read, by their names on disk. */
export type SafetensorsDType = keyof typeof safetensorsWidths;

/** Where a tensor lies in a file: `begin` and `end` count from the first byte after the header. */
export interface SafetensorsRange {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** What the header of a file says. */
export interface SafetensorsHeader {
  readonly ranges: ReadonlyMap<string, SafetensorsRange>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes before the header: they say how long it is. */
export const prefixBytes = 8;

/** The longest header that the format's own reader accepts. */
const maxHeader = 100_000_000;

/** The error of a file that contradicts itself. */
export function damaged(problem: string, path?: string): ModeshiftError {
  const where = path ?? 'The safetensors data';
  return new ModeshiftError(
    path === undefined ? { tag: 'storage' } : { tag: 'storage', path },
    `${where} cannot be read: ${problem}. It is damaged or no safetensors file; get or save it again.`,
  );
}

/** The length of the header, from the first bytes of a file of `fileLength` bytes. Throws `storage`. */
export function headerLengthOf(first: Uint8Array, fileLength: number, path?: string): number {
  if (fileLength < prefixBytes || first.length < prefixBytes)
    throw damaged(`it has ${fileLength} bytes, fewer than the 8 that say how long the header is`, path);
  const length = Number(new DataView(first.buffer, first.byteOffset, prefixBytes).getBigUint64(0, true));
  if (length > maxHeader) throw damaged(`its header claims ${length} bytes, more than the ${maxHeader} allowed`, path);
  if (prefixBytes + length > fileLength)
    throw damaged(`its header claims ${length} bytes, but only ${fileLength - prefixBytes} follow`, path);
  return length;
}

/** Reads a header whose tensors fill `bodyLength` bytes. Throws `storage` when it contradicts itself. */
export function readSafetensorsHeader(header: Uint8Array, bodyLength: number, path?: string): SafetensorsHeader {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
  } catch {
    throw damaged('its header is no JSON', path);
  }
  if (!isRecord(parsed)) throw damaged('its header is no JSON object', path);
  const ranges = new Map<string, SafetensorsRange>();
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(parsed)) {
    if (name === '__metadata__') {
      if (!isRecord(entry) || !Object.values(entry).every(value => typeof value === 'string'))
        throw damaged('its metadata is not a map of texts', path);
      metadata = entry as Record<string, string>;
      continue;
    }
    const problem = problemOf(entry, bodyLength);
    if (problem) throw damaged(`tensor ${JSON.stringify(name.slice(0, 100))} ${problem}`, path);
    const { dtype, shape, data_offsets } = entry as Entry;
    ranges.set(name, { dtype, shape, begin: data_offsets[0], end: data_offsets[1] });
  }
  checkCover(ranges, bodyLength, path);
  return { ranges, metadata };
}

/** Tensors fill the body without gaps and without sharing bytes. */
function checkCover(ranges: ReadonlyMap<string, SafetensorsRange>, bodyLength: number, path?: string): void {
  let at = 0;
  for (const [name, { begin, end }] of [...ranges].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw damaged(`tensor ${JSON.stringify(name.slice(0, 100))} begins at ${begin} where ${at} was expected`, path);
    at = end;
  }
  if (at !== bodyLength) throw damaged(`its tensors end at byte ${at}, but it holds ${bodyLength}`, path);
}

interface Entry {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** What is wrong with a header entry, or `undefined`. */
function problemOf(entry: unknown, bodyLength: number): string | undefined {
  if (!isRecord(entry)) return 'is no object';
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(safetensorsWidths, dtype))
    return `has the unknown element type ${String(dtype).slice(0, 40)}`;
  if (!Array.isArray(shape) || !shape.every(isCount)) return 'has a shape that is not a list of counts';
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) return 'has no two offsets';
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > bodyLength) return `claims bytes ${begin} to ${end} of ${bodyLength}`;
  const wanted = shape.reduce((a: number, b: number) => a * b, safetensorsWidths[dtype as SafetensorsDType]);
  if (wanted !== end - begin)
    return `needs ${wanted} bytes for its shape [${shape.slice(0, 8).join(', ')}] and has ${end - begin}`;
  return undefined;
}
