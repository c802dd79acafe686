// Other tabs, and other devices: one thing is heard at a time.

import { endPlay, sessionsOf } from "../api";

const CHANNEL = "refrain-player";

/** Tell other tabs that it plays here; hear when it plays there. */
export function elsewhere(onElsewhere: () => void): { tell: () => void } {
  if (typeof BroadcastChannel === "undefined") return { tell: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = onElsewhere;
  return { tell: () => channel.postMessage("playing") };
}

/** End all plays of the account that may still be heard, but one: also those that count already. */
export async function endOthers(but: string | null): Promise<void> {
  const { items } = await sessionsOf();
  const others = items.filter((one) => one.play !== but);
  await Promise.allSettled(others.map((one) => endPlay(one.play)));
}
