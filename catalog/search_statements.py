"""The statements that ask for candidates, as each database finds them: one, for all kinds at once.

Of every kind, in the order in which they are told (catalog.ranking): what is called so, what begins
so, what has all the words, and what has some of them only begun; tier by tier, and no further than
there are enough, as the parts of a UNION ALL are run when they are read. What few can have is read
at once instead: PostgreSQL would look forty times for what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from sqlalchemy import Integer, TextualSelect, column, text

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

    parts = [
        *_called("k.kind", str),
        *map(having(":whole"), range(TIERS)),
        *map(having(":wide || ' & !' || :whole"), range(TIERS)),
    ]
    return text(_of_each_kind(parts)).columns(*TYPES)


@cache
def called_on_postgresql() -> TextualSelect:
    """Answer the statement with `kinds`, `key`, `end` and `n` of what is called or begins so."""
    return text(_of_each_kind([*_called("k.kind", str)])).columns(*TYPES)


@cache
def at_once_on_postgresql() -> TextualSelect:
    """Answer the statement with the same parameters and `most`, where few have all the words.

    Each row tells how `many` there are: beyond `most`, the popular may not be among them.
    """
    which = f"{_WORDS} @@ CAST(:whole || ' | ' || :wide AS tsquery) AND d.tier > {HIDDEN}"
    which += " AND d.kind = ANY(CAST(:kinds AS text[]))"
    # Planned as if all were read: for some of them it would look through the table.
    having = f"SELECT {COLUMNS} FROM search_documents AS d WHERE {which}"  # noqa: S608 - ours
    is_whole = f"{_WORDS} @@ CAST(:whole AS tsquery)"
    best = f"row_number() OVER (PARTITION BY d.kind ORDER BY {is_whole} DESC, d.popularity DESC)"
    placed = f"SELECT {COLUMNS}, {best} AS place FROM few AS d"  # noqa: S608 - ours
    return text(
        f"WITH having_all AS MATERIALIZED ({having}), "  # noqa: S608 - ours
        "few AS MATERIALIZED (SELECT * FROM having_all LIMIT :most + 1) "
        f"SELECT c.*, 0 AS many FROM ({_of_each_kind([*_called('k.kind', str)])}) AS c UNION ALL "
        f"SELECT {COLUMNS}, (SELECT count(*) FROM few) FROM ({placed}) AS d WHERE d.place <= :n"
    ).columns(*TYPES, column("many", Integer))


def _of_each_kind(parts: Sequence[str]) -> str:
    kinds = "unnest(CAST(:kinds AS text[])) AS k(kind)"
    return f"SELECT c.* FROM {kinds} CROSS JOIN LATERAL ({_first(parts)}) AS c"  # noqa: S608 - ours


@cache
def on_sqlite(kinds: Sequence[SearchKind]) -> TextualSelect:
    """Answer the statement with `key`, `end`, `n`, and `whole_<kind>_<tier>` and `wide_…`."""

    def having(reading: str, kind: SearchKind) -> Part:
        return lambda tier: _selected(_most_found(f":{reading}_{kind}_{tier}"))

    return _of_all(
        [
            *_called(f"'{kind}'", _selected),
            *map(having("whole", kind), range(TIERS)),
            *map(having("wide", kind), range(TIERS)),
        ]
        for kind in kinds
    )


@cache
def called_on_sqlite(kinds: Sequence[SearchKind]) -> TextualSelect:
    """Answer the statement with `key`, `end` and `n` of what is called or begins so."""
    return _of_all([*_called(f"'{kind}'", _selected)] for kind in kinds)


def _of_all(kinds: Iterable[Sequence[str]]) -> TextualSelect:
    parts = (_selected(f"({_first(parts)})") for parts in kinds)
    return text(" UNION ALL ".join(parts)).columns(*TYPES)


def _first(parts: Sequence[str]) -> str:
    """Answer a statement of the best of a kind, which reads no further than there are enough."""
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS t LIMIT :n"  # noqa: S608 - ours


def _called(kind: str, written: Callable[[str], str]) -> Iterator[str]:
    """Answer the parts of what is called so, and of what begins so."""
    for which in ("d.key = :key", _BEGINS):
        for tier in range(TIERS):
            yield written(_most_played(f"d.kind = {kind} AND d.tier = {tier} AND {which}"))


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
