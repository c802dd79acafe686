// The order of a playlist: moved by the buttons that are there anyway, by Alt and an arrow, or dragged.

import { t } from "../shell/language";
import { toast } from "../shell/toasts";

/** What moves an entry to where it stands now: behind the one above it, or before the one below. */
async function keep(list: string, row: Element): Promise<void> {
  const above = entryOf(row.previousElementSibling);
  const below = entryOf(row.nextElementSibling);
  const place = above ? { behind: above } : { before: below };
  const answer = await fetch(`/api/v1/playlists/${list}/entries/${entryOf(row)}`, {
    method: "PATCH",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(place),
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
}

const entryOf = (row: Element | null): string | undefined => toolsOf(row)?.dataset["entry"];
const toolsOf = (row: Element | null): HTMLElement | null =>
  row?.querySelector<HTMLElement>("[data-entry]") ?? null;
const rowOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("li.track") : null;

class Order extends HTMLElement {
  private dragged: HTMLElement | null = null;
  private from = 0;

  connectedCallback(): void {
    for (const tools of this.querySelectorAll<HTMLElement>("[data-entry]"))
      if (!tools.querySelector(".entry-grip")) tools.prepend(this.grip(tools.dataset["title"] ?? ""));
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("pointerdown", this.onGrab);
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.onSubmit);
    this.removeEventListener("keydown", this.onKey);
    this.removeEventListener("pointerdown", this.onGrab);
  }

  private get list(): HTMLElement | null {
    return this.querySelector("ol");
  }

  private grip(title: string): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button is-quiet is-icon entry-grip";
    button.setAttribute("aria-label", t("Move “%(title)s”: with the arrows, or by dragging", { title }));
    button.textContent = "⠿";
    return button;
  }

  private readonly onSubmit = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    const way = form.dataset["move"];
    const row = rowOf(form);
    if (!way || !row) return;
    event.preventDefault();
    void this.step(row, way === "up" ? -1 : 1, event.submitter);
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const isGrip = (event.target as Element).matches(".entry-grip");
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = rowOf(event.target);
    if (!isGrip || !way || !row) return;
    event.preventDefault();
    event.stopPropagation();
    void this.step(row, way, event.target as HTMLElement);
  };

  private async step(row: HTMLElement, way: number, focus: HTMLElement | null): Promise<void> {
    const other = way < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (way < 0) other.before(row);
    else other.after(row);
    focus?.focus();
    await this.keep(row, () => (way < 0 ? other.after(row) : other.before(row)));
  }

  private readonly onGrab = (event: PointerEvent): void => {
    const row = rowOf(event.target);
    const grip = (event.target as Element).closest<HTMLElement>(".entry-grip");
    if (!grip || !row || event.button !== 0) return;
    this.dragged = row;
    this.from = this.place(row);
    row.dataset["dragged"] = "";
    // Not by the grip: what is moved in the page loses what it captured.
    this.setPointerCapture(event.pointerId);
    this.addEventListener("pointermove", this.onDrag);
    this.addEventListener("lostpointercapture", this.onDrop, { once: true });
  };

  private readonly onDrag = (event: PointerEvent): void => {
    const { dragged, list } = this;
    if (!dragged || !list) return;
    for (const row of list.children) {
      const { top, height } = row.getBoundingClientRect();
      if (row === dragged || event.clientY < top || event.clientY > top + height) continue;
      const isAbove = event.clientY < top + height / 2;
      if (isAbove && row.previousElementSibling !== dragged) row.before(dragged);
      else if (!isAbove && row.nextElementSibling !== dragged) row.after(dragged);
      return;
    }
  };

  private readonly onDrop = (): void => {
    const { dragged, list, from } = this;
    this.removeEventListener("pointermove", this.onDrag);
    this.dragged = null;
    if (!dragged || !list) return;
    delete dragged.dataset["dragged"];
    if (this.place(dragged) === from) return;
    void this.keep(dragged, () => {
      const others = [...list.children].filter((one) => one !== dragged);
      list.insertBefore(dragged, others[from] ?? null);
    });
  };

  private place(row: Element): number {
    return [...(this.list?.children ?? [])].indexOf(row);
  }

  private async keep(row: HTMLElement, undo: () => void): Promise<void> {
    const title = toolsOf(row)?.dataset["title"] ?? "";
    try {
      await keep(this.dataset["playlist"] ?? "", row);
      const place = this.place(row) + 1;
      const of = this.list?.children.length ?? 0;
      this.say(t("“%(title)s” is number %(place)s of %(of)s now.", { title, place, of }));
    } catch {
      undo();
      toast(t("That could not be moved: load the page again, and try once more."), "wrong");
    }
  }

  private say(words: string): void {
    const place = this.querySelector("[data-said]");
    if (place) place.textContent = words;
  }
}

customElements.define("refrain-order", Order);
