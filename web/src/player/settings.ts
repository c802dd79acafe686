// What this device was told once: how loud, how good, levelled by what.

import type { Quality } from "./choice";
import type { Levelling } from "./loudness";

export interface Settings {
  volume: number;
  isMuted: boolean;
  quality: Quality;
  levelling: Levelling;
}

const KEPT = "refrain.player.settings";
const USUAL: Settings = { volume: 1, isMuted: false, quality: "auto", levelling: "album" };

export function readSettings(): Settings {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Settings>) };
  } catch {
    return USUAL;
  }
}

export function keepSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(settings));
  } catch {
    return; // a private window may keep nothing
  }
}
