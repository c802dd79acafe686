// Parts in per cent, added up while they are typed: that they come to all of it.
import { t } from "../shell/language";

/** What is shared, in millionths. */
const WHOLE = 1_000_000;
const PPM_OF_PERCENT = 10_000;

/** Read a part as the server does; nothing where it is no number. */
export function ppmOf(text: string): number {
  const value = Number(text.replace("%", "").trim().replace(",", "."));
  return Number.isFinite(value) && value > 0 ? Math.round(value * PPM_OF_PERCENT) : 0;
}

class Sum extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("input", () => this.#show());
    this.#show();
  }

  #show(): void {
    const parts = this.querySelectorAll<HTMLInputElement>("input[name^='percent-']");
    const sum = [...parts].reduce((all, part) => all + ppmOf(part.value), 0);
    const [output, left] = [this.querySelector("[data-sum]"), this.querySelector("[data-left]")];
    const written = new Intl.NumberFormat(document.documentElement.lang, {
      style: "percent",
      maximumFractionDigits: 4,
    });
    if (output) {
      output.textContent = written.format(sum / WHOLE);
      output.classList.toggle("is-whole", sum === WHOLE);
      output.classList.toggle("is-off", sum > WHOLE);
    }
    if (left) {
      const part = written.format(Math.abs(WHOLE - sum) / WHOLE);
      const off = sum < WHOLE ? t("%(part)s are left.", { part }) : t("%(part)s too many.", { part });
      left.textContent = sum === WHOLE ? t("That is all of it.") : off;
    }
  }
}

customElements.define("refrain-sum", Sum);
