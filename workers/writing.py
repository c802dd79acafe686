"""Letters are written: a text with its subject, and the same text as HTML.

There is one text for both. Of its paragraphs, one that is an address becomes a button, and one that
is a code is shown large. It names nobody whose address was not shown to be theirs: who joins with a
stranger's address cannot have a sentence of their own sent there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_LETTERS = Path(__file__).parent / "letters"
_SUBJECT = "Subject: "
_ADDRESS = re.compile(r"https?://\S+")
_CODE = re.compile(r"[0-9][0-9 ]+[0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a letter says."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A part of a text, and how it is shown: `text`, `button` or `code`."""

    kind: str
    text: str


# Text is no HTML: nothing in it is a mark.
_texts = Environment(  # noqa: S701 - the HTML is written by the other
    loader=FileSystemLoader(_LETTERS), undefined=StrictUndefined, keep_trailing_newline=True
)
_pages = Environment(
    loader=FileSystemLoader(_LETTERS),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(letter: str, facts: Mapping[str, Any]) -> Written:
    """Write a letter of `workers/letters` with these facts."""
    whole = _texts.get_template(f"{letter}.txt").render(facts)
    first, _, text = whole.partition("\n")
    subject = first.removeprefix(_SUBJECT)
    paragraphs = [_paragraph(part) for part in re.split(r"\n\s*\n", text.strip())]
    html = _pages.get_template("letter.html").render(
        subject=subject, paragraphs=paragraphs, origin=facts["origin"]
    )
    return Written(subject=subject, text=text.strip() + "\n", html=html)


def _paragraph(text: str) -> Paragraph:
    one = " ".join(text.split())
    if _ADDRESS.fullmatch(one):
        return Paragraph(kind="button", text=one)
    return Paragraph(kind="code" if _CODE.fullmatch(one) else "text", text=one)
