// Tracks one behind another in one source buffer, to the sample: docs/gapless.md says why that fits.

import { Appending } from "./appending";
import { choose, type Quality } from "./choice";
import type { Engine, Listener, Media } from "./engine";
import { line } from "./line";
import { Part } from "./part";
import type { Variant } from "./playlist";
import { mimeOf } from "./source";
import { bufferedTo, positionIn, spanAt } from "./timeline";
import type { Levels } from "./graph";

export class Gapless implements Engine {
  private parts: Part[] = [];
  private appending: Appending | null = null;
  /** What ends all work on what sounds; and what ends one step of it, since it goes on elsewhere. */
  private run = new AbortController();
  private step = new AbortController();
  private wake: () => void = () => undefined;
  private sought: number | null = null;
  /** Behind what another track follows than what was appended. */
  private cut: Part | null = null;

  constructor(
    readonly audio: HTMLAudioElement,
    private readonly quality: () => Quality,
    private readonly levels: Levels,
    private readonly listener: Listener,
  ) {
    audio.addEventListener("timeupdate", () => this.onTime());
    audio.addEventListener("ended", () => listener.onEnded());
    audio.addEventListener("error", () => this.onError());
    for (const name of ["playing", "pause", "waiting", "seeked"])
      audio.addEventListener(name, () => listener.onState());
  }

  static isSupported(): boolean {
    return typeof MediaSource !== "undefined" && MediaSource.isTypeSupported(mimeOf("mp4a.40.2"));
  }

  begin(media: Media, position: number): void {
    this.stop();
    this.run = new AbortController();
    this.step = new AbortController();
    const part = new Part(media);
    this.parts = [part];
    this.sought = position;
    void this.feed(part, this.run.signal);
  }

  follow(media: Media | null): void {
    const [heard, ...rest] = this.parts;
    if (!heard) return;
    this.parts = media ? [heard, new Part(media)] : [heard];
    if (rest.some((one) => one.source)) this.cut = heard;
    this.rouse();
  }

  seek(position: number): void {
    const [part] = this.parts;
    if (!part) return;
    const time = part.at + position;
    if (!part.source || !this.appending) {
      this.sought = position;
      return;
    }
    const isLoaded = this.appending.ranges.some(([from, to]) => from <= time && time < to - 0.1);
    if (!isLoaded && !this.isAtEnd(part, position)) {
      this.sought = position;
      this.rouse();
    }
    this.audio.currentTime = time;
    this.level();
  }

  private isAtEnd(part: Part, position: number): boolean {
    return part.isComplete && position >= part.duration - 0.1;
  }

  level(): void {
    const [part] = this.parts;
    if (part?.source) this.levels.now(part.media.gain(part.source.facts));
  }

  stop(): void {
    this.run.abort();
    this.step.abort();
    this.parts = [];
    this.appending = null;
    this.sought = null;
    this.cut = null;
    if (this.audio.src) {
      this.audio.pause();
      this.audio.removeAttribute("src");
      this.audio.load();
    }
  }

  get position(): number {
    const [part] = this.parts;
    if (this.sought !== null) return this.sought;
    return part ? positionIn({ at: part.at, duration: part.duration || Infinity }, this.audio.currentTime) : 0;
  }

  get duration(): number {
    const [part] = this.parts;
    return part?.source?.isEnded ? part.duration : (part?.media.duration ?? 0);
  }

  get loaded(): number {
    const [part] = this.parts;
    if (!part || !this.appending) return 0;
    const end = bufferedTo(this.appending.ranges, this.audio.currentTime);
    return Math.min(part.duration, Math.max(0, end - part.at));
  }

  get reachable(): number {
    return this.parts[0]?.duration || Infinity;
  }

  get isTooHeavy(): boolean {
    const source = this.parts[0]?.source;
    if (!source) return false;
    return (this.choice(source.variants)?.peak_bps ?? Infinity) < source.variant.peak_bps;
  }

  private rouse(): void {
    this.step.abort();
    this.step = new AbortController();
    this.wake();
  }

  private async feed(first: Part, run: AbortSignal): Promise<void> {
    try {
      await this.openFor(first, run);
    } catch (error) {
      if (!run.aborted) this.listener.onFault(first.media, error as Error);
      return;
    }
    while (!run.aborted) await this.turn(run);
  }

  private async openFor(first: Part, run: AbortSignal): Promise<void> {
    const media = new MediaSource();
    const url = URL.createObjectURL(media);
    const opened = new Promise((done) => media.addEventListener("sourceopen", done, { once: true }));
    this.audio.src = url;
    const source = await first.open((variants) => this.choice(variants), run);
    await opened;
    run.throwIfAborted();
    URL.revokeObjectURL(url);
    this.appending = new Appending(media, media.addSourceBuffer(source.mime), source.mime);
    this.appending.reach(first);
    this.levels.now(first.media.gain(source.facts));
  }

  /** Take one step. What cannot follow is left out; what cannot be heard ends all. */
  private async turn(run: AbortSignal): Promise<void> {
    const part = this.parts.find((one) => !one.isComplete) ?? null;
    const { signal } = this.step;
    try {
      await this.advance(part, signal);
    } catch (error) {
      // Sought elsewhere, or something else follows: what was asked for is not needed any more.
      const lost = part ?? this.parts[0];
      if (run.aborted || signal.aborted || !lost) return;
      if (lost === this.parts[0]) this.run.abort();
      this.parts = this.parts.filter((one) => one !== lost);
      this.listener.onFault(lost.media, error as Error);
    }
  }

  private async advance(part: Part | null, signal: AbortSignal): Promise<void> {
    const [heard] = this.parts;
    const { appending } = this;
    if (!heard || !appending) return;
    if (this.cut !== null) {
      const cut = this.cut;
      this.cut = null;
      await appending.forgetBehind(cut);
    } else if (this.sought !== null) await this.aim(heard, this.sought, appending);
    else if (part) await this.load(part, appending, signal);
    else {
      appending.end();
      await this.woken(signal, null);
    }
  }

  private async aim(part: Part, position: number, appending: Appending): Promise<void> {
    const time = part.at + position;
    await appending.empty();
    for (const one of this.parts) one.next = 0;
    part.aimAt(position);
    this.sought = null;
    this.audio.currentTime = time;
  }

  private async load(part: Part, appending: Appending, signal: AbortSignal): Promise<void> {
    const source = await part.open((variants) => this.choice(variants), signal);
    const before = this.parts[this.parts.indexOf(part) - 1];
    if (before) part.at = before.at + before.duration;
    if (source.isStale) {
      await source.refresh(signal);
      appending.reach(part);
    }
    if (part.next >= source.segments.length) return this.woken(signal, 1000);
    const ahead = bufferedTo(appending.ranges, this.audio.currentTime) - this.audio.currentTime;
    if (ahead > Appending.ahead(part)) return this.woken(signal, 1000);
    const bytes = await source.segment(part.next, signal);
    signal.throwIfAborted();
    await this.put(part, bytes, appending);
  }

  private async put(part: Part, bytes: ArrayBuffer, appending: Appending): Promise<void> {
    await appending.forgetBefore(this.audio.currentTime);
    await appending.append(part, bytes);
    part.next += 1;
  }

  /** Wait until there is something to do. */
  private woken(signal: AbortSignal, most_ms: number | null): Promise<void> {
    return new Promise((done) => {
      this.wake = done;
      signal.addEventListener("abort", () => done(), { once: true });
      if (most_ms !== null) setTimeout(done, most_ms);
    });
  }

  private choice(variants: readonly Variant[]): Variant | undefined {
    const playable = variants.filter((one) => MediaSource.isTypeSupported(mimeOf(one.codecs)));
    return choose(playable, this.quality(), line());
  }

  private onError(): void {
    const [heard] = this.parts;
    if (heard) this.listener.onFault(heard.media, new Error(this.audio.error?.message));
  }

  private onTime(): void {
    const [heard, next] = this.parts;
    if (heard && next?.source && next.at > 0 && heard.duration > 0) {
      if (spanAt([heard, next], this.audio.currentTime) > 0) {
        this.parts.shift();
        this.listener.onJoint(heard.duration);
      } else this.foresee(next);
    }
    this.listener.onTime();
  }

  /** Another level comes when the joint does, not when somebody looks. */
  private foresee(next: Part): void {
    const left = next.at - this.audio.currentTime;
    if (left < 1 && next.source) this.levels.soon(next.media.gain(next.source.facts), left);
  }
}
