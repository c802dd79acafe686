// Short notes that are read out: most come and go by themselves, some wait for an answer.

import { focusHeading } from "./focus";
import { t } from "./language";

const SHOWN_MS = 6000;
const MOST = 3;

/** Say something that needs no answer; what is wrong is marked as such. */
export function toast(sentence: string, kind: "" | "good" | "wrong" = ""): void {
  const note = noted(sentence, kind);
  if (note) window.setTimeout(() => note.remove(), SHOWN_MS);
}

/** Offer something; it stays until it is taken, or put away. */
export function offer(sentence: string, deed: string, act: () => void): void {
  const note = noted(sentence, "is-offer");
  note?.append(button(deed, "toast-deed", act), button("×", "toast-away", () => putAway(note)));
  note?.lastElementChild?.setAttribute("aria-label", t("Close"));
}

function putAway(note: HTMLElement): void {
  if (note.contains(document.activeElement)) focusHeading();
  note.remove();
}

function noted(sentence: string, kind: string): HTMLElement | null {
  const list = document.querySelector("#toasts");
  if (!list) return null;
  const note = document.createElement("p");
  note.className = `toast ${kind}`.trim();
  note.dataset["testid"] = "toast";
  note.textContent = sentence;
  list.append(note);
  // What is offered waits for its answer.
  const fleeting = [...list.children].filter((one) => !one.matches(".is-offer"));
  while (list.children.length > MOST && fleeting.length > 1) fleeting.shift()?.remove();
  return note;
}

function button(words: string, name: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: name, textContent: words });
  made.addEventListener("click", act);
  return made;
}
