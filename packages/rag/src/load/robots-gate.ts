// Keeps to the robots.txt of every host that is asked.
import { ModeshiftError } from '@modeshift/core';
import { type DownloadRules, download } from './download.ts';
import { RobotsTxt } from './robots-txt.ts';

/** The standard asks crawlers to read 500 KiB at least. */
const mostBytes = 512 * 1024;

/** What a host says, or why it cannot be heard. */
type Said = RobotsTxt | ModeshiftError;

/**
 * Says of every URL whether the robots.txt of its host allows it, and asks each host once. A host without one allows all; one whose
 * robots.txt cannot be had allows nothing (RFC 9309, 2.3.1).
 *
 * @throws ModeshiftError from what is returned: `refused` where it is forbidden, else what asking the host throws.
 */
export function robotsGate(rules: DownloadRules): NonNullable<DownloadRules['mayAsk']> {
  const named = Object.entries(rules.headers).find(([name]) => name.toLowerCase() === 'user-agent')?.[1];
  const agent = /^[a-z_-]+/i.exec(named ?? '')?.[0] ?? 'modeshift';
  const headers = named === undefined ? {} : { 'user-agent': named };
  const known = new Map<string, Promise<Said>>();
  const ask = async (url: URL): Promise<Said> => {
    const place = new URL('/robots.txt', url.origin);
    try {
      const { bytes } = await download(place, { ...rules, headers, maxBytes: mostBytes, cut: true });
      return new RobotsTxt(new TextDecoder().decode(bytes), agent);
    } catch (error) {
      if (!ModeshiftError.is(error) || error.reason.tag === 'aborted') throw error;
      const { reason } = error;
      const status = 'status' in reason ? (reason.status ?? 0) : 0;
      // A host that is asked too often has not said what it allows.
      if (status >= 400 && status < 500 && status !== 429) return new RobotsTxt('', agent);
      return error;
    }
  };
  return async url => {
    const said = known.get(url.origin) ?? ask(url);
    known.set(url.origin, said);
    said.catch(() => known.delete(url.origin));
    const robots = await said;
    const otherwise = 'Give "ignoreRobots" (--ignore-robots) the reason if it may be fetched all the same.';
    if (robots instanceof RobotsTxt) {
      if (robots.allows(url.pathname + url.search)) return;
      const message = `"${url.href}" is not fetched: robots.txt of "${url.host}" forbids it. ${otherwise}`;
      throw new ModeshiftError({ tag: 'refused' }, message);
    }
    // An address that is not allowed says best itself what to do.
    if (robots.reason.tag === 'refused') throw robots;
    const message = `"${url.href}" is not fetched, since robots.txt of "${url.host}" cannot be had. ${robots.message} ${otherwise}`;
    throw new ModeshiftError(robots.reason, message, { cause: robots });
  };
}
