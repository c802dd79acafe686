// A source buffer, one deed after another.

import type { Part } from "./part";

/** Audio source buffers of Chromium hold 12 MB. */
const AHEAD_BYTES = 8_000_000;
const AHEAD_S = 60;
const BEHIND_S = 20;

export class Appending {
  private last: Part | null = null;
  private mime: string;

  constructor(
    private readonly media: MediaSource,
    private readonly buffer: SourceBuffer,
    mime: string,
  ) {
    this.mime = mime;
  }

  /** How many seconds of a part are loaded ahead. */
  static ahead(part: Part): number {
    const bps = part.source?.variant.peak_bps ?? 0;
    return Math.min(AHEAD_S, (8 * AHEAD_BYTES) / Math.max(1, bps));
  }

  get ranges(): [number, number][] {
    const { buffered } = this.buffer;
    return Array.from({ length: buffered.length }, (_, n) => [buffered.start(n), buffered.end(n)]);
  }

  /** Append bytes of a part, which lie where the part does. */
  async append(part: Part, bytes: ArrayBuffer): Promise<void> {
    if (this.last !== part) await this.turnTo(part);
    await this.put(bytes);
  }

  private async turnTo(part: Part): Promise<void> {
    const { source } = part;
    if (!source) throw new Error("its beginning was not read");
    if (source.mime !== this.mime) this.buffer.changeType((this.mime = source.mime));
    const skipped = this.skippedBetween(this.last, part);
    this.reach(part);
    this.buffer.timestampOffset = part.at - skipped;
    this.buffer.appendWindowStart = part.at;
    await this.put(source.init);
    this.last = part;
  }

  /** Chromium begins an Opus decoder anew, which skips the priming, only where the entry differs. */
  private skippedBetween(before: Part | null, part: Part): number {
    const [one, other] = [before?.source?.facts.preSkip, part.source?.facts.preSkip];
    return one !== undefined && other !== undefined && one > 0 && one === other ? other / 48_000 : 0;
  }

  /** Let the element know of all that there will be, so that it can be sought. */
  reach(part: Part): void {
    const end = part.at + Math.max(part.duration, part.source?.isEnded ? 0 : part.media.duration);
    if (!(this.media.duration >= end)) {
      this.reopen();
      this.media.duration = end;
    }
  }

  /** A source that had ended goes on when something is said of its buffer. */
  private reopen(): void {
    if (this.media.readyState === "ended") this.buffer.timestampOffset = this.buffer.timestampOffset;
  }

  /** Forget all: something else is appended. */
  async empty(): Promise<void> {
    this.last = null;
    await this.idle();
    this.reopen();
    this.buffer.abort();
    await this.removed(0, Infinity);
  }

  /** Forget what follows a part: something else will. */
  async forgetBehind(part: Part): Promise<void> {
    await this.removed(part.at + part.duration, Infinity);
    this.last = part;
  }

  /** Keep little of what was heard. */
  async forgetBefore(time: number): Promise<void> {
    const end = time - BEHIND_S;
    const [first] = this.ranges;
    if (first && end - first[0] > BEHIND_S) await this.removed(0, end);
  }

  end(): void {
    if (this.media.readyState === "open" && !this.buffer.updating) this.media.endOfStream();
  }

  private async put(bytes: ArrayBuffer): Promise<void> {
    await this.idle();
    this.buffer.appendBuffer(bytes);
    await this.idle();
  }

  private async removed(from: number, to: number): Promise<void> {
    await this.idle();
    this.reopen();
    this.buffer.remove(from, to);
    await this.idle();
  }

  private idle(): Promise<void> {
    if (!this.buffer.updating) return Promise.resolve();
    return new Promise((done, fail) => {
      const stop = new AbortController();
      const options = { once: true, signal: stop.signal };
      this.buffer.addEventListener("updateend", () => (stop.abort(), done()), options);
      this.buffer.addEventListener("error", () => (stop.abort(), fail(new Error("not decodable"))), options);
    });
  }
}
