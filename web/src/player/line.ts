// What the line carries, as far as it was seen.

import { type Line, measured } from "./choice";

interface Connection {
  downlink?: number;
  saveData?: boolean;
  type?: string;
}

/** Before anything was measured: what most lines carry. */
const GUESS_BPS = 3_000_000;
/** What comes from a cache, or is small, tells nothing of a line. */
const LEAST_BYTES = 20_000;

let bps: number | null = null;

const connection = (): Connection =>
  (navigator as Navigator & { connection?: Connection }).connection ?? {};

export function line(): Line {
  const { downlink, saveData, type } = connection();
  const guess = downlink ? downlink * 1_000_000 : GUESS_BPS;
  return { bps: bps ?? guess, isMetered: saveData === true || type === "cellular" };
}

export function noteTransfer(bytes: number, ms: number): void {
  if (bytes >= LEAST_BYTES) bps = measured(bps ?? (8000 * bytes) / Math.max(1, ms), bytes, ms);
}
