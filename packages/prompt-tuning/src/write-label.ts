// How a label is written in a prompt.

/**
 * A label as it is, or in JSON quotes where it would break its line or its list: line breaks, other control characters, quotes
 * at its ends, spaces around it.
 */
export function writeLabel(label: string): string {
  const isPlain = label === label.trim() && !/[\p{Cc}\u2028\u2029]/u.test(label) && !/^["'`-]|["'`]$/.test(label);
  return isPlain ? label : JSON.stringify(label);
}
