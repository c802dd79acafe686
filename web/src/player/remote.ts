// AirPlay and Remote Playback: the house's HLS, by an address that needs nothing else, elsewhere.

import type { Player } from "./player";

interface AirPlay extends HTMLAudioElement {
  webkitShowPlaybackTargetPicker?: () => void;
}

export class Remote {
  isThere = false;
  private readonly probe: AirPlay = document.createElement("audio");

  constructor(onChange: () => void) {
    const tell = (isThere: boolean): void => {
      this.isThere = isThere;
      onChange();
    };
    this.probe.addEventListener("webkitplaybacktargetavailabilitychanged", (event) =>
      tell((event as Event & { availability?: string }).availability === "available"),
    );
    if ("remote" in this.probe)
      this.probe.remote.watchAvailability(tell).catch(() => undefined); // none of a kind that tells
  }

  /** Ask the system where to; from there on that device plays what sounds. */
  pick(player: Player): void {
    const audio = player.forRemote() as AirPlay;
    if (audio.webkitShowPlaybackTargetPicker) audio.webkitShowPlaybackTargetPicker();
    else void audio.remote.prompt().catch(() => player.fromRemote());
    audio.remote?.addEventListener("disconnect", () => player.fromRemote(), { once: true });
  }
}
