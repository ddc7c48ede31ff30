// What the routes know of a request before they answer it.
import type { Context } from 'hono';
import type { User } from '../context.ts';
import type { ConnectionFacts } from './origin.ts';

/** What is set for every request. */
export interface RequestVariables {
  readonly root: string;
  readonly address: string;
  readonly language: 'en' | 'zh';
  user: User | undefined;
}

/** The environment of our routes. */
export interface RouteEnv {
  Variables: RequestVariables;
}

export type RouteContext = Context<RouteEnv>;

/** What Node's own request behind a `Request` tells. */
export function connectionFacts(env: unknown): ConnectionFacts {
  const { incoming } = (env ?? {}) as {
    incoming?: { socket?: { remoteAddress?: string; localAddress?: string }; baseUrl?: string };
  };
  return {
    remoteAddress: incoming?.socket?.remoteAddress,
    localAddress: incoming?.socket?.localAddress,
    basePath: incoming?.baseUrl || undefined,
  };
}

/** A body that is too large, or no JSON. */
export class BadBody extends Error {
  readonly status: 400 | 413;

  constructor(status: BadBody['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads a body up to a size, whatever its headers promise. */
export async function readBody(request: Request, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): BadBody =>
    new BadBody(413, `The request may have ${maxBytes} bytes at most. Upload files with /upload.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.byteLength;
    if (size > maxBytes) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Reads a JSON object. */
export async function readJson(request: Request, maxBytes: number): Promise<Record<string, unknown>> {
  const bytes = await readBody(request, maxBytes);
  try {
    const value: unknown = JSON.parse(bytes.length === 0 ? '{}' : bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new BadBody(400, 'The body must be a JSON object.');
}

/** The first language of `Accept-Language` that the page speaks. Source: RFC 9110, section 12.5.4. */
export function languageOf(header: string | undefined): 'en' | 'zh' | undefined {
  const asked = (header ?? '').split(',').map(part => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const weight = parameters.map(one => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find(one => one !== undefined);
    return { language: tag.split('-')[0], weight: Number(weight ?? 1) };
  });
  const known = asked.filter(({ language, weight }) => (language === 'en' || language === 'zh') && weight > 0);
  return known.toSorted((a, b) => b.weight - a.weight)[0]?.language as 'en' | 'zh' | undefined;
}
