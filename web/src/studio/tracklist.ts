// The table of tracks: Enter goes on to the next, and tracks are moved by dragging and by keys.

import { t } from "../shell/language";
import { toast } from "../shell/toasts";

class Tracklist extends HTMLElement {
  private readonly stopped = new AbortController();
  private dragged: HTMLElement | null = null;

  connectedCallback(): void {
    const { signal } = this.stopped;
    this.addEventListener("keydown", (event) => this.key(event), { signal });
    if (this.dataset["sorts"] === undefined) return;
    this.addEventListener("click", (event) => this.press(event), { signal });
    for (const place of this.querySelectorAll<HTMLElement>("td.place")) place.draggable = true;
    this.addEventListener("dragstart", (event) => this.lift(event), { signal });
    this.addEventListener("dragover", (event) => this.carry(event), { signal });
    this.addEventListener("dragend", () => this.drop(), { signal });
  }

  disconnectedCallback(): void {
    this.stopped.abort();
  }

  private get rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("tr[data-track]")];
  }

  private key(event: KeyboardEvent): void {
    const field = event.target;
    if (field instanceof HTMLButtonElement && field.classList.contains("move")) {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      this.move(field, by);
    } else if (field instanceof HTMLInputElement && event.key === "Escape") {
      field.value = field.defaultValue;
    } else if (field instanceof HTMLInputElement && isStep(event)) {
      event.preventDefault(); // or the row is sent as a form
      this.step(field, event.key === "ArrowUp" || event.shiftKey ? -1 : 1);
    }
  }

  /** To the same field of the next track; leaving it saves what was written. */
  private step(field: HTMLInputElement, by: number): void {
    const { rows } = this;
    const at = rows.findIndex((row) => row.contains(field));
    const there = rows[at + by]?.querySelector<HTMLInputElement>(`input[name="${field.name}"]`);
    if (there) {
      there.focus();
      there.select();
    } else field.blur();
  }

  private press(event: MouseEvent): void {
    const button = (event.target as Element).closest<HTMLButtonElement>("button.move");
    if (!button) return;
    event.preventDefault();
    this.move(button, button.classList.contains("is-down") ? 1 : -1);
  }

  private move(button: HTMLButtonElement, by: number): void {
    const { rows } = this;
    const row = button.closest<HTMLElement>("tr[data-track]");
    const at = row ? rows.indexOf(row) : -1;
    const other = rows[at + by];
    if (!row || !other) return;
    if (row.parentElement !== other.parentElement) {
      if (by > 0) other.before(row);
      else other.after(row);
    } else if (by > 0) other.after(row);
    else other.before(row);
    this.number();
    const twin = row.querySelector<HTMLButtonElement>(`button.move${button.classList.contains("is-down") ? ".is-down" : ":not(.is-down)"}`);
    (twin?.disabled ? row.querySelector<HTMLButtonElement>("button.move:not(:disabled)") : twin)?.focus();
    void this.save();
  }

  private lift(event: DragEvent): void {
    const place = (event.target as Element).closest?.("td.place");
    const row = place?.closest<HTMLElement>("tr[data-track]");
    if (!row || !event.dataTransfer) return;
    this.dragged = row;
    row.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(row, 0, 0);
  }

  private carry(event: DragEvent): void {
    if (!this.dragged) return;
    event.preventDefault();
    const over = (event.target as Element).closest<HTMLElement>("tr[data-track]");
    if (!over || over === this.dragged) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(this.dragged);
    else over.after(this.dragged);
  }

  private drop(): void {
    if (!this.dragged) return;
    this.dragged.classList.remove("is-dragged");
    this.dragged = null;
    this.number();
    void this.save();
  }

  /** Write the numbers anew, and see which row has where to go. */
  private number(): void {
    for (const body of this.querySelectorAll("tbody")) {
      body.querySelectorAll(".place-number").forEach((one, at) => (one.textContent = String(at + 1)));
    }
    const { rows } = this;
    rows.forEach((row, at) => {
      const [up, down] = row.querySelectorAll<HTMLButtonElement>("button.move");
      if (up) up.disabled = at === 0;
      if (down) down.disabled = at === rows.length - 1;
    });
  }

  private async save(): Promise<void> {
    const order = [...this.querySelectorAll("tbody")]
      .map((body) => [...body.querySelectorAll<HTMLElement>("tr[data-track]")].map((row) => row.dataset["track"]))
      .filter((disc) => disc.length > 0);
    const answer = await fetch(`/api/v1/releases/${this.dataset["release"]}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ order }),
    }).catch(() => null);
    const said = document.getElementById("said");
    if (answer?.ok) {
      if (said) said.textContent = t("The order is saved.");
      return;
    }
    const { detail } = ((await answer?.json().catch(() => null)) ?? {}) as { detail?: string };
    toast(detail ?? t("The order was not saved. Please load the page again."), "wrong");
  }
}

const isStep = (event: KeyboardEvent): boolean =>
  event.key === "Enter" || (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown"));

customElements.define("refrain-tracklist", Tracklist);
