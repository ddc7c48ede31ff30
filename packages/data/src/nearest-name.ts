// The name that a mistyped one was meant to be.

/** The candidate nearest to a name by edit distance, case and width ignored; `undefined` when none is near. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const wanted = folded(name);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const other = folded(candidate);
    const distance = editDistance(wanted, other);
    const allowed =
      Math.max(wanted.length, other.length) <= 3 ? 1 : Math.ceil(Math.max(wanted.length, other.length) / 3);
    if (distance < least && distance <= allowed) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

function folded(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

/** Levenshtein's distance, with a swap of two neighbours as one step. */
function editDistance(a: string, b: string): number {
  if (a.length > 100 || b.length > 100) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}
