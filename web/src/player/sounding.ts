// Sounds: leads the engine along the queue, and opens, reports and ends a session for each track.

import { endPlay, type PlayOpened, type PlayVerdict, type Problem } from "../api";
import { t } from "../shell/language";
import { Ahead } from "./ahead";
import { elsewhere } from "./elsewhere";
import type { Engine, Listener, Media } from "./engine";
import { engineFor } from "./engines";
import { levelsFor } from "./graph";
import { Heard } from "./heard";
import { Lost } from "./net";
import { Opener } from "./opener";
import * as queues from "./queue";
import { type Around, type Playing, readied } from "./readying";
import { sentenceFor } from "./sentences";
import type { Session } from "./session";
import { type Trouble, troubleOf } from "./troubles";

/** The next track is opened so long before it is heard: credit is held for it from then on. */
const OPENED_BEFORE_S = 25;
/** Before the end of what was made so far: where it was sought to, something shall be heard. */
export const LEAST_LEFT_S = 1;
const AFTER_REFUSAL_MS = 3000;
/** Who waits so long hears less of it rather than nothing. */
const PATIENCE_MS = 4000;

export abstract class Sounding extends Heard {
  protected readonly listener: Listener = {
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
  protected readonly home: Engine;
  protected readonly ahead = new Ahead(
    (entry, signal) => this.ready(entry, signal),
    (media) => this.engine.follow(media),
  );
  protected readonly opener = new Opener(
    () => this.loadedPlay,
    () => this.say(t("The connection is gone. Trying again…")),
  );
  protected opening = new AbortController();
  protected resumed: PlayOpened | null = null;
  /** The session that was gone on with, until it sounds: it may have been ended in the meantime. */
  private revived: PlayOpened | null = null;
  private refusals = 0;
  private stalled: number | undefined;
  private readonly others = elsewhere(() => this.pause(t("Playing in another tab.")));

  constructor() {
    super();
    const audio = new Audio();
    this.levels = levelsFor(audio);
    this.home = engineFor(audio, this.levels, () => this.settings.quality, this.listener);
    this.engine = this.home;
  }

  /** What is heard has changed, and is kept. */
  protected abstract save(): void;

  protected onTime(): void {
    this.prepareWhenDue();
    this.tell("time");
  }

  /** The session of what is heard to its end without another request. */
  protected get loadedPlay(): string | null {
    const isLoaded = this.now !== null && this.engine.loaded >= this.duration - LEAST_LEFT_S;
    return isLoaded ? (this.opened?.play ?? null) : null;
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

  /** Go on at the same place with another kind of the same sound. */
  protected reload(): void {
    if (!this.now) return;
    this.ahead.forget();
    const { position } = this;
    this.engine.begin(this.now.media, position);
    if (this.isWanted) void this.sound();
  }

  // Along the queue.

  protected go(index: number, position = 0): void {
    const wasReady = this.ahead.takeOf(this.queue.entries[index]?.key);
    this.leave();
    this.queue = queues.at(this.queue, index);
    this.tell("track");
    this.levels.wake();
    if (wasReady) this.begin(wasReady, position);
    else void this.open(position);
  }

  /** End what is heard, whatever comes. */
  protected leave(): void {
    this.opening.abort();
    this.ahead.forget();
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
    this.opener.finished(this.now.session.opened.play);
  }

  protected async open(position: number): Promise<void> {
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
    return readied(entry, resumed ?? (await this.opener.open(entry.track, signal)), this.around);
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

  protected async sound(): Promise<void> {
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
    const next = this.ahead.take();
    if (!next) return;
    this.finish(lasted);
    this.now = next;
    const index = this.queue.entries.findIndex((one) => one.key === this.now?.key);
    this.queue = queues.at(this.queue, index);
    this.purse.opened(this.now.session.opened);
    void this.purse.turnTo(this.now.track);
    // A joint is seen some time after it was heard, and long after where the page is busy.
    this.now.session.start(this.engine.position);
    if (!this.isPlaying) this.now.session.pause();
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

  protected get following(): queues.Entry | undefined {
    return this.queue.entries[queues.following(this.queue) ?? -1];
  }

  private prepareWhenDue(): void {
    const left = this.duration - this.position;
    if (!this.isPlaying || this.ahead.isBegun || left > OPENED_BEFORE_S) return;
    const entry = this.following;
    if (entry) void this.ahead.prepare(entry);
  }

  // What happens meanwhile.

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
    if (this.ahead.failed(media)) return;
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
    const trouble = troubleOf(error);
    if (trouble.kind === "refused") this.passOver(trouble);
    else this.stuck(trouble);
  }

  private passOver(trouble: Trouble): void {
    const index = queues.skipping(this.queue);
    this.refusals += 1;
    const isLast = index === null || this.refusals >= this.queue.entries.length;
    if (isLast) {
      this.stuck(trouble);
      return;
    }
    this.say(trouble.sentence);
    const { signal } = this.opening;
    window.setTimeout(() => signal.aborted || this.go(index), AFTER_REFUSAL_MS);
  }

  private stuck(trouble: Trouble): void {
    this.trouble = trouble;
    this.isWanted = false;
    this.isWaiting = false;
    this.say(trouble.sentence);
  }
}
