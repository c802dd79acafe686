// Which rendition is played: by what was wished, and by what the line carries.

import type { Variant } from "./playlist";

export type Quality = "auto" | "saver" | "lossless";

/** Of a line only so much is counted on: it is shared, and it wavers. */
const MARGIN = 1.5;
/** A lossless stream is begun only where it does not fill the line. */
const LOSSLESS_MARGIN = 3;
/** What saving data means, at most. */
const SAVER_BPS = 110_000;

export interface Line {
  /** Bits a second, as measured. */
  bps: number;
  /** Whether somebody pays by the byte, or asked the browser to save them. */
  isMetered: boolean;
}

const isLossless = (one: Variant): boolean => one.codecs.toLowerCase() === "flac";
const best = (from: readonly Variant[]): Variant | undefined =>
  [...from].sort((a, b) => b.score - a.score || a.peak_bps - b.peak_bps)[0];
const lightest = (from: readonly Variant[]): Variant | undefined =>
  [...from].sort((a, b) => a.peak_bps - b.peak_bps)[0];

/** Answer one of what can be played; where nothing fits, what is lightest. */
export function choose(
  variants: readonly Variant[],
  quality: Quality,
  line: Line,
): Variant | undefined {
  if (quality === "lossless") return best(variants.filter(isLossless)) ?? best(variants);
  if (quality === "saver")
    return best(variants.filter((one) => one.peak_bps <= SAVER_BPS)) ?? lightest(variants);
  return best(variants.filter((one) => isCarried(one, line))) ?? lightest(variants);
}

function isCarried(one: Variant, line: Line): boolean {
  if (isLossless(one)) return !line.isMetered && one.peak_bps * LOSSLESS_MARGIN <= line.bps;
  return one.peak_bps * MARGIN <= line.bps;
}

/** Take a new measurement into account: the last ones count most, and slow ones at once. */
export function measured(before_bps: number, bytes: number, ms: number): number {
  const now = (8000 * bytes) / Math.max(1, ms);
  const weight = now < before_bps ? 0.6 : 0.3;
  return before_bps + weight * (now - before_bps);
}
