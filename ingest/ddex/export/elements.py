"""Elements of XML from text that anybody may have written, such as titles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction

from lxml import etree

#: XML 1.0, 2.2: what no document may hold, not even as a number.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: How the schemas of ERN 4 write a language, stricter than BCP 47.
_LANGUAGE = re.compile(
    r"[a-zA-Z]{2,3}(-[a-zA-Z]+)?(-[a-zA-Z]{2}|-[0-9]{3})?(-[a-zA-Z][a-zA-Z0-9]{4}[a-zA-Z0-9]*)?"
)
_HOUR_S, _MINUTE_S = 3_600, 60
#: Durations are told to a thousandth of a second.
_PER_SECOND = 1_000


def element(
    tag: str,
    *content: str | etree._Element | Iterable[etree._Element] | None,
    **attributes: str | None,
) -> etree._Element:
    """Make an element of text and of others; what is None is left out, empty attributes too."""
    made = etree.Element(tag, {name: plain(text) for name, text in attributes.items() if text})
    for one in content:
        if one is None:
            continue
        if isinstance(one, str):
            made.text = plain(one)
        elif etree.iselement(one):
            made.append(one)
        else:
            made.extend(one)
    return made


def where_told(tag: str, text: str | None, **attributes: str | None) -> etree._Element | None:
    """Make an element of a text, unless there is none."""
    return element(tag, text, **attributes) if text and plain(text) else None


def plain(text: str) -> str:
    """Answer a text in one line, as any document may hold it and any reader reads it again."""
    return " ".join(_FORBIDDEN.sub("", text).split())


def language(tag: str | None) -> str | None:
    """Answer a language as ERN 4 writes it; None for one that it cannot."""
    return tag if tag and _LANGUAGE.fullmatch(tag) else None


def instant(at: datetime) -> str:
    """Write an instant (`xs:dateTime`) with its offset, which is none."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def duration(seconds: Fraction) -> str:
    """Write a duration (`xs:duration`), as `PT3M31.5S`, to a thousandth of a second."""
    left = round(seconds * _PER_SECOND)
    hours, left = divmod(left, _HOUR_S * _PER_SECOND)
    minutes, left = divmod(left, _MINUTE_S * _PER_SECOND)
    whole, thousandths = divmod(left, _PER_SECOND)
    part = f".{thousandths:03}".rstrip("0") if thousandths else ""
    return f"PT{hours}H{minutes}M{whole}{part}S" if hours else f"PT{minutes}M{whole}{part}S"
