// The moment in which a track becomes somebody's.

import { html, nothing, type TemplateResult } from "lit";
import { t } from "../shell/language";
import type { Shown } from "./facts";
import { tool } from "./tool";

export function celebration(owned: Shown | null, settle: () => void): TemplateResult | typeof nothing {
  if (!owned) return nothing;
  return html`<div class="player-owned" role="status" data-testid="owned-moment">
    <span class="player-owned-beads" aria-hidden="true">${Array.from({ length: 9 }, () => html`<i></i>`)}</span>
    <p><strong>${t("“%(title)s” is yours.", { title: owned.title })}</strong>
      ${t("It plays for free from now on.")} <a href="/tracks/${owned.track}">${t("Download it")}</a></p>
    ${tool("close", t("Close"), settle)}
  </div>`;
}
