// Nine beads: how far a track is one's own, and how far this play is.

import { html, nothing, svg, type TemplateResult } from "lit";
import { credits } from "../format";
import { t } from "../shell/language";
import { type Bead, beadsOf, type Stake } from "./stake";

const PITCH = 14;
const RADIUS = 4.5;
const AROUND = 2 * Math.PI * RADIUS;

function bead(kind: Bead, n: number, heard: number): TemplateResult | ReturnType<typeof svg> {
  const x = PITCH / 2 + n * PITCH;
  const done = (kind === "filling" ? heard : 0) * AROUND;
  return svg`
    <circle class="bead ${kind}" cx=${x} cy="7" r=${RADIUS}></circle>
    ${
      kind === "filling"
        ? svg`<circle class="arc" cx=${x} cy="7" r=${RADIUS} transform="rotate(-90 ${x} 7)"
            stroke-dasharray="${done.toFixed(2)} ${AROUND.toFixed(2)}"></circle>`
        : nothing
    }`;
}

export function beads(stake: Stake): TemplateResult {
  const filled = stake.owned ? stake.steps : stake.plays;
  const label = stake.owned
    ? t("It is yours")
    : t("%(plays)s of %(steps)s plays", { plays: filled, steps: stake.steps });
  return html`<svg
    class="beadline" viewBox="0 0 ${stake.steps * PITCH} 14" role="img" aria-label=${label}
    data-testid="bar-beads" data-filled=${filled}
  >${beadsOf(stake).map((kind, n) => bead(kind, n, stake.heard))}</svg>`;
}

/** What this play costs and what remains, in a few words. */
export function words(stake: Stake): TemplateResult {
  if (stake.owned) return html`<strong class="is-yours">${t("It is yours")}</strong>`;
  if (stake.free) return html`<strong class="is-yours">${t("Free to hear")}</strong>`;
  return html`<span>${t("Play %(n)s", { n: stake.plays + 1 })}
      <b class="number" data-testid="bar-price">${credits(stake.nextPrice)}</b>
      <span class="visually-hidden">${t("credits")}</span></span>
    <span>${t("to own")} <b class="number" data-testid="bar-remainder">${credits(stake.remainder)}</b></span>`;
}
