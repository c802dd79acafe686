// Islands: custom elements whose script is fetched once a page has one of them.

/** By tag, what defines it. One line each, in the order of the alphabet. */
const ISLANDS: Record<string, () => Promise<unknown>> = {
  "refrain-cover": () => import("../studio/cover"),
  "refrain-order": () => import("../mine/order"),
  "refrain-passkeys": () => import("../account/passkeys"),
  "refrain-previews": () => import("../listener/previews"),
  "refrain-sum": () => import("../studio/sum"),
  "refrain-tracklist": () => import("../studio/tracklist"),
  "refrain-upload": () => import("../studio/upload"),
};

/** Define the elements that are on the page; those that are there already stay as they are. */
export function islands(): void {
  for (const [tag, load] of Object.entries(ISLANDS)) {
    if (!customElements.get(tag) && document.querySelector(tag)) void load();
  }
}
