// Which engine this browser has.

import type { Quality } from "./choice";
import type { Engine, Listener } from "./engine";
import { Gapless } from "./gapless";
import type { Levels } from "./graph";
import { Native } from "./native";

export function engineFor(
  audio: HTMLAudioElement,
  levels: Levels,
  quality: () => Quality,
  listener: Listener,
): Engine {
  return Gapless.isSupported()
    ? new Gapless(audio, quality, levels, listener)
    : new Native(audio, levels, listener);
}
