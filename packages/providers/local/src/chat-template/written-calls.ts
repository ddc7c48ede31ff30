// Calls of tools as models write them in text.

/** A call that was read; `arguments` is JSON text where the model wrote JSON. */
export interface WrittenCall {
  readonly name: string;
  readonly arguments: string;
}

/** The calls in JSON: one, a list, or several one behind another with `;` or space between. `undefined`: it is no call. */
export function callsInJson(text: string): WrittenCall[] | undefined {
  const calls: WrittenCall[] = [];
  for (const value of valuesOf(text)) {
    if (value === undefined) return undefined;
    for (const one of Array.isArray(value) ? value : [value]) {
      const call = callOf(one);
      if (call === undefined) return undefined;
      calls.push(call);
    }
  }
  return calls.length > 0 ? calls : undefined;
}

/** The call in JSON that is broken, as far as its name can be read: its arguments are what stands behind them. */
export function brokenCall(text: string): WrittenCall | undefined {
  const name = /"name"\s*:\s*"((?:[^"\\]|\\.)+)"/.exec(text)?.[1];
  if (name === undefined) return undefined;
  const rest = /"(?:arguments|parameters)"\s*:\s*([\s\S]*?)\s*\}?\s*$/.exec(text)?.[1];
  return { name, arguments: rest ?? '' };
}

/** Newer Mistral models: `name[ARGS]{…}`, perhaps with `[CALL_ID]…` between. */
export function callWithMarks(text: string): WrittenCall | undefined {
  const found = /^\s*([\w.-]+)(?:\[CALL_ID\][^[]*)?\[ARGS\]\s*([\s\S]*?)\s*$/.exec(text);
  return found ? { name: found[1]!, arguments: found[2]! } : undefined;
}

function callOf(value: unknown): WrittenCall | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const call = value as Record<string, unknown>;
  const inner = (typeof call.function === 'object' && call.function !== null ? call.function : call) as typeof call;
  if (typeof inner.name !== 'string') return undefined;
  const given = inner.arguments ?? inner.parameters;
  if (given === undefined) return undefined;
  return { name: inner.name, arguments: typeof given === 'string' ? given : JSON.stringify(given) };
}

/** JSON values one behind another; `undefined` in place of what is none. */
function* valuesOf(text: string): Generator<unknown> {
  let from = 0;
  while (from < text.length) {
    const start = /[^\s;]/.exec(text.slice(from))?.index;
    if (start === undefined) return;
    from += start;
    const end = endOfValue(text, from);
    let value: unknown;
    try {
      value = end === undefined ? undefined : JSON.parse(text.slice(from, end));
    } catch {
      value = undefined;
    }
    yield value;
    if (value === undefined || end === undefined) return;
    from = end;
  }
}

/** The end of an object or a list that begins at `from`. */
export function endOfValue(text: string, from: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const unit = text[i]!;
    if (quoted) {
      if (unit === '\\') i++;
      else if (unit === '"') quoted = false;
    } else if (unit === '"') quoted = true;
    else if (unit === '{' || unit === '[') depth++;
    else if (unit === '}' || unit === ']') depth--;
    if (depth === 0) return quoted ? undefined : i + 1;
    if (depth < 0) return undefined;
  }
  return undefined;
}
