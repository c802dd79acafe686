// The player of one track, as an element of its page.

import { Player } from "./player";

class TrackPlayer extends HTMLElement {
  private player: Player | null = null;

  connectedCallback(): void {
    const root = this.querySelector<HTMLElement>("[data-track]");
    if (root) this.player = new Player(root);
  }

  disconnectedCallback(): void {
    this.player?.stop();
  }
}

customElements.define("refrain-track", TrackPlayer);
