"""The bytes of a message become its parts, one at a time, so that a long one needs little memory.

Nothing is fetched, no entity is known, and what declares a document type is not read at all: no
message of DDEX has one, and all tricks with entities need one. Depth, size and number of
elements have bounds, beside those of libxml2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from ingest.ddex.findings import Status, Unreadable
from ingest.ddex.nodes import Node
from ingest.ddex.versions import MessageKind, Version, message_of

MOST_BYTES = 32 << 20
_DEEPEST, _MOST_ATTRIBUTES = 40, 40
#: In one message: what is as long as one may be, of elements as they are, has fewer.
_MOST_ELEMENTS, _MOST_ITEMS = 1_000_000, 100_000
#: What comes as a list is handed out by its items.
_LISTS = frozenset({"PartyList", "ResourceList", "ReleaseList", "DealList"})
_ROOT_DEPTH, _PART_DEPTH, _ITEM_DEPTH = 1, 2, 3
_AT = re.compile(r", line \d+, column \d+.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """What the first element says: which message, of which version, and its own attributes."""

    kind: MessageKind
    version: Version
    profile: str
    language: str


def read(content: bytes) -> Iterator[Root | Node]:
    """Read a message: its root first, then its parts, and the items of its lists, in their order.

    Raises:
        Unreadable: `ErnMissing`: it is too long, empty, no XML, or no message.
        Unreadable: `NewReleaseMessageInvalid`: it is a message that is not read here, is cut off,
            declares a document type, or has elements that are too deep, too large or too many.

    """
    if not content.strip() or len(content) > MOST_BYTES:
        raise of_size(len(content))
    try:
        yield from _parts(content)
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error) from None


def of_size(size_bytes: int) -> Unreadable:
    """Answer the error that says that a file is empty, or too long to be a message."""
    sentence = f"A message has 1 to {MOST_BYTES >> 20} MiB, and this one has {size_bytes} bytes."
    return Unreadable(Status.ERN_MISSING, sentence)


def not_well_formed(error: etree.XMLSyntaxError) -> Unreadable:
    """Answer the error that says where, and how, a file is no XML."""
    sentence = f"It is no well-formed XML: {_AT.sub('', error.msg)[:500]}."
    return Unreadable(Status.NEW_RELEASE_MESSAGE_INVALID, sentence, line=error.lineno)


def bounded(content: bytes) -> Iterator[tuple[str, etree._Element, int]]:
    """Read what may be hostile: `start` and `end` of each element, and how deep it is, from 1 on.

    Raises:
        Unreadable: as `read`, but for what kind of message it is.
        lxml.etree.XMLSyntaxError: it is not well-formed.

    """
    events = etree.iterparse(
        BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    depth, elements = 0, 0
    for event, element in events:
        if event == "start":
            depth, elements = depth + 1, elements + 1
            _require_bounded(element, depth)
            _require_fewer(element, elements, _MOST_ELEMENTS)
            if depth == _ROOT_DEPTH:
                _require_no_type(element)
        yield event, element, depth
        depth -= event == "end"


def _parts(content: bytes) -> Iterator[Root | Node]:
    items, counts = 0, dict[str, int]()
    name, part = "", ""
    for event, element, depth in bounded(content):
        if event == "start":
            if depth == _ROOT_DEPTH:
                root = _root(element)
                name = f"/{root.kind}"
                yield root
            elif depth == _PART_DEPTH:
                part = str(element.tag)
            continue
        is_listed = part in _LISTS
        if depth == (_ITEM_DEPTH if is_listed else _PART_DEPTH):
            above = f"{name}/{part}" if is_listed else name
            step = f"{above}/{element.tag!s}"
            counts[step], items = counts.get(step, 0) + 1, items + 1
            _require_fewer(element, items, _MOST_ITEMS)
            yield Node(element, f"{step}[{counts[step]}]")
            _forget(element)


def _require_no_type(root: etree._Element) -> None:
    if root.getroottree().docinfo.doctype:
        sentence = "It declares a document type (<!DOCTYPE …>): no message of DDEX has one."
        raise Unreadable(Status.NEW_RELEASE_MESSAGE_INVALID, sentence, line=1)


def _root(element: etree._Element) -> Root:
    kind, version = message_of(str(element.tag))
    return Root(
        kind=kind,
        version=version,
        profile=element.get("ReleaseProfileVersionId", "")[:200],
        language=element.get("LanguageAndScriptCode", "")[:50],
    )


def _require_bounded(element: etree._Element, depth: int) -> None:
    if depth > _DEEPEST or len(element.attrib) > _MOST_ATTRIBUTES:
        sentence = (
            f"An element is deeper than {_DEEPEST} others, or has more than "
            f"{_MOST_ATTRIBUTES} attributes: no message of DDEX has such."
        )
        raise Unreadable(Status.NEW_RELEASE_MESSAGE_INVALID, sentence, line=element.sourceline)


def _require_fewer(element: etree._Element, number: int, most: int) -> None:
    if number > most:
        sentence = (
            f"A message has at most {_MOST_ELEMENTS} elements, and its lists {_MOST_ITEMS} items: "
            "send it in several."
        )
        raise Unreadable(Status.NEW_RELEASE_MESSAGE_INVALID, sentence, line=element.sourceline)


def _forget(element: etree._Element) -> None:
    """Let go of what was read, and of all before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
