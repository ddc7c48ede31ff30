// Who somebody is: passwords and cookies of our own, or the author's own way.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { invalidInput } from '@modeshift/core';
import type { User } from '../context.ts';

/**
 * How a server finds out who somebody is. Servers that are given the same object share who is logged in: who logs in to one need not
 * log in to the others on the host.
 */
export type AuthOptions =
  | {
      /** Passwords by names. */
      readonly users: Readonly<Record<string, string>>;
      /** Said on the page that asks. */
      readonly message?: string;
    }
  | {
      /** Checks a name and a password, e.g. in a database. */
      readonly check: (name: string, password: string) => boolean | Promise<boolean>;
      readonly message?: string;
    }
  | {
      /** Your own way, e.g. the session of the server around this one. `undefined`: nobody, and the request is refused. */
      readonly identify: (request: Request) => User | undefined | Promise<User | undefined>;
      readonly message?: string;
    };

const tokenMs = 7 * 24 * 3600 * 1000;
const maxTokens = 10_000;
const maxFailures = 10;
const failureMs = 5 * 60_000;

/** The door of a server, made by {@link doorOf}. */
export class Auth {
  readonly #options: AuthOptions | undefined;
  readonly #tokens = new Map<string, { readonly user: User; readonly until: number }>();
  readonly #failures = new Map<string, { count: number; until: number }>();
  readonly #cookie = `access-token-unsecure-${randomBytes(8).toString('hex')}`;

  constructor(options: AuthOptions | undefined) {
    if (options && 'users' in options) {
      const users = Object.entries(options.users);
      if (users.length === 0) throw invalidInput('auth.users is empty: nobody could log in.');
      const empty = users.find(([name, password]) => !name || !password);
      if (empty) throw invalidInput(`auth.users: "${empty[0]}" needs a name and a password.`);
    }
    this.#options = options;
  }

  /** Whether anybody is asked who they are. */
  get isOn(): boolean {
    return this.#options !== undefined;
  }

  get message(): string | null {
    return this.#options?.message ?? null;
  }

  /** The user of a request; `undefined` where it has none. */
  async user(request: Request): Promise<User | undefined> {
    if (!this.#options) return undefined;
    if ('identify' in this.#options) return (await this.#options.identify(request)) ?? undefined;
    const token = tokenIn(request, this.#cookie);
    const entry = token === undefined ? undefined : this.#tokens.get(hash(token));
    return entry && entry.until > Date.now() ? entry.user : undefined;
  }

  /** Checks a password. Gives the cookie to set, or why there is none. */
  async login(
    name: string,
    password: string,
    address: string,
    isHttps: boolean,
  ): Promise<{ readonly cookie: string } | { readonly status: 401 | 429 }> {
    const key = `${address} ${name}`;
    const failures = this.#failures.get(key);
    if (failures && failures.until > Date.now() && failures.count >= maxFailures) return { status: 429 };
    if (!this.#options || 'identify' in this.#options || !(await this.#isRight(name, password))) {
      const isFresh = !failures || failures.until <= Date.now();
      if (this.#failures.size >= maxTokens) this.#failures.clear();
      this.#failures.set(
        key,
        isFresh ? { count: 1, until: Date.now() + failureMs } : { ...failures, count: failures.count + 1 },
      );
      return { status: 401 };
    }
    this.#failures.delete(key);
    // Clients split cookies at "=": base64url has none.
    const token = randomBytes(32).toString('base64url');
    if (this.#tokens.size >= maxTokens) this.#tokens.delete(this.#tokens.keys().next().value!);
    this.#tokens.set(hash(token), { user: { name }, until: Date.now() + tokenMs });
    return { cookie: this.#cookieOf(token, tokenMs / 1000, isHttps) };
  }

  /** Forgets the token of a request. Gives the cookie that deletes it. */
  logout(request: Request, isHttps: boolean): string {
    const token = tokenIn(request, this.#cookie);
    if (token !== undefined) this.#tokens.delete(hash(token));
    return this.#cookieOf('', 0, isHttps);
  }

  #cookieOf(token: string, seconds: number, isHttps: boolean): string {
    return `${this.#cookie}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${isHttps ? '; Secure' : ''}`;
  }

  async #isRight(name: string, password: string): Promise<boolean> {
    const options = this.#options!;
    if ('check' in options) return (await options.check(name, password)) === true;
    if (!('users' in options)) return false;
    const right = Object.hasOwn(options.users, name) ? options.users[name]! : randomBytes(16).toString('hex');
    return timingSafeEqual(digest(right), digest(password));
  }
}

const doors = new WeakMap<AuthOptions, Auth>();

/** The door for these options: the same for the same object. */
export function doorOf(options: AuthOptions | undefined): Auth {
  if (!options) return new Auth(undefined);
  const door = doors.get(options) ?? new Auth(options);
  doors.set(options, door);
  return door;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const hash = (text: string): string => digest(text).toString('base64url');

function tokenIn(request: Request, cookie: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(/;\s*/);
  return pairs.find(pair => pair.startsWith(`${cookie}=`))?.slice(cookie.length + 1);
}
