// A rendered text with marks as segments without.
import type { ChatSegment, RenderedChat } from './chat-template.ts';
import type { Marks } from './guard-content.ts';

/** A stretch of the text without marks. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Takes the marks out. No control token crosses the place of a guard. `spans` say what the assistant wrote,
 * in places of the text that still has its marks; left out, the marks `open` and `close` say it.
 */
export function segmentsOf(marked: string, marks: Marks, spans: readonly TextSpan[] | undefined): RenderedChat {
  let text = '';
  /** Places of guards in the text without marks. */
  const guards: number[] = [];
  const own: { start: number; end: number }[] = [];
  const borders = new Map<number, number>();
  for (const { start, end } of spans ?? []) for (const place of [start, end]) borders.set(place, -1);
  let from = 0;
  let open: number | undefined;
  const take = (to: number): void => {
    for (const place of borders.keys())
      if (place >= from && place <= to) borders.set(place, text.length + place - from);
    text += marked.slice(from, to);
    from = to + 1;
  };
  for (let i = 0; i < marked.length; i++) {
    const unit = marked[i]!;
    if (unit !== marks.guard && unit !== marks.open && unit !== marks.close) continue;
    take(i);
    if (unit === marks.guard) guards.push(text.length);
    else if (spans !== undefined) continue;
    else if (unit === marks.open) open ??= text.length;
    else if (open !== undefined) {
      own.push({ start: open, end: text.length });
      open = undefined;
    }
  }
  take(marked.length);
  for (const { start, end } of spans ?? []) own.push({ start: borders.get(start)!, end: borders.get(end)! });

  const cuts = new Set([0, text.length]);
  for (const guard of guards) cuts.add(guard);
  for (const { start, end } of own) cuts.add(start).add(end);
  const places = [...cuts].sort((a, b) => a - b);
  const segments: ChatSegment[] = [];
  const guarded = new Set(guards);
  const isOwn = marker(own);
  for (const [i, start] of places.slice(0, -1).entries()) {
    const byAssistant = isOwn(start);
    segments.push({
      text: text.slice(start, places[i + 1]),
      parseSpecial: true,
      ...(guarded.has(start) && { guarded: true }),
      byAssistant,
      startsToken: i > 0 && byAssistant !== segments[i - 1]!.byAssistant,
    });
  }
  return { text, segments };
}

/** Whether a place lies in one of some spans; asked for rising places. */
function marker(spans: readonly TextSpan[]): (place: number) => boolean {
  const sorted = spans.toSorted((a, b) => a.start - b.start);
  let next = 0;
  let end = -1;
  return place => {
    while (next < sorted.length && sorted[next]!.start <= place) end = Math.max(end, sorted[next++]!.end);
    return place < end;
  };
}
