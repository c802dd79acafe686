// What the track that is heard costs, how far it is theirs, and what is left in the wallet.

import { buyTrack, type PlayOpened, type PlayVerdict, type Price, priceOf } from "../api";
import { credits } from "../format";
import { isSignedIn } from "./account";
import type { Stake } from "./stake";

/** Until the house has told: the usual terms. */
const USUAL_STEPS = 9;

export class Purse {
  stake: Stake | null = null;
  balance: number | null = null;
  /** The track that `stake` is of. */
  track = "";

  constructor(
    private readonly onChange: () => void,
    private readonly onOwned: (track: string) => void,
  ) {}

  /** Another track is heard. */
  async turnTo(track: string): Promise<void> {
    if (track !== this.track) this.stake = null;
    this.track = track;
    await this.refresh();
  }

  /** Somebody else is here. */
  forget(): void {
    Object.assign(this, { track: "", stake: null, balance: null });
  }

  async refresh(): Promise<void> {
    const { track } = this;
    if (!track || !isSignedIn()) return;
    const price = await priceOf(track).catch(() => null);
    if (price && track === this.track) this.take(price);
  }

  private take(price: Price): void {
    this.stake = {
      steps: price.steps,
      plays: price.plays,
      nextPrice: price.next_price,
      remainder: price.remainder,
      owned: price.nothing === "owned" || price.nothing === "own",
      free: price.nothing === "free",
      heard: this.stake?.heard ?? 0,
    };
    this.holds(price.balance);
  }

  /** What a session was told when it was opened. */
  opened(opened: PlayOpened): void {
    this.holds(opened.balance);
  }

  /** What a play of a track has come to. */
  judged(track: string, verdict: PlayVerdict): void {
    this.holds(verdict.balance);
    const before = this.stake;
    if (track !== this.track) {
      if (verdict.owned && verdict.verdict === "settled" && verdict.price > 0) this.onOwned(track);
      return;
    }
    const steps = before?.steps ?? USUAL_STEPS;
    const plays = steps - verdict.left_to_own;
    const { needed_ms, heard_ms } = verdict.evidence;
    const isOpen = verdict.verdict === "open" && verdict.grant === "full";
    this.stake = {
      steps,
      plays,
      nextPrice: verdict.next_price,
      remainder: before?.remainder ?? 0,
      owned: verdict.owned || (before?.owned ?? false),
      free: before?.free ?? false,
      heard: isOpen ? Math.min(1, heard_ms / Math.max(1, needed_ms)) : 0,
    };
    if (before && !before.owned && verdict.owned) this.onOwned(track);
    if (before && before.plays !== plays) void this.refresh();
    this.onChange();
  }

  /** Buy what is left of a track: the one that was offered, whatever is heard by now. */
  async buy(track: string, key: string): Promise<void> {
    const bought = await buyTrack(track, key);
    this.holds(bought.balance);
    this.onOwned(track);
    await this.refresh();
  }

  private holds(balance: number): void {
    const isNew = balance !== this.balance;
    this.balance = balance;
    for (const place of document.querySelectorAll("[data-balance]"))
      place.textContent = credits(balance);
    if (isNew) document.dispatchEvent(new CustomEvent("refrain:balance", { detail: { balance } }));
    this.onChange();
  }
}
