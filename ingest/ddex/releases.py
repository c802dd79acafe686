"""Releases, as an element says them: an album or a single, and each track of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml import etree

from ingest.ddex.canonical import Item, Release
from ingest.ddex.lexical import day_of, number_of, truth_of
from ingest.ddex.nodes import Node
from ingest.ddex.parts import credits_at, identifiers_at, lines_at, titles_at
from ingest.ddex.paths import Paths

_TRACK = "TrackRelease"
_ONLY_TRACKS = frozenset({_TRACK, "VideoTrackRelease"})
_DEEPEST_GROUP = 20
_GROUP_TYPE, _PRIMARY = "ResourceGroupType", "PrimaryResource"
_DISCS = frozenset({"Component", "ComponentRelease", "ReleaseComponent"})


def release_of(node: Node, paths: Paths) -> Release:
    """Read an item of a list of releases."""
    here, types = paths.release, node.texts("ReleaseType", "ReleaseDetailsByTerritory/ReleaseType")
    items = tuple(_items(node, here.groups)) or tuple(_loose(node))
    return Release(
        reference=node.text("ReleaseReference"),
        is_track=_is_track(node, types),
        types=tuple(dict.fromkeys(types)),
        identifiers=identifiers_at(node, "ReleaseId"),
        titles=titles_at(node, *here.titles),
        display_artist=node.text(*here.display_artist),
        artists=credits_at(node, here.artists, paths.credit),
        labels=tuple(dict.fromkeys(node.texts(*here.labels))),
        p_lines=lines_at(node, "PLineText", *here.p_lines),
        c_lines=lines_at(node, "CLineText", *here.c_lines),
        genres=tuple(dict.fromkeys(node.texts(*here.genres))),
        released_on=day_of(node.text(*here.released_on)[:10]),
        first_released_on=day_of(node.text(*here.first_released_on)[:10]),
        advisory=node.text(*here.advisory),
        items=items,
        visibility=node.text("ReleaseVisibilityReference"),
        place=node.place,
    )


def _is_track(node: Node, types: tuple[str, ...]) -> bool:
    """Answer whether it is one track: in ERN 3 the main release says that it is not."""
    said = node.attribute("IsMainRelease")
    if node.tag == _TRACK:
        return True
    if said:
        return not truth_of(said)
    return bool(types) and set(types) <= _ONLY_TRACKS


def _items(node: Node, groups: tuple[str, ...]) -> Iterator[Item]:
    """Answer what stands in the groups: the discs of a set are groups in one, with numbers.

    In ERN 3 each territory may have groups of its own; those of the widest are read.
    """
    group = node.one(*groups)
    if group is not None:
        yield from _in_order(_in_group(group, _discs(group), disc=1, depth=0))


def _discs(group: Node) -> dict[etree._Element, int]:
    """Answer the groups that are discs, and their numbers: of a box of sets one after another.

    A group of what is at once below the outermost is one, unless it says that it is another thing,
    as a work with movements is.
    """
    discs = {
        one.element: one
        for one in group.all(".//ResourceGroup")
        if one.attribute(_GROUP_TYPE) in _DISCS
        or (not one.attribute(_GROUP_TYPE) and one.element.getparent() is group.element)
    }
    sets = {above for element in discs for above in element.iterancestors("ResourceGroup")}
    whole = [one for element, one in discs.items() if element not in sets]
    is_flat = all(one.element.getparent() is group.element for one in whole)
    return {
        one.element: (number_of(one.text("SequenceNumber")) if is_flat else None) or number
        for number, one in enumerate(whole, 1)
    }


def _in_group(
    group: Node, discs: dict[etree._Element, int], *, disc: int, depth: int
) -> Iterator[Item]:
    here = discs.get(group.element, disc)
    for one in group.all("ResourceGroupContentItem"):
        sequence = number_of(one.text("SequenceNumber"))
        for said in one.all("ReleaseResourceReference"):
            link = _link_of(said)
            yield Item(resource=said.own_text, disc=here, sequence=sequence, link=link)
        yield from _linked(one, here)
    for text in group.texts("ResourceGroupResourceReferenceList/ResourceGroupResourceReference"):
        yield Item(resource=text, disc=here)
    yield from _linked(group, here)
    for one in group.all("ResourceGroup") if depth < _DEEPEST_GROUP else ():
        yield from _in_group(one, discs, disc=here, depth=depth + 1)


def _in_order(items: Iterable[Item]) -> Iterator[Item]:
    """Answer items; those of a disc that has a number twice are numbered as they stand.

    Works on one disc each begin with their own first movement.
    """
    found = list(items)
    main = [one for one in found if not one.link]
    numbered = Counter((one.disc, one.sequence) for one in main if one.sequence is not None)
    mixed = {disc for (disc, _), many in numbered.items() if many > 1}
    counts = Counter[int]()
    for one in found:
        if one.disc in mixed and not one.link and one.sequence is not None:
            counts[one.disc] += 1
            yield replace(one, sequence=counts[one.disc])
        else:
            yield one


def _link_of(node: Node) -> str:
    """Answer as what a resource stands beside others, in ERN 3; nothing for one that does not."""
    return "" if node.attribute("ReleaseResourceType") in {"", _PRIMARY} else "Other"


def _linked(node: Node, disc: int) -> Iterator[Item]:
    for one in node.all("LinkedReleaseResourceReference"):
        link = one.attribute("LinkDescription") or "Other"
        yield Item(resource=one.own_text, disc=disc, link=link)


def _loose(node: Node) -> Iterator[Item]:
    """Answer what a release holds without groups: one track, or a list in no order of its own."""
    for one in node.all(
        "ReleaseResourceReference", "ReleaseResourceReferenceList/ReleaseResourceReference"
    ):
        yield Item(resource=one.own_text, link=_link_of(one))
    yield from _linked(node, 1)
