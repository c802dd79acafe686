// The player of one track: a session when it is started, evidence while it plays.

import {
  openPlay,
  peaksAt,
  type PlayOpened,
  type PlayVerdict,
  trackOf,
  verdictOf,
} from "../api";
import { clock, credits } from "../format";
import { Heartbeat } from "./heartbeat";
import { attach, reachable } from "./sound";
import { Waveform } from "./waveform";

const PLAYS_TO_OWN = 9;
const ASK_AGAIN_MS = 500;
const EXAMINED_MS = 2000;
/** Before the end of what was made so far: where it was sought to, something shall be heard. */
const LEAST_LEFT_S = 1;

export class Player {
  private readonly audio = new Audio();
  private readonly track: string;
  private readonly duration: number;
  private readonly waveform: Waveform;
  private heartbeat: Heartbeat | null = null;
  private opening = false;
  private startAt = 0;

  constructor(private readonly root: HTMLElement) {
    this.track = root.dataset["track"] ?? "";
    this.duration = Number(root.dataset["duration"]);
    const canvas = this.part("waveform") as HTMLCanvasElement;
    this.waveform = new Waveform(canvas, this.duration, (seconds) => this.seek(seconds));
    this.part("play-button").addEventListener("click", () => void this.toggle());
    this.audio.addEventListener("timeupdate", () => this.onTime());
    this.audio.addEventListener("playing", () => this.onPlaying());
    this.audio.addEventListener("pause", () => this.onPause());
    this.audio.addEventListener("waiting", () => this.say("Loading…"));
    window.addEventListener("pagehide", () => this.heartbeat?.pause());
    this.drawWaveform(root.dataset["waveform"] ?? "").catch((e: Error) => this.say(e.message));
  }

  /** Draw the peaks; a track that can be heard before it was examined has none at first. */
  private async drawWaveform(url: string): Promise<void> {
    if (url !== "") {
      this.waveform.show(await peaksAt(url));
      return;
    }
    const { waveform } = await trackOf(this.track);
    const again = (): void => void this.drawWaveform(waveform?.screen ?? "").catch(() => undefined);
    window.setTimeout(again, waveform ? 0 : EXAMINED_MS);
  }

  private async toggle(): Promise<void> {
    if (!this.audio.paused) {
      this.audio.pause();
      return;
    }
    // A track that was heard to its end is begun anew, as a session of its own.
    if (this.heartbeat === null || this.audio.ended) await this.open();
    if (this.heartbeat !== null) await this.audio.play().catch((e: Error) => this.say(e.message));
  }

  private async open(): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    this.say("Loading…");
    try {
      this.begin(await openPlay(this.track));
    } catch (error) {
      this.say((error as Error).message);
    } finally {
      this.opening = false;
    }
  }

  private begin(opened: PlayOpened): void {
    this.heartbeat = new Heartbeat(
      opened.play,
      () => this.audio.currentTime,
      (verdict) => this.onVerdict(opened, verdict),
      (sentence) => this.say(sentence),
    );
    attach(this.audio, opened, this.startAt, (sentence) => this.say(sentence));
    this.root.dataset["grant"] = opened.grant;
  }

  private onVerdict(opened: PlayOpened, verdict: PlayVerdict): void {
    this.part("balance").textContent = credits(verdict.balance);
    this.part("price").textContent = verdict.owned ? "yours" : credits(verdict.next_price);
    this.beads(PLAYS_TO_OWN - verdict.left_to_own);
    this.part("owned").hidden = !verdict.owned;
    this.root.dataset["verdict"] = verdict.verdict;
    if (verdict.verdict === "qualified") {
      // The worker settles within moments; what it cost shall be seen at once.
      window.setTimeout(async () => {
        this.onVerdict(opened, await verdictOf(opened.play));
      }, ASK_AGAIN_MS);
    }
    this.say(this.sentence(opened, verdict));
  }

  private sentence(opened: PlayOpened, verdict: PlayVerdict): string {
    if (verdict.verdict === "settled") {
      return verdict.price > 0 ? `Counted: ${credits(verdict.price)} credits.` : "Counted: free.";
    }
    if (verdict.verdict === "rejected") return "Not counted: there was not enough credit.";
    if (opened.grant === "preview") {
      return `A preview: this play costs ${credits(opened.price)} credits and you have ${credits(opened.balance)}.`;
    }
    return this.audio.paused ? "" : "Playing.";
  }

  private seek(seconds: number): void {
    const most = Math.max(0, reachable(this.audio) - LEAST_LEFT_S);
    const isReady = this.heartbeat === null || seconds <= most || this.isWhole();
    this.startAt = isReady ? seconds : most;
    // Who went past the end and comes back was not finished: it plays on, as the same session.
    const wasOver = this.audio.ended;
    if (this.heartbeat !== null) this.audio.currentTime = this.startAt;
    if (wasOver) this.audio.play().catch((e: Error) => this.say(e.message));
    if (!isReady) this.say(`Only the first ${clock(most)} can be heard now.`);
    this.show(this.startAt);
  }

  private isWhole(): boolean {
    return reachable(this.audio) >= this.duration - LEAST_LEFT_S;
  }

  private onTime(): void {
    this.show(this.audio.currentTime);
  }

  private show(seconds: number): void {
    this.part("time").textContent = clock(seconds);
    this.waveform.moveTo(seconds);
  }

  private onPlaying(): void {
    this.label("Pause", true);
    this.say("Playing.");
    this.heartbeat?.start();
  }

  private onPause(): void {
    this.label("Play", false);
    this.heartbeat?.pause();
  }

  /** The page goes. */
  stop(): void {
    this.heartbeat?.pause();
    this.audio.pause();
  }

  private label(text: string, playing: boolean): void {
    const button = this.part("play-button");
    button.setAttribute("aria-label", text);
    button.classList.toggle("playing", playing);
  }

  private beads(filled: number): void {
    const list = this.part("beads");
    list.dataset["filled"] = String(filled);
    list.setAttribute("aria-label", `${filled} of ${PLAYS_TO_OWN} plays`);
    [...list.children].forEach((bead, n) => bead.classList.toggle("filled", n < filled));
    this.part("steps").textContent = `${filled} of ${PLAYS_TO_OWN}`;
  }

  private say(sentence: string): void {
    this.part("status").textContent = sentence;
  }

  private part(name: string): HTMLElement {
    const found = document.querySelector<HTMLElement>(`[data-testid="${name}"]`);
    if (!found) throw new Error(`the page has no ${name}`);
    return found;
  }
}
