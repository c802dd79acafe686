// The worker beside the pages: it keeps the files of the shell, and a page for who has no network.
//
// It answers two kinds of requests and no others: a page that somebody goes to (by the network, and
// only without one by the page that was kept), and files of the shell, whose names change with what
// is in them. Music and its ranges, the interface, uploads and events it never touches. Nothing
// that anybody sees who is signed in is kept: devices are lent and sold, somebody signs out, and
// what a cache holds would outlive both.

export {};

/** What is kept: told by who serves this script, whose bytes change with it. */
declare const KEPT: { version: string; files: string[]; pages: Record<string, string> };
declare const self: ServiceWorkerGlobalScope;

/** A way past the worker, which browsers that know of it take without waking it. */
interface Routing {
  addRoutes?(rules: { condition: { urlPattern: URLPatternInit }; source: "network" }[]): Promise<void>;
}
interface URLPatternInit {
  pathname: string;
}

const CACHE = `refrain-${KEPT.version}`;
/** In which language pages were seen last, where nobody can be asked. */
const LANGUAGES = "refrain-language";
const SPOKEN = "/offline/language";
const FILES = new Set(KEPT.files);
/** Addresses of programs, of others' pages, and of what is saved. */
const PASSED = ["api", "assets", "edge", "embed", "media", "oauth"];
const TAKE_OVER = "take-over";

self.addEventListener("install", (event) => {
  const rules = PASSED.filter((one) => one !== "assets").map((one) => ({
    condition: { urlPattern: { pathname: `/${one}/*` } },
    source: "network" as const,
  }));
  const routed = (event as Routing).addRoutes?.(rules).catch(() => undefined);
  event.waitUntil(Promise.all([keep(), routed]));
});

/** All, or there is no new version: pages need all of it. */
async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  const pages = Object.values(KEPT.pages);
  // Of nobody: the page is asked for as by a visitor, whoever is signed in.
  const asked = pages.map((path) => new Request(path, { cache: "reload", credentials: "omit" }));
  await cache.addAll([...KEPT.files, ...asked]);
}

self.addEventListener("activate", (event) => event.waitUntil(succeed()));

async function succeed(): Promise<void> {
  const kept = [CACHE, LANGUAGES];
  const old = (await caches.keys()).filter((one) => one.startsWith("refrain-") && !kept.includes(one));
  await Promise.all(old.map((one) => caches.delete(one)));
  // Pages are asked for while the worker wakes up, not behind that.
  await self.registration.navigationPreload?.enable();
}

// Nothing takes the place of a version that is used until somebody says so.
self.addEventListener("message", (event) => {
  if (event.data === TAKE_OVER) void self.skipWaiting();
  else if (Array.isArray(event.data)) event.waitUntil(compared(event.data, event.ports[0]));
});

/** Tell a page whether it is of this version; where no other page is open, nothing else is used. */
async function compared(files: string[], port: MessagePort | undefined): Promise<void> {
  const isOurs = files.every((one) => FILES.has(one));
  port?.postMessage(isOurs);
  const windows = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  if (isOurs && windows.length === 1) await self.skipWaiting();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || request.method !== "GET" || request.headers.has("Range")) return;
  if (FILES.has(pathname)) event.respondWith(kept(request));
  else if (isPage(request, pathname)) event.respondWith(page(event));
});

function isPage({ mode, destination }: Request, pathname: string): boolean {
  const [, first = ""] = pathname.split("/");
  return mode === "navigate" && destination === "document" && !PASSED.includes(first);
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function page(event: FetchEvent): Promise<Response> {
  try {
    const loaded = (await event.preloadResponse) as Response | undefined;
    const answer = loaded ?? (await fetch(event.request));
    const language = answer.headers.get("Content-Language");
    if (language) event.waitUntil(remember(language));
    return answer;
  } catch {
    return offline();
  }
}

async function remember(language: string): Promise<void> {
  const cache = await caches.open(LANGUAGES);
  if ((await spoken(cache)) !== language) await cache.put(SPOKEN, new Response(language));
}

const spoken = async (cache: Cache): Promise<string | undefined> =>
  (await cache.match(SPOKEN))?.text();

async function offline(): Promise<Response> {
  const said = await spoken(await caches.open(LANGUAGES));
  const wanted = [said, ...navigator.languages].map((one) => KEPT.pages[(one ?? "").slice(0, 2)]);
  const path = wanted.find(Boolean) ?? KEPT.pages["en"] ?? "/offline";
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) ?? Response.error();
}
