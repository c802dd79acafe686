// One rendition of a session's media: where its pieces are, and what its beginning says.

import { factsOf, type InitFacts } from "./boxes";
import type { Net } from "./net";
import { type MediaPlaylist, parseMedia, parseMultivariant, type Range, type Variant } from "./playlist";

export const mimeOf = (codecs: string): string => `audio/mp4; codecs="${codecs}"`;

/** Take one of what there is. */
export type Chooser = (variants: readonly Variant[]) => Variant | undefined;

const isInOneFile = (init: Range, first: Range | undefined): first is Range =>
  first !== undefined && first.uri === init.uri && first.offset === init.offset + init.length;

export class Source {
  private readAt = performance.now();

  private constructor(
    private readonly net: Net,
    private readonly url: string,
    readonly variant: Variant,
    readonly variants: readonly Variant[],
    private playlist: MediaPlaylist,
    readonly init: ArrayBuffer,
    readonly facts: InitFacts,
    private first: ArrayBuffer | null,
  ) {}

  static async open(net: Net, hls: string, choose: Chooser, signal: AbortSignal): Promise<Source> {
    const root = new URL(hls, location.href);
    const variants = parseMultivariant(await net.text(root.href, signal));
    const variant = choose(variants);
    if (!variant) throw new Error("This browser plays none of the formats of this track.");
    const url = new URL(variant.uri, root).href;
    const playlist = parseMedia(await net.text(url, signal));
    const { init, segments } = playlist;
    // The beginning of a file is asked for at once, as most of it is needed at once.
    const whole = isInOneFile(init, segments[0]);
    const length = whole ? init.length + (segments[0]?.length ?? 0) : init.length;
    const bytes = await net.bytes({ ...init, uri: new URL(init.uri, url).href, length }, signal);
    const head = bytes.slice(0, init.length);
    const first = whole ? bytes.slice(init.length) : null;
    return new Source(net, url, variant, variants, playlist, head, factsOf(head), first);
  }

  get mime(): string {
    return mimeOf(this.variant.codecs);
  }

  get segments(): MediaPlaylist["segments"] {
    return this.playlist.segments;
  }

  /** Whether all of it is made. */
  get isEnded(): boolean {
    return this.playlist.isEnded;
  }

  get target_s(): number {
    return this.playlist.target_s;
  }

  /** Seconds of music: to the sample, or as far as it is made. */
  get duration(): number {
    if (this.facts.duration > 0) return this.facts.duration;
    const last = this.segments.at(-1);
    return last ? last.start + last.duration - this.facts.hidden : 0;
  }

  /** Whether it may have grown since it was asked last. */
  get isStale(): boolean {
    return !this.isEnded && performance.now() - this.readAt > 500 * this.target_s;
  }

  async refresh(signal: AbortSignal): Promise<void> {
    this.readAt = performance.now();
    this.playlist = parseMedia(await this.net.text(this.url, signal));
  }

  async segment(index: number, signal: AbortSignal): Promise<ArrayBuffer> {
    if (index === 0 && this.first) {
      const first = this.first;
      this.first = null;
      return first;
    }
    const range = this.segments[index];
    if (!range) throw new RangeError(`there is no segment ${index}`);
    return this.net.bytes({ ...range, uri: new URL(range.uri, this.url).href }, signal);
  }
}
