"""Lists by the number of a page hold all that is there, once, and tell how much that is."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from base.database import Database
from catalog.numbered import (
    Numbered,
    TrackOrder,
    artists_heard,
    artists_of_label,
    labels_heard,
    playlists_owned,
    playlists_shown,
    releases_by,
    releases_of_label,
    releases_out,
    releases_owned,
    releases_tagged,
    tracks_heard,
    tracks_tagged,
)
from catalog.playlist_rules import Visibility
from catalog.playlists import Wording, create
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person


async def _all(database: Database, numbered: Numbered) -> Sequence[UUID]:
    async with database.read() as session:
        count = await numbered.count(session)
        pages = [
            await numbered.page(session, limit=2, offset=offset) for offset in range(0, count, 2)
        ]
    assert sum(map(len, pages)) == count
    return [one for page in pages for one in page]


@pytest.mark.parametrize("order", [one for one in TrackOrder if one is not TrackOrder.RANDOM])
async def test_tracks_are_told_once_in_every_order(database: Database, order: TrackOrder) -> None:
    artist = await person(database, Role.ARTIST)
    made = {await audible(database, artist, f"song {i}".encode()) for i in range(5)}

    told = await _all(database, tracks_heard(order))

    assert len(told) == 5
    assert set(told) == made


async def test_by_chance_each_is_told_once_on_a_page(database: Database) -> None:
    artist = await person(database, Role.ARTIST)
    made = {await audible(database, artist, f"song {i}".encode()) for i in range(3)}
    chance = tracks_heard(TrackOrder.RANDOM)

    async with database.read() as session:
        pages = [await chance.page(session, limit=10, offset=50) for _ in range(5)]

    assert all(set(page) == made and len(page) == 3 for page in pages)


async def test_playlists_are_told_to_those_who_may_see_them(database: Database) -> None:
    owner = await person(database, Role.LISTENER)
    async with database.begin() as session:
        made = [
            (await create(session, owner.id, Wording(title=one, visibility=one), now=NOON)).id
            for one in Visibility
        ]

    shown = await _all(database, playlists_shown())

    assert shown == await _all(database, playlists_shown(owner_id=owner.id)) == made[:1]
    assert set(await _all(database, playlists_owned(owner.id))) == set(made)


async def test_every_list_is_read_where_there_is_nothing(database: Database) -> None:
    lists = (
        *(releases_out(), releases_out(kind="ep"), releases_out(is_random=True)),
        *(releases_by(uuid4()), releases_of_label(uuid4()), releases_owned(uuid4())),
        *(releases_tagged("folk", "folk"), tracks_tagged("folk", None)),
        *(artists_heard(), artists_heard(is_newest=True), artists_of_label(uuid4())),
        *(labels_heard(), playlists_shown(is_random=True)),
    )

    for one in lists:
        async with database.read() as session:
            assert (await one.page(session, limit=2, offset=0), await one.count(session)) == ([], 0)
