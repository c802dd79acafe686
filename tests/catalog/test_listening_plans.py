"""What listeners are told is found by indexes, on both databases, whatever the planner prefers."""

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import event, text

from accounting.changed_counts import Place, bought_since, given_back_since, settled_behind
from accounting.library import begun_page, near_page, owned_page
from base.database import Database, Session
from base.errors import Refused
from catalog.chart_rules import NOW, Chart, Span, days_of
from catalog.charts import most_played, newest, places_of, run_of, trending
from catalog.discographies import (
    artists_looked_after,
    labels_looked_after,
    releases_by_artist,
    releases_of_label,
    tracks_by_artist,
    waiting_names,
)
from catalog.favourites import favourites_of, marks_of, ratings_of
from catalog.follows import follows_of, new_releases, people_followed
from catalog.history import plays_of, sessions_of
from catalog.liking import LIKED, Kind, named
from catalog.playlist_entries import add_entries, covers_of, entries_of
from catalog.playlist_members import members_of
from catalog.playlists import Wording, create, owned_by, public_of, shared_with, shown
from catalog.pre_saves import pre_saved_by
from catalog.queues import queue_of
from catalog.recommendations import recommended
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person

WHO, WHAT, AT = uuid4(), uuid4(), (NOON, uuid4())
#: Tables that are as small as what they are about, or are read whole by a job: charts of one span.
SMALL = {"terms", "chart_runs", "chart_entries"}

READS: list[Callable[[Session], Awaitable[Any]]] = [
    lambda s: favourites_of(s, WHO, Kind.TRACK, limit=9, after=AT),
    lambda s: ratings_of(s, WHO, Kind.TRACK, limit=9, after=AT),
    lambda s: marks_of(s, WHO, Kind.TRACK, [WHAT]),
    lambda s: follows_of(s, WHO, limit=9, after=AT),
    lambda s: new_releases(s, WHO, limit=9, after=AT),
    lambda s: public_of(s, people_followed(WHO), limit=9, after=AT),
    lambda s: plays_of(s, WHO, limit=9, after=AT),
    lambda s: sessions_of(s, WHO, limit=9, after=AT),
    lambda s: owned_by(s, WHO, limit=9, after=AT, public=False),
    lambda s: owned_by(s, WHO, limit=9, after=AT, public=True),
    lambda s: shared_with(s, WHO, limit=9, after=AT),
    lambda s: shown(s, WHAT, WHO),
    lambda s: entries_of(s, WHAT, limit=9, after=(b"1", WHAT)),
    lambda s: covers_of(s, [WHAT]),
    lambda s: members_of(s, WHAT),
    lambda s: queue_of(s, WHO),
    lambda s: run_of(s, Chart.NEW, Span.WEEK),
    lambda s: places_of(s, Chart.TRENDING, NOW, limit=9, after=3),
    lambda s: recommended(s, WHO, limit=20, least=5, now=NOON),
    lambda s: owned_page(s, WHO, after=AT, limit=9),
    lambda s: begun_page(s, WHO, after=WHAT, limit=9),
    lambda s: near_page(s, WHO, steps=9, after=(7, WHAT), limit=9),
    *(lambda s, kind=kind: named(s, kind, [WHAT], for_id=WHO) for kind in LIKED),
    # What pages of artists and labels ask for.
    lambda s: artists_looked_after(s, WHO, after=("a", WHAT), limit=9),
    lambda s: labels_looked_after(s, WHO, after=("a", WHAT), limit=9),
    lambda s: releases_by_artist(s, WHAT, after=AT, limit=9),
    lambda s: releases_of_label(s, WHAT, after=AT, limit=9),
    lambda s: tracks_by_artist(s, WHAT, after=AT, limit=9),
    lambda s: waiting_names(s, WHAT, after=(WHAT,), limit=9),
    lambda s: pre_saved_by(s, WHO, after=AT, limit=9),
    # And what the jobs ask for.
    lambda s: settled_behind(s, Place(settled_at=NOON), limit=9),
    lambda s: given_back_since(s, NOON),
    lambda s: bought_since(s, NOON),
    lambda s: trending(s, NOON.date()),
    lambda s: most_played(s, days_of(Chart.MOST_PLAYED, Span.WEEK, NOON)),
    lambda s: newest(s, (NOON - timedelta(days=7)).date()),
]


async def test_no_read_looks_through_a_whole_table(database: Database) -> None:
    said: list[tuple[str, Any]] = []
    engine = database.engine.sync_engine

    def note(*told: Any) -> None:  # noqa: ANN401 - the driver's own
        said.append((told[2], told[3]))

    event.listen(engine, "before_cursor_execute", note)
    for read in READS:
        async with database.read() as session:
            with suppress(Refused):
                await read(session)
    event.remove(engine, "before_cursor_execute", note)

    asked = [one for one in said if one[0].startswith(("SELECT", "WITH"))]
    assert len(asked) > len(READS)
    assert await through_whole_tables(database, asked) == []


async def test_covers_are_of_the_first_entries_of_each_list(database: Database) -> None:
    eva = await person(database, Role.ARTIST)
    songs = [await audible(database, eva, f"song {number}".encode()) for number in range(2)]
    lists = []
    for title in "ab":
        async with database.begin() as session:
            made = await create(session, eva.id, Wording(title=title), now=NOON)
            order = songs * 10 if title == "a" else songs[::-1]
            await add_entries(session, made, order, by=eva.id, now=NOON)
            lists.append(made.id)

    async with database.read() as session:
        found = await covers_of(session, lists)
        nothing = await covers_of(session, [])

    assert found == {lists[0]: songs * 6, lists[1]: songs[::-1]}
    assert nothing == {}


async def through_whole_tables(database: Database, asked: list[tuple[str, Any]]) -> list[str]:
    found = []
    async with database.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:
            await connection.execute(text("SET enable_seqscan = off"))
        for statement, values in asked:
            how = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
            rows = await connection.exec_driver_sql(how + statement, values)
            plan = "\n".join(str(row[-1]) for row in rows)
            # SQLite may walk along an index, but not along a table.
            tables = re.findall(
                r"SCAN (\w+)(?! USING)" if is_sqlite else r"Seq Scan on (\w+)", plan
            )
            scanned = [one for one in tables if one in _TABLES - SMALL]
            found += [f"{one}: {statement}\n{plan}" for one in scanned]
    return found


_TABLES = {
    *("favourites", "ratings", "follows", "play_queues", "playlists", "playlist_entries"),
    *("playlist_members", "plays_by_day", "trends", "neighbours", "plays", "play_sessions"),
    *("play_counters", "tracks", "releases", "masters", "accounts", "artists", "ledger_txn"),
    *("purchases", "release_tracks", "release_artists", "release_labels", "history_choices"),
}
