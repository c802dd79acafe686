"""What can be written of a release and of its tracks, a field a line: shown as text, and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from base.errors import Refused
from catalog.genres import GENRES, name_of
from ingest.fields import read_field
from ingest.saying import read_genres, read_line, read_tags
from stream.api.release_documents import ReleaseDocument, TrackOnRelease
from stream.pages.language import N_

#: How a line of rights begins, with or without its sign: ℗ 2026 Our Own.
_LINE = re.compile(r"\s*(?:[℗©]|\([PpCc]\))?\s*([0-9]{4}\b)?")
_LISTED = frozenset({"genres", "tags"})
_LINES = frozenset({"p_line", "c_line"})

Facts = ReleaseDocument | TrackOnRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A field: its name in documents, what it is called, an example, and what to choose from."""

    name: str
    label: str
    example: str = ""
    choices: Sequence[tuple[str, str]] = ()
    is_needed: bool = False
    #: Whether it can still be written when the release is out.
    is_open: bool = True


_EXPLICIT = (
    ("unknown", N_("not said")),
    ("not", N_("clean")),
    ("explicit", N_("explicit")),
    ("cleaned", N_("edited")),
)
_TYPES = (
    ("", N_("by its length")),
    ("album", N_("Album")),
    ("ep", N_("EP")),
    ("single", N_("Single")),
    ("compilation", N_("Compilation")),
    ("live", N_("Live")),
    ("dj-mix", N_("DJ mix")),
)
_LANGUAGE = "en, es, zxx"

RELEASE_WORDS = (
    Word(name="title", label=N_("Title"), is_needed=True, is_open=False),
    Word(name="artist", label=N_("Artist"), is_needed=True, is_open=False),
    Word(name="type", label=N_("Kind"), choices=_TYPES),
    Word(name="released_on", label=N_("Release date"), example="2026-11-24", is_open=False),
    Word(name="original_on", label=N_("First released"), example="1976"),
    Word(name="genres", label=N_("Genres"), example="Ambient, Drone"),
    Word(name="tags", label=N_("Tags"), example="tape, winter"),
    Word(name="language", label=N_("Language"), example=_LANGUAGE),
    Word(name="label", label=N_("Label"), example="Our Own"),
    Word(name="catalogue_number", label=N_("Catalogue number"), example="OWN 001"),
    Word(name="upc", label=N_("UPC or EAN"), example="4006381333931", is_open=False),
    Word(name="p_line", label=N_("Recording ℗"), example="2026 Our Own"),
    Word(name="c_line", label=N_("Release ©"), example="2026 Our Own"),
)
TRACK_WORDS = (
    Word(name="title", label=N_("Title"), is_needed=True, is_open=False),
    Word(name="artist", label=N_("Artist"), is_needed=True, is_open=False),
    Word(name="isrc", label="ISRC", example="DEABC2600001", is_open=False),
    Word(name="explicit", label=N_("Lyrics"), choices=_EXPLICIT, is_needed=True),
    Word(name="language", label=N_("Language"), example="en"),
    Word(name="genres", label=N_("Genres"), example="Ambient"),
    Word(name="p_line", label=N_("Recording ℗"), example="2026 Our Own"),
)
#: What to choose from where genres are written.
GENRE_NAMES = tuple(sorted(one.name for one in GENRES.values()))


def text_of(facts: Facts, name: str) -> str:
    """Answer what a field says, as it is written."""
    value: Any = getattr(facts, name)
    if value is None:
        return ""
    if name == "genres":
        return ", ".join(name_of(one) for one in value)
    if name in _LISTED:
        return ", ".join(value)
    if name in _LINES:
        return f"{value.year} {value.owner}" if value.year else str(value.owner)
    return str(value)


def told(name: str, text: str) -> Any:  # noqa: ANN401 - as the document of an edit has it
    """Answer what a document of an edit says of a field that somebody wrote."""
    if name in _LISTED:
        return [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if name in _LINES:
        year, owner = line_in(text)
        return {"year": year, "owner": owner}
    return text.strip() or None


def line_in(text: str) -> tuple[int | None, str]:
    """Read a line of rights as it is written on a sleeve."""
    begins = _LINE.match(text)
    if begins is None:
        return None, text.strip()
    return (int(begins[1]) if begins[1] else None), text[begins.end() :].strip()


def faults_in(said: Mapping[str, str]) -> dict[str, str]:
    """Answer what is wrong with fields, each by itself: a sentence that tells the form it has."""
    faults = {}
    for name, text in said.items():
        try:
            _read(name, text)
        except Refused as refused:
            faults[name] = refused.sentence
    return faults


def _read(name: str, text: str) -> None:
    if name in _READERS:
        _READERS[name](told(name, text))
    else:
        read_field(name, text)


_READERS: Mapping[str, Callable[[Any], object]] = {
    "genres": read_genres,
    "tags": read_tags,
    "p_line": lambda line: read_line((line["year"], line["owner"])),
    "c_line": lambda line: read_line((line["year"], line["owner"])),
}


def written(facts: Facts, words: Sequence[Word], form: Mapping[str, str]) -> dict[str, str]:
    """Answer the fields that somebody wrote in a form, and that say another thing now.

    Beside each stands what it said when it was shown (`was.title`): what they left as it was, is
    not theirs to change back.
    """
    found = {}
    for word in words:
        said, now = form.get(word.name, "").strip(), text_of(facts, word.name)
        if word.name in form and said not in (now, form.get(f"was.{word.name}", now).strip()):
            found[word.name] = said
    return found


def crossed(facts: Facts, said: Mapping[str, str], form: Mapping[str, str]) -> list[str]:
    """Answer which of the fields that are written somebody else wrote on in the meantime."""
    now = {name: text_of(facts, name) for name in said}
    return [name for name in said if form.get(f"was.{name}", now[name]).strip() != now[name]]
