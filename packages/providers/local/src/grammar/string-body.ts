// What stands between the quotes of a JSON string, byte by byte: UTF-8, escapes, surrogate pairs. One table for all grammars.

/** The state between two characters. */
export const bodyStart = 0;
/** The byte is not allowed here. */
export const bodyDead = 255;
/** The closing quote. */
export const bodyEnd = 254;

const names = [
  ...['start', 'escape', 'hex4', 'hex3', 'hex2', 'hex1', 'hexD', 'high2', 'high1', 'lowSlash', 'lowU', 'low4', 'low3'],
  ...['low2', 'low1', 'more1', 'more2', 'more3', 'afterE0', 'afterED', 'afterF0', 'afterF4'],
] as const;
type Name = (typeof names)[number];

/** How many states the table has. */
export const bodyStates = names.length;
/** `bodyTable[state * 256 + byte]` is the next state, {@link bodyEnd} or {@link bodyDead}. */
export const bodyTable: Uint8Array = new Uint8Array(bodyStates * 256).fill(bodyDead);

function edge(from: Name, bytes: string | readonly [number, number], to: Name | typeof bodyEnd): void {
  const [row, target] = [names.indexOf(from), to === bodyEnd ? bodyEnd : names.indexOf(to)];
  if (typeof bytes === 'string') for (const char of bytes) bodyTable[row * 256 + char.charCodeAt(0)] = target;
  else bodyTable.fill(target, row * 256 + bytes[0], row * 256 + bytes[1] + 1);
}

edge('start', [0x20, 0x7f], 'start');
edge('start', '"', bodyEnd);
edge('start', '\\', 'escape');
edge('start', [0xc2, 0xdf], 'more1');
edge('start', [0xe0, 0xef], 'more2');
edge('start', [0xe0, 0xe0], 'afterE0');
edge('start', [0xed, 0xed], 'afterED');
edge('start', [0xf0, 0xf0], 'afterF0');
edge('start', [0xf1, 0xf3], 'more3');
edge('start', [0xf4, 0xf4], 'afterF4');
edge('more3', [0x80, 0xbf], 'more2');
edge('more2', [0x80, 0xbf], 'more1');
edge('more1', [0x80, 0xbf], 'start');
edge('afterE0', [0xa0, 0xbf], 'more1');
edge('afterED', [0x80, 0x9f], 'more1');
edge('afterF0', [0x90, 0xbf], 'more2');
edge('afterF4', [0x80, 0x8f], 'more2');

const hex = '0123456789abcdefABCDEF';
edge('escape', '"\\/bfnrt', 'start');
edge('escape', 'u', 'hex4');
edge('hex4', hex, 'hex3');
edge('hex4', 'dD', 'hexD');
edge('hex3', hex, 'hex2');
edge('hex2', hex, 'hex1');
edge('hex1', hex, 'start');
// \uD800–\uDBFF must be followed by \uDC00–\uDFFF; a low surrogate alone is refused.
edge('hexD', '01234567', 'hex2');
edge('hexD', '89abAB', 'high2');
edge('high2', hex, 'high1');
edge('high1', hex, 'lowSlash');
edge('lowSlash', '\\', 'lowU');
edge('lowU', 'u', 'low4');
edge('low4', 'dD', 'low3');
edge('low3', 'cdefCDEF', 'low2');
edge('low2', hex, 'low1');
edge('low1', hex, 'start');
