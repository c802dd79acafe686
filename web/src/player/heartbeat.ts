// Heartbeats: where the player stands, by its own clock that no seek can move.

import { type PlayVerdict, Problem, reportProgress } from "../api";
import { backoff } from "./retry";

const EVERY_MS = 5000;
/** The last word of a play is said again for as long as somebody may wait for its verdict. */
const MOST_TRIES = 20;
/** Whoever asks is not who began the play, or there is none any more: no heartbeat will be heard. */
const FINAL = new Set([401, 403, 404, 410]);

export class Heartbeat {
  private timer: number | undefined;
  private begun: number | null = null;
  private isOver = false;

  constructor(
    private readonly play: string,
    private readonly position: () => number,
    private readonly onVerdict: (verdict: PlayVerdict) => void,
    private readonly onProblem: (problem: Problem) => void,
  ) {}

  /** It sounds, and has for so many seconds. */
  start(sounded_s: number): void {
    if (this.isOver) return;
    this.begun ??= performance.now() - 1000 * sounded_s;
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

  /** It was heard to its end, and says so as often as it takes; who comes back plays on. */
  end(position: number): void {
    if (this.isOver) return;
    window.clearInterval(this.timer);
    this.timer = undefined;
    if (this.begun !== null) void this.insist(position, this.elapsed());
  }

  /** Say how far it was heard, once and for all; nobody else will when the network is away. */
  finish(position: number): void {
    if (this.isOver) return;
    this.stop();
    if (this.begun !== null) void this.insist(position, this.elapsed());
  }

  /** Say where the player stands; whether it was heard. */
  async beat(): Promise<boolean> {
    return this.say(this.position(), this.elapsed());
  }

  private stop(): void {
    this.isOver = true;
    window.clearInterval(this.timer);
    this.timer = undefined;
  }

  private elapsed(): number {
    return (performance.now() - (this.begun ?? performance.now())) / 1000;
  }

  private async insist(position: number, elapsed: number): Promise<void> {
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      if ((await this.say(position, elapsed)) || this.timer !== undefined) return;
      await new Promise((done) => setTimeout(done, backoff(attempt)));
    }
  }

  private async say(position: number, elapsed: number): Promise<boolean> {
    try {
      this.onVerdict(await reportProgress(this.play, position, elapsed));
      return true;
    } catch (error) {
      // Sound never waits for accounting: the next heartbeat may get through.
      if (!(error instanceof Problem)) return false;
      if (FINAL.has(error.status)) this.stop();
      this.onProblem(error);
      return error.status < 500 && error.status !== 429;
    }
  }
}
