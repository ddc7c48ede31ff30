// A key that stands for a whole call.
import type { Model } from '../models.ts';
import { serialize } from '../serialize.ts';

/**
 * SHA-256, as 64 hexadecimal digits, of the model's name and everything in a call. The order of properties does not matter;
 * headers, which may hold keys, do not count.
 */
export async function callKey(model: Model, kind: string, content: unknown): Promise<string> {
  const text = serialize(sorted({ provider: model.provider, modelId: model.modelId, kind, content }));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.prototype.toString.call(value) !== '[object Object]') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}
