// Small behaviour that any page may ask for by an attribute.
//
// data-opens="ID"     a button opens the dialog of this id
// data-closes         a button closes the dialog that it is in
// data-copies="ID"    a button copies the text of the element of this id
// data-submits        a field sends its form as soon as another value is chosen

import { t } from "./language";
import { toast } from "./toasts";

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest<HTMLElement>("[data-opens], [data-closes], [data-copies]");
  const { opens, closes, copies } = button?.dataset ?? {};
  if (opens) dialog(opens)?.showModal();
  if (closes !== undefined) button?.closest("dialog")?.close();
  if (copies) void copy(copies);
  // A press beside a dialog closes it, as everywhere.
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLSelectElement && field.matches("[data-submits]"))
    field.form?.requestSubmit();
});

function dialog(id: string): HTMLDialogElement | null {
  const found = document.getElementById(id);
  return found instanceof HTMLDialogElement ? found : null;
}

async function copy(id: string): Promise<void> {
  await navigator.clipboard.writeText(document.getElementById(id)?.textContent?.trim() ?? "");
  toast(t("Copied."), "good");
}
