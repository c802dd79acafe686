// What to do when something did not arrive: by what was answered, and how often.

/** What failed: `status` 0 is a network that did not answer. */
export interface Failure {
  status: number;
  code: string;
  /** Seconds that the server asked to wait, where it did. */
  after_s: number | null;
}

export type Remedy =
  /** Wait, and ask the same again. */
  | { kind: "wait"; ms: number }
  /** The address ran out: say that it is still heard, and ask again. */
  | { kind: "revive"; ms: number }
  /** The address is no good any more: open another. */
  | { kind: "renew" }
  /** Somebody took it back: it is heard elsewhere. */
  | { kind: "taken" }
  /** Nothing helps. */
  | { kind: "give-up" };

const FIRST_MS = 500;
const LONGEST_MS = 15_000;
/** A server that answers nonsense is not asked for ever; a network that is away is. */
const MOST_TRIES = 8;
const MOST_REVIVALS = 4;
const REVIVAL_MS = 3_000;
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Answer how long to wait before try `attempt` (from 0): twice as long each time, and a bit by chance. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(most * (0.5 + random() / 2));
}

export function remedyFor(
  failure: Failure,
  attempt: number,
  random: () => number = Math.random,
): Remedy {
  if (failure.status === 0) return { kind: "wait", ms: backoff(attempt, random) };
  if (failure.code === "ticket-revoked") return { kind: "taken" };
  if (failure.code.endsWith("-expired"))
    return attempt < MOST_REVIVALS ? { kind: "revive", ms: REVIVAL_MS } : { kind: "renew" };
  if (TRANSIENT.has(failure.status) && attempt < MOST_TRIES)
    return { kind: "wait", ms: Math.max(backoff(attempt, random), 1000 * (failure.after_s ?? 0)) };
  return { kind: "give-up" };
}
