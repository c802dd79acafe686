// Heartbeats: where the player stands, by its own clock that no seek can move.

import { type PlayVerdict, Problem, reportProgress } from "../api";

const EVERY_MS = 5000;

export class Heartbeat {
  private timer: number | undefined;
  private begun: number | null = null;

  constructor(
    private readonly play: string,
    private readonly position: () => number,
    private readonly onVerdict: (verdict: PlayVerdict) => void,
    private readonly onProblem: (sentence: string) => void,
  ) {}

  start(): void {
    this.begun ??= performance.now();
    if (this.timer === undefined) {
      this.timer = window.setInterval(() => void this.beat(), EVERY_MS);
      void this.beat();
    }
  }

  /** Say where playing stopped. */
  pause(): void {
    if (this.timer === undefined) return;
    window.clearInterval(this.timer);
    this.timer = undefined;
    void this.beat();
  }

  private async beat(): Promise<void> {
    const elapsed = (performance.now() - (this.begun ?? performance.now())) / 1000;
    try {
      this.onVerdict(await reportProgress(this.play, this.position(), elapsed));
    } catch (error) {
      // Sound never waits for accounting: the next heartbeat may get through.
      if (error instanceof Problem) this.onProblem(error.message);
    }
  }
}
