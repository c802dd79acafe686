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
  if (!(event.target instanceof Element) || !event.target.closest("[data-install]")) return;
  void offered?.prompt();
  offered = null; // it may be used once
  show();
});

function show(): void {
  for (const one of document.querySelectorAll<HTMLElement>("[data-install]")) one.hidden = !offered;
}
