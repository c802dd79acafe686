// What is heard next, to be put in order by hand and by keys.

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { clock } from "../format";
import { t, tn } from "../shell/language";
import { cardOf, coverOf, shownOf } from "./facts";
import { icon } from "./icons";
import * as queues from "./queue";
import type { Entry } from "./queue";
import { player } from "./the";

export class QueuePanel extends LitElement {
  private dragged: number | null = null;
  private readonly update_ = (): void => this.requestUpdate();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    player.addEventListener("change", this.update_);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    player.removeEventListener("change", this.update_);
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>("[aria-current]")?.scrollIntoView({ block: "center" });
  }

  protected override render(): TemplateResult {
    const { entries, current } = player.queue;
    const left = entries.length - current - 1;
    return html`
      <p class="panel-note">${
        left > 0 ? tn("%(n)s track comes next.", "%(n)s tracks come next.", left) : t("Nothing comes next.")
      }
        ${
          entries.length > 1
            ? html`<button type="button" class="quiet" data-testid="queue-clear"
                @click=${() => player.edit(queues.clear(player.queue))}>${t("Clear")}</button>`
            : nothing
        }</p>
      <ol class="queue" data-testid="queue-list">
        ${entries.map((entry, n) => this.row(entry, n))}
      </ol>`;
  }

  private row(entry: Entry, n: number): TemplateResult {
    const card = cardOf(entry.track);
    if (!card) void shownOf(entry.track).then(this.update_, () => undefined);
    const title = card?.title ?? "…";
    const isHeard = n === player.queue.current;
    const state = isHeard ? (player.isPlaying ? "playing" : "paused") : nothing;
    return html`<li
      draggable="true" data-testid="queue-item" data-key=${entry.key} data-playing=${state}
      class=${n < player.queue.current ? "is-past" : ""}
      aria-current=${isHeard ? "true" : nothing}
      @dragstart=${() => (this.dragged = entry.key)}
      @dragover=${(event: DragEvent) => event.preventDefault()}
      @drop=${(event: DragEvent) => this.drop(event, n)}
      @keydown=${(event: KeyboardEvent) => this.onKey(event, entry, n)}
    >
      <button type="button" class="queue-what" @click=${() => player.jump(entry.key)}>
        <span class="queue-art" aria-hidden="true"><img src=${coverOf(entry.track, 96)} alt="" width="40" height="40" loading="lazy">
          <span class="equaliser"><i></i><i></i><i></i></span></span>
        <span class="queue-title">${title}</span>
        <span class="queue-by">${card?.artist ?? ""}</span>
        <span class="number">${card?.duration ? clock(card.duration) : ""}</span>
      </button>
      ${this.tool("up", t("Move %(title)s up", { title }), () => this.move(entry, n - 1), n === 0)}
      ${this.tool("down", t("Move %(title)s down", { title }), () => this.move(entry, n + 1),
        n === player.queue.entries.length - 1)}
      ${this.tool("close", t("Remove %(title)s", { title }), () => this.takeOut(entry, n), false)}
    </li>`;
  }

  private tool(name: "up" | "down" | "close", label: string, act: () => void, isOff: boolean): TemplateResult {
    return html`<button type="button" class="tool" data-tool=${name} aria-label=${label} title=${label}
      ?disabled=${isOff} @click=${act}>${icon(name)}</button>`;
  }

  private onKey(event: KeyboardEvent, entry: Entry, n: number): void {
    const deeds: Record<string, () => void> = event.altKey
      ? { ArrowUp: () => this.move(entry, n - 1), ArrowDown: () => this.move(entry, n + 1) }
      : { Delete: () => this.takeOut(entry, n) };
    const act = deeds[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private drop(event: DragEvent, to: number): void {
    event.preventDefault();
    if (this.dragged !== null) player.edit(queues.move(player.queue, this.dragged, to));
    this.dragged = null;
  }

  private move(entry: Entry, to: number): void {
    const tool = document.activeElement?.getAttribute("data-tool");
    player.edit(queues.move(player.queue, entry.key, to));
    void this.refocus(entry.key, tool);
  }

  private takeOut(entry: Entry, n: number): void {
    player.edit(queues.remove(player.queue, entry.key));
    const beside = player.queue.entries[Math.min(n, player.queue.entries.length - 1)];
    if (beside) void this.refocus(beside.key, null);
  }

  /** Rows are drawn anew; who worked on one goes on with it, before the next key is pressed. */
  private async refocus(key: number, tool: string | null | undefined): Promise<void> {
    this.requestUpdate();
    await this.updateComplete;
    const row = this.querySelector(`[data-key="${key}"]`);
    const wanted = tool ? row?.querySelector<HTMLButtonElement>(`[data-tool="${tool}"]:enabled`) : null;
    (wanted ?? row?.querySelector<HTMLElement>(".queue-what"))?.focus();
  }
}

customElements.define("refrain-queue", QueuePanel);
