// What a play has come to, in words.

import type { PlayOpened, PlayVerdict } from "../api";
import { credits } from "../format";
import { t } from "../shell/language";

/** Answer the sentence that a play deserves; null where there is nothing to say of it. */
export function sentenceFor(opened: PlayOpened | null, verdict: PlayVerdict | null): string | null {
  if (verdict?.verdict === "settled")
    return verdict.price > 0
      ? t("Counted: %(price)s credits.", { price: credits(verdict.price) })
      : t("Counted: free.");
  if (verdict?.verdict === "rejected") return t("Not counted: there was not enough credit.");
  if (verdict?.verdict === "held") return t("Not counted yet: somebody will look at it.");
  if (opened?.grant === "preview")
    return t("A preview: this play costs %(price)s credits and you have %(balance)s.", {
      price: credits(opened.price),
      balance: credits(opened.balance),
    });
  return null;
}
