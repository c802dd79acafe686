// A media element alone, where there are no source buffers, or where sound goes to another device.

import type { Engine, Listener, Media } from "./engine";
import type { Levels } from "./graph";

const HLS = "application/vnd.apple.mpegurl";

export class Native implements Engine {
  private media: Media | null = null;

  constructor(
    readonly audio: HTMLAudioElement,
    private readonly levels: Levels,
    private readonly listener: Listener,
  ) {
    audio.addEventListener("timeupdate", () => listener.onTime());
    audio.addEventListener("ended", () => listener.onEnded());
    audio.addEventListener("error", () => this.onError());
    for (const name of ["playing", "pause", "waiting", "seeked"])
      audio.addEventListener(name, () => listener.onState());
  }

  begin(media: Media, position: number): void {
    this.media = media;
    const file = media.progressive.find((one) => this.audio.canPlayType(one.mime) !== "");
    this.audio.src = this.audio.canPlayType(HLS) !== "" ? media.hls : (file?.url ?? media.hls);
    this.audio.currentTime = position;
    this.level();
  }

  /** It begins when what sounds has ended: the element has room for one. */
  follow(): void {
    return;
  }

  seek(position: number): void {
    this.audio.currentTime = position;
  }

  level(): void {
    if (this.media) this.levels.now(this.media.gain(null));
  }

  stop(): void {
    this.media = null;
    this.audio.pause();
    this.audio.removeAttribute("src");
  }

  get position(): number {
    return this.audio.currentTime;
  }

  get duration(): number {
    const { duration } = this.audio;
    return Number.isFinite(duration) && duration > 0 ? duration : (this.media?.duration ?? 0);
  }

  get loaded(): number {
    const { buffered } = this.audio;
    return buffered.length > 0 ? buffered.end(buffered.length - 1) : 0;
  }

  get reachable(): number {
    const { seekable } = this.audio;
    return seekable.length > 0 ? seekable.end(seekable.length - 1) : Infinity;
  }

  get isTooHeavy(): boolean {
    return false; // the browser sees to that
  }

  private onError(): void {
    if (this.media) this.listener.onFault(this.media, new Error(this.audio.error?.message));
  }
}
