// The worker beside the pages: begun behind all else, and succeeded by a new one only when asked.
//
// A new version waits: scripts of one and files of another do not go together, and a page that is
// loaded anew is silent for a moment. So it is said once, and somebody chooses when. A page that is
// of the new version already is told nothing.

import { t } from "./language";
import { offer } from "./toasts";

const AFTER_MS = 1500;
const LOOKED_EVERY_MS = 3_600_000;
const TAKE_OVER = "take-over";

/** Let pages be there without a network; where there are no workers, they are as they were. */
export function beginWorker(): void {
  if (!("serviceWorker" in navigator)) return;
  const later = (): unknown => setTimeout(() => void begin().catch(() => undefined), AFTER_MS);
  if (document.readyState === "complete") later();
  else addEventListener("load", later);
}

async function begin(): Promise<void> {
  const { serviceWorker } = navigator;
  const found = await serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
  if (found.waiting) void settle(found, found.waiting);
  awaitComing(found); // that it was found may have been told before anybody listened
  found.addEventListener("updatefound", () => awaitComing(found));
  lookAgain(found);
}

function awaitComing(found: ServiceWorkerRegistration): void {
  const coming = found.installing;
  const isFirst = found.active === null;
  coming?.addEventListener("statechange", () => {
    if (coming.state === "installed" && !isFirst) void settle(found, coming);
  });
}

/** Pages come by the network: one that is of the new version has nothing to be told. */
async function settle(found: ServiceWorkerRegistration, coming: ServiceWorker): Promise<void> {
  if (!(await isOfIt(coming))) tell(found);
}

/** Ask a worker whether it keeps what this page is made of; if so, it takes over when it can. */
function isOfIt(coming: ServiceWorker): Promise<boolean> {
  const made = [
    document.querySelector<HTMLScriptElement>('head script[type="module"]')?.src,
    document.querySelector<HTMLLinkElement>('head link[rel="stylesheet"]')?.href,
  ];
  const files = made.flatMap((one) => (one ? [new URL(one).pathname] : []));
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data === true);
    coming.postMessage(files, [port2]);
  });
}

/** A page that is swapped for days loads nothing anew by itself. */
function lookAgain(found: ServiceWorkerRegistration): void {
  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - looked < LOOKED_EVERY_MS) return;
    looked = Date.now();
    void found.update().catch(() => undefined);
  });
}

let isTold = false;

/** Say it once; what is taken is what waits by then. */
function tell(found: ServiceWorkerRegistration): void {
  if (isTold) return;
  isTold = true;
  offer(t("A new version is here."), t("Reload"), () => {
    const { waiting } = found;
    waiting?.addEventListener("statechange", () => {
      if (waiting.state === "activated") location.reload();
    });
    waiting?.postMessage(TAKE_OVER);
    if (!waiting) location.reload(); // another window was before us
  });
}

// Who sees the page of the worker sees the page they went to, once there is a network.
addEventListener("online", () => {
  if (document.querySelector("[data-offline]")) location.reload();
});
