// What is sung, line by line as it is.

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { type Lyrics, lyricsOf } from "../api";
import { t } from "../shell/language";
import { factsOf } from "./facts";
import { lineAt } from "./lyrics";
import { player } from "./the";

const isStill = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class LyricsPanel extends LitElement {
  private track: string | null = null;
  private lyrics: Lyrics | null = null;
  private isAsked = false;
  private line = -1;
  private readonly stopped = new AbortController();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { signal } = this.stopped;
    player.addEventListener("change", () => void this.load(), { signal });
    player.addEventListener("time", () => this.follow(), { signal });
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopped.abort();
  }

  private async load(): Promise<void> {
    const { track } = player;
    if (track === this.track) return;
    Object.assign(this, { track, lyrics: null, line: -1, isAsked: false });
    this.requestUpdate();
    const lyrics = track ? await found(track).catch(() => null) : null;
    if (track !== this.track) return;
    Object.assign(this, { lyrics, isAsked: true });
    this.follow();
    this.requestUpdate();
  }

  private follow(): void {
    const lines = this.lyrics?.lines;
    const line = lines ? lineAt(lines, player.position) : -1;
    if (line === this.line) return;
    this.line = line;
    this.requestUpdate();
  }

  protected override updated(): void {
    const behavior = isStill() ? "auto" : "smooth";
    this.querySelector("[aria-current]")?.scrollIntoView({ block: "center", behavior });
  }

  protected override render(): TemplateResult {
    const { lyrics } = this;
    if (!lyrics) return html`<p class="panel-note">${this.isAsked ? t("Nobody wrote down what is sung.") : ""}</p>`;
    const language = lyrics.language ?? nothing;
    if (!lyrics.lines) return html`<p class="lyrics is-plain" lang=${language}>${lyrics.plain}</p>`;
    return html`<ol class="lyrics" lang=${language} data-testid="lyrics">
      ${lyrics.lines.map(
        (one, n) => html`<li aria-current=${n === this.line ? "true" : nothing}>
          <button type="button" @click=${() => player.seek(one.at / 1000)}>${one.text || "♪"}</button>
        </li>`,
      )}
    </ol>`;
  }
}

async function found(track: string): Promise<Lyrics | null> {
  const { has_lyrics } = await factsOf(track);
  return has_lyrics ? lyricsOf(track) : null;
}

customElements.define("refrain-lyrics", LyricsPanel);
