// Keys that work everywhere on a page, but where somebody writes.

export type Deed =
  | "toggle" | "next" | "previous" | "back" | "forward" | "louder" | "quieter"
  | "mute" | "search" | "help" | "queue" | "lyrics" | "like" | "shuffle" | "repeat";

export const KEYS: readonly { keys: readonly string[]; deed: Deed }[] = [
  { keys: [" ", "k"], deed: "toggle" },
  { keys: ["ArrowLeft"], deed: "back" },
  { keys: ["ArrowRight"], deed: "forward" },
  { keys: ["ArrowUp"], deed: "louder" },
  { keys: ["ArrowDown"], deed: "quieter" },
  { keys: ["n"], deed: "next" },
  { keys: ["p"], deed: "previous" },
  { keys: ["m"], deed: "mute" },
  { keys: ["s"], deed: "shuffle" },
  { keys: ["r"], deed: "repeat" },
  { keys: ["l"], deed: "like" },
  { keys: ["q"], deed: "queue" },
  { keys: ["y"], deed: "lyrics" },
  { keys: ["/"], deed: "search" },
  { keys: ["?"], deed: "help" },
];

/** A press, and what it was made on: what the element does with keys itself is left to it. */
export interface Press {
  key: string;
  hasModifier: boolean;
  /** In a field, or in something that can be edited. */
  isWriting: boolean;
  /** On a button, a link, a slider, a list: space and arrows are theirs. */
  isOnControl: boolean;
}

const THEIRS = new Set([" ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]);

export function deedOf(press: Press): Deed | null {
  if (press.hasModifier || press.isWriting) return null;
  if (press.isOnControl && THEIRS.has(press.key)) return null;
  return KEYS.find((one) => one.keys.includes(press.key))?.deed ?? null;
}
