"""Finding what somebody asks for: candidates from the database, put in order by one rule.

A question is read into words (catalog.asked), each widened by words that are written somewhere
(catalog.search_words); the candidates of a kind are those that are called so, that begin so, and
that have all the words, the popular ones first (catalog.tiers). Where there are few, words that are
like those asked for do as well. catalog.ranking says what comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, true

from base.bulk import is_sqlite
from base.database import Session
from catalog.asked import Alternatives, Question, at_most, misspelt, read, required
from catalog.models.base import table_of
from catalog.models.search import HIDDEN, SearchDocument, SearchKind
from catalog.ranking import Found, Match, Ranked, ranked
from catalog.search_audible import still_public
from catalog.search_statements import (
    TYPES,
    as_fts5,
    as_tsquery,
    at_once_on_postgresql,
    called_on_postgresql,
    called_on_sqlite,
    mark_of,
    on_postgresql,
    on_sqlite,
)
from catalog.search_words import END, words_known, words_like
from catalog.tiers import TIERS

#: What can be turned over of an answer.
MOST_FOUND = 200
#: Fewer than so many are not all that somebody may have meant by one word.
_FEW = 3
_MOST_OWN = 500
#: So many that have what is asked for are read at once, and not tier by tier.
_AT_ONCE = 1_500
_DOCUMENTS = table_of(SearchDocument).c


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for, of which kinds, and how much of each kind."""

    text: str
    kinds: Sequence[SearchKind] = tuple(SearchKind)
    limit: int = MOST_FOUND
    #: Whether words may be misspelt; while somebody is writing, it is too soon to tell.
    is_forgiving: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Needed:
    """What a document must have, also if but begun; and how many documents have each word."""

    whole: Sequence[Alternatives]
    wide: Sequence[Alternatives] = ()
    often: Mapping[str, int]

    def is_narrow(self, question: Question) -> bool:
        """Whether few have it, as far as one can tell: several words are rarely all there."""
        most = max(at_most(one, self.often) for one in (self.whole, self.wide))
        first = self.whole[0]
        has_several = len(self.whole) > 1 or (bool(first) and all(len(way) > 1 for way in first))
        return has_several or most + self.often.get(question.joined, 0) <= _AT_ONCE


async def search(session: Session, asked: Asked) -> list[Ranked]:
    """Answer what all may know of that answers a question, the best first."""
    question = read(asked.text)
    if not question.terms or not asked.kinds:
        return []
    found: list[Found] = []
    if not asked.is_forgiving and sum(not one.is_optional for one in question.terms) == 1:
        # Of one word nothing comes before what is called so and what begins so.
        found = await _called(session, asked, question)
    if len(found) < asked.limit:
        found = await _found(session, asked, question)
    best = ranked(found, question)[: asked.limit]
    return await still_public(session, best)


async def _found(session: Session, asked: Asked, question: Question) -> list[Found]:
    begun = dict.fromkeys(
        word for term in question.terms if not term.is_optional for word in term.begun
    )
    known, longer = await words_known(session, question.words, list(begun))
    whole, wide = required(question, {}, known), required(question, longer, known)
    needed = _Needed(whole=whole, wide=wide, often=known)
    found = await _candidates(session, asked, question, needed)
    enough = _FEW if len(question.terms) == 1 else 1
    if asked.is_forgiving and len(found) < enough:
        found += await _forgiven(session, asked, question, wide, known)
    return found


async def drafts(session: Session, owner_id: UUID, asked: Asked) -> list[Ranked]:
    """Answer what is somebody's own and not for all, the best first."""
    question = read(asked.text)
    rows = [Found._make(row) for row in await session.execute(_own(owner_id, question))]
    return [one for one in ranked(rows, question) if one.match is not Match.SIMILAR]


def _own(owner_id: UUID, question: Question) -> Select[*tuple[Any, ...]]:
    """Ask for somebody's own that may match: no word index has what is not for all."""
    words = literal(" ") + _DOCUMENTS.words + " "

    def has(way: Sequence[str]) -> ColumnElement[bool]:
        return and_(*(words.contains(f" {word} ", autoescape=True) for word in way))

    def begins(start: str) -> ColumnElement[bool]:
        return words.contains(f" {start}", autoescape=True)

    needed = [
        or_(*map(has, term.ways), *map(begins, term.begun))
        for term in question.terms
        if not term.is_optional
    ]
    is_called = _DOCUMENTS.key.startswith(question.key, autoescape=True)
    mine = _DOCUMENTS.owner_id == owner_id, _DOCUMENTS.tier == HIDDEN
    which = or_(and_(true(), *needed), is_called, has([question.joined]))
    return select(*TYPES).where(*mine, which).order_by(_DOCUMENTS.id.desc()).limit(_MOST_OWN)


async def _forgiven(
    session: Session,
    asked: Asked,
    question: Question,
    needed: Sequence[Alternatives],
    known: Mapping[str, int],
) -> list[Found]:
    """Answer candidates whose words are like those asked for; what is nowhere is left out."""
    alike = await words_like(session, misspelt(question, known))
    terms = [term for term in question.terms if not term.is_optional]
    wider = [
        [*found, *((word,) for word, _ in alike.get(term.text, ()))]
        for term, found in zip(terms, needed, strict=True)
    ]
    there = [one for one in wider if one]
    if not there:
        return []
    often = dict(known)
    often.update(pair for pairs in alike.values() for pair in pairs)
    found = await _candidates(session, asked, question, _Needed(whole=there, often=often))
    for fewer in _fewer(there, often, known) if not found else ():
        found = await _candidates(session, asked, question, _Needed(whole=fewer, often=often))
        if found:
            break
    return found


def _fewer(
    there: Sequence[Alternatives],
    often: Mapping[str, int],
    known: Mapping[str, int],
) -> Iterator[Sequence[Alternatives]]:
    """Answer the rarest words of a question that nothing has all words of: most, and then some."""

    def place(one: Alternatives) -> tuple[bool, int, int]:
        documents = sum(often[word] for way in one for word in way)
        # About as rare are many: then the longer one says more.
        return one[0][0] not in known, documents.bit_length(), -len(one[0][0])

    rarest = sorted(there, key=place)
    for number in sorted({len(there) * 2 // 3, len(there) // 3}, reverse=True):
        if number:
            yield rarest[:number]


async def _called(session: Session, asked: Asked, question: Question) -> list[Found]:
    """Answer what is called so, and what begins so."""
    told = _told(asked, question)
    kinds = tuple(asked.kinds)
    statement = called_on_sqlite(kinds) if is_sqlite(session) else called_on_postgresql()
    return [Found._make(row) for row in await session.execute(statement, told)]


async def _candidates(
    session: Session, asked: Asked, question: Question, needed: _Needed
) -> list[Found]:
    told = _told(asked, question)
    readings = {"whole": (needed.whole, question.joined), "wide": (needed.wide, "")}
    if not is_sqlite(session):
        told |= {name: as_tsquery(*one) for name, one in readings.items()}
        found = await _at_once(session, told) if needed.is_narrow(question) else None
        if found is not None:
            return found
        rows = await session.execute(on_postgresql(), told)
    else:
        for name, one in readings.items():
            match = as_fts5(*one)
            told |= {
                f"{name}_{kind}_{tier}": f'"{mark_of(kind, tier)}" AND ({match})'
                for kind in asked.kinds
                for tier in range(TIERS)
            }
        rows = await session.execute(on_sqlite(tuple(asked.kinds)), told)
    return [Found._make(row) for row in rows]


async def _at_once(session: Session, told: Mapping[str, object]) -> list[Found] | None:
    """Answer candidates whatever their tier, unless they are too many."""
    rows = (await session.execute(at_once_on_postgresql(), {**told, "most": _AT_ONCE})).all()
    is_all = all(row.many <= _AT_ONCE for row in rows)
    return [Found._make(row[:-1]) for row in rows] if is_all else None


def _told(asked: Asked, question: Question) -> dict[str, object]:
    return {
        "kinds": [str(one) for one in asked.kinds],
        "key": question.key,
        "end": question.key + END,
        "n": asked.limit,
    }
