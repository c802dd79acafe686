"""An element of a message: its texts by path, and where in the file it stands.

Children of a message are in no namespace, so a path is names with slashes between them, as
ElementTree knows them. Several paths mean: whichever is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.ddex.findings import Place
from ingest.ddex.territories import WORLDWIDE

_TRUE = frozenset({"true", "1"})
_IMMERSIVE = "ImmersiveEdition"
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
        """Answer all that stands at some paths, path by path: what holds most widely comes first.

        What is alike stands in the order of the file.
        """
        steps: dict[etree._Element, str] = {}
        for path in paths:
            for found in self._found(path):
                yield Node(found, f"{self.path}/{_within(found, self.element, steps)}")

    def one(self, *paths: str) -> Node | None:
        """Answer the first that stands at some paths."""
        return next(self.all(*paths), None)

    def texts(self, *paths: str) -> tuple[str, ...]:
        """Answer all texts at some paths that are not empty."""
        found = (each for path in paths for each in self._found(path))
        texts = ((one.text or "")[:_LONGEST_TEXT].strip() for one in found)
        return tuple(text for text in texts if text)

    def _found(self, path: str) -> list[etree._Element]:
        found = self.element.findall(path)
        # What stands at once below, and says nothing of where it holds, is alike: most is.
        if len(found) > 1 and ("/" in path or any(one.keys() for one in found)):
            found.sort(key=lambda one: _narrowness(one, self.element))
        return found

    def text(self, *paths: str) -> str:
        """Answer the first text at some paths that is not empty; nothing, where there is none."""
        return next(iter(self.texts(*paths)), "")


def _narrowness(element: etree._Element, above: etree._Element) -> int:
    """Answer how little something holds for: what is said to be the default, for least of all.

    What is said of one territory is no news of all others, whichever is told first; and of several
    editions, the one for rooms full of loudspeakers is not the one that is heard with two.
    """
    if element.get("IsDefault") in _TRUE:
        return 0
    if element.get("IsReplaced") in _TRUE:
        return 4  # what it was called before
    place = element.get("ApplicableTerritoryCode", WORLDWIDE)
    if place != WORLDWIDE:
        return 2
    around = element.getparent()
    while around is not None and around is not above:
        name = str(around.tag)
        if name.endswith("DetailsByTerritory"):
            return 1 if around.findtext("TerritoryCode", WORLDWIDE) == WORLDWIDE else 2
        if name.endswith("Edition") and around.findtext("Type") == _IMMERSIVE:
            return 3
        around = around.getparent()
    return 1


def _within(element: etree._Element, root: etree._Element, steps: dict[etree._Element, str]) -> str:
    """Write the way from an element above to one below; `steps` is what was found out for it."""
    way = list[str]()
    here, above = element, element.getparent()
    while here is not root and above is not None:
        if here not in steps:
            steps.update(_numbered(above))
        way.append(steps[here])
        here, above = above, above.getparent()
    return "/".join(reversed(way))


def _numbered(above: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Answer all children by their names, with numbers where several have one: in two passes."""
    several = Counter(str(one.tag) for one in above)
    counts = Counter[str]()
    for one in above:
        tag = str(one.tag)
        counts[tag] += 1
        yield one, f"{tag}[{counts[tag]}]" if several[tag] > 1 else tag
