// What is heard now, and how it stands, as others see it.

import type { PlayOpened, PlayVerdict } from "../api";
import type { Engine } from "./engine";
import type { Levels } from "./graph";
import { Purse } from "./purse";
import * as queues from "./queue";
import type { Queue } from "./queue";
import type { Playing } from "./readying";
import { readSettings, type Settings } from "./settings";
import { Teller } from "./telling";
import type { Trouble } from "./troubles";

export class Heard extends Teller {
  queue: Queue = queues.EMPTY;
  settings: Settings = readSettings();
  trouble: Trouble | null = null;
  /** Whether it plays, or will as soon as it can. */
  isWanted = false;
  isWaiting = false;
  readonly purse = new Purse(
    () => this.changed(),
    (track) => this.tell("owned", { track }),
  );

  protected engine!: Engine;
  protected levels!: Levels;
  protected now: Playing | null = null;
  protected startAt = 0;

  protected get audio(): HTMLAudioElement {
    return this.engine.audio;
  }

  get track(): string | null {
    return queues.currentOf(this.queue)?.track ?? null;
  }

  get isPlaying(): boolean {
    return this.now !== null && !this.audio.paused;
  }

  get position(): number {
    return this.now ? this.engine.position : this.startAt;
  }

  get duration(): number {
    return this.now ? this.engine.duration || this.now.duration : 0;
  }

  get loaded(): number {
    return this.now ? this.engine.loaded : 0;
  }

  get grant(): PlayOpened["grant"] | null {
    return this.now?.session.opened.grant ?? null;
  }

  get opened(): PlayOpened | null {
    return this.now?.session.opened ?? null;
  }

  get verdict(): PlayVerdict | null {
    return this.now?.session.verdict ?? null;
  }

  protected applyVolume(): void {
    this.levels.volume = this.settings.volume;
    this.audio.muted = this.settings.isMuted;
  }
}
