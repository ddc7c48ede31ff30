// Text of others on its way to a terminal.

/**
 * The text without control characters but line ends and tabs: a document or a model must not move the cursor, set titles or write to
 * the clipboard of whoever reads it.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
}

/** A value as JSON, over several lines unless `indent` is 0, with those characters escaped that JSON leaves as they are: it reads back as the same value. */
export function printableJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
