// Installing: where the browser offers it, the account menu has it too, and nobody is asked.

interface Offered extends Event {
  prompt(): Promise<unknown>;
}

let offered: Offered | null = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault(); // no banner over the music
  offered = event as Offered;
  show();
});

addEventListener("appinstalled", () => {
  offered = null;
  show();
});

document.addEventListener("htmx:afterSettle", show);

document.addEventListener("click", (event) => {
  const one = event.target instanceof Element && event.target.closest("[data-install]");
  if (!one) return;
  offered?.prompt().catch(() => undefined); // who was asked already is asked no more
  // It goes away, and the keyboard stays where the menu is opened.
  const menu = one.closest("[popover]")?.id;
  document.querySelector<HTMLElement>(`[popovertarget="${menu}"]`)?.focus();
  offered = null; // it may be used once
  show();
});

function show(): void {
  for (const one of document.querySelectorAll<HTMLElement>("[data-install]")) one.hidden = !offered;
}
