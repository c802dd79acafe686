// The player as the page of a track shows it: its waveform, what it costs, how far it is one's own.

import { peaksAt } from "../api";
import { clock, credits } from "../format";
import { t } from "../shell/language";
import { peaksFor } from "./peaks";
import type { Player } from "./player";
import { player } from "./the";
import { Waveform } from "./waveform";

class TrackView {
  private readonly track: string;
  private readonly waveform: Waveform;
  private readonly stopped = new AbortController();
  private startAt = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly player: Player,
  ) {
    this.track = root.dataset["track"] ?? "";
    const canvas = this.part("waveform") as HTMLCanvasElement;
    const duration = Number(root.dataset["duration"]);
    this.waveform = new Waveform(canvas, duration, (seconds) => this.seek(seconds));
    const { signal } = this.stopped;
    this.part("play-button").addEventListener("click", () => this.toggle(), { signal });
    player.addEventListener("time", () => this.showTime(), { signal });
    player.addEventListener("change", () => this.show(), { signal });
    void this.drawWaveform(root.dataset["waveform"] ?? "");
    this.show();
    this.showTime();
  }

  stop(): void {
    this.stopped.abort();
    this.waveform.stop();
  }

  private get isCurrent(): boolean {
    return this.player.track === this.track;
  }

  private async drawWaveform(url: string): Promise<void> {
    const there = url ? await peaksAt(url).catch(() => null) : null;
    const peaks = there ?? (await peaksFor(this.track, this.stopped.signal));
    if (!this.stopped.signal.aborted) this.waveform.show(peaks);
  }

  private toggle(): void {
    if (this.isCurrent) void this.player.toggle();
    else this.player.playNow([this.track], { position: this.startAt });
  }

  private seek(seconds: number): void {
    this.startAt = seconds;
    if (this.isCurrent) this.player.seek(seconds);
    else this.showTime();
  }

  private showTime(): void {
    const seconds = this.isCurrent ? this.player.position : this.startAt;
    this.part("time").textContent = clock(seconds);
    this.waveform.moveTo(seconds);
  }

  private show(): void {
    if (!this.isCurrent) {
      this.label(false);
      return;
    }
    const { player } = this;
    this.label(player.isPlaying || player.isWaiting);
    if (player.status) this.part("status").textContent = player.status;
    this.root.dataset["grant"] = player.grant ?? "";
    this.root.dataset["verdict"] = player.verdict?.verdict ?? "";
    this.showStake();
  }

  private showStake(): void {
    const { stake } = this.player.purse;
    if (!stake) return;
    const { plays, steps, owned } = stake;
    this.part("price").textContent = owned ? t("yours") : credits(stake.nextPrice);
    this.part("owned").hidden = !owned;
    this.part("steps").textContent = t("%(plays)s of %(steps)s", { plays, steps });
    const list = this.part("beads");
    list.dataset["filled"] = String(plays);
    list.setAttribute("aria-label", t("%(plays)s of %(steps)s plays", { plays, steps }));
    [...list.children].forEach((bead, n) => bead.classList.toggle("is-filled", owned || n < plays));
  }

  private label(isPlaying: boolean): void {
    const button = this.part("play-button");
    button.setAttribute("aria-label", isPlaying ? t("Pause") : t("Play"));
    button.classList.toggle("playing", isPlaying);
  }

  private part(name: string): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(`[data-testid="${name}"]`);
    if (!found) throw new Error(`the page has no ${name}`);
    return found;
  }
}

class TrackElement extends HTMLElement {
  private view: TrackView | null = null;

  connectedCallback(): void {
    const root = this.querySelector<HTMLElement>("[data-track]");
    if (root) this.view = new TrackView(root, player);
  }

  disconnectedCallback(): void {
    this.view?.stop();
  }
}

customElements.define("refrain-track", TrackElement);
