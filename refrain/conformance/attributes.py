"""Attribute lists of playlist tags (RFC 8216bis, 4.2), read tolerantly: faults are kept."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_PAIR = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",\s]+)')
_INTEGER = re.compile(r"[0-9]{1,20}")
_DECIMAL = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?")
_SIGNED = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_ENUM = re.compile(r"[^\",\s]+")
_QUOTED = re.compile(r"[^\"\r\n]*")
#: What an unquoted attribute must look like; any other that is named here must be quoted.
_UNQUOTED = {
    **dict.fromkeys(["BANDWIDTH", "AVERAGE-BANDWIDTH", "BIT-DEPTH", "SAMPLE-RATE"], _INTEGER),
    **dict.fromkeys(["SCORE", "FRAME-RATE"], _DECIMAL),
    "TIME-OFFSET": _SIGNED,
    **dict.fromkeys(["TYPE", "DEFAULT", "AUTOSELECT", "FORCED", "METHOD", "PRECISE"], _ENUM),
    **dict.fromkeys(["FORMAT", "HDCP-LEVEL", "VIDEO-RANGE", "RESOLUTION"], _ENUM),
}
_QUOTED_NAMES = frozenset(
    [
        "URI",
        "GROUP-ID",
        "NAME",
        "LANGUAGE",
        "ASSOC-LANGUAGE",
        "CODECS",
        "CHANNELS",
        "BYTERANGE",
        "AUDIO",
        "VIDEO",
        "SUBTITLES",
        "DATA-ID",
        "VALUE",
        "CHARACTERISTICS",
        "KEYFORMAT",
        "STABLE-VARIANT-ID",
        "STABLE-RENDITION-ID",
        "SUPPLEMENTAL-CODECS",
        "PATHWAY-ID",
    ]
)
_YES_NO = frozenset(["DEFAULT", "AUTOSELECT", "FORCED", "PRECISE"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute; its value stands without quotes."""

    name: str
    value: str
    is_quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeList:
    """The attributes of a tag in order, unknown ones too, and what could not be read."""

    attributes: tuple[Attribute, ...] = ()
    faults: tuple[str, ...] = ()

    def get(self, name: str) -> str | None:
        """Answer the value of the first attribute of that name."""
        return next((one.value for one in self.attributes if one.name == name), None)


def read_attributes(text: str) -> AttributeList:
    """Read what can be read; each fault is a phrase that says what is wrong."""
    found: list[Attribute] = []
    faults: list[str] = []
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None:
            faults.append(f"{text[at : at + 40]!r} is no NAME=value")
            at = _next_comma(text, at)
            continue
        raw = pair[2]
        is_quoted = raw.startswith('"')
        found.append(Attribute(name=pair[1], value=raw.strip('"'), is_quoted=is_quoted))
        at = pair.end()
        if at < len(text) and text[at] != ",":
            faults.append(f"{text[at : at + 20]!r} follows the value of {pair[1]}")
            at = _next_comma(text, at)
        elif at == len(text) - 1:
            faults.append("it ends with a comma")
            at += 1
        else:
            at += 1
    return AttributeList(attributes=tuple(found), faults=(*faults, *_value_faults(found)))


def is_integer(text: str | None) -> bool:
    """Whether a value is a decimal-integer."""
    return text is not None and _INTEGER.fullmatch(text) is not None


def is_decimal(text: str | None) -> bool:
    """Whether a value is a decimal-floating-point."""
    return text is not None and _DECIMAL.fullmatch(text) is not None


def _next_comma(text: str, at: int) -> int:
    comma = text.find(",", at)
    return len(text) if comma < 0 else comma + 1


def _value_faults(found: list[Attribute]) -> list[str]:
    counts = Counter(one.name for one in found)
    faults = [f"{name} stands there {count} times" for name, count in counts.items() if count > 1]
    return faults + [fault for one in found if (fault := _value_fault(one))]


def _value_fault(one: Attribute) -> str | None:
    if one.name in _QUOTED_NAMES and not one.is_quoted:
        return f"{one.name} is not in quotes"
    form = _UNQUOTED.get(one.name)
    if form is not None and one.is_quoted:
        return f"{one.name} is in quotes"
    if form is not None and not form.fullmatch(one.value):
        return f"{one.name} is {one.value[:40]!r}, which is not of its type"
    if one.name in _YES_NO and one.value not in {"YES", "NO"}:
        return f"{one.name} is {one.value[:40]!r}, neither YES nor NO"
    return None
