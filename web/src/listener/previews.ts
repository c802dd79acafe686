// Previews for who has no account: a press plays one, another press stops it; one at a time.
//
// Without a script a press leads to the file, which any browser plays.

import { t } from "../shell/language";
import { toast } from "../shell/toasts";

const sound = new Audio();
let current: HTMLAnchorElement | null = null;

/** Show on the page which preview is heard, if any. */
function mark(link: HTMLAnchorElement | null): void {
  current?.removeAttribute("data-playing");
  current?.setAttribute("aria-pressed", "false");
  current = link;
  current?.setAttribute("data-playing", "playing");
  current?.setAttribute("aria-pressed", "true");
}

async function press(link: HTMLAnchorElement): Promise<void> {
  if (link === current) {
    stop();
    return;
  }
  mark(link);
  sound.src = link.href;
  try {
    await sound.play();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    if (link === current) mark(null);
    toast(t("There is no preview of this yet. Try again in a moment."), "wrong");
  }
}

function stop(): void {
  sound.pause();
  mark(null);
}

sound.addEventListener("ended", () => mark(null));

class Previews extends HTMLElement {
  connectedCallback(): void {
    for (const link of this.querySelectorAll("a[data-preview]")) {
      link.setAttribute("role", "button");
      link.setAttribute("aria-pressed", "false");
    }
    this.addEventListener("click", this.onClick);
    this.addEventListener("keydown", this.onKey);
  }

  disconnectedCallback(): void {
    stop();
  }

  private readonly onClick = (event: MouseEvent): void => {
    const link = linkOf(event);
    if (!link) return;
    event.preventDefault();
    void press(link);
  };

  /** What says that it is a button is pressed by the space bar, too. */
  private readonly onKey = (event: KeyboardEvent): void => {
    const link = event.key === " " ? linkOf(event) : null;
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    void press(link);
  };
}

function linkOf({ target }: Event): HTMLAnchorElement | null {
  return target instanceof Element ? target.closest<HTMLAnchorElement>("a[data-preview]") : null;
}

customElements.define("refrain-previews", Previews);
