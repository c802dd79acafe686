// What the player asks and tells in boxes of their own: settings, keys, buying.

import { html, nothing, type TemplateResult } from "lit";
import { credits } from "../format";
import { t } from "../shell/language";
import type { Quality } from "./choice";
import { icon } from "./icons";
import type { Levelling } from "./loudness";
import type { Player } from "./player";
import type { Stake } from "./stake";

const close = (event: Event): void =>
  (event.currentTarget as HTMLElement).closest("dialog")?.close();

/** A press beside a box closes it. */
const beside = (event: Event): void => {
  if (event.target instanceof HTMLDialogElement) event.target.close();
};

function box(name: string, title: string, content: unknown): TemplateResult {
  const id = `player-${name}`;
  return html`<dialog class="player-box" id=${id} aria-labelledby="${id}-title" data-testid=${id} @click=${beside}>
    <header><h2 id="${id}-title">${title}</h2>
      <button type="button" class="tool" aria-label=${t("Close")} @click=${close}>${icon("close")}</button>
    </header>
    ${content}
  </dialog>`;
}

function choices<Value extends string>(
  name: "quality" | "levelling",
  legend: string,
  values: readonly [Value, string, string][],
  player: Player,
): TemplateResult {
  return html`<fieldset><legend>${legend}</legend>
    ${values.map(
      ([value, title, note]) => html`<label class="choice">
        <input type="radio" name="player-${name}" value=${value} .checked=${player.settings[name] === value}
          @change=${() => player.set({ [name]: value })}>
        <span>${title}<small>${note}</small></span>
      </label>`,
    )}
  </fieldset>`;
}

export function settingsBox(player: Player): TemplateResult {
  const qualities: [Quality, string, string][] = [
    ["auto", t("Automatic"), t("As good as your line carries")],
    ["saver", t("Data saver"), t("Less than a megabyte a minute")],
    ["lossless", t("Lossless"), t("The studio's own samples, always")],
  ];
  const levellings: [Levelling, string, string][] = [
    ["album", t("By album"), t("Albums keep their quiet and loud tracks")],
    ["track", t("By track"), t("Every track equally loud")],
    ["off", t("Off"), t("As it was mastered")],
  ];
  return box("settings", t("Sound"), html`
    ${choices("quality", t("Quality"), qualities, player)}
    ${choices("levelling", t("Loudness"), levellings, player)}`);
}

export function helpBox(): TemplateResult {
  const rows: [string, string][] = [
    [t("Space"), t("Play or pause")],
    ["← →", t("Five seconds back or on")],
    ["↑ ↓", t("Louder or quieter")],
    ["N  P", t("Next or previous track")],
    ["M", t("Mute")],
    ["S  R", t("Shuffle, repeat")],
    ["L", t("Add to favourites")],
    ["Q  Y", t("Queue, lyrics")],
    ["/", t("Search")],
    ["?", t("These keys")],
  ];
  return box("help", t("Keys"), html`<dl class="keys">
    ${rows.map(([keys, what]) => html`<div><dt>${keys.split("  ").map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}
  </dl>`);
}

/** What somebody was asked about: it stays that, though another track is heard by now. */
export interface Offer {
  track: string;
  title: string;
  stake: Stake;
  /** The same offer never buys twice. */
  key: string;
}

export interface Buying {
  offer: Offer | null;
  isBusy: boolean;
  fault: string;
  topUp: string;
  buy: () => void;
}

export function buyBox(player: Player, buying: Buying): TemplateResult {
  const { balance } = player.purse;
  const { offer } = buying;
  if (!offer || balance === null) return box("buy", t("Buy this track"), nothing);
  const { stake, title } = offer;
  const left = balance - stake.remainder;
  return box("buy", t("Make “%(title)s” yours", { title }), html`
    <p>${t("You pay what is left of its plays, once. Then it plays for free, for ever, and you may download it.")}</p>
    <dl class="bill">
      <div><dt>${t("Left to own")}</dt><dd class="number" data-testid="buy-price">${credits(stake.remainder)}</dd></div>
      <div><dt>${t("Your balance")}</dt><dd class="number">${credits(balance)}</dd></div>
      <div class="is-sum"><dt>${t("Afterwards")}</dt><dd class="number">${left < 0 ? "–" : credits(left)}</dd></div>
    </dl>
    ${buying.fault ? html`<p class="fault" role="alert">${buying.fault}</p>` : nothing}
    <footer>
      ${
        left < 0
          ? html`<p>${t("You lack %(credits)s credits.", { credits: credits(-left) })}</p>
              <a class="button" href=${buying.topUp} @click=${close}>${t("Top up")}</a>`
          : html`<button type="button" class="button" data-testid="buy-confirm" ?disabled=${buying.isBusy}
              @click=${buying.buy}>${t("Buy for %(credits)s credits", { credits: credits(stake.remainder) })}</button>`
      }
      <button type="button" class="button is-quiet" @click=${close}>${t("Not now")}</button>
    </footer>`);
}
