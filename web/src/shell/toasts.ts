// Short notes that come and go by themselves, and are read out.

const SHOWN_MS = 6000;
const MOST = 3;

/** Say something that needs no answer; what is wrong is marked as such. */
export function toast(sentence: string, kind: "" | "good" | "wrong" = ""): void {
  const list = document.querySelector("#toasts");
  if (!list) return;
  const note = document.createElement("p");
  note.className = `toast ${kind}`.trim();
  note.dataset["testid"] = "toast";
  note.textContent = sentence;
  list.append(note);
  while (list.children.length > MOST) list.firstElementChild?.remove();
  window.setTimeout(() => note.remove(), SHOWN_MS);
}
