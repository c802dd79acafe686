// Opens sessions: where one play is heard at a time, those of ours that are over make room.

import { endPlay, type PlayOpened, Problem } from "../api";
import { openPatiently } from "./opening";

/** Sessions that are over and may still be counted as heard. */
const MOST_OVER = 3;

export class Opener {
  private over: string[] = [];

  /** `loaded` answers what is heard to its end without another request. */
  constructor(
    private readonly loaded: () => string | null,
    private readonly onWait: () => void,
  ) {}

  finished(play: string): void {
    this.over = [play, ...this.over].slice(0, MOST_OVER);
  }

  forget(): void {
    this.over = [];
  }

  async open(track: string, signal: AbortSignal): Promise<PlayOpened> {
    try {
      return await openPatiently(track, signal, this.onWait);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "too-many-plays") throw error;
      if (!(await this.makeRoom())) throw error;
      return openPatiently(track, signal, this.onWait);
    }
  }

  private async makeRoom(): Promise<boolean> {
    const loaded = this.loaded();
    const mine = loaded === null ? this.over : [loaded, ...this.over];
    this.over = [];
    await Promise.allSettled(mine.map(endPlay));
    return mine.length > 0;
  }
}
