// Where sound comes from: HLS where it can be had, one file by byte range elsewhere.

import Hls from "hls.js";
import type { PlayOpened } from "./api";

export function attach(
  audio: HTMLAudioElement,
  opened: PlayOpened,
  onFault: (sentence: string) => void,
): void {
  if (Hls.isSupported()) {
    const hls = new Hls({ maxBufferLength: 60, enableWorker: true });
    hls.on(Hls.Events.ERROR, (_, fault) => {
      if (!fault.fatal) return;
      hls.destroy();
      progressive(audio, opened, onFault);
    });
    hls.loadSource(opened.hls);
    hls.attachMedia(audio);
  } else if (audio.canPlayType("application/vnd.apple.mpegurl")) {
    audio.src = opened.hls;
  } else {
    progressive(audio, opened, onFault);
  }
}

function progressive(
  audio: HTMLAudioElement,
  opened: PlayOpened,
  onFault: (sentence: string) => void,
): void {
  const playable = opened.progressive.find((one) => audio.canPlayType(one.mime) !== "");
  if (!playable) {
    onFault("This browser plays none of the formats of this track.");
    return;
  }
  const at = audio.currentTime;
  audio.src = playable.url;
  audio.currentTime = at;
  void audio.play();
}
