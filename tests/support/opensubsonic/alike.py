"""Whether XML says what JSON says: attributes, elements and texts for members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from lxml import etree

#: A member of this name is the text of its element.
_TEXT = "value"


def differences(element: etree._Element, document: Mapping[str, Any], at: str = "") -> list[str]:
    """Answer in which places an element does not say what a document says."""
    found: list[str] = []
    attributes, children = dict(element.attrib), Counter(_name(one) for one in element)
    for name, value in document.items():
        here = f"{at}/{name}"
        if isinstance(value, Mapping | list):
            members = [value] if isinstance(value, Mapping) else value
            those = [one for one in element if _name(one) == name]
            children.pop(name, None)
            if len(those) != len(members):
                found.append(f"{here}: {len(those)} elements for {len(members)} members")
            for number, (one, told) in enumerate(zip(those, members, strict=False)):
                found += _of_one(one, told, f"{here}[{number}]")
        elif name == _TEXT:
            found += _unlike(element.text or "", value, here)
        elif name not in attributes:
            found.append(f"{here}: no attribute")
        else:
            found += _unlike(attributes.pop(name), value, here)
    found += [f"{at}/@{name}: not in JSON" for name in attributes]
    found += [f"{at}/{name}: not in JSON" for name in children]
    return found


def _of_one(element: etree._Element, told: Any, at: str) -> list[str]:  # noqa: ANN401 - of a document
    if isinstance(told, Mapping):
        return differences(element, told, at)
    return _unlike(element.text or "", told, at)


def _unlike(text: str, value: Any, at: str) -> list[str]:  # noqa: ANN401 - of a document
    wanted = str(value).lower() if isinstance(value, bool) else str(value)
    return [] if text == wanted else [f"{at}: {text!r} is not {wanted!r}"]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
