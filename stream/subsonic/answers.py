"""Answers as players of OpenSubsonic read them: one document, as XML, JSON or JSONP.

A document is a mapping: what is plain becomes an attribute in XML, what is a mapping or a list of
them becomes elements, and `value` is an element's own text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from lxml import etree

from stream.subsonic.faults import Code, Fault

Plain: TypeAlias = str | int | float | bool
Content: TypeAlias = Mapping[str, "Plain | Content | Sequence[Content] | Sequence[Plain] | None"]

#: The version of the protocol whose calls these are.
VERSION = "1.16.1"
_ROOT = "subsonic-response"
_NAMESPACE = "http://subsonic.org/restapi"
_TEXT = "value"
#: What no XML 1.0 can say (section 2.2).
_UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}", re.ASCII)


class Form(StrEnum):
    """How an answer is written."""

    XML = "xml"
    JSON = "json"
    JSONP = "jsonp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer's bytes, and what they are."""

    body: bytes
    mime: str


def answer(content: Content, *, server_version: str, is_ok: bool = True) -> Content:
    """Put what was asked for into the envelope that every answer has."""
    return {
        "status": "ok" if is_ok else "failed",
        "version": VERSION,
        "type": "refrain",
        "serverVersion": server_version,
        "openSubsonic": True,
        **content,
    }


def failure(number: Code, sentence: str) -> Content:
    """Say what went wrong."""
    return {"error": {"code": int(number), "message": sentence}}


def form_of(name: str) -> Form:
    """Read in which form somebody wants answers; XML where they do not say.

    Raises:
        Fault: 0: there is no such form.

    """
    try:
        return Form(name or "xml")
    except ValueError:
        raise Fault(Code.GENERIC, f"f is one of {', '.join(Form)}.") from None


def write(document: Content, form: Form, *, callback: str = "") -> Written:
    """Write a document.

    Raises:
        Fault: 10, 0: JSONP calls a function, and this is the name of none.

    """
    if form is Form.XML:
        root = etree.Element(f"{{{_NAMESPACE}}}{_ROOT}", nsmap={None: _NAMESPACE})
        _fill(root, document)
        body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        return Written(body=body, mime="application/xml")
    text = json.dumps({_ROOT: _without_nothing(document)}, ensure_ascii=False)
    if form is Form.JSON:
        return Written(body=text.encode("utf-8", "replace"), mime="application/json")
    if not callback:
        raise Fault(Code.PARAMETER_MISSING, "Required parameter is missing: callback.")
    if not _CALLBACK.fullmatch(callback):
        raise Fault(Code.GENERIC, "callback is the name of a function.")
    # What ends a line in JavaScript before 2019 may stand in JSON.
    safe = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    body = f"{callback}({safe});".encode("utf-8", "replace")
    return Written(body=body, mime="application/javascript")


def when(instant: datetime) -> str:
    """Write an instant (ISO 8601, UTC, to the millisecond)."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _without_nothing(document: Content) -> dict[str, object]:
    return {name: _told(value) for name, value in document.items() if value is not None}


def _told(value: object) -> object:
    if isinstance(value, Mapping):
        return _without_nothing(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_told(one) for one in value]
    return value


def _fill(element: etree._Element, document: Content) -> None:
    for name, value in document.items():
        if value is None:
            continue
        if isinstance(value, Mapping):
            _fill(_within(element, name), value)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for one in value:
                inner = _within(element, name)
                if isinstance(one, Mapping):
                    _fill(inner, one)
                else:
                    inner.text = _letters(one)
        elif name == _TEXT:
            element.text = _letters(value)
        else:
            element.set(name, _letters(value))


def _within(element: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(element, f"{{{_NAMESPACE}}}{name}")


def _letters(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _UNSAYABLE.sub("\ufffd", str(value))
