"""Releases, as an element says them: an album or a single, and each track of it."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.ddex.canonical import Item, Release
from ingest.ddex.lexical import day_of, number_of, truth_of
from ingest.ddex.nodes import Node
from ingest.ddex.parts import credits_at, identifiers_at, lines_at, titles_at
from ingest.ddex.paths import Paths

_TRACK = "TrackRelease"
_ONLY_TRACKS = frozenset({_TRACK, "VideoTrackRelease"})
_DEEPEST_GROUP = 20


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
    """Answer what stands in the groups: the discs of a set are groups in one, with numbers."""
    for group in node.all(*groups):
        yield from _in_group(group, disc=1, depth=0)


def _in_group(group: Node, *, disc: int, depth: int) -> Iterator[Item]:
    for one in group.all("ResourceGroupContentItem"):
        sequence = number_of(one.text("SequenceNumber"))
        for resource in one.texts("ReleaseResourceReference"):
            yield Item(resource=resource, disc=disc, sequence=sequence)
        yield from _linked(one, disc)
    for said in group.texts("ResourceGroupResourceReferenceList/ResourceGroupResourceReference"):
        yield Item(resource=said, disc=disc)
    yield from _linked(group, disc)
    inner = list(group.all("ResourceGroup")) if depth < _DEEPEST_GROUP else []
    for number, one in enumerate(inner, 1):
        # Only what is at once below the outermost is a disc; what is deeper, a work with movements.
        own = number_of(one.text("SequenceNumber")) or number
        yield from _in_group(one, disc=disc if depth else own, depth=depth + 1)


def _linked(node: Node, disc: int) -> Iterator[Item]:
    for one in node.all("LinkedReleaseResourceReference"):
        link = one.attribute("LinkDescription") or "Other"
        yield Item(resource=one.own_text, disc=disc, link=link)


def _loose(node: Node) -> Iterator[Item]:
    """Answer what a release holds without groups: one track, or a list in no order of its own."""
    for one in node.all(
        "ReleaseResourceReference", "ReleaseResourceReferenceList/ReleaseResourceReference"
    ):
        is_main = one.attribute("ReleaseResourceType") in {"", "PrimaryResource"}
        yield Item(resource=one.own_text, link="" if is_main else "Other")
