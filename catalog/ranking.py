"""Which of what was found comes first: by how it matches, then by how much it is played.

The one rule of the search, in this order: what is called so, what begins so, what has all the
words, what has some of them only begun, what has words that are like them. Among equals the more
popular comes first, then what is said in fewer words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from catalog.asked import Question, is_alike
from catalog.pictures import PictureOf

#: What a word counts for that is not there at all.
_MOST = 3


class Match(IntEnum):
    """How something matches what was asked for, the better the lower."""

    EXACT = 0
    PREFIX = 1
    WORDS = 2
    PARTS = 3
    SIMILAR = 4


class Found(NamedTuple):
    """Something that was found, as it stands in `catalog.models.search`."""

    kind: str
    subject_id: UUID
    title: str
    credited: str | None
    key: str
    by_key: str
    words: str
    popularity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Something that was found, and how it matches."""

    document: Found
    match: Match
    #: Letters that are other than asked for, where it is but like it.
    errors: int = 0
    #: What it is shown with, once that was looked up.
    picture: PictureOf | None = None


def ranked(found: Iterable[Found], question: Question) -> list[Ranked]:
    """Put what was found in order, each once."""
    once = {(one.kind, one.subject_id): one for one in found}
    return sorted((_ranked(one, question) for one in once.values()), key=_place)


def _ranked(document: Found, question: Question) -> Ranked:
    match = match_of(document, question)
    errors = _errors(document, question) if match is Match.SIMILAR else 0
    return Ranked(document=document, match=match, errors=errors)


def _errors(document: Found, question: Question) -> int:
    words = document.words.split()
    return sum(
        min((_differs(term.text, word) for word in words), default=_MOST)
        for term in question.terms
        if not term.is_optional and not _has(words, term.ways)
    )


def _differs(asked: str, word: str) -> int:
    found = is_alike(asked, word, is_begun=True)
    return _MOST if found is None else found


def match_of(document: Found, question: Question) -> Match:
    """Tell how a document matches: by its title, or by its title and whose it is, in any order."""
    title, by = document.key, document.by_key
    if question.key in {title, f"{title} {by}", f"{by} {title}"}:
        return Match.EXACT
    if title.startswith(question.key):
        return Match.PREFIX
    words = document.words.split()
    needed = [term for term in question.terms if not term.is_optional]
    if question.joined in words or all(_has(words, term.ways) for term in needed):
        return Match.WORDS
    begun = all(_has(words, term.ways) or _begins(words, term.begun) for term in needed)
    return Match.PARTS if begun else Match.SIMILAR


def _has(words: Collection[str], ways: Sequence[tuple[str, ...]]) -> bool:
    return any(all(word in words for word in way) for way in ways)


def _begins(words: Iterable[str], begun: tuple[str, ...]) -> bool:
    return bool(begun) and any(word.startswith(begun) for word in words)


def _place(one: Ranked) -> tuple[int, int, int, int, str, str]:
    document = one.document
    return (
        one.match,
        one.errors,
        -document.popularity,
        len(document.words),
        document.kind,
        str(document.subject_id),
    )
