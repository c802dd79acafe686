// The waveform: drawn from peaks, played part in colour, a slider for hand and keyboard.

import type { Peaks } from "../api";
import { clock } from "../format";
import { t } from "../shell/language";

const BAR_PX = 3;
const GAP_PX = 1;
const STEP_S = 5;
/** How faint is what is not loaded yet. */
const NOT_LOADED = 0.45;

export class Waveform {
  private position = 0;
  private loaded = Infinity;
  private peaks: Peaks | null = null;
  private readonly stopped = new AbortController();

  constructor(
    readonly canvas: HTMLCanvasElement,
    private duration: number,
    private readonly seek: (seconds: number) => void,
  ) {
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.seekTo(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.seekTo(event);
    });
    canvas.addEventListener("keydown", (event) => this.onKey(event));
    const resized = new ResizeObserver(() => this.draw());
    resized.observe(canvas);
    const { signal } = this.stopped;
    signal.addEventListener("abort", () => resized.disconnect());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw(), { signal });
  }

  /** It is not seen any more. */
  stop(): void {
    this.stopped.abort();
  }

  show(peaks: Peaks | null): void {
    this.peaks = peaks;
    this.draw();
  }

  /** Another track, or more is known of it: how long it is, and how far it is loaded. */
  measure(duration: number, loaded: number): void {
    this.duration = duration;
    this.loaded = loaded;
    this.canvas.setAttribute("aria-valuemax", String(Math.floor(duration)));
  }

  moveTo(seconds: number): void {
    this.position = seconds;
    this.canvas.setAttribute("aria-valuenow", String(Math.floor(seconds)));
    this.canvas.setAttribute("aria-valuetext", t("%(time)s of %(whole)s", { time: clock(seconds), whole: clock(this.duration) }));
    this.draw();
  }

  private seekTo(event: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
    this.seek(share * this.duration);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const targets: Record<string, number> = {
      ArrowLeft: this.position - STEP_S,
      ArrowRight: this.position + STEP_S,
      Home: 0,
      End: this.duration,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.seek(Math.min(this.duration, Math.max(0, target)));
  }

  private draw(): void {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.canvas.width = width * devicePixelRatio;
    this.canvas.height = height * devicePixelRatio;
    context.scale(devicePixelRatio, devicePixelRatio);
    const style = getComputedStyle(this.canvas);
    const bars = Math.floor(width / (BAR_PX + GAP_PX));
    const whole = Math.max(0.001, this.duration);
    const [played, loaded] = [(this.position / whole) * bars, (this.loaded / whole) * bars];
    for (let bar = 0; bar < bars; bar++) {
      context.fillStyle = bar < played ? style.fill : style.stroke;
      context.globalAlpha = bar < Math.max(played, loaded) ? 1 : NOT_LOADED;
      const tall = Math.max(2, this.loudest(bar / bars, (bar + 1) / bars) * height);
      context.fillRect(bar * (BAR_PX + GAP_PX), (height - tall) / 2, BAR_PX, tall);
    }
  }

  /** The greatest deflection between two shares of the track, 0 to 1. */
  private loudest(from: number, to: number): number {
    const peaks = this.peaks;
    if (!peaks) return 0;
    const full = 2 ** (peaks.bits - 1);
    let most = 0;
    const end = Math.max(Math.ceil(to * peaks.length), Math.floor(from * peaks.length) + 1);
    for (let pixel = Math.floor(from * peaks.length); pixel < end; pixel++) {
      const low = peaks.data[2 * pixel] ?? 0;
      const high = peaks.data[2 * pixel + 1] ?? 0;
      most = Math.max(most, -low, high);
    }
    return most / full;
  }
}
