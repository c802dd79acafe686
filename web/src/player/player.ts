// The player: one for a document, whatever page is shown. It leads the engine along the queue, and
// opens, reports and ends a session for each track.

import { endPlay, type PlayOpened, type PlayVerdict, Problem } from "../api";
import { t } from "../shell/language";
import { accountHere } from "./account";
import { elsewhere, endOthers } from "./elsewhere";
import type { Engine, Listener, Media } from "./engine";
import { engineFor } from "./engines";
import { forgetFacts } from "./facts";
import { Attenuation, type Levels, levelsFor } from "./graph";
import { fromServer, recall, remember, Sayer } from "./memory";
import { Lost } from "./net";
import { Native } from "./native";
import { openPatiently } from "./opening";
import { Purse } from "./purse";
import * as queues from "./queue";
import type { Context, Queue } from "./queue";
import { type Around, type Playing, readied } from "./readying";
import { sentenceFor } from "./sentences";
import type { Session } from "./session";
import { keepSettings, readSettings, type Settings } from "./settings";

/** The next track is opened so long before it is heard: credit is held for it from then on. */
const OPENED_BEFORE_S = 25;
/** Before the end of what was made so far: where it was sought to, something shall be heard. */
const LEAST_LEFT_S = 1;
/** After so much of a track "previous" begins it anew. */
const BEGUN_S = 3;
const SAVED_EVERY_MS = 5000;
/** Sessions of a tab that was left are good for some hours. */
const RESUMED_MS = 5 * 3_600_000;
const AFTER_REFUSAL_MS = 3000;
/** Who waits so long hears less of it rather than nothing. */
const PATIENCE_MS = 4000;
/** Sessions that are over and may still be counted as heard. */
const MOST_OVER = 3;

/** Why nothing sounds, where somebody can do something about it. */
export interface Trouble {
  kind: "sign-in" | "credit" | "elsewhere" | "refused";
  sentence: string;
}

/** Which of the tracks is heard first, where they come from, and from which second on. */
export interface Wish {
  start: number;
  context: Context | null;
  position: number;
}

export class Player extends EventTarget {
  queue: Queue = queues.EMPTY;
  settings: Settings = readSettings();
  status = "";
  trouble: Trouble | null = null;
  /** Whether it plays, or will as soon as it can. */
  isWanted = false;
  isWaiting = false;
  readonly purse = new Purse(
    () => this.changed(),
    (track) => this.tell("owned", { track }),
  );

  private readonly listener: Listener = {
    onJoint: (lasted) => this.onJoint(lasted),
    onEnded: () => this.onEnded(),
    onTime: () => this.onTime(),
    onState: () => this.onState(),
    onFault: (media, error) => this.onFault(media, error),
  };
  private readonly around: Around = {
    queue: () => this.queue,
    levelling: () => this.settings.levelling,
    positionOf: (session) => (this.now?.session === session ? this.engine.position : 0),
    onVerdict: (session, verdict) => this.onVerdict(session, verdict),
    onProblem: (session, problem) => this.onProblem(session, problem),
    onTrouble: (isWaiting) => this.onTrouble(isWaiting),
    onLevel: () => this.engine.level(),
  };
  private account = accountHere();
  private readonly home: Engine;
  private engine: Engine;
  private levels: Levels;
  private now: Playing | null = null;
  private next: Playing | null = null;
  private opening = new AbortController();
  private preparing: { key: number; stop: AbortController } | null = null;
  private startAt = 0;
  private resumed: PlayOpened | null = null;
  /** The session that was gone on with, until it sounds: it may have been ended in the meantime. */
  private revived: PlayOpened | null = null;
  private savedAt = 0;
  private refusals = 0;
  private stalled: number | undefined;
  private over: string[] = [];
  private readonly sayer = new Sayer(() => this.changed());
  private readonly others = elsewhere(() => this.pause(t("Playing in another tab.")));

  constructor() {
    super();
    const audio = new Audio();
    this.levels = levelsFor(audio);
    this.home = engineFor(audio, this.levels, () => this.settings.quality, this.listener);
    this.engine = this.home;
    this.applyVolume();
    window.addEventListener("pagehide", () => this.onHide());
    void this.restore();
  }

  private get audio(): HTMLAudioElement {
    return this.engine.audio;
  }

  // What is to be seen.

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
    this.review();
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

  async play(): Promise<void> {
    if (this.track === null) return;
    this.levels.wake();
    // A track that was heard to its end is begun anew, as a session of its own.
    if (this.now === null) await this.open(this.startAt);
    else if (this.audio.ended) this.go(this.queue.current);
    else await this.sound();
  }

  pause(sentence = ""): void {
    if (!this.isWanted && !this.isPlaying) return;
    this.isWanted = false;
    this.isWaiting = false;
    this.opening.abort();
    this.audio.pause();
    this.say(sentence);
    this.save();
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
    Object.assign(this, { isWanted: false, isWaiting: false, over: [], status: "" });
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
    this.forgetNext();
    this.engine.stop();
    this.engine = engine;
    if (this.now) engine.begin(this.now.media, position);
    if (isWanted) void this.sound();
  }

  /** Go on at the same place with another kind of the same sound. */
  private reload(): void {
    if (!this.now) return;
    this.forgetNext();
    const { position } = this;
    this.engine.begin(this.now.media, position);
    if (this.isWanted) void this.sound();
  }

  // Along the queue.

  private go(index: number, position = 0): void {
    const wasReady = this.next?.key === this.queue.entries[index]?.key ? this.next : null;
    if (wasReady) this.next = null;
    this.leave();
    this.queue = queues.at(this.queue, index);
    this.tell("track");
    this.levels.wake();
    if (wasReady) this.begin(wasReady, position);
    else void this.open(position);
  }

  /** End what is heard, whatever comes. */
  private leave(): void {
    this.opening.abort();
    this.forgetNext();
    this.finish(this.engine.position);
    if (this.resumed && !this.now) void endPlay(this.resumed.play).catch(() => undefined);
    this.engine.stop();
    this.now = null;
    this.resumed = null;
    this.revived = null;
    this.startAt = 0;
  }

  private finish(position: number): void {
    if (!this.now) return;
    this.now.session.finish(position);
    this.over = [this.now.session.opened.play, ...this.over].slice(0, MOST_OVER);
  }

  private async open(position: number): Promise<void> {
    const entry = queues.currentOf(this.queue);
    if (!entry) return;
    const resumed = this.resumed;
    this.opening.abort();
    this.opening = new AbortController();
    const { signal } = this.opening;
    Object.assign(this, { isWanted: true, isWaiting: true, trouble: null, startAt: position });
    this.say(t("Loading…"));
    void this.purse.turnTo(entry.track);
    try {
      const playing = await this.ready(entry, signal, resumed);
      // What is gone on with is given back when something else is chosen, not by a pause.
      if (!signal.aborted) this.begin(playing, position);
      else if (resumed === null) playing.session.giveBack();
    } catch (error) {
      if (!signal.aborted) this.refused(error as Error);
    }
  }

  private async ready(
    entry: queues.Entry,
    signal: AbortSignal,
    resumed: PlayOpened | null = null,
  ): Promise<Playing> {
    return readied(entry, resumed ?? (await this.opensFor(entry.track, signal)), this.around);
  }

  private async opensFor(track: string, signal: AbortSignal): Promise<PlayOpened> {
    const open = (): Promise<PlayOpened> =>
      openPatiently(track, signal, () => this.say(t("The connection is gone. Trying again…")));
    try {
      return await open();
    } catch (error) {
      // Where one play is heard at a time, those of ours that are over make room.
      if (!(error instanceof Problem) || error.code !== "too-many-plays") throw error;
      if (!(await this.makeRoom())) throw error;
      return open();
    }
  }

  private async makeRoom(): Promise<boolean> {
    const isLoaded = this.now !== null && this.engine.loaded >= this.duration - LEAST_LEFT_S;
    const mine = isLoaded && this.opened ? [this.opened.play, ...this.over] : this.over;
    this.over = [];
    await Promise.allSettled(mine.map(endPlay));
    return mine.length > 0;
  }

  private begin(playing: Playing, position: number): void {
    this.now = playing;
    this.isWanted = true;
    this.startAt = 0;
    this.revived = this.resumed;
    this.resumed = null;
    this.purse.opened(playing.session.opened);
    void this.purse.turnTo(playing.track);
    this.engine.begin(playing.media, position);
    this.arrived();
    void this.sound();
  }

  private async sound(): Promise<void> {
    this.isWanted = true;
    this.levels.wake();
    try {
      await this.audio.play();
    } catch (error) {
      // Something else was asked for meanwhile, or a press is wanted first.
      if ((error as Error).name === "NotAllowedError") this.pause(t("Press play to listen."));
    }
  }

  private onJoint(lasted: number): void {
    if (!this.next) return;
    this.finish(lasted);
    this.now = this.next;
    this.next = null;
    const index = this.queue.entries.findIndex((one) => one.key === this.now?.key);
    this.queue = queues.at(this.queue, index);
    this.purse.opened(this.now.session.opened);
    void this.purse.turnTo(this.now.track);
    if (this.isPlaying) this.now.session.start();
    this.arrived();
  }

  private arrived(): void {
    this.trouble = null;
    this.save();
    this.changed();
    this.tell("track");
  }

  private onEnded(): void {
    const index = queues.following(this.queue);
    if (index !== null) {
      this.go(index);
      return;
    }
    this.now?.session.end(this.duration);
    this.isWanted = false;
    this.save();
    this.changed();
  }

  // The next track.

  private review(): void {
    const index = queues.following(this.queue);
    const wanted = index === null ? null : (this.queue.entries[index]?.key ?? null);
    const has = this.next?.key ?? this.preparing?.key ?? null;
    if (has !== null && has !== wanted) this.forgetNext();
  }

  private forgetNext(): void {
    this.preparing?.stop.abort();
    this.preparing = null;
    if (!this.next) return;
    this.engine.follow(null);
    this.next.session.giveBack();
    this.next = null;
  }

  private prepareWhenDue(): void {
    const left = this.duration - this.position;
    if (!this.isPlaying || this.next || this.preparing || left > OPENED_BEFORE_S) return;
    const entry = this.queue.entries[queues.following(this.queue) ?? -1];
    if (entry) void this.prepare(entry);
  }

  private async prepare(entry: queues.Entry): Promise<void> {
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
      this.engine.follow(playing.media);
    } catch {
      return; // `preparing` stays, so that it is tried once; when its turn comes it is told why
    }
  }

  // What happens meanwhile.

  private onTime(): void {
    this.prepareWhenDue();
    if (performance.now() - this.savedAt > SAVED_EVERY_MS) this.remember();
    this.tell("time");
  }

  private onState(): void {
    const { audio } = this;
    const isLacking = !audio.paused && audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    const isBetween = audio.ended && queues.following(this.queue) !== null;
    this.isWaiting = this.isWanted && (isLacking || isBetween);
    if (!audio.paused && !this.isWaiting) this.onSounding();
    if (audio.paused && this.now) this.now.session.pause();
    if (audio.paused && !audio.ended && this.now) this.isWanted = false;
    window.clearTimeout(this.stalled);
    if (this.isWaiting && isLacking) this.onStall();
    this.changed();
  }

  private onStall(): void {
    this.say(t("Loading…"));
    this.stalled = window.setTimeout(() => {
      if (this.isWaiting && this.now && navigator.onLine && this.engine.isTooHeavy) this.reload();
    }, PATIENCE_MS);
  }

  private onSounding(): void {
    this.refusals = 0;
    this.revived = null;
    this.now?.session.start();
    this.others.tell();
    this.say(this.verdictSentence() ?? t("Playing."));
  }

  private onTrouble(isWaiting: boolean): void {
    if (!isWaiting) this.say(this.isPlaying ? t("Playing.") : "");
    else if (!navigator.onLine) this.say(t("You are offline. It plays on when you are back."));
    else this.say(t("The connection is gone. Trying again…"));
  }

  private onVerdict(session: Session, verdict: PlayVerdict): void {
    this.purse.judged(session.track, verdict);
    this.tell("verdict", { track: session.track, verdict });
    if (session !== this.now?.session) return;
    this.say(this.verdictSentence() ?? (this.isPlaying ? t("Playing.") : ""));
  }

  private verdictSentence(): string | null {
    return sentenceFor(this.opened, this.verdict);
  }

  private onProblem(session: Session, problem: Problem): void {
    if (session === this.now?.session) this.say(problem.message);
  }

  private onFault(media: Media, error: Lost | Error): void {
    if (media === this.next?.media) {
      // It is tried once more when its turn comes, and then told.
      this.preparing = { key: this.next.key, stop: new AbortController() };
      this.next.session.giveBack();
      this.next = null;
      return;
    }
    if (media !== this.now?.media) return;
    const position = this.engine.position;
    const isRevived = this.revived !== null;
    const said = error instanceof Lost ? error.kind : "give-up";
    const kind = said === "taken" && isRevived ? "renew" : said;
    if (kind === "taken") {
      this.leave();
      this.startAt = position;
      this.isWanted = false;
      this.stuck({ kind: "elsewhere", sentence: t("It plays on another device now.") });
    } else if (kind === "renew") {
      this.leave();
      void this.open(position);
    } else this.refused(error);
  }

  /** What cannot be heard is passed over, if it is that track's fault alone. */
  private refused(error: Error): void {
    this.isWaiting = false;
    this.finish(this.engine.position);
    this.now = null;
    const code = error instanceof Problem ? error.code : "";
    const sentence = error.message || t("This track cannot be played here.");
    if (code === "sign-in-first") this.stuck({ kind: "sign-in", sentence });
    else if (code === "too-many-plays") this.stuck({ kind: "elsewhere", sentence });
    else if (code === "insufficient-credit") this.stuck({ kind: "credit", sentence });
    else this.passOver(sentence);
  }

  private passOver(sentence: string): void {
    const index = queues.skipping(this.queue);
    this.refusals += 1;
    const isLast = index === null || this.refusals >= this.queue.entries.length;
    if (isLast) {
      this.stuck({ kind: "refused", sentence });
      return;
    }
    this.say(sentence);
    const { signal } = this.opening;
    window.setTimeout(() => signal.aborted || this.go(index), AFTER_REFUSAL_MS);
  }

  private stuck(trouble: Trouble): void {
    this.trouble = trouble;
    this.isWanted = false;
    this.isWaiting = false;
    this.say(trouble.sentence);
  }

  // What is kept.

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

  private save(): void {
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
    if (this.next) this.forgetNext();
  }

  private applyVolume(): void {
    this.levels.volume = this.settings.volume;
    this.audio.muted = this.settings.isMuted;
  }

  private say(sentence: string): void {
    if (sentence === this.status) return;
    this.status = sentence;
    this.changed();
  }

  private isTelling = false;

  /** Tell that something is otherwise, once for all that changes in a moment. */
  private changed(): void {
    if (this.isTelling) return;
    this.isTelling = true;
    queueMicrotask(() => {
      this.isTelling = false;
      this.tell("change");
    });
  }

  private tell(name: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
