// What a track costs who hears it, and how far it is theirs.

/** Milli-credits; `heard` is how much of this play is done, 0 to 1. */
export interface Stake {
  steps: number;
  plays: number;
  nextPrice: number;
  remainder: number;
  owned: boolean;
  free: boolean;
  heard: number;
}

export type Bead = "full" | "filling" | "empty";

/** Answer what each bead shows; the one that this play fills is filling. */
export function beadsOf(stake: Stake): Bead[] {
  return Array.from({ length: stake.steps }, (_, n) => {
    if (stake.owned || n < stake.plays) return "full";
    return n === stake.plays && stake.heard > 0 ? "filling" : "empty";
  });
}

/** What remains once a play at this price is counted. */
export const afterPlay = (stake: Stake): number => Math.max(0, stake.remainder - stake.nextPrice);

/** What remains when the next play costs so much and each costs twice the one before. */
export const remainderOf = (nextPrice: number, playsLeft: number): number =>
  nextPrice * (2 ** playsLeft - 1);
