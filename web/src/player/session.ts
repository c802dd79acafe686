// One play of one track: what was opened for it, what is reported of it, what it has come to.

import { endPlay, type PlayOpened, type PlayVerdict, type Problem, verdictOf } from "../api";
import { Heartbeat } from "./heartbeat";

const ASK_AGAIN_MS = [500, 1000, 2000, 4000, 8000, 15000];

export interface Witness {
  position: () => number;
  onVerdict: (session: Session, verdict: PlayVerdict) => void;
  onProblem: (session: Session, problem: Problem) => void;
}

export class Session {
  readonly heartbeat: Heartbeat;
  verdict: PlayVerdict | null = null;
  private isHeard = false;
  private isAsking = false;

  constructor(
    readonly track: string,
    readonly opened: PlayOpened,
    private readonly witness: Witness,
  ) {
    this.heartbeat = new Heartbeat(
      opened.play,
      () => witness.position(),
      (verdict) => this.judged(verdict),
      (problem) => witness.onProblem(this, problem),
    );
  }

  /** It sounds, and has for so many seconds; only from here on it can be charged for. */
  start(sounded_s = 0): void {
    this.isHeard = true;
    this.heartbeat.start(sounded_s);
  }

  pause(): void {
    this.heartbeat.pause();
  }

  /** It was heard to its end, and nothing follows. */
  end(position: number): void {
    this.heartbeat.end(position);
    this.settle();
  }

  /** It sounds no more, and will not again. */
  finish(position: number): void {
    this.heartbeat.finish(position);
    if (this.isHeard) this.settle();
    else this.giveBack();
  }

  /** Nobody heard it: credit is not held for it any longer. */
  giveBack(): void {
    void endPlay(this.opened.play).catch(() => undefined);
  }

  private judged(verdict: PlayVerdict): void {
    this.verdict = verdict;
    this.witness.onVerdict(this, verdict);
    if (verdict.verdict === "qualified") this.settle();
  }

  /** The worker settles within moments; what it cost shall be seen at once. */
  private settle(): void {
    if (this.verdict?.verdict !== "qualified" || this.isAsking) return;
    this.isAsking = true;
    void this.ask(0);
  }

  private async ask(attempt: number): Promise<void> {
    const wait = ASK_AGAIN_MS[attempt];
    if (wait === undefined) return;
    await new Promise((done) => setTimeout(done, wait));
    const verdict = await verdictOf(this.opened.play).catch(() => null);
    if (verdict && verdict.verdict !== "qualified") this.judged(verdict);
    else await this.ask(attempt + 1);
  }
}
