// Finds formulas in markdown as models write them: `\(…\)`, `\[…\]`, `$…$`, `$$…$$`; code and prices are left alone.

// Code first: what is in it is no formula.
const parts =
  /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|(`+)(?!`)[\s\S]*?[^`]\2(?!`))|\\\[([\s\S]+?)\\\]|\\\((.+?)\\\)|\$\$([\s\S]+?)\$\$|(?<![\\$\w])\$(?![\s$])((?:[^$\n\\]|\\.)*?[^\s$\\])\$(?![\d$])/g;

/** Writes every formula with two dollars, which is how the parser is told of it. */
export function markFormulas(markdown: string): string {
  return markdown.replace(parts, (whole, code, _ticks, block, inline, double, single) => {
    if (code !== undefined) return whole as string;
    if (block !== undefined) return `\n\n$$\n${(block as string).trim()}\n$$\n\n`;
    if (double !== undefined)
      return (double as string).includes('\n') ? `\n\n$$\n${(double as string).trim()}\n$$\n\n` : (whole as string);
    return `$$${(inline ?? single) as string}$$`;
  });
}

/** Whether there is a formula at all. */
export function hasFormulas(markdown: string): boolean {
  if (!/\$|\\[[(]/.test(markdown)) return false;
  for (const match of markdown.matchAll(parts)) if (match[1] === undefined) return true;
  return false;
}
