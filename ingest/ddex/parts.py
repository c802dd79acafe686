"""Small parts that all of a message is made of: identifiers, titles, credits, lines, files."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ingest.ddex.canonical import (
    Credit,
    DeliveredFile,
    HashSum,
    Identifier,
    IdKind,
    RightsLine,
    Title,
)
from ingest.ddex.lexical import number_of
from ingest.ddex.nodes import Node
from ingest.ddex.paths import CreditPaths, FilePaths

_PLAIN_IDS = {
    "GRid": IdKind.GRID,
    "ICPN": IdKind.ICPN,
    "ISRC": IdKind.ISRC,
    "ISNI": IdKind.ISNI,
    "DPID": IdKind.DPID,
    "IpiNameNumber": IdKind.IPI,
    "CatalogNumber": IdKind.CATALOG_NUMBER,
    "ProprietaryId": IdKind.PROPRIETARY,
}


_DISPLAYED = "DisplayTitle"
_TITLES = dict.fromkeys(("Title", "ReferenceTitle", "DisplayTitleText"), _DISPLAYED)


def identifiers_at(node: Node, *paths: str) -> tuple[Identifier, ...]:
    """Answer all identifiers in some elements, each once."""
    found = (each for one in node.all(*paths) for each in _identifiers(one))
    return tuple(dict.fromkeys(found))


def _identifiers(node: Node) -> Iterator[Identifier]:
    for child in node.all("*"):
        kind = _PLAIN_IDS.get(child.tag)
        if kind is not None and child.own_text:
            yield Identifier(
                kind=kind, value=child.own_text, namespace=child.attribute("Namespace")
            )
    # In ERN 3 a number of a party stands in the element itself.
    if node.own_text:
        is_isni = node.attribute("IsISNI") in {"true", "1"}
        kind = IdKind.ISNI if is_isni else IdKind.DPID
        if node.attribute("Namespace"):
            kind = IdKind.PROPRIETARY
        yield Identifier(kind=kind, value=node.own_text, namespace=node.attribute("Namespace"))


def titles_at(node: Node, *paths: str) -> tuple[Title, ...]:
    """Answer all titles, what is shown first, then in the order of the paths.

    The same in the same language is told once, as what it is shown as if it is.
    """
    found = [_title(one) for one in node.all(*paths)]
    shown_first = sorted(found, key=lambda one: one.kind != _DISPLAYED)
    distinct = dict[tuple[str, str], Title]()
    for one in shown_first:
        if one.text:
            distinct.setdefault((one.text, one.language), one)
    return tuple(distinct.values())


def _title(node: Node) -> Title:
    return Title(
        text=node.text("TitleText") or node.own_text,
        subtitle=", ".join(node.texts("SubTitle")),
        language=node.attribute("LanguageAndScriptCode"),
        kind=node.attribute("TitleType") or _TITLES.get(node.tag, node.tag),
    )


def names_at(node: Node, path: str) -> tuple[tuple[str, str], ...]:
    """Answer names by their languages: that of the default first, if one is said to be it."""
    if not path:
        return ()
    found = sorted(node.all(path), key=lambda one: one.attribute("IsDefault") != "true")
    named = (
        (one.attribute("LanguageAndScriptCode"), one.text("FullName") or one.own_text)
        for one in found
    )
    return tuple(dict.fromkeys(pair for pair in named if pair[1]))


def credits_at(node: Node, places: tuple[str, ...], paths: CreditPaths) -> tuple[Credit, ...]:
    """Answer who is credited, by their numbers where these are told.

    Where each territory, or each edition, tells anew who it was, the widest is believed.
    """
    found = [_credit(one, paths) for place in places for one in _told_together(node, place)]
    distinct = dict.fromkeys(one for one in found if one.party or one.names)
    return tuple(sorted(distinct, key=lambda one: (one.sequence is None, one.sequence or 0)))


def _told_together(node: Node, place: str) -> Iterator[Node]:
    above: etree._Element | None = None
    for one in node.all(place):
        above = one.element.getparent() if above is None else above
        if one.element.getparent() is above:
            yield one


def _credit(node: Node, paths: CreditPaths) -> Credit:
    roles = [one.attribute("UserDefinedValue") or one.own_text for one in node.all(*paths.roles)]
    return Credit(
        roles=tuple(dict.fromkeys(role for role in roles if role)),
        party=node.text(*paths.party) if paths.party else "",
        names=names_at(node, paths.names),
        identifiers=identifiers_at(node, paths.ids) if paths.ids else (),
        sequence=number_of(node.attribute("SequenceNumber")),
    )


def lines_at(node: Node, text: str, *paths: str) -> tuple[RightsLine, ...]:
    """Answer lines of (P) or (C); `text` is the name of the element that holds theirs."""
    found = (
        RightsLine(text=one.text(text), year=_year(one.text("Year"))) for one in node.all(*paths)
    )
    return tuple(dict.fromkeys(line for line in found if line.text or line.year))


def _year(text: str) -> int | None:
    first = text[:4]
    return int(first) if len(first) == 4 and first.isascii() and first.isdigit() else None  # noqa: PLR2004 - digits


def file_at(node: Node, paths: FilePaths, *, codec: str, is_clip: bool) -> DeliveredFile:
    """Read a file: in ERN 3 its folder and its name, after that an address in one."""
    folder = node.text(paths.folder) if paths.folder else ""
    uri = node.text(*paths.uri)
    if folder and node.text(paths.uri[0]):
        uri = f"{folder.rstrip('/')}/{uri}"
    hashes = (
        HashSum(algorithm=one.text(paths.algorithm), value=one.text(paths.value))
        for one in node.all(paths.hashes)
    )
    return DeliveredFile(
        uri=uri,
        hashes=tuple(one for one in hashes if one.value),
        codec=codec,
        is_clip=is_clip,
        place=node.place,
    )
