// The player: one for a document, whatever page is shown. It does what is asked of it, and keeps
// what was heard for who comes back.

import { t } from "../shell/language";
import { accountHere } from "./account";
import { endOthers } from "./elsewhere";
import type { Engine } from "./engine";
import { forgetFacts } from "./facts";
import { Attenuation } from "./graph";
import { fromServer, recall, remember, Sayer } from "./memory";
import { Native } from "./native";
import * as queues from "./queue";
import type { Context, Queue } from "./queue";
import { keepSettings, type Settings } from "./settings";
import { LEAST_LEFT_S, Sounding } from "./sounding";

/** After so much of a track "previous" begins it anew. */
const BEGUN_S = 3;
const SAVED_EVERY_MS = 5000;
/** Sessions of a tab that was left are good for some hours. */
const RESUMED_MS = 5 * 3_600_000;

/** Which of the tracks is heard first, where they come from, and from which second on. */
export interface Wish {
  start: number;
  context: Context | null;
  position: number;
}

export class Player extends Sounding {
  private account = accountHere();
  private savedAt = 0;
  private readonly sayer = new Sayer(() => this.changed());

  constructor() {
    super();
    this.applyVolume();
    window.addEventListener("pagehide", () => this.onHide());
    void this.restore();
  }

  // What can be done.

  playNow(
    tracks: readonly string[],
    { start = 0, context = null, position = 0 }: Partial<Wish> = {},
  ): void {
    if (tracks.length === 0) return;
    this.queue = queues.playNow(this.queue, tracks, start, context);
    this.go(this.queue.current, position);
  }

  playNext(tracks: readonly string[]): void {
    this.edit(queues.playNext(this.queue, tracks));
  }

  enqueue(tracks: readonly string[]): void {
    this.edit(queues.enqueue(this.queue, tracks));
  }

  /** Take on another order of what comes; what is heard goes on. */
  edit(queue: Queue): void {
    const before = queues.currentOf(this.queue)?.key;
    const wasEmpty = this.queue.current < 0;
    this.queue = wasEmpty && queue.entries.length > 0 ? queues.at(queue, 0) : queue;
    if (wasEmpty && this.track) void this.purse.turnTo(this.track);
    if (!wasEmpty && queues.currentOf(queue)?.key !== before) this.replaced();
    this.ahead.review(this.following?.key ?? null);
    this.save();
    this.changed();
  }

  /** What was heard was taken out of the queue. */
  private replaced(): void {
    if (this.track === null) this.leave();
    else if (this.isWanted) this.go(this.queue.current);
    else {
      this.leave();
      void this.purse.turnTo(this.track);
      this.tell("track");
    }
  }

  jump(key: number): void {
    this.queue = queues.jump(this.queue, key);
    this.go(this.queue.current);
  }

  skip(): void {
    const index = queues.skipping(this.queue);
    if (index !== null) this.go(index);
  }

  back(): void {
    const index = queues.preceding(this.queue);
    if (index === null || this.position > BEGUN_S) this.seek(0);
    else this.go(index);
  }

  async toggle(): Promise<void> {
    if (this.isWanted && (this.isPlaying || this.isWaiting)) this.pause();
    else await this.play();
  }

  seek(seconds: number): void {
    if (!this.now) {
      this.startAt = Math.max(0, seconds);
      this.tell("time");
      return;
    }
    const most = Math.max(0, this.engine.reachable - LEAST_LEFT_S);
    const isWhole = this.engine.reachable >= this.duration - LEAST_LEFT_S;
    const isReady = seconds <= most || isWhole;
    // Who went past the end and comes back was not finished: it plays on, as the same session.
    const wasOver = this.audio.ended;
    this.engine.seek(Math.max(0, isReady ? Math.min(seconds, this.duration) : most));
    if (wasOver && seconds < this.duration) void this.sound();
    if (!isReady) this.say(t("It is still being made: this is as far as it goes now."));
    this.tell("time");
  }

  set(change: Partial<Settings>): void {
    const before = this.settings;
    this.settings = { ...before, ...change };
    keepSettings(this.settings);
    this.applyVolume();
    if (before.levelling !== this.settings.levelling) this.engine.level();
    if (before.quality !== this.settings.quality) this.reload();
    this.changed();
  }

  /** Whose page came: what somebody else heard is over, and seen by nobody. */
  become(account: string | null): void {
    const before = this.account;
    if (account === null || account === before) return;
    if (before) this.forget();
    this.account = account;
    this.trouble = null; // what a visitor gathered is there for who signs in
    if (this.track) void this.purse.turnTo(this.track);
    else void this.restore();
    this.changed();
  }

  private forget(): void {
    this.leave();
    this.sayer.stop();
    this.purse.forget();
    forgetFacts();
    const { repeat } = this.queue;
    this.opener.forget();
    Object.assign(this, { isWanted: false, isWaiting: false, status: "" });
    this.queue = { ...queues.EMPTY, repeat };
    this.remember();
    this.tell("track");
  }

  /** Other devices leave off, and it is heard here. */
  async playHere(): Promise<void> {
    this.trouble = null;
    this.say(t("Loading…"));
    await endOthers(this.now?.session.opened.play ?? null).catch(() => undefined);
    await this.play();
  }

  /** Play by an element that the system can send elsewhere; answer it. */
  forRemote(): HTMLAudioElement {
    if (this.engine === this.home) {
      const audio = new Audio();
      this.moveTo(new Native(audio, new Attenuation(audio), this.listener));
    }
    return this.audio;
  }

  /** It is heard here again. */
  fromRemote(): void {
    if (this.engine !== this.home) this.moveTo(this.home);
  }

  private moveTo(engine: Engine): void {
    const { position, isWanted } = this;
    this.ahead.forget();
    this.engine.stop();
    this.engine = engine;
    if (this.now) engine.begin(this.now.media, position);
    if (isWanted) void this.sound();
  }

  // What is kept.

  protected override onTime(): void {
    if (performance.now() - this.savedAt > SAVED_EVERY_MS) this.remember();
    super.onTime();
  }

  private async restore(): Promise<void> {
    const { account } = this;
    if (account === null) return;
    const memory = recall(account);
    const said = memory?.queue.entries.length ? { ...memory, by: "" } : await fromServer();
    if (!said || this.queue.current >= 0 || account !== this.account) return;
    this.queue = said.queue;
    this.startAt = said.position;
    if (said.by) this.say(t("Last heard on %(device)s.", { device: said.by }));
    const isOurs = memory?.account === account && Date.now() - memory.at_ms < RESUMED_MS;
    if (isOurs) this.resumed = memory.opened;
    if (this.track) void this.purse.turnTo(this.track);
    this.changed();
    this.tell("track");
  }

  protected override save(): void {
    this.remember();
    this.sayer.say(this.queue, this.position);
  }

  private remember(): void {
    this.savedAt = performance.now();
    const { queue, account } = this;
    if (account === null) return;
    const opened = this.opened ?? this.resumed;
    // What was heard to its end begins anew.
    const what = this.audio.ended ? { position: 0, opened: null } : { position: this.position, opened };
    remember({ account, queue, ...what, at_ms: Date.now() });
  }

  private onHide(): void {
    this.remember();
    this.now?.session.pause();
    if (this.ahead.isReady) this.ahead.forget();
  }
}
