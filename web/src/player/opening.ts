// A session is opened with patience: networks come back, previews are made.

import { openPlay, type PlayOpened, Problem } from "../api";
import { pause } from "./net";
import { backoff } from "./retry";

const MOST_WAITS = 5;
const LONGEST_WAIT_S = 10;
/** What comes right by itself in a moment; that too many plays are heard does not. */
const PASSING = new Set(["preview-not-ready", "not-ready"]);

/** Open a session; a network that is away is waited for, which is told once. */
export async function openPatiently(
  track: string,
  signal: AbortSignal,
  onWait: () => void,
): Promise<PlayOpened> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await openPlay(track);
    } catch (error) {
      const wait = waitOf(error, attempt);
      if (wait === null) throw error;
      if (error instanceof Problem === false) onWait();
      await pause(wait, signal);
    }
  }
}

function waitOf(error: unknown, attempt: number): number | null {
  if (!(error instanceof Problem)) return backoff(attempt);
  const isPassing = PASSING.has(error.code) || error.status >= 500;
  if (!isPassing || attempt >= MOST_WAITS) return null;
  return error.after_s === null ? backoff(attempt) : 1000 * Math.min(LONGEST_WAIT_S, error.after_s);
}

