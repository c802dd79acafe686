// Levels: a gain behind the media element where there may be one, else its volume.

export interface Levels {
  /** Take on a gain at once. */
  now(gain: number): void;
  /** Take on a gain in so many seconds. */
  soon(gain: number, in_s: number): void;
  /** Somebody pressed something: sound may come. */
  wake(): void;
  volume: number;
}

/** Short enough not to be heard as a fade, long enough not to be a click. */
const RAMP_S = 0.01;

/** Web Audio cuts elements off from AirPlay, and from a locked screen, where WebKit plays. */
const isWebKit = (): boolean => "webkitShowPlaybackTargetPicker" in HTMLMediaElement.prototype;

export const levelsFor = (audio: HTMLAudioElement): Levels =>
  isWebKit() || typeof AudioContext === "undefined" ? new Attenuation(audio) : new Gain(audio);

class Gain implements Levels {
  private context: AudioContext | null = null;
  private node: GainNode | null = null;
  private gain = 1;

  constructor(private readonly audio: HTMLAudioElement) {
    // Systems that slept, and calls, leave a context suspended.
    audio.addEventListener("playing", () => void this.context?.resume());
  }

  wake(): void {
    if (!this.context) {
      this.context = new AudioContext({ latencyHint: "playback" });
      this.node = this.context.createGain();
      this.node.gain.value = this.gain;
      this.context.createMediaElementSource(this.audio).connect(this.node);
      this.node.connect(this.context.destination);
    }
    void this.context.resume();
  }

  now(gain: number): void {
    this.gain = gain;
    if (!this.context || !this.node) return;
    this.node.gain.cancelScheduledValues(0);
    this.node.gain.setValueAtTime(gain, this.context.currentTime);
  }

  soon(gain: number, in_s: number): void {
    if (gain === this.gain || !this.context || !this.node) return;
    const at = this.context.currentTime + in_s;
    this.node.gain.cancelScheduledValues(0);
    this.node.gain.setValueAtTime(this.gain, Math.max(this.context.currentTime, at - RAMP_S));
    this.node.gain.linearRampToValueAtTime(gain, at);
    this.gain = gain;
  }

  get volume(): number {
    return this.audio.volume;
  }

  set volume(to: number) {
    this.audio.volume = to;
  }
}

/** Where only volume can be told: what is quiet stays so, what is loud is turned down. */
export class Attenuation implements Levels {
  private gain = 1;
  private wished = 1;

  constructor(private readonly audio: HTMLAudioElement) {}

  wake(): void {
    this.set();
  }

  now(gain: number): void {
    this.gain = gain;
    this.set();
  }

  soon(gain: number, in_s: number): void {
    window.setTimeout(() => this.now(gain), 1000 * in_s);
  }

  get volume(): number {
    return this.wished;
  }

  set volume(to: number) {
    this.wished = to;
    this.set();
  }

  private set(): void {
    this.audio.volume = Math.min(1, this.wished * this.gain);
  }
}
