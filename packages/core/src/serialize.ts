// JSON for messages, answers and vectors: bytes, URLs, dates and numbers that JSON lacks survive the way there and back.
import { invalidInput } from './errors.ts';

const tag = '$modeshift';

/**
 * Writes a value as JSON text that {@link deserialize} reads back: plain data with `Uint8Array`, `Float32Array`, `URL`, `Date`
 * and the numbers that JSON lacks. `undefined` properties and functions are left out.
 *
 * @throws ModeshiftError `invalid-input` for what has no such text (a `Map`, a `RegExp`, an `ArrayBuffer`): two different ones
 * must not look alike, as for the key of a cache.
 * @example
 * ```ts
 * import { deserialize, filePart, type Message, serialize } from '@modeshift/core';
 *
 * const message: Message = { role: 'user', content: [filePart(new Uint8Array([0x89, 0x50, 0x4e, 0x47]))] };
 * const again = deserialize(serialize(message)) as Message;
 * console.log(JSON.stringify(again) === JSON.stringify(message)); // true
 * ```
 */
export function serialize(value: unknown): string {
  return JSON.stringify(encode(value));
}

/** Reads what {@link serialize} wrote. */
export function deserialize(text: string): unknown {
  return decode(JSON.parse(text));
}

function encode(value: unknown): unknown {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { [tag]: 'number', value: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (typeof value === 'bigint') return { [tag]: 'bigint', value: String(value) };
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(encode);
  // By name and not by class: values may come from another realm, as in an edge runtime or a test runner.
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === 'Uint8Array') return { [tag]: 'bytes', value: toBase64(value as Uint8Array) };
  if (kind === 'Float32Array') {
    const { buffer, byteOffset, byteLength } = value as Float32Array;
    return { [tag]: 'float32', value: toBase64(new Uint8Array(buffer, byteOffset, byteLength)) };
  }
  if (kind === 'URL') return { [tag]: 'url', value: (value as URL).href };
  if (kind === 'Date') return { [tag]: 'date', value: (value as Date).getTime() };
  if (kind !== 'Object')
    throw invalidInput(`A value of type ${kind} cannot be written as JSON. Give plain data in its place.`);
  const plain = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]));
  return tag in value ? { [tag]: 'object', value: plain } : plain;
}

function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  const tagged = value as Record<string, unknown>;
  const content = tagged.value as string;
  switch (Object.hasOwn(tagged, tag) ? tagged[tag] : undefined) {
    case 'number':
      return Number(content);
    case 'bigint':
      return BigInt(content);
    case 'bytes':
      return fromBase64(content);
    case 'float32':
      return new Float32Array(fromBase64(content).buffer);
    case 'url':
      return new URL(content);
    case 'date':
      return new Date(content);
    case 'object':
      return decodeEntries(tagged.value as object);
    default:
      return decodeEntries(tagged);
  }
}

function decodeEntries(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), char => char.charCodeAt(0));
}
