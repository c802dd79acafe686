"""Which words are written anywhere: those that begin as one does, and those that are like it.

Both databases know words by their trigrams: PostgreSQL with pg_trgm, SQLite with FTS5. Where
PostgreSQL has no pg_trgm, none is like another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    bindparam,
    case,
    func,
    literal_column,
    select,
    text,
    union_all,
)

from base.bulk import is_sqlite
from base.database import Session
from base.several import among_told
from catalog.asked import MOST_ALIKE, MOST_LONGER, is_alike
from catalog.models.search import SearchWord

#: Behind every letter.
END = "\U0010ffff"
#: Words whose trigrams are compared letter by letter, and from which likeness on: at first not
#: less than one wrong letter leaves, where the most are that need not be looked at.
_LOOKED_AT = 150
_LEAST, _MOST = 0.25, 0.5
_FAR = 0.3
_ROUNDED = 0.001
_HAS_TRIGRAMS = text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
_TRIGRAM = 3
#: Questions are alike that have as many words, of which as many have one letter.
_SHAPES = 256
_COLUMNS = (SearchWord.word, SearchWord.documents)
_GRAMS = text(
    "SELECT search_words.word, search_words.documents FROM search_grams "
    "JOIN search_words ON search_words.id = search_grams.rowid WHERE search_grams MATCH :told "
    "ORDER BY search_grams.rank LIMIT :most"
)


class _Written(NamedTuple):
    """A word, in how many documents it is, and which of those asked for it answers."""

    number: int
    word: str
    documents: int


async def words_known(
    session: Session, words: Collection[str], begun: Sequence[str]
) -> tuple[Mapping[str, int], Mapping[str, Sequence[str]]]:
    """Answer how often words are written, and for each beginning those that are most so."""
    longer: dict[str, list[str]] = {start: [] for start in begun}
    known: dict[str, int] = {}
    question = _written_or_begun(tuple(len(start) == 1 for start in begun))
    told = {f"begun_{number}": start for number, start in enumerate(begun)}
    ends = {f"end_{number}": start + END for number, start in enumerate(begun)}
    for row in await session.execute(question, {"words": words, **told, **ends}):
        one = _Written._make(row)
        known[one.word] = one.documents
        if one.number:
            longer[begun[one.number - 1]].append(one.word)
    return known, longer


@lru_cache(_SHAPES)
def _written_or_begun(begun: tuple[bool, ...]) -> CompoundSelect[tuple[int, str, int]]:
    """Answer the question for words, and for so many that begin; which of them with one letter."""
    whole = select(*_COLUMNS).where(among_told(SearchWord.word, "words")).subquery()
    return _one_by_one(
        [whole, *(_longer(number, is_letter=one) for number, one in enumerate(begun))]
    )


def _longer(number: int, *, is_letter: bool) -> Subquery:
    start: BindParameter[str] = bindparam(f"begun_{number}")
    end: BindParameter[str] = bindparam(f"end_{number}")
    # Of so many, the index has the most written first.
    which = [SearchWord.initial == start] if is_letter else []
    begins = which or [SearchWord.word >= start, SearchWord.word < end]
    query = select(*_COLUMNS).where(*begins).order_by(SearchWord.documents.desc())
    return query.limit(literal_column(str(MOST_LONGER), Integer())).subquery()


async def words_like(
    session: Session, words: Sequence[str]
) -> Mapping[str, Sequence[tuple[str, int]]]:
    """Answer for each word those that may be meant by it, and how often they are written.

    The last one may be but begun.
    """
    if not words:
        return {}
    if is_sqlite(session):
        return await _alike(session, words, [_by_grams(word) for word in words], words[-1])
    if not await has_trigrams(session):
        return {}
    near = [_by_likeness(word, _left_by_one(len(word))) for word in words]
    found = await _alike(session, words, near, words[-1])
    if others := [word for word in words if not found[word]]:
        far = [_by_likeness(word, _FAR) for word in others]
        found |= await _alike(session, others, far, words[-1])
    return found


def _left_by_one(letters: int) -> float:
    """Answer how alike two words are of which one has two neighbouring letters turned round.

    Of a word's trigrams, one more than it has letters, four are others then.
    """
    return min(max((letters - 3) / (letters + 5), _LEAST), _MOST)


async def has_trigrams(session: Session) -> bool:
    """Answer whether a PostgreSQL can tell which words are like another."""
    return await session.scalar(_HAS_TRIGRAMS) is not None


async def _alike(
    session: Session, words: Sequence[str], parts: Sequence[Subquery], last: str
) -> dict[str, Sequence[tuple[str, int]]]:
    found: dict[str, list[tuple[int, int, str]]] = {word: [] for word in words}
    for one in map(_Written._make, await session.execute(_one_by_one(parts))):
        asked = words[one.number]
        errors = is_alike(asked, one.word, is_begun=asked == last)
        if errors is not None:
            found[asked].append((errors, -one.documents, one.word))
    return {
        asked: [(word, -less) for _, less, word in sorted(told)[:MOST_ALIKE]]
        for asked, told in found.items()
    }


def _one_by_one(parts: Sequence[Subquery]) -> CompoundSelect[tuple[int, str, int]]:
    """Answer one question for what each part finds."""
    queries: list[Select[tuple[int, str, int]]] = [
        select(literal_column(str(number), Integer()), part.c.word, part.c.documents)
        for number, part in enumerate(parts)
    ]
    return union_all(*queries)


def _by_likeness(word: str, least: float) -> Subquery:
    # How alike is told by a setting, which is set just before the index is read.
    least_set = func.set_config("pg_trgm.similarity_threshold", f"{least - _ROUNDED:.3f}", True)  # noqa: FBT003
    asked = select(case((least_set != "", word))).scalar_subquery()
    return (
        select(*_COLUMNS)
        .where(SearchWord.word.op("%")(asked))
        .order_by(func.similarity(SearchWord.word, word).desc(), SearchWord.documents.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )


def _by_grams(word: str) -> Subquery:
    padded = f"  {word} "  # as PostgreSQL does: how a word begins counts for more than its middle
    grams = {padded[at : at + _TRIGRAM] for at in range(len(padded) - _TRIGRAM + 1)}
    told = " OR ".join(f'"{gram}"' for gram in sorted(grams))
    asked: BindParameter[str] = bindparam("told", told, unique=True)
    most: BindParameter[int] = bindparam("most", _LOOKED_AT, unique=True)
    return _GRAMS.bindparams(asked, most).columns(*_COLUMNS).subquery()
