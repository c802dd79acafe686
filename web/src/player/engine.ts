// What makes sound of sessions' media, as the player uses it; there are two kinds.

import type { Lost, Net } from "./net";

/** A session's media, and how to get it. */
export interface Media {
  hls: string;
  progressive: readonly { mime: string; url: string }[];
  net: Net;
  /** What the track is levelled by, once its beginning was read. */
  gain: (said: import("./boxes").InitFacts | null) => number;
  /** How long the whole track is, as far as anybody knows. */
  duration: number;
}

export interface Listener {
  /** The media that was to follow sounds now; what was before lasted so many seconds. */
  onJoint: (lasted: number) => void;
  onEnded: () => void;
  onTime: () => void;
  onState: () => void;
  /** What was to sound, or to follow, cannot. */
  onFault: (media: Media, error: Lost | Error) => void;
}

export interface Engine {
  readonly audio: HTMLAudioElement;
  /** Begin with this, at a position in it; whatever sounded is cut off. */
  begin(media: Media, position: number): void;
  /** Say what sounds behind it, or that nothing does. */
  follow(media: Media | null): void;
  seek(position: number): void;
  /** Level anew what is loaded: the wish has changed. */
  level(): void;
  stop(): void;
  /** Seconds into the track that sounds. */
  readonly position: number;
  /** Seconds of it that there are to hear; 0 where nobody knows yet. */
  readonly duration: number;
  /** How far it is loaded, and how far it can be sought, in seconds. */
  readonly loaded: number;
  readonly reachable: number;
  /** Whether less than what is played would be chosen by now: the line became slow. */
  readonly isTooHeavy: boolean;
}
