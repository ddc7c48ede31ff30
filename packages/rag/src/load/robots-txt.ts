// What a robots.txt says of a path (RFC 9309, https://www.rfc-editor.org/rfc/rfc9309).

interface Rule {
  readonly isAllowed: boolean;
  /** Normalised; `*` stands for any octets, `$` at the end for the end of the path. */
  readonly pattern: string;
}

/** Characters of a file that are read; the standard asks for 500 KiB at least. */
const mostRead = 512 * 1024;

/** The rules of a robots.txt for one crawler. */
export class RobotsTxt {
  readonly #rules: readonly Rule[];

  /** `agent` is the crawler's product token, e.g. `modeshift`: its own groups count, all together, else those of `*`. */
  constructor(text: string, agent: string) {
    const groups = groupsOf(text.slice(0, mostRead));
    const of = (name: string): Rule[] => groups.filter(group => group.agents.has(name)).flatMap(group => group.rules);
    const isNamed = groups.some(group => group.agents.has(agent.toLowerCase()));
    this.#rules = of(isNamed ? agent.toLowerCase() : '*');
  }

  /** Whether a path with its query may be fetched: the longest rule that fits decides, of equals one that allows. */
  allows(path: string): boolean {
    const normalised = normalise(path);
    if (normalised === '/robots.txt') return true;
    let best: Rule | undefined;
    for (const rule of this.#rules) {
      if (best && rule.pattern.length < best.pattern.length) continue;
      if (best && rule.pattern.length === best.pattern.length && !rule.isAllowed) continue;
      if (fits(rule.pattern, normalised)) best = rule;
    }
    return best?.isAllowed ?? true;
  }
}

interface Group {
  readonly agents: Set<string>;
  readonly rules: Rule[];
}

function groupsOf(text: string): Group[] {
  const groups: Group[] = [];
  let isHead = false;
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n?|\n/)) {
    const [, name = '', value = ''] = /^\s*([\w-]+)\s*:([^#]*)/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key === 'user-agent') {
      const agent = /^\s*(\*|[a-z_-]+)/i.exec(value)?.[1]?.toLowerCase();
      if (!isHead) groups.push({ agents: new Set(), rules: [] });
      isHead = true;
      if (agent !== undefined) groups.at(-1)!.agents.add(agent);
    } else if (key === 'allow' || key === 'disallow') {
      isHead = false;
      const pattern = normalise(value.trim());
      // An empty pattern fits nothing, and rules before the first group are of nobody.
      if (pattern !== '') groups.at(-1)?.rules.push({ isAllowed: key === 'allow', pattern });
    }
  }
  return groups;
}

/** Percent-encoded in one way: what is not ASCII is, in capital letters, and what needs not be is not. */
function normalise(path: string): string {
  const encoded = path.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  return encoded.replace(/%[0-9a-f]{2}/gi, code => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : code.toUpperCase();
  });
}

/** Whether a pattern fits the beginning of a path. Each part takes its first place, so that no pattern takes long. */
function fits(pattern: string, path: string): boolean {
  const isWhole = pattern.endsWith('$');
  const [first = '', ...others] = (isWhole ? pattern.slice(0, -1) : pattern).split('*');
  if (!path.startsWith(first)) return false;
  let at = first.length;
  const last = isWhole ? others.pop() : undefined;
  for (const part of others) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  if (!isWhole) return true;
  return last === undefined ? at === path.length : path.length - last.length >= at && path.endsWith(last);
}
