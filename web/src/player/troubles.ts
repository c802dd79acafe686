// Why nothing sounds, where somebody can do something about it.

import { Problem } from "../api";
import { t } from "../shell/language";

export interface Trouble {
  kind: "sign-in" | "credit" | "elsewhere" | "refused";
  sentence: string;
}

const KINDS: Record<string, Trouble["kind"]> = {
  "sign-in-first": "sign-in",
  "too-many-plays": "elsewhere",
  "insufficient-credit": "credit",
};

/** What a fault means; `refused` is the fault of a track alone. */
export function troubleOf(error: Error): Trouble {
  const code = error instanceof Problem ? error.code : "";
  const sentence = error.message || t("This track cannot be played here.");
  return { kind: KINDS[code] ?? "refused", sentence };
}
