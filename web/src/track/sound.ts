// Where sound comes from: HLS where it can be had, one file by byte range elsewhere.

import Hls from "hls.js";
import type { PlayOpened } from "../api";

/** Give an element the media of a session, to be played from a second on. */
export function attach(
  audio: HTMLAudioElement,
  opened: PlayOpened,
  startAt: number,
  onFault: (sentence: string) => void,
): void {
  if (Hls.isSupported()) {
    // A track that still grows looks like a broadcast, which would be joined near its end.
    const hls = new Hls({ maxBufferLength: 60, enableWorker: true, startPosition: startAt });
    hls.on(Hls.Events.ERROR, (_, fault) => {
      if (!fault.fatal) return;
      const at = audio.currentTime;
      hls.destroy();
      progressive(audio, opened, at, onFault);
    });
    hls.loadSource(opened.hls);
    hls.attachMedia(audio);
  } else if (audio.canPlayType("application/vnd.apple.mpegurl")) {
    audio.src = opened.hls;
    audio.currentTime = startAt;
  } else {
    progressive(audio, opened, startAt, onFault);
  }
}

/** How far can be sought: a track that still grows has no more than was made of it. */
export function reachable(audio: HTMLAudioElement): number {
  const { seekable } = audio;
  return seekable.length > 0 ? seekable.end(seekable.length - 1) : Infinity;
}

function progressive(
  audio: HTMLAudioElement,
  opened: PlayOpened,
  startAt: number,
  onFault: (sentence: string) => void,
): void {
  if (opened.progressive.length === 0) {
    onFault("This track is still being made; please try again in a moment.");
    return;
  }
  const playable = opened.progressive.find((one) => audio.canPlayType(one.mime) !== "");
  if (!playable) {
    onFault("This browser plays none of the formats of this track.");
    return;
  }
  audio.src = playable.url;
  audio.currentTime = startAt;
  void audio.play();
}
