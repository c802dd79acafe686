// The queue outlives a reload here, and is the same on other devices by way of the server.

import { type PlayOpened, putQueue, queueOf } from "../api";
import { isSignedIn } from "./account";
import { keepCards } from "./facts";
import { currentOf, EMPTY, playNow, type Queue } from "./queue";

/** What a tab was about. */
export interface Memory {
  /** Whose it is: nobody else goes on with it, but with what a visitor gathered. */
  account: string;
  queue: Queue;
  position: number;
  /** The session of what was heard: a reload is no second play. */
  opened: PlayOpened | null;
  at_ms: number;
}

const KEPT = "refrain.player";
const SAID_AFTER_MS = 1500;

export function recall(account: string): Memory | null {
  try {
    const memory = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Memory | null;
    return memory && (memory.account === account || memory.account === "") ? memory : null;
  } catch {
    return null;
  }
}

export function remember(memory: Memory): void {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(memory));
  } catch {
    return; // full, or forbidden
  }
}

/** What was heard last on another device; nothing where nobody is signed in. */
export async function fromServer(): Promise<{ queue: Queue; position: number; by: string } | null> {
  if (!isSignedIn()) return null;
  const said = await queueOf().catch(() => null);
  if (!said || said.items.length === 0) return null;
  keepCards(said.items.map((one) => one.card));
  const tracks = said.items.map((one) => one.track);
  const queue = playNow(EMPTY, tracks, said.current ?? 0, null);
  return { queue, position: said.position, by: said.changed_by };
}

/** Tells the server of the queue, a moment after it changed last. */
export class Sayer {
  private timer: number | undefined;

  constructor(private readonly onCards: () => void) {}

  say(queue: Queue, position: number): void {
    if (!isSignedIn()) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.send(queue, position), SAID_AFTER_MS);
  }

  /** Somebody else is here: what was not said yet is not said in their name. */
  stop(): void {
    window.clearTimeout(this.timer);
  }

  private async send(queue: Queue, position: number): Promise<void> {
    const tracks = queue.entries.map((one) => one.track);
    const current = currentOf(queue) ? queue.current : null;
    try {
      const said = await putQueue({ tracks, current, position, changed_by: deviceName() });
      keepCards(said.items.map((one) => one.card));
      this.onCards();
    } catch {
      return; // it is said again with the next change
    }
  }
}

/** What this device is called to others: a browser on a system. */
function deviceName(): string {
  const said = navigator.userAgent;
  const browser = /Firefox|Edg|OPR|Chrome|Safari/.exec(said)?.[0] ?? "Browser";
  const system = /Android|iPhone|iPad|Windows|Mac OS X|CrOS|Linux/.exec(said)?.[0] ?? "";
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", "Mac OS X": "Mac", CrOS: "ChromeOS" };
  const [one, other] = [browser, system].map((name) => names[name] ?? name);
  return other ? `${one} (${other})` : (one ?? "");
}
