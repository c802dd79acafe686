"""Keeping what is searched as it is: what triggers told of is folded, and its words are counted.

Whoever writes a row marks it (`search_stale`) in the same transaction, and here it is taken up
within seconds, by one at a time. To make all anew is to mark all, and to do the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, String, delete, exists, insert, literal, select

from base.bulk import among, in_parts, insert_many, insert_missing, update_many
from base.database import Session
from base.locks import try_alone
from catalog.models.base import table_of
from catalog.models.search import HIDDEN, SearchDocument, SearchKind, SearchStale, SearchWord
from catalog.search_sources import SOURCES, SUBJECTS, Source, named_on, standing_on
from catalog.search_statements import mark_of
from catalog.spelling import fold
from catalog.tiers import LAST

_AT_ONCE = 10_000
_STALE = table_of(SearchStale)
_DOCUMENTS = table_of(SearchDocument)
_WORDS = table_of(SearchWord)
_WRITTEN = ("owner_id", "title", "credited", "key", "by_key", "words", "tier")
#: Whoever changes documents has this name alone.
LOCK = "search"


async def is_stale(session: Session) -> bool:
    """Answer whether anything was written since."""
    return bool(await session.scalar(select(exists().where(SearchStale.id > 0))))


async def refresh(session: Session, *, limit: int = _AT_ONCE) -> int:
    """Take up what is marked, some at a time; answer how many marks there were.

    None also where another is at it, who will find what is marked now.
    """
    if not await try_alone(session, LOCK):
        return 0
    marks = select(SearchStale.id, SearchStale.kind, SearchStale.subject_id)
    found = (await session.execute(marks.order_by(SearchStale.id).limit(limit))).all()
    if not found:
        return 0
    # Gone before the rows are read: who writes one of them after that marks it again.
    gone = [row.id for row in found]
    await session.execute(delete(_STALE).where(among(session, _STALE.c.id, gone)))
    subjects: dict[SearchKind, set[UUID]] = {}
    for row in found:
        subjects.setdefault(SearchKind(row.kind), set()).add(row.subject_id)
    if releases := subjects.get(SearchKind.RELEASE):
        tracks = await standing_on(session, releases)
        subjects.setdefault(SearchKind.TRACK, set()).update(tracks)
    music = subjects.get(SearchKind.RELEASE, set()), subjects.get(SearchKind.TRACK, set())
    artists, labels = await named_on(session, *music) if any(music) else ((), ())
    subjects.setdefault(SearchKind.ARTIST, set()).update(artists)
    subjects.setdefault(SearchKind.LABEL, set()).update(labels)
    for kind, ids in subjects.items():
        for some in in_parts(sorted(ids, key=str)):
            await _write(session, kind, some)
    return len(found)


async def rebuild(session: Session) -> None:
    """Forget all, and mark everything that there is: `refresh` makes it anew."""
    for table in (_DOCUMENTS, _WORDS, _STALE):
        await session.execute(delete(table))
    for kind, subject_id in SUBJECTS.items():
        told = select(literal(kind.value, String), subject_id)
        await session.execute(insert(_STALE).from_select(["kind", "subject_id"], told))


async def _write(session: Session, kind: SearchKind, ids: Sequence[UUID]) -> None:
    """Let the documents of some subjects be as these are now, and count their words."""
    known = await _known(session, kind, ids)
    sources = {one.subject_id: one for one in await SOURCES[kind](session, ids)}
    new, changes = [], []
    for key, source in sources.items():
        was = known.get(key)
        tier = LAST if was is None or was.tier == HIDDEN else was.tier
        values = _values(source, tier)
        if was is None:
            new.append((kind, key, *values, 0))
        elif values != tuple(was)[2:]:
            changes.append((was.id, *values))
    if gone := [row.id for key, row in known.items() if key not in sources]:
        await session.execute(delete(_DOCUMENTS).where(among(session, _DOCUMENTS.c.id, gone)))
    columns = ("kind", "subject_id", *_WRITTEN, "popularity")
    await insert_many(session, _DOCUMENTS, columns, new)
    await update_many(session, _DOCUMENTS, ("id",), _WRITTEN, changes)
    await _count(session, [row.words for row in known.values()], sources.values())


async def _known(
    session: Session, kind: SearchKind, ids: Sequence[UUID]
) -> Mapping[UUID, Row[tuple[Any, ...]]]:
    columns = [_DOCUMENTS.c[name] for name in ("id", "subject_id", *_WRITTEN)]
    mine = _DOCUMENTS.c.kind == kind, among(session, _DOCUMENTS.c.subject_id, ids)
    return {row.subject_id: row for row in await session.execute(select(*columns).where(*mine))}


def _values(source: Source, tier: int) -> tuple[object, ...]:
    tier = tier if source.is_public else HIDDEN
    folded, by = fold(source.title), fold(source.credited or "")
    words = " ".join((*source.words, mark_of(source.kind, tier)))
    return (
        source.owner_id,
        source.title,
        source.credited,
        folded.key[:400],
        by.key[:400],
        words,
        tier,
    )


async def _count(session: Session, before: Iterable[str], now: Iterable[Source]) -> None:
    """Add to how many documents a word is in, and take away; one that is in none goes."""
    change: Counter[str] = Counter()
    for source in now:
        change.update(source.words)
    for words in before:
        change.subtract(words.split()[:-1])
    counts = sorted((word, by) for word, by in change.items() if by)
    for some in in_parts(counts):
        await _add(session, dict(some))


async def _add(session: Session, change: Mapping[str, int]) -> None:
    await insert_missing(
        session, _WORDS, ("word", "initial", "documents"), [(word, word[0], 0) for word in change]
    )
    known = select(_WORDS.c.id, _WORDS.c.word, _WORDS.c.documents)
    rows = await session.execute(known.where(among(session, _WORDS.c.word, change)))
    counted = [(row.id, row.documents + change[row.word]) for row in rows]
    await update_many(session, _WORDS, ("id",), ("documents",), [one for one in counted if one[1]])
    if gone := [id_ for id_, number in counted if not number]:
        await session.execute(delete(_WORDS).where(among(session, _WORDS.c.id, gone)))
