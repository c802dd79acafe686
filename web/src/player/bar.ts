// <refrain-player>: the player as it is seen on every page, once in a document.

import htmx from "htmx.org";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { isLiked, like } from "../api";
import { clock } from "../format";
import { t, tn } from "../shell/language";
import { toast } from "../shell/toasts";
import { isSignedIn } from "./account";
import { beads, words } from "./beads";
import { celebration } from "./celebration";
import { buyBox, helpBox, settingsBox } from "./dialogs";
import { coverOf, factsOf, type Shown, shownOf } from "./facts";
import { icon } from "./icons";
import { type Deed, deedOf } from "./keys";
import "./lyrics_panel";
import { leadMediaSession } from "./media_session";
import { Pages } from "./page";
import { peaksFor } from "./peaks";
import { Purchase } from "./purchase";
import * as queues from "./queue";
import "./queue_panel";
import { Remote } from "./remote";
import { says } from "./says";
import { player } from "./the";
import { tool } from "./tool";
import { Waveform } from "./waveform";

const STEP_S = 5;
const VOLUME_STEP = 0.05;
const PHONE = "(max-width: 47.99rem)";
const CELEBRATED_MS = 9000;
const TOP_UP = "/wallet/top-up";

type Panel = "queue" | "lyrics";

class Bar extends LitElement {
  private shown: Shown | null = null;
  private artist: string | null = null;
  private hasLyrics = false;
  private liked = false;
  private panel: Panel | null = null;
  private isOpen = false;
  private owned: Shown | null = null;
  private readonly buying = new Purchase(player, () => this.requestUpdate());
  private waveform: Waveform | null = null;
  private peaksOf = "";
  private asking = new AbortController();
  private back: HTMLElement | null = null;
  private readonly remote = new Remote(() => this.requestUpdate());

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    new Pages(player);
    leadMediaSession(player);
    player.addEventListener("change", () => this.requestUpdate());
    player.addEventListener("track", () => void this.turn());
    player.addEventListener("time", () => this.showTime());
    player.addEventListener("owned", (event) => void this.celebrate((event as CustomEvent<{ track: string }>).detail.track));
    document.addEventListener("refrain:language", () => this.requestUpdate());
    document.addEventListener("refrain:added", (event) => this.added(event as CustomEvent));
    document.addEventListener("keydown", (event) => this.onKey(event));
    new ResizeObserver(() => this.measure()).observe(this);
    void this.turn();
  }

  /** Pages leave as much room as the bar takes. */
  private measure(): void {
    const bar = this.querySelector<HTMLElement>(".player");
    const height = bar && !this.isOpen ? bar.offsetHeight : this.isOpen ? null : 0;
    if (height !== null) document.documentElement.style.setProperty("--player", `${height}px`);
  }

  /** Another track is heard: ask what is to be seen of it. */
  private async turn(): Promise<void> {
    const { track } = player;
    if (!track) {
      this.forget();
      return;
    }
    const [shown, facts] = await Promise.all([shownOf(track), factsOf(track)]);
    if (track !== player.track) return;
    this.shown = shown;
    this.artist = facts.artists?.[0]?.id ?? null;
    this.hasLyrics = facts.has_lyrics === true;
    this.liked = isSignedIn() && (await isLiked(track).catch(() => false));
    this.requestUpdate();
  }

  private forget(): void {
    this.buying.forget();
    Object.assign(this, { shown: null, artist: null, hasLyrics: false, liked: false, panel: null });
    Object.assign(this, { isOpen: false, owned: null });
    this.requestUpdate();
  }

  protected override updated(): void {
    const canvas = this.querySelector<HTMLCanvasElement>('[data-testid="bar-waveform"]');
    if (canvas !== (this.waveform?.canvas ?? null)) this.drawOn(canvas);
    // Its links are drawn by us; they swap pages as all others do.
    htmx.process(this);
    void this.drawPeaks();
    this.showTime();
    this.measure();
  }

  /** An empty queue takes the place of the waveform away; another one comes with the next track. */
  private drawOn(canvas: HTMLCanvasElement | null): void {
    this.asking.abort();
    this.waveform?.stop();
    this.waveform = canvas && new Waveform(canvas, player.duration, (seconds) => player.seek(seconds));
    this.peaksOf = "";
  }

  private async drawPeaks(): Promise<void> {
    const { track } = player;
    const { waveform } = this;
    if (!track || !waveform || this.peaksOf === track) return;
    this.peaksOf = track;
    waveform.show(null);
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const peaks = await peaksFor(track, signal);
    if (!signal.aborted) waveform.show(peaks);
  }

  private get whole(): number {
    return player.duration || (this.shown?.track === player.track ? (this.shown?.duration ?? 0) : 0);
  }

  private showTime(): void {
    const text = (name: string, value: string): void => {
      const place = this.querySelector(`[data-testid="${name}"]`);
      if (place && place.textContent !== value) place.textContent = value;
    };
    const { position } = player;
    text("bar-time", clock(position));
    text("bar-remaining", `−${clock(Math.max(0, Math.ceil(this.whole - position)))}`);
    this.waveform?.measure(this.whole, player.isPlaying || player.loaded ? player.loaded : Infinity);
    this.waveform?.moveTo(position);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (player.queue.entries.length === 0) return nothing;
    return html`
      <section class="player ${this.isOpen ? "is-open" : ""}" aria-label=${t("Player")} data-testid="player"
        data-playing=${player.isPlaying ? "true" : nothing} data-grant=${player.grant ?? nothing}>
        ${this.what()} ${this.how()} ${this.stake()} ${this.tools()} ${says(player, this.topUp)}
      </section>
      ${this.side()} ${celebration(this.owned, () => this.settle())}
      ${settingsBox(player)} ${helpBox()}
      ${this.bill()}`;
  }

  private bill(): TemplateResult {
    const { offer, isBusy, fault } = this.buying;
    return buyBox(player, { offer, isBusy, fault, topUp: this.topUp, buy: () => void this.buy() });
  }

  private get topUp(): string {
    return this.dataset["topUp"] ?? TOP_UP;
  }

  private what(): TemplateResult {
    const { shown } = this;
    const track = player.track ?? "";
    const art = coverOf(track, 640);
    return html`<div class="player-what">
      <button type="button" class="tool player-fold" aria-label=${t("Show less")} @click=${() => this.unfold()}>${icon("down")}</button>
      <button type="button" class="player-art" aria-expanded=${this.isOpen} aria-label=${t("Show more of what is heard")}
        @click=${() => this.unfold()}>
        <img src=${art} alt="" width="64" height="64">
      </button>
      <div class="player-names">
        <a class="player-title" href="/tracks/${track}" data-testid="bar-title">${shown?.title ?? "…"}</a>
        ${
          this.artist
            ? html`<a class="player-by" href="/artists/${this.artist}" data-testid="bar-artist">${shown?.artist}</a>`
            : html`<span class="player-by" data-testid="bar-artist">${shown?.artist ?? ""}</span>`
        }
      </div>
      ${
        isSignedIn()
          ? html`<button type="button" class="tool player-like" aria-pressed=${this.liked} data-testid="like"
              aria-label=${t("Favourite")} title=${t("Favourite")} @click=${() => void this.toggleLike()}>${icon("heart")}</button>`
          : nothing
      }
    </div>`;
  }

  private how(): TemplateResult {
    const { queue } = player;
    const isOn = player.isPlaying || player.isWaiting;
    const repeats = { off: t("Repeat"), all: t("Repeating all"), one: t("Repeating this track") };
    return html`<div class="player-how">
      <div class="player-transport" role="group" aria-label=${t("Transport")}>
        ${tool("shuffle", t("Shuffle"), () => this.shuffle(), { testid: "shuffle", pressed: queue.shuffled })}
        ${tool("previous", t("Previous"), () => player.back(), { testid: "bar-previous" })}
        <button type="button" class="player-play" data-testid="bar-play" aria-label=${isOn ? t("Pause") : t("Play")}
          ?data-waiting=${player.isWaiting} @click=${() => void player.toggle()}>${icon(isOn ? "pause" : "play")}</button>
        ${tool("next", t("Next"), () => player.skip(), { testid: "bar-next", isOff: queues.skipping(queue) === null })}
        <button type="button" class="tool" aria-label=${repeats[queue.repeat]} title=${repeats[queue.repeat]}
          aria-pressed=${queue.repeat !== "off"} data-testid="repeat" data-repeat=${queue.repeat}
          @click=${() => this.repeat()}>${icon("repeat")}</button>
      </div>
      <div class="player-seek">
        <span class="number" data-testid="bar-time">0:00</span>
        <canvas data-testid="bar-waveform" tabindex="0" role="slider" aria-label=${t("Position")}
          aria-valuemin="0" aria-valuemax="0" aria-valuenow="0"></canvas>
        <span class="number" data-testid="bar-remaining"></span>
      </div>
    </div>`;
  }

  private stake(): TemplateResult {
    const { stake } = player.purse;
    if (!stake) return html`<div class="player-stake"></div>`;
    const mayBuy = !stake.owned && !stake.free && stake.remainder > 0;
    return html`<div class="player-stake ${stake.owned ? "is-owned" : ""}">
      ${beads(stake)}
      <p class="player-words">${words(stake)}</p>
      ${
        mayBuy
          ? html`<button type="button" class="player-buy" data-testid="buy-button" @click=${() => this.offer()}>${t("Buy now")}</button>`
          : nothing
      }
    </div>`;
  }

  private tools(): TemplateResult {
    const { volume, isMuted } = player.settings;
    return html`<div class="player-tools">
      ${
        this.hasLyrics
          ? tool("lyrics", t("Lyrics"), () => this.show("lyrics"), { testid: "lyrics-button", expanded: this.panel === "lyrics" })
          : nothing
      }
      ${tool("queue", t("Queue"), () => this.show("queue"), { testid: "queue-button", expanded: this.panel === "queue" })}
      ${this.remote.isThere ? tool("cast", t("Play on another device"), () => this.remote.pick(player), { testid: "cast" }) : nothing}
      ${tool("settings", t("Sound"), () => this.box("settings"), { testid: "settings-button" })}
      <span class="player-volume">
        ${tool(isMuted ? "muted" : "volume", t("Mute"), () => this.mute(), { testid: "mute", pressed: isMuted })}
        <input type="range" min="0" max="1" step="0.01" .value=${String(isMuted ? 0 : volume)} aria-label=${t("Volume")}
          data-testid="volume" @input=${(event: InputEvent) => this.turnTo(Number((event.target as HTMLInputElement).value))}>
      </span>
      <span class="player-keys">${tool("help", t("Keys"), () => this.box("help"), { testid: "help-button" })}</span>
    </div>`;
  }

  private side(): TemplateResult | typeof nothing {
    if (!this.panel) return nothing;
    const title = this.panel === "queue" ? t("Queue") : t("Lyrics");
    return html`<aside class="player-side" aria-label=${title} data-testid="${this.panel}-panel"
      @keydown=${(event: KeyboardEvent) => this.onPanelKey(event)}>
      <header><h2 tabindex="-1">${title}</h2>${tool("close", t("Close"), () => this.show(null))}</header>
      ${this.panel === "queue" ? html`<refrain-queue></refrain-queue>` : html`<refrain-lyrics></refrain-lyrics>`}
    </aside>`;
  }

  private onPanelKey(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.show(null);
  }

  private async celebrate(track: string): Promise<void> {
    const owned = await shownOf(track);
    this.owned = owned;
    this.requestUpdate();
    document.dispatchEvent(new CustomEvent("refrain:owned", { detail: { track } }));
    window.setTimeout(() => this.owned === owned && this.settle(), CELEBRATED_MS);
  }

  private settle(): void {
    this.owned = null;
    this.requestUpdate();
  }

  // What is done.

  private added(event: CustomEvent<{ tracks: string[]; isNext: boolean }>): void {
    const { tracks, isNext } = event.detail;
    const said = isNext
      ? tn("%(n)s track plays next.", "%(n)s tracks play next.", tracks.length)
      : tn("%(n)s track added to the queue.", "%(n)s tracks added to the queue.", tracks.length);
    toast(said, "good");
    if (!this.shown) void this.turn();
  }

  private async toggleLike(): Promise<void> {
    const { track } = player;
    if (!track) return;
    this.liked = !this.liked;
    this.requestUpdate();
    await like(track, this.liked).catch(() => (this.liked = !this.liked));
    document.dispatchEvent(new CustomEvent("refrain:liked", { detail: { track, liked: this.liked } }));
    this.requestUpdate();
  }

  private shuffle(): void {
    player.edit(queues.shuffle(player.queue, !player.queue.shuffled));
  }

  private repeat(): void {
    player.edit(queues.repeating(player.queue, queues.nextRepeat(player.queue.repeat)));
  }

  private mute(): void {
    player.set({ isMuted: !player.settings.isMuted });
  }

  private turnTo(volume: number): void {
    player.set({ volume: Math.min(1, Math.max(0, volume)), isMuted: false });
  }

  /** On a phone the bar becomes a page; elsewhere there is one for the track. */
  private unfold(): void {
    if (!this.isOpen && !matchMedia(PHONE).matches) {
      this.querySelector<HTMLElement>(".player-title")?.click();
      return;
    }
    this.isOpen = !this.isOpen;
    this.requestUpdate();
  }

  private show(panel: Panel | null): void {
    const opens = panel !== null && panel !== this.panel;
    if (opens) this.back = document.activeElement as HTMLElement | null;
    this.panel = opens ? panel : null;
    this.requestUpdate();
    void this.updateComplete.then(() =>
      opens ? this.querySelector<HTMLElement>(".player-side h2")?.focus() : this.back?.focus(),
    );
  }

  private box(name: "settings" | "help" | "buy"): void {
    this.querySelector<HTMLDialogElement>(`#player-${name}`)?.showModal();
  }

  private offer(): void {
    if (this.buying.begin()) void this.updateComplete.then(() => this.box("buy"));
  }

  private async buy(): Promise<void> {
    await this.buying.buy(() => this.querySelector<HTMLDialogElement>("#player-buy")?.close());
  }

  private onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && this.isOpen) this.unfold();
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    const deed = deedOf({
      key: event.key.length === 1 ? event.key.toLowerCase() : event.key,
      hasModifier: event.altKey || event.ctrlKey || event.metaKey,
      isWriting: target.isContentEditable || target.matches('input:not([type="range"]), textarea, select'),
      isOnControl: target.closest('a, button, summary, input, [role="slider"], [role="tab"], video, audio') !== null,
    });
    if (!deed || !(player.queue.entries.length > 0 || deed === "search")) return;
    if (this.does(deed)) event.preventDefault();
  }

  private does(deed: Deed): boolean {
    const { volume } = player.settings;
    const deeds: Record<Deed, () => unknown> = {
      toggle: () => void player.toggle(),
      next: () => player.skip(),
      previous: () => player.back(),
      back: () => player.seek(player.position - STEP_S),
      forward: () => player.seek(Math.min(player.position + STEP_S, Math.max(0, this.whole))),
      louder: () => this.turnTo(volume + VOLUME_STEP),
      quieter: () => this.turnTo(volume - VOLUME_STEP),
      mute: () => this.mute(),
      search: () => search(),
      help: () => this.box("help"),
      queue: () => this.show("queue"),
      lyrics: () => this.hasLyrics && this.show("lyrics"),
      like: () => isSignedIn() && void this.toggleLike(),
      shuffle: () => this.shuffle(),
      repeat: () => this.repeat(),
    };
    return deeds[deed]() !== false;
  }
}

/** To the field for words, or to the page that has one. */
function search(): boolean {
  const field = document.querySelector<HTMLInputElement>('input[type="search"]');
  if (field) field.focus();
  else document.querySelector<HTMLAnchorElement>('a[href="/search"]')?.click();
  return field !== null;
}

customElements.define("refrain-player", Bar);
