"""A DASH manifest of the on-demand profile as values (ISO/IEC 23009-1, 5.3): read tolerantly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_RANGE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_MOST_REPRESENTATIONS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """One representation; None where the manifest does not say it, or not as a number."""

    name: str
    uri: str
    bandwidth_bps: int | None
    codecs: str | None
    index: tuple[int, int] | None
    init: tuple[int, int] | None
    is_indexed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A manifest; `faults` say what it lacks."""

    representations: tuple[Representation, ...]
    faults: tuple[str, ...]


def read_manifest(data: bytes) -> Manifest:
    """Read the bytes of a manifest; a document type is refused, for what entities can do."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return _broken("it has a document type")
    try:
        root = ET.fromstring(data)  # noqa: S314 - no document type, so no entities
    except (ET.ParseError, ValueError, LookupError) as bad:
        return _broken(f"it is not well-formed ({str(bad)[:80]})")
    if _plain(root) != "MPD":
        return _broken(f"its root is {_plain(root)[:40]!r}")
    found = [
        _representation([root, period, group, one])
        for period in _children(root, "Period")
        for group in _children(period, "AdaptationSet")
        for one in _children(group, "Representation")
    ]
    faults = () if found else ("it has no Representation in an AdaptationSet in a Period",)
    return Manifest(representations=tuple(found[:_MOST_REPRESENTATIONS]), faults=faults)


def _broken(why: str) -> Manifest:
    return Manifest(representations=(), faults=(why,))


def _plain(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: ET.Element, name: str) -> list[ET.Element]:
    return [one for one in element if _plain(one) == name]


def _representation(path: list[ET.Element]) -> Representation:
    group, one = path[-2:]
    bases = [child for element in path for child in _children(element, "BaseURL")[:1]]
    segments = next(
        (found for element in (one, group) for found in _children(element, "SegmentBase")), None
    )
    init = _children(segments, "Initialization") if segments is not None else []
    bandwidth = one.get("bandwidth", "")
    return Representation(
        name=one.get("id", ""),
        uri="\n".join((base.text or "").strip() for base in bases),
        bandwidth_bps=int(bandwidth) if re.fullmatch(r"[0-9]{1,12}", bandwidth) else None,
        codecs=one.get("codecs", group.get("codecs")),
        index=_range(segments.get("indexRange")) if segments is not None else None,
        init=_range(init[0].get("range")) if init else None,
        is_indexed=segments is not None,
    )


def _range(text: str | None) -> tuple[int, int] | None:
    match = _RANGE.fullmatch(text or "")
    return (int(match[1]), int(match[2])) if match else None
