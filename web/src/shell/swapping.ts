// Pages are swapped, so that the music goes on: the way of htmx here, and what it leaves to us.
//
// Links and forms replace #shell (head, page, foot) by that of the page they lead to; the player
// is beside it. Pages are never kept: back and forward ask the server again, since what somebody
// saw who signed out is nobody's business, and since islands would be revived half drawn.

import htmx from "htmx.org";
import { focusHeading } from "./focus";
import { islands } from "./islands";
import { speak, t } from "./language";
import { leave, remember, returnTo } from "./scrolling";
import { toast } from "./toasts";

interface Swap {
  boosted?: boolean;
  isError: boolean;
  requestConfig: { elt: Element; triggeringEvent?: Event; verb: string };
  selectOverride: string;
  shouldSwap: boolean;
  swapOverride: string;
  target: Element;
  xhr: XMLHttpRequest;
}

const SHELL = "#shell";
const SIGN_IN = "/sign-in";
/** What a browser does itself: what leads out of the pages, and what is saved. */
const UNBOOSTED = [
  "a[download]",
  ...["/api/", "/docs", "/media/", "/oauth/"].map((path) => `a[href^="${path}"]`),
  ...["/api/", "/oauth/"].map((path) => `form[action^="${path}"]`),
  'form:has(input[name="next"][value^="/oauth/"])',
].join(",");
const SLOW_MS = 200;
const PATIENCE_MS = 60_000;
/** Deeds of the office go through the books, or through the whole store. */
const OFFICE_MS = 600_000;
const MULTIPART = '[enctype="multipart/form-data"], [hx-encoding="multipart/form-data"]';
const APP = /\/assets\/app-[\w]+\.js/;

Object.assign(htmx.config, {
  allowEval: false,
  defaultSettleDelay: 0, // a page is seen where it shall be from its first moment on
  historyCacheSize: 0,
  includeIndicatorStyles: false,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "[45]..", swap: true, error: true },
  ],
  scrollIntoViewOnBoost: false,
  selfRequestsOnly: true,
  timeout: PATIENCE_MS,
});

const on = <Detail>(name: string, act: (detail: Detail, event: Event) => void): void =>
  document.addEventListener(name, (event) => act((event as CustomEvent<Detail>).detail, event));

on<{ elt: Element }>("htmx:beforeProcessNode", ({ elt }) => {
  if (elt.matches(UNBOOSTED)) elt.setAttribute("hx-boost", "false");
});

interface Asked {
  elt: Element;
  headers: Record<string, string>;
  path: string;
  timeout: number;
}

on<Asked>("htmx:configRequest", (request) => {
  request.headers["Accept"] = "text/html";
  if (request.elt.closest(MULTIPART)) request.timeout = 0; // a file takes as long as its line
  else if (request.path.startsWith("/office")) request.timeout = OFFICE_MS;
});

/** The path of a page that somebody goes back to. */
let returning: string | null = null;
let slow = 0;
let waiting = 0;

on("htmx:beforeRequest", () => {
  waiting += 1;
  window.clearTimeout(slow);
  slow = window.setTimeout(() => progress(true), SLOW_MS);
});

on("htmx:afterRequest", () => {
  waiting = Math.max(0, waiting - 1);
  if (waiting) return;
  window.clearTimeout(slow);
  progress(false);
});

const progress = (isShown: boolean): void => {
  document.querySelector("#progress")?.classList.toggle("is-shown", isShown);
};

on<Swap>("htmx:beforeSwap", (swap) => {
  const isHtml = swap.xhr.getResponseHeader("Content-Type")?.startsWith("text/html");
  if (!isHtml) {
    swap.shouldSwap = false;
    if (swap.isError) refused(swap);
    else if (swap.boosted) location.assign(swap.xhr.responseURL);
  } else if (swap.boosted) {
    swap.target = document.querySelector(SHELL) ?? document.body;
    swap.selectOverride = SHELL;
    swap.swapOverride = "outerHTML";
  } else if (!swap.target.matches(SHELL) && isPartMissing(swap)) {
    swap.shouldSwap = false; // an error, or where one signs in: what is there stays
    refused(swap);
  }
  if (!swap.shouldSwap || !swap.target.matches(SHELL)) return;
  if (isUpgraded(swap)) {
    swap.shouldSwap = false;
    if (swap.boosted) location.assign(swap.xhr.responseURL);
    else location.reload();
  } else leave();
});

/** Whether the page is of another version than our scripts; music, and what was sent, go before. */
function isUpgraded({ requestConfig, xhr }: Swap): boolean {
  const ours = document.querySelector('head script[type="module"]')?.getAttribute("src");
  const [theirs] = APP.exec(xhr.responseText) ?? [];
  const isHeard = document.querySelector(".player[data-playing]") !== null;
  return requestConfig.verb === "get" && Boolean(ours && theirs && ours !== theirs) && !isHeard;
}

/** Whether a page came that has not the part that was asked for, or in the place of a part. */
function isPartMissing({ requestConfig, xhr }: Swap): boolean {
  const part = requestConfig.elt.getAttribute("hx-select");
  if (part?.startsWith("#")) return !xhr.responseText.includes(`id="${part.slice(1)}"`);
  return part === null && xhr.responseText.includes(`id="${SHELL.slice(1)}"`);
}

/** Say so to who did something, or lead them to sign in; what asks by itself asks again. */
function refused({ requestConfig, xhr }: Swap): void {
  if (!requestConfig.triggeringEvent) return;
  const isStranger = xhr.status === 401 || new URL(xhr.responseURL).pathname === SIGN_IN;
  const here = encodeURIComponent(location.pathname + location.search);
  if (isStranger) location.assign(`${SIGN_IN}?next=${here}`);
  else toast(t("That did not work. Please try again."), "wrong");
}

on<{ target: Element; boosted?: boolean }>("htmx:afterSettle", ({ target, boosted }) => {
  const isPage = boosted || target.matches(SHELL);
  islands(() => isPage && navigator.onLine && location.reload());
  if (isPage) arrived();
});

on("htmx:sendError", () =>
  toast(t("You seem to be offline. Nothing was sent; try again in a moment."), "wrong"),
);
on("htmx:timeout", () => toast(t("That took too long. Please try again."), "wrong"));

on<{ path: string }>("htmx:historyCacheMiss", ({ path }, event) => {
  event.preventDefault();
  const found = { target: SHELL, select: SHELL, swap: "outerHTML" as const };
  returning = path;
  void htmx.ajax("get", path, found);
});

/** A page came: the document takes on what is said of all of it, and readers are told. */
function arrived(): void {
  const shell = document.querySelector<HTMLElement>(SHELL);
  const root = document.documentElement;
  if (shell) {
    root.lang = shell.lang;
    root.dataset["theme"] = shell.dataset["theme"] ?? "";
    root.dataset["messages"] = shell.dataset["messages"] ?? "";
    void speak();
    tint();
  }
  if (returning === null) remember();
  else returnTo(returning);
  returning = null;
  if (!document.querySelector("#page [autofocus]")) focusHeading();
  const announcer = document.querySelector("#announcer");
  if (announcer) announcer.textContent = document.title;
}

/** What is around the page is of the colour that was chosen, or else of that which a device has. */
function tint(): void {
  const isChosen = Boolean(document.documentElement.dataset["theme"]);
  const ground = isChosen && getComputedStyle(document.body).backgroundColor;
  for (const one of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]'))
    one.content = ground || (one.dataset["own"] ?? one.content);
}

window.addEventListener("offline", () => toast(t("You are offline. What is loaded plays on."), "wrong"));
window.addEventListener("online", () => toast(t("You are online again.")));
