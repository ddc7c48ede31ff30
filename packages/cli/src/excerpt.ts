// The beginning of a passage on one line.

/** Characters of a passage that are shown. */
const shown = 280;

/** A text on one line, cut between characters where it is long. */
export function excerpt(text: string): string {
  const points = Array.from(text.replaceAll(/\s+/g, ' ').trim());
  return points.length > shown ? `${points.slice(0, shown - 1).join('')}…` : points.join('');
}
