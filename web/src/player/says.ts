// What goes on, in a line that is read out, and what somebody can do about it.

import { html, nothing, type TemplateResult } from "lit";
import { t } from "../shell/language";
import type { Player } from "./player";

export function says(player: Player, topUp: string): TemplateResult {
  const { trouble, grant } = player;
  return html`<p class="player-says" role="status" data-testid="bar-status"><span>${player.status}</span>
    ${trouble?.kind === "elsewhere" ? html`<button type="button" class="link" data-testid="play-here" @click=${() => void player.playHere()}>${t("Play here")}</button>` : nothing}
    ${trouble?.kind === "sign-in" ? html`<a href="/sign-in">${t("Sign in")}</a>` : nothing}
    ${trouble?.kind === "refused" ? html`<button type="button" class="link" @click=${() => void player.play()}>${t("Try again")}</button>` : nothing}
    ${grant === "preview" || trouble?.kind === "credit" ? html`<a href=${topUp} data-testid="top-up">${t("Top up")}</a>` : nothing}
  </p>`;
}
