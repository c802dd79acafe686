"""An element of a message: its texts by path, and where in the file it stands.

Children of a message are in no namespace, so a path is names with slashes between them, as
ElementTree knows them. Several paths mean: whichever is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.ddex.canonical import Place

#: No name, title or number of a message is as long; what is longer is cut, and never a problem.
_LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Node:
    """An element that stands at a path of the message; it is to be used before the next is read."""

    element: etree._Element
    path: str

    @property
    def tag(self) -> str:
        """Its name; of one that is in a namespace, as Clark writes it."""
        return str(self.element.tag)

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(line=self.element.sourceline, path=self.path)

    @property
    def own_text(self) -> str:
        """What stands in it, without blanks around it."""
        return (self.element.text or "")[:_LONGEST_TEXT].strip()

    def attribute(self, name: str) -> str:
        """Answer an attribute; nothing, where it has none."""
        return self.element.get(name, "")[:_LONGEST_TEXT].strip()

    def all(self, *paths: str) -> Iterator[Node]:
        """Answer all that stands at some paths, path by path, each in the order of the file."""
        for path in paths:
            for found in self.element.iterfind(path):
                yield Node(found, f"{self.path}/{_within(found, self.element)}")

    def one(self, *paths: str) -> Node | None:
        """Answer the first that stands at some paths."""
        return next(self.all(*paths), None)

    def texts(self, *paths: str) -> tuple[str, ...]:
        """Answer all texts at some paths that are not empty."""
        found = (each for path in paths for each in self.element.iterfind(path))
        texts = ((one.text or "")[:_LONGEST_TEXT].strip() for one in found)
        return tuple(text for text in texts if text)

    def text(self, *paths: str) -> str:
        """Answer the first text at some paths that is not empty; nothing, where there is none."""
        return next(iter(self.texts(*paths)), "")


def _within(element: etree._Element, root: etree._Element) -> str:
    """Write the way from an element above to one below, with numbers where there are several."""
    steps: list[str] = []
    here: etree._Element | None = element
    while here is not None and here is not root:
        before = sum(1 for _ in here.itersiblings(str(here.tag), preceding=True))
        is_one = not before and next(here.itersiblings(str(here.tag)), None) is None
        steps.append(str(here.tag) if is_one else f"{here.tag!s}[{before + 1}]")
        here = here.getparent()
    return "/".join(reversed(steps))
