// What the system shows and its keys do: lock screens, headsets, keyboards (W3C Media Session).

import { shownOf } from "./facts";
import type { Player } from "./player";
import * as queues from "./queue";

const STEP_S = 10;
const SIZES = [96, 320, 640];

export function leadMediaSession(player: Player): void {
  if (!("mediaSession" in navigator)) return;
  const { mediaSession } = navigator;
  const step = (by: number) => () => player.seek(Math.max(0, player.position + by));
  const handle = (action: MediaSessionAction, handler: MediaSessionActionHandler): void => {
    try {
      mediaSession.setActionHandler(action, handler);
    } catch {
      return; // a system that has no such key
    }
  };
  handle("play", () => void player.play());
  handle("pause", () => player.pause());
  handle("stop", () => player.pause());
  handle("nexttrack", () => player.skip());
  handle("previoustrack", () => player.back());
  handle("seekto", ({ seekTime }) => seekTime !== undefined && player.seek(seekTime));
  handle("seekbackward", ({ seekOffset }) => step(-(seekOffset ?? STEP_S))());
  handle("seekforward", ({ seekOffset }) => step(seekOffset ?? STEP_S)());
  player.addEventListener("track", () => void describe(player));
  void describe(player);
  player.addEventListener("change", () => {
    mediaSession.playbackState = player.isPlaying ? "playing" : player.track ? "paused" : "none";
  });
  player.addEventListener("time", () => place(player));
}

async function describe(player: Player): Promise<void> {
  const entry = queues.currentOf(player.queue);
  if (!entry) return;
  const { title, artist, artwork, release_title } = await shownOf(entry.track);
  if (entry.track !== player.track) return;
  navigator.mediaSession.metadata = new MediaMetadata({
    title,
    artist,
    album: release_title ?? "",
    artwork: artwork
      ? SIZES.map((size) => ({ src: `${artwork}/${size}`, sizes: `${size}x${size}` }))
      : [],
  });
}

function place(player: Player): void {
  const { duration, position } = player;
  if (!(duration > 0) || !Number.isFinite(duration)) return;
  navigator.mediaSession.setPositionState({
    duration,
    position: Math.min(duration, Math.max(0, position)),
    playbackRate: 1,
  });
}
