"""Somebody who has keys alone: where they are, whether they see it, and how they get on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Page

#: What has the focus: how it is called, whether that can be seen, and whether something lies on it.
_WHERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const named = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent;
  const said = (named ?? '').trim().replace(/\\s+/g, ' ');
  const name = said || one.getAttribute('name') || one.tagName;
  const ringed = [one, one.closest('label'), one.parentElement, one.parentElement?.parentElement];
  const isRinged = ringed.some((each, n) => {
    if (!each) return false;
    const style = getComputedStyle(each);
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return ring || (n === 0 && each.matches('.input') && style.boxShadow !== 'none');
  });
  const box = one.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height, 80) / 2];
  const over = document.elementFromPoint(x, y);
  const isOwn = over && (over.contains(one) || one.contains(over));
  const isFree = !over || isOwn || !!over.closest('label')?.contains(one);
  const isInside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  const id = (one.dataset.byKeys ??= String((window.byKeys = (window.byKeys ?? 0) + 1)));
  return { id, name, isSeen: isRinged && isInside && isFree, isRinged, isInside, isFree };
}"""


@dataclass
class Hands:
    """Presses keys; whatever had the focus and could not be seen is among the faults."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def at(self) -> str:
        """What has the focus, by its name; empty: nothing."""
        where = self.page.evaluate(_WHERE)
        return str(where["name"]) if where else ""

    def go_to(self, name: str, *, most: int = 90, back: bool = False) -> None:
        """Go on by the tabulator until something whose name begins so has the focus."""
        for _ in range(most):
            self.press("Shift+Tab" if back else "Tab")
            if self._look().startswith(name):
                return
        raise AssertionError(f"{name} is not reached within {most} presses")

    def go_round(self, *, most: int = 400) -> list[str]:
        """Go through all of a page, until its end; answer what came, in its order."""
        return list(self._round(most))

    def _round(self, most: int) -> Iterator[str]:
        seen: set[str] = set()
        for _ in range(most):
            self.press("Tab")
            where = self.page.evaluate(_WHERE)
            if where is None or where["id"] in seen:
                return
            seen.add(where["id"])
            yield self._look()
        raise AssertionError(f"no end within {most} presses")

    def _look(self) -> str:
        where = self.page.evaluate(_WHERE)
        if where is None:
            return ""
        if not where["isSeen"]:
            self.faults.append(f"{self.page.url}: {where}")
        return str(where["name"])
