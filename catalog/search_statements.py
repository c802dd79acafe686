"""The statements that ask for candidates, as each database finds them: one, for all kinds at once.

Of every kind: what is called so, what begins so, what has all the words, and what has them or words
that do for them. The last three are looked for tier by tier, and no further than there are enough:
the parts of a UNION ALL are run as they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from sqlalchemy import TextualSelect, text

from catalog.asked import Alternatives
from catalog.models.base import table_of
from catalog.models.search import HIDDEN, SearchDocument, SearchKind
from catalog.tiers import TIERS

COLUMNS = "d.kind, d.subject_id, d.title, d.credited, d.key, d.by_key, d.words, d.popularity"
#: What they are, as far as the databases do not tell alike.
TYPES = tuple(table_of(SearchDocument).c[name.removeprefix("d.")] for name in COLUMNS.split(", "))
#: A word that nothing has, as nobody can write it.
_NOWHERE = "~nothing"
_TIERS = ", ".join(map(str, range(TIERS)))
_MOST_PLAYED = "ORDER BY d.popularity DESC LIMIT :n"
_WORDS = "array_to_tsvector(string_to_array(d.words, ' '))"
#: Which of the two ways of reading the words of a question.
_READINGS = ("whole", "wide")


def mark_of(kind: SearchKind, tier: int) -> str:
    """Answer the word that all documents of a kind and tier have; nobody can write it."""
    return f"~{kind}{'' if tier == HIDDEN else tier}"


@cache
def on_postgresql() -> TextualSelect:
    """Answer the statement with `kinds`, `key`, `end`, `n`, `whole` and `wide`."""
    here = f"SELECT {COLUMNS} FROM search_documents AS d WHERE d.kind = k.kind"  # noqa: S608 - ours

    def having(reading: str) -> Callable[[int], str]:
        return lambda tier: (
            f"(SELECT {COLUMNS} FROM search_documents AS d WHERE {_WORDS} @@ CAST("  # noqa: S608 - ours
            f"'''~' || k.kind || '{tier}'' & (' || :{reading} || ')' AS tsquery) {_MOST_PLAYED})"
        )

    parts = [
        f"({here} AND d.tier IN ({_TIERS}) AND d.key = :key {_MOST_PLAYED})",
        _in_turn(lambda tier: f"({here} AND d.tier = {tier} AND {_BEGINS} {_MOST_PLAYED})"),
        *(_in_turn(having(reading)) for reading in _READINGS),
    ]
    found = " UNION ALL ".join(parts)
    kinds = "unnest(CAST(:kinds AS text[])) AS k(kind)"
    return text(f"SELECT c.* FROM {kinds} CROSS JOIN LATERAL ({found}) AS c").columns(*TYPES)  # noqa: S608 - ours


_BEGINS = "d.key >= :key AND d.key < :end"


@cache
def on_sqlite(kinds: Sequence[SearchKind]) -> TextualSelect:
    """Answer the statement with `key`, `end`, `n`, and `whole_<kind>_<tier>` and `wide_…`."""
    return text(" UNION ALL ".join(part for kind in kinds for part in _of_kind(kind))).columns(
        *TYPES
    )


def _of_kind(kind: SearchKind) -> Iterable[str]:
    here = f"SELECT {COLUMNS} FROM search_documents AS d WHERE d.kind = '{kind}'"  # noqa: S608 - ours

    def having(reading: str) -> Callable[[int], str]:
        return lambda tier: (
            f"SELECT * FROM (SELECT {COLUMNS} FROM search_texts "  # noqa: S608 - ours
            "JOIN search_documents AS d ON d.id = search_texts.rowid "
            f"WHERE search_texts MATCH :{reading}_{kind}_{tier} {_MOST_PLAYED})"
        )

    yield f"SELECT * FROM ({here} AND d.tier IN ({_TIERS}) AND d.key = :key {_MOST_PLAYED})"  # noqa: S608 - ours
    yield "SELECT * FROM " + _in_turn(
        lambda tier: f"SELECT * FROM ({here} AND d.tier = {tier} AND {_BEGINS} {_MOST_PLAYED})"  # noqa: S608 - ours
    )
    for reading in _READINGS:
        yield "SELECT * FROM " + _in_turn(having(reading))


def _in_turn(part: Callable[[int], str]) -> str:
    return f"(SELECT * FROM ({' UNION ALL '.join(map(part, range(TIERS)))}) AS t LIMIT :n)"  # noqa: S608 - ours


def as_tsquery(needed: Sequence[Alternatives], joined: str) -> str:
    """Write what is needed as PostgreSQL reads it."""

    def quoted(word: str) -> str:
        return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"

    return _written(needed, joined, quoted, both=" & ", either=" | ")


def as_fts5(needed: Sequence[Alternatives], joined: str) -> str:
    """Write what is needed as SQLite reads it."""

    def quoted(word: str) -> str:
        return '"' + word.replace('"', '""') + '"'

    return _written(needed, joined, quoted, both=" AND ", either=" OR ")


def _written(
    needed: Sequence[Alternatives],
    joined: str,
    quoted: Callable[[str], str],
    *,
    both: str,
    either: str,
) -> str:
    groups = [
        f"({either.join(f'({both.join(map(quoted, way))})' for way in ways)})" for ways in needed
    ]
    # Where a word is nowhere, nothing has them all: no document has a mark of no kind.
    found = both.join(groups) if groups and all(needed) else quoted(_NOWHERE)
    return f"({found}){either}{quoted(joined)}" if joined else f"({found})"
