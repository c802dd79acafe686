// Where the keyboard goes on, when what it was on is there no more.

/** Go on from the head of the page. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>("#page h1") ?? document.getElementById("page");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}
