// A button of the player that is a picture; what it does is said.

import { html, nothing, type TemplateResult } from "lit";
import { type Icon, icon } from "./icons";

interface More {
  testid?: string;
  pressed?: boolean;
  isOff?: boolean;
  expanded?: boolean;
}

export const tool = (name: Icon, label: string, act: () => void, more: More = {}): TemplateResult =>
  html`<button type="button" class="tool" aria-label=${label} title=${label}
    aria-pressed=${more.pressed ?? nothing} aria-expanded=${more.expanded ?? nothing}
    data-testid=${more.testid ?? nothing} ?disabled=${more.isOff ?? false} @click=${act}>${icon(name)}</button>`;
