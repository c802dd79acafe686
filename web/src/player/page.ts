// What pages ask of the player by attributes, and how they show what is heard: docs/player.md.

import { accountHere } from "./account";
import type { Player } from "./player";
import type { Context } from "./queue";

interface Asked {
  tracks: string[];
  start?: number;
  context?: Context | null;
}

const read = (text: string | undefined): Asked | null => {
  try {
    const asked: unknown = JSON.parse(text ?? "");
    return Array.isArray(asked) ? { tracks: asked as string[] } : (asked as Asked);
  } catch {
    return null;
  }
};

export class Pages {
  constructor(private readonly player: Player) {
    document.addEventListener("click", (event) => this.onClick(event));
    player.addEventListener("change", () => this.mark());
    new MutationObserver((changes) => this.onSwap(changes)).observe(document.body, {
      childList: true,
      subtree: true,
    });
    this.mark();
  }

  private onClick(event: MouseEvent): void {
    const { target } = event;
    const button = target instanceof Element ? target.closest<HTMLElement>(ASKING) : null;
    if (!button) return;
    event.preventDefault();
    const { play, playNext, enqueue } = button.dataset;
    const [now, next, last] = [read(play), read(playNext), read(enqueue)];
    if (now) this.play(now);
    if (next) this.player.playNext(next.tracks);
    if (last) this.player.enqueue(last.tracks);
    if (next || last) announce(next ?? last, next !== null);
  }

  private play(asked: Asked): void {
    const { tracks, start = 0, context = null } = asked;
    if (this.isHeard(asked)) void this.player.toggle();
    else this.player.playNow(tracks, { start, context });
  }

  /** Whether it is just what is heard, so that a press pauses it. */
  private isHeard({ tracks, start, context }: Asked): boolean {
    const { track, queue } = this.player;
    if (track === null) return false;
    if (!context || queue.context?.kind !== context.kind || queue.context.id !== context.id)
      return tracks.length === 1 && tracks[0] === track && !context;
    return start === undefined ? tracks.includes(track) : tracks[start] === track;
  }

  private onSwap(changes: readonly MutationRecord[]): void {
    const isElement = (one: Node): boolean => one instanceof Element;
    const isSwap = ({ target, addedNodes, removedNodes }: MutationRecord): boolean =>
      !(target as Element).closest("refrain-player") &&
      [...addedNodes, ...removedNodes].some(isElement);
    if (!changes.some(isSwap)) return;
    this.player.become(accountHere());
    this.mark();
  }

  /** Show what is heard on the page that is there now. */
  private mark(): void {
    const { track } = this.player;
    const state = this.player.isPlaying ? "playing" : "paused";
    for (const row of document.querySelectorAll<HTMLElement>("[data-track-row]"))
      set(row, row.dataset["trackRow"] === track ? state : null, true);
    for (const button of document.querySelectorAll<HTMLElement>("[data-play]")) {
      const asked = read(button.dataset["play"]);
      set(button, asked && this.isHeard(asked) ? state : null, false);
    }
  }
}

const ASKING = "[data-play], [data-play-next], [data-enqueue]";

/** Say so only where it is otherwise: each writing is seen by observers. */
function set(element: HTMLElement, state: string | null, isRow: boolean): void {
  if ((element.dataset["playing"] ?? null) === state) return;
  if (state === null) delete element.dataset["playing"];
  else element.dataset["playing"] = state;
  if (!isRow) return;
  if (state === null) element.removeAttribute("aria-current");
  else element.setAttribute("aria-current", "true");
}

function announce(asked: Asked | null, isNext: boolean): void {
  const detail = { tracks: asked?.tracks ?? [], isNext };
  document.dispatchEvent(new CustomEvent("refrain:added", { detail }));
}
