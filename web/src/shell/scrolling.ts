// Where one was on each page: a new page begins at its top, one that was left where it was left.

const KEPT = "refrain.scrolled";
const places = new Map<string, number>(read());
/** Nowhere, while a page comes: what is half there is scrolled by nobody. */
let here: string | null = address();

history.scrollRestoration = "manual";
addEventListener("scroll", () => here !== null && places.set(here, scrollY), { passive: true });
addEventListener("pagehide", keep);

const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
if (entry && entry.type !== "navigate") returnTo(address());

/** The page goes. */
export function leave(): void {
  if (here !== null) places.set(here, scrollY);
  here = null;
}

/** A page came in the place of another: it is seen from its top, or from where its address says. */
export function remember(): void {
  here = address();
  const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (named) named.scrollIntoView();
  else scrollTo(0, 0);
}

/** Somebody came back. */
export function returnTo(path: string): void {
  here = path;
  scrollTo(0, places.get(path) ?? 0);
}

function address(): string {
  return location.pathname + location.search;
}

function read(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as [string, number][];
  } catch {
    return []; // forbidden, or not ours
  }
}

function keep(): void {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify([...places]));
  } catch {
    return; // full, or forbidden
  }
}
