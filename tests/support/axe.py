"""What axe-core finds wrong with a page for people who see, hear or move otherwise."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.web import module

#: WCAG 2.2 to AA, and what axe holds for good practice.
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What depends on how wide a page is, and on its colours.
_SEEN = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
_RUN = """async ([within, type, values]) => {
  const options = { runOnly: { type, values }, resultTypes: ["violations"] };
  const { violations } = await axe.run(within, options);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) =>
      `${id}: ${help}: ${target.join(" ")}: ${failureSummary}`));
}"""


def axe(page: Page, within: str = "html", *, seen_only: bool = False) -> list[str]:
    """Answer all faults of a page as it stands, or of a part of it; a good page has none.

    Of one that was looked at before, in another size or light, what is `seen_only` may differ.

    The page is looked at where it stands still: what moves is half seen, and its colours are mixed.
    """
    if not page.evaluate("'axe' in window"):
        # By the debugger, which a policy for scripts does not concern.
        page.evaluate(module("axe-core", "axe.min.js").read_text() + "\n; void 0")
    page.evaluate(
        "Promise.all(document.getAnimations().filter((one) => one.effect?.getTiming().iterations"
        " !== Infinity).map((one) => one.finished.catch(() => 0)))"
    )
    rules = ["rule", _SEEN] if seen_only else ["tag", _TAGS]
    found: list[str] = page.evaluate(_RUN, [within, *rules])
    return found
