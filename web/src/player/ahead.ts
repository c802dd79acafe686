// The track behind the one that is heard: opened some time before, since credit is held for it from
// then on, and given back when something else comes.

import type { Media } from "./engine";
import type { Entry } from "./queue";
import type { Playing } from "./readying";

export class Ahead {
  private next: Playing | null = null;
  /** What is being opened, or could not be: that is tried once, and told when its turn comes. */
  private preparing: { key: number; stop: AbortController } | null = null;

  constructor(
    private readonly ready: (entry: Entry, signal: AbortSignal) => Promise<Playing>,
    private readonly follow: (media: Media | null) => void,
  ) {}

  get isBegun(): boolean {
    return this.next !== null || this.preparing !== null;
  }

  get isReady(): boolean {
    return this.next !== null;
  }

  /** Hand out what is ready. */
  take(): Playing | null {
    const { next } = this;
    this.next = null;
    return next;
  }

  /** Hand it out if it is of this entry. */
  takeOf(key: number | undefined): Playing | null {
    return this.next?.key === key ? this.take() : null;
  }

  /** The entry of this key is to come now, or nothing is. */
  review(wanted: number | null): void {
    const has = this.next?.key ?? this.preparing?.key ?? null;
    if (has !== null && has !== wanted) this.forget();
  }

  forget(): void {
    this.preparing?.stop.abort();
    this.preparing = null;
    if (!this.next) return;
    this.follow(null);
    this.next.session.giveBack();
    this.next = null;
  }

  async prepare(entry: Entry): Promise<void> {
    const stop = new AbortController();
    this.preparing = { key: entry.key, stop };
    try {
      const playing = await this.ready(entry, stop.signal);
      if (stop.signal.aborted) {
        playing.session.giveBack();
        return;
      }
      this.next = playing;
      this.preparing = null;
      this.follow(playing.media);
    } catch {
      return;
    }
  }

  /** Answer whether a fault is that of what is ready, which is given back. */
  failed(media: Media): boolean {
    if (!this.next || media !== this.next.media) return false;
    this.preparing = { key: this.next.key, stop: new AbortController() };
    this.next.session.giveBack();
    this.next = null;
    return true;
  }
}
