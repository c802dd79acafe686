// A track on the time of a media source: where it lies, and what of it is appended next.

import type { Media } from "./engine";
import { type Chooser, Source } from "./source";
import { segmentAt, type Span } from "./timeline";

export class Part implements Span {
  source: Source | null = null;
  /** Where it begins, in seconds of the element. */
  at = 0;
  /** The segment that is appended next. */
  next = 0;

  constructor(readonly media: Media) {}

  get duration(): number {
    return this.source?.duration ?? 0;
  }

  get isComplete(): boolean {
    return this.source !== null && this.source.isEnded && this.next >= this.source.segments.length;
  }

  async open(choose: Chooser, signal: AbortSignal): Promise<Source> {
    this.source ??= await Source.open(this.media.net, this.media.hls, choose, signal);
    return this.source;
  }

  /** Go on with the segment in which a position lies. */
  aimAt(position: number): void {
    const { source } = this;
    if (source) this.next = segmentAt(source.segments, position, source.facts.hidden);
  }
}
