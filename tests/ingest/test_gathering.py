"""Tracks go from one draft to another, and from nowhere else."""

from uuid import UUID

import pytest

from base.database import Database
from base.errors import Refused
from catalog.callers import Caller
from catalog.music import describe_master, track_of
from catalog.releases import create_release, standing_on
from catalog.roles import Role
from ingest.accept import accept
from ingest.describing import describe
from ingest.drafts import Edit, TrackEdit, edit
from ingest.gathering import gather, set_apart
from ingest.saying import Said as Words
from tests.support.catalog import NOON, accepted, person, received


async def _draft(database: Database, who: Caller, *titles: str) -> tuple[UUID, list[UUID]]:
    """Answer a draft of a name, and the tracks on it."""
    async with database.begin() as session:
        made = await create_release(session, who, title="Draft", artist=who.name, now=NOON)
        tracks = [
            await accept(
                session,
                received(f"{title} {made.id}".encode()),
                filename=f"{title}.flac",
                caller=who,
                request_id="test",
                now=NOON,
                release_id=made.id,
            )
            for title in titles
        ]
    return made.id, [one.track_id for one in tracks]


async def _on(database: Database, release_id: UUID) -> list[UUID]:
    async with database.read() as session:
        return [one.track.id for one in await standing_on(session, release_id)]


async def test_tracks_of_several_drafts_come_together_in_order(database: Database) -> None:
    who = await person(database, Role.ARTIST)
    album, [first] = await _draft(database, who, "One")
    other, [second] = await _draft(database, who, "Two")
    third, [last] = await _draft(database, who, "Three")

    async with database.begin() as session:
        await gather(session, album, [last, first, second, last], who, now=NOON)

    assert await _on(database, album) == [first, last, second]
    assert await _on(database, other) == await _on(database, third) == []


async def test_what_was_said_of_a_track_goes_with_it_before_its_file_is_read(
    database: Database,
) -> None:
    who = await person(database, Role.ARTIST)
    album, _ = await _draft(database, who)
    other, [track] = await _draft(database, who, "One")
    said = TrackEdit(track_id=track, said=Words(words={"title": "As I call it"}))
    async with database.begin() as session:
        await edit(session, other, who, Edit(said=Words(), tracks=[said]), now=NOON)
        await gather(session, album, [track], who, now=NOON)

    async with database.begin() as session:
        found = await track_of(session, track)
        await describe_master(session, found.master.id, {"tags": {"title": "rough mix 3"}})
        await describe(session, found.track, found.master, now=NOON)

    async with database.read() as session:
        assert (await track_of(session, track)).track.title == "As I call it"


async def test_what_is_taken_off_stands_on_another_draft(database: Database) -> None:
    who = await person(database, Role.ARTIST)
    album, [one, two, three] = await _draft(database, who, "One", "Two", "Three")

    async with database.begin() as session:
        await set_apart(session, album, [three, one], who, now=NOON)
        await set_apart(session, album, [], who, now=NOON)

    assert await _on(database, album) == [two]


async def test_what_all_hear_or_is_anothers_comes_to_no_draft(database: Database) -> None:
    who, other = await person(database, Role.ARTIST), await person(database, Role.ARTIST)
    album, _ = await _draft(database, who)
    theirs, [hidden] = await _draft(database, other, "Theirs")
    single = (await accepted(database, who)).track_id

    for tracks, into, code in (
        ([single], album, "track-elsewhere"),
        ([hidden], album, "release-unknown"),
        ([], theirs, "release-unknown"),
    ):
        async with database.begin() as session:
            with pytest.raises(Refused) as refused:
                await gather(session, into, tracks, who, now=NOON)
        assert refused.value.code == code
    async with database.begin() as session:
        with pytest.raises(Refused, match="not on this release"):
            await set_apart(session, album, [single], who, now=NOON)
