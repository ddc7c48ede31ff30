// Where the names of single points stand in a chart: beside their points, and not over each other.

/** A point with a name, in pixels. */
export interface NamedPoint {
  readonly x: number;
  readonly y: number;
  /** Of its name. */
  readonly width: number;
}

/** Where a name begins, and the middle of its height. */
export interface NamePlace {
  readonly x: number;
  readonly y: number;
}

/** The part of the chart that names may stand in. */
export interface NameArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A place for each name: right of its point, else left, else a line or more above or below. `gap` is that between point and name. */
export function placeNames(
  points: readonly NamedPoint[],
  area: NameArea,
  { height, gap }: { readonly height: number; readonly gap: number },
): readonly NamePlace[] {
  // No name stands over a point.
  const taken = points.map(({ x, y }) => ({ left: x - gap / 2, right: x + gap / 2, y, height: gap }));
  const isFree = (left: number, y: number, width: number): boolean =>
    left >= area.left &&
    left + width <= area.right &&
    y - height / 2 >= area.top &&
    y + height / 2 <= area.bottom &&
    taken.every(one => left + width < one.left || left > one.right || Math.abs(y - one.y) >= (height + one.height) / 2);
  return points.map(({ x, y, width }) => {
    const sides = [x + gap, x - gap - width];
    const lines = [0, -1, 1, -2, 2, -3, 3];
    const tried = lines.flatMap(line => sides.map(left => ({ x: left, y: y + line * height })));
    const place = tried.find(one => isFree(one.x, one.y, width)) ?? tried[0]!;
    taken.push({ left: place.x, right: place.x + width, y: place.y, height });
    return place;
  });
}
