// Tracks one behind another on the time of one media element, and what is to be loaded next.

/** A stretch of the element's time that one track fills. */
export interface Span {
  at: number;
  duration: number;
}

/** A joint is reached a little before its time: clocks of elements are told in microseconds. */
const CLOCK_S = 0.001;

/** Answer the index of the span in which a moment lies; of a moment outside, the nearest. */
export function spanAt(spans: readonly Span[], time: number): number {
  const after = spans.findIndex((one) => time < one.at + one.duration - CLOCK_S);
  return after < 0 ? spans.length - 1 : after;
}

export const positionIn = (span: Span, time: number): number =>
  Math.min(span.duration, Math.max(0, time - span.at));

/** Answer the index of the segment in which a position lies, or the last; `hidden` is in the first. */
export function segmentAt(
  segments: readonly { start: number; duration: number }[],
  position: number,
  hidden: number,
): number {
  const found = segments.findIndex((one) => position + hidden < one.start + one.duration);
  return found < 0 ? Math.max(0, segments.length - 1) : found;
}

/** Answer until when it is buffered from a moment on, without a hole that could be heard. */
export function bufferedTo(ranges: readonly [number, number][], time: number): number {
  const FUDGE_S = 0.05;
  let end = time;
  for (const [from, to] of ranges) if (from <= end + FUDGE_S && to > end) end = to;
  return end;
}
