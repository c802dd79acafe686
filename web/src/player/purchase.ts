// Buying what is left of the track that is heard: what is offered, and what came of it.

import type { Offer } from "./dialogs";
import { cardOf } from "./facts";
import type { Player } from "./player";

export class Purchase {
  offer: Offer | null = null;
  isBusy = false;
  fault = "";

  constructor(
    private readonly player: Player,
    private readonly onChange: () => void,
  ) {}

  forget(): void {
    Object.assign(this, { offer: null, isBusy: false, fault: "" });
  }

  /** Offer it; answer whether anything is left. */
  begin(): boolean {
    const { track, stake } = this.player.purse;
    if (!stake) return false;
    const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
    const offer = { track, title: cardOf(track)?.title ?? "", stake, key };
    Object.assign(this, { offer, isBusy: false, fault: "" });
    void this.weigh(offer);
    this.onChange();
    return true;
  }

  /** What is left of it may have become less a moment ago. */
  private async weigh(offer: Offer): Promise<void> {
    const { purse } = this.player;
    await purse.refresh();
    if (this.offer !== offer || purse.track !== offer.track || !purse.stake) return;
    this.offer = { ...offer, stake: purse.stake };
    this.onChange();
  }

  /** Buy what was offered; `onBought` is told as soon as it is. */
  async buy(onBought: () => void): Promise<void> {
    const { offer } = this;
    if (!offer) return;
    Object.assign(this, { isBusy: true, fault: "" });
    this.onChange();
    try {
      await this.player.purse.buy(offer.track, offer.key);
      onBought();
    } catch (error) {
      this.fault = (error as Error).message;
    }
    this.isBusy = false;
    this.onChange();
  }
}
