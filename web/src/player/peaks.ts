// The peaks of a track: a track that can be heard before it was examined has none at first.

import { type Peaks, peaksAt } from "../api";
import { factsOf } from "./facts";
import { pause } from "./net";

const FIRST_MS = 2000;
const LONGEST_MS = 30_000;
const MOST_TRIES = 20;

/** Ask until they are there, ever more seldom; `null` where they do not come. */
export async function peaksFor(track: string, signal: AbortSignal): Promise<Peaks | null> {
  for (let attempt = 0; attempt < MOST_TRIES && !signal.aborted; attempt++) {
    const found = await asked(track).catch(() => null);
    if (found) return found;
    await pause(Math.min(LONGEST_MS, FIRST_MS * 1.5 ** attempt), signal).catch(() => undefined);
  }
  return null;
}

async function asked(track: string): Promise<Peaks | null> {
  const { waveform } = await factsOf(track);
  return waveform && peaksAt(waveform.screen);
}
