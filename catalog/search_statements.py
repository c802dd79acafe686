"""The statements that ask for candidates, as each database finds them: one, for all kinds at once.

Of every kind, in the order in which they are told (catalog.ranking): what is called so, what begins
so, what has all the words, and what has some of them only begun; tier by tier, and no further than
there are enough, as the parts of a UNION ALL are run when they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
_WORDS = "array_to_tsvector(string_to_array(d.words, ' '))"
_BY_PLAYS = "ORDER BY d.popularity DESC LIMIT :n"
_BEGINS = "d.key > :key AND d.key < :end"
_NOT_BEGINS = "(d.key < :key OR d.key >= :end)"
#: What is asked of one tier.
Part = Callable[[int], str]


def mark_of(kind: SearchKind, tier: int) -> str:
    """Answer the word that all documents of a kind and tier have; nobody can write it."""
    return f"~{kind}{'' if tier == HIDDEN else tier}"


@cache
def on_postgresql() -> TextualSelect:
    """Answer the statement with `kinds`, `key`, `end`, `n`, `whole` and `wide`."""

    def having(asked: str) -> Part:
        def of(tier: int) -> str:
            mark = f"""'''~' || k.kind || '{tier}'' & '"""
            return _most_played(f"{_WORDS} @@ CAST({mark} || {asked} AS tsquery) AND {_NOT_BEGINS}")

        return of

    found = _first("k.kind", having(":whole"), having(":wide || ' & !' || :whole"), str)
    kinds = "unnest(CAST(:kinds AS text[])) AS k(kind)"
    return text(f"SELECT c.* FROM {kinds} CROSS JOIN LATERAL ({found}) AS c").columns(*TYPES)  # noqa: S608 - ours


@cache
def on_sqlite(kinds: Sequence[SearchKind]) -> TextualSelect:
    """Answer the statement with `key`, `end`, `n`, and `whole_<kind>_<tier>` and `wide_…`."""

    def having(reading: str, kind: SearchKind) -> Part:
        return lambda tier: _selected(_most_found(f":{reading}_{kind}_{tier}"))

    parts = (
        _first(f"'{kind}'", having("whole", kind), having("wide", kind), _selected)
        for kind in kinds
    )
    return text(" UNION ALL ".join(_selected(f"({part})") for part in parts)).columns(*TYPES)


def _first(kind: str, whole: Part, wide: Part, written: Callable[[str], str]) -> str:
    """Answer a statement of the best of a kind, which reads no further than there are enough."""
    of_kind, tiers = f"d.kind = {kind} AND d.tier", range(TIERS)
    parts = [
        written(_most_played(f"{of_kind} IN ({', '.join(map(str, tiers))}) AND d.key = :key")),
        *(written(_most_played(f"{of_kind} = {tier} AND {_BEGINS}")) for tier in tiers),
        *map(whole, tiers),
        *map(wide, tiers),
    ]
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS t LIMIT :n"  # noqa: S608 - ours


def _most_played(which: str) -> str:
    return f"(SELECT {COLUMNS} FROM search_documents AS d WHERE {which} {_BY_PLAYS})"  # noqa: S608 - ours


def _most_found(asked: str) -> str:
    joined = "search_texts JOIN search_documents AS d ON d.id = search_texts.rowid"
    which = f"search_texts MATCH {asked} AND {_NOT_BEGINS}"
    return f"(SELECT {COLUMNS} FROM {joined} WHERE {which} {_BY_PLAYS})"  # noqa: S608 - ours


def _selected(part: str) -> str:
    """Write a part as SQLite reads one that has an order of its own."""
    return f"SELECT * FROM {part}"  # noqa: S608 - ours


def as_tsquery(needed: Sequence[Alternatives], joined: str) -> str:
    """Write what is needed as PostgreSQL reads it; or all of it as one word."""

    def quoted(word: str) -> str:
        return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"

    return _written(needed, joined, quoted, both=" & ", either=" | ")


def as_fts5(needed: Sequence[Alternatives], joined: str) -> str:
    """Write what is needed as SQLite reads it; or all of it as one word."""

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
    # Where a word is nowhere, nothing has them all.
    found = both.join(groups) if groups and all(needed) else quoted(_NOWHERE)
    return f"(({found}){either}{quoted(joined)})" if joined else f"({found})"
