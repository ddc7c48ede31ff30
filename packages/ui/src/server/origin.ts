// Where a request comes from: whether it may, and how its sender reaches us.
import { isIP } from 'node:net';

/** What the socket and the server around us know of a request. */
export interface ConnectionFacts {
  /** The sender's address. */
  readonly remoteAddress?: string | undefined;
  /** The address of ours that it was sent to. */
  readonly localAddress?: string | undefined;
  /** The path that the server around us has already taken off, e.g. `/demo`. */
  readonly basePath?: string | undefined;
}

/** What is allowed. */
export interface OriginRules {
  readonly allowedHosts: readonly string[] | undefined;
  readonly allowedOrigins: readonly string[];
  readonly rootPath: string;
  readonly trustProxy: boolean;
}

/** Why a request is refused; `undefined` where it is not. */
export function refusalOf(request: Request, facts: ConnectionFacts, rules: OriginRules): string | undefined {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  const name = hostName(host);
  if (rules.allowedHosts) {
    if (
      !rules.allowedHosts.some(
        one => one === '*' || one.toLowerCase() === name || one.toLowerCase() === host.toLowerCase(),
      ) &&
      !isLoopbackName(name)
    )
      return `The host "${printable(host)}" is not in allowedHosts.`;
  } else if (isLoopback(facts.localAddress) && !isLoopbackName(name))
    // A page elsewhere whose name was made to point at this machine. A proxy on this machine is told by allowedHosts.
    return `The host "${printable(host)}" is not this machine. Behind a proxy, give its name as allowedHosts.`;
  const origin = request.headers.get('origin');
  if (origin === null) {
    const isForeign = request.headers.get('sec-fetch-site') === 'cross-site';
    return isForeign && request.method !== 'GET' && request.method !== 'HEAD'
      ? 'The request comes from another site.'
      : undefined;
  }
  if (isAllowedOrigin(origin, rules)) return undefined;
  const hosts = [host, ...(rules.trustProxy ? [first(request, 'x-forwarded-host')] : [])];
  const from = URL.parse(origin)?.host;
  return from !== undefined && hosts.some(one => one?.toLowerCase() === from)
    ? undefined
    : `The origin "${printable(origin)}" is not in allowedOrigins.`;
}

/** Whether pages of an origin may call from elsewhere. */
export function isAllowedOrigin(origin: string, { allowedOrigins }: OriginRules): boolean {
  return allowedOrigins.includes('*') || allowedOrigins.includes(origin);
}

/** How the sender reaches us: absolute, without a slash at the end. */
export function rootOf(request: Request, facts: ConnectionFacts, rules: OriginRules): string {
  const url = new URL(request.url);
  const told = first(request, 'x-forwarded-proto');
  const protocol = told === 'https' || told === 'http' ? told : url.protocol.slice(0, -1);
  const forwarded = first(request, 'x-forwarded-host');
  const host = forwarded && /^[\w.:[\]-]+$/.test(forwarded) ? forwarded : (request.headers.get('host') ?? url.host);
  const prefix = rules.rootPath || facts.basePath || first(request, 'x-forwarded-prefix') || '';
  return `${protocol}://${host}${/^(\/[\w.~%-]+)*\/?$/.test(prefix) ? prefix.replace(/\/$/, '') : ''}`;
}

/** The sender's address, for limits. */
export function addressOf(request: Request, facts: ConnectionFacts, rules: OriginRules): string {
  const forwarded = rules.trustProxy ? request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  return (forwarded && isIP(forwarded) ? forwarded : facts.remoteAddress) ?? 'unknown';
}

function first(request: Request, header: string): string | undefined {
  return request.headers.get(header)?.split(',')[0]?.trim();
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address === '::1' || /^(::ffff:)?127\./.test(address));
}

const printable = (text: string): string => text.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, '?');
