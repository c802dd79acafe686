"""What is searched follows what is written, whoever writes it and how."""

from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from base.database import Database
from catalog import search
from catalog.artists import name_on_track
from catalog.callers import Caller
from catalog.credit_roles import Named
from catalog.models.charts import DayOfPlays
from catalog.models.music import Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.models.search import SearchDocument, SearchStale, SearchWord
from catalog.music import move
from catalog.popularity import weigh
from catalog.releases import create_release, move_release, put_on
from catalog.roles import Role
from catalog.search import Asked, drafts
from catalog.search_refresh import rebuild
from catalog.states import ReleaseEvent, TrackEvent, TrackState
from catalog.tiers import LAST
from tests.support.catalog import NOON, audible, person
from tests.support.searching import found, put_out, refreshed
from tests.support.statements_counted import statements

Everything = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]


@pytest.fixture
async def artist(database: Database) -> Caller:
    return await person(database, Role.ARTIST)


async def written(database: Database, track_id: UUID, **words: object) -> None:
    async with database.begin() as session:
        await session.execute(update(Track).where(Track.id == track_id).values(**words))
    await refreshed(database)


async def everything(database: Database) -> Everything:
    documents = SearchDocument.__table__.c
    columns = [one for one in documents if one.name not in {"id", "popularity"}]
    words = SearchWord.__table__.c
    async with database.read() as session:
        told = await session.execute(select(*columns).order_by(documents.subject_id))
        counted = await session.execute(select(words.word, words.documents).order_by(words.word))
        return [tuple(row) for row in told], [tuple(row) for row in counted]


async def test_what_is_written_is_found_until_it_is_called_something_else(
    database: Database, artist: Caller
) -> None:
    track = await audible(database, artist)
    await written(database, track, title="First", artist="Somebody")
    assert await found(database, "first somebody") == ["First · Somebody"]

    await written(database, track, title="Second")

    assert await found(database, "first") == []
    assert await found(database, "second") == ["Second · Somebody"]


async def test_what_was_withdrawn_is_not_told_of_even_before_the_search_knows(
    database: Database, artist: Caller
) -> None:
    track = await audible(database, artist)
    await written(database, track, title="Gone", artist="Somebody")

    async with database.begin() as session:
        await move(session, track, TrackEvent.WITHDRAW, now=NOON)

    assert await found(database, "gone") == []
    await refreshed(database)
    assert await found(database, "gone") == []


async def test_drafts_are_found_by_their_owner_alone_until_they_are_out(
    database: Database, artist: Caller
) -> None:
    track = await audible(database, artist)
    async with database.begin() as session:
        release = await create_release(session, artist, title="Soon", artist="Somebody", now=NOON)
        await put_on(session, release, await session.get_one(Track, track))
        who = [Named(name="Somebody Else")]
        await name_on_track(session, track, who, owner_id=artist.id, now=NOON)
    await written(database, track, title="Not yet", artist="Somebody")

    assert await found(database, "soon") == await found(database, "not yet") == []
    async with database.read() as session:
        mine = await drafts(session, artist.id, Asked(text="somebody"))
        others = await drafts(session, UUID(int=7), Asked(text="somebody"))
    assert {one.document.title for one in mine} == {"Soon", "Not yet", "Somebody Else"}
    assert others == []

    async with database.begin() as session:
        move_release(await session.get_one(Release, release.id), ReleaseEvent.PUBLISH, now=NOON)
    await refreshed(database)

    assert set(await found(database, "somebody")) == {
        *("Soon · Somebody", "Not yet · Somebody", "Somebody Else"),
    }


async def test_an_old_draft_is_found_among_many(
    database: Database, artist: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_MOST_OWN", 1)
    for title in ("The Älde 100% Song", "New", "Newer"):
        async with database.begin() as session:
            await create_release(session, artist, title=title, artist="Ida", now=NOON)
        await refreshed(database)

    async with database.read() as session:
        for text in ("alde", "the 100 so", "songs", "1000"):
            mine = await drafts(session, artist.id, Asked(text=text))
            assert len(mine) == (text in {"alde", "the 100 so"}), text


async def test_to_make_all_anew_changes_nothing(database: Database, artist: Caller) -> None:
    tracks = await put_out(database, [("One Two", "A", 1), ("Two Three", "B", 1), ("Four", "A", 1)])
    first, second, third = tracks.values()
    await written(database, first, title="One and only")
    async with database.begin() as session:
        release = await create_release(session, artist, title="R", artist="A", now=NOON)
        for one in (second, third):
            await put_on(session, release, await session.get_one(Track, one))
        await session.execute(delete(ReleaseTrack).where(ReleaseTrack.track_id == third))
        await session.execute(
            update(Track).where(Track.id == first).values(state=TrackState.REMOVED)
        )
    await refreshed(database)
    followed = await everything(database)

    async with database.begin() as session:
        await rebuild(session)
    await refreshed(database)

    assert await everything(database) == followed
    assert len(followed[0]) == 3
    assert dict(followed[1])["two"] == 1


async def test_what_changes_nothing_that_is_searched_marks_nothing(
    database: Database, artist: Caller
) -> None:
    track = await audible(database, artist)
    await refreshed(database)

    async with database.begin() as session:
        await session.execute(update(Track).where(Track.id == track).values(is_free=True))

    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(SearchStale)) == 0


async def test_many_that_answer_take_no_more_statements_than_one(database: Database) -> None:
    await put_out(database, [("Alone", "Somebody", 1)])
    with statements(database) as of_one:
        assert len(await found(database, "alone")) == 1
    await put_out(database, [(f"Many {number}", "Others", 1) for number in range(30)])

    with statements(database) as of_many:
        assert len(await found(database, "many others")) == 30

    assert len(of_many) <= len(of_one)


async def test_what_is_played_more_comes_first_and_is_found_sooner(database: Database) -> None:
    tracks = await put_out(database, [("Same", "One", 0), ("Same", "Two", 0)])
    async with database.begin() as session:
        track = await session.get_one(Track, tracks["Same · Two"])
        day = {"day": NOON.date(), "plays": 1, "listeners": 1, "paid": 0, "counted": 1}
        session.add(DayOfPlays(recording_id=track.recording_id, **day))

    async with database.begin() as session:
        await weigh(session, now=NOON)

    assert await found(database, "same") == ["Same · Two", "Same · One"]
    async with database.read() as session:
        told = select(SearchDocument.popularity, SearchDocument.tier, SearchDocument.words)
        rows = (await session.execute(told.order_by(SearchDocument.popularity))).all()
    assert [(row.popularity, row.tier, row.words.split()[-1]) for row in rows] == [
        (0, LAST, f"~track{LAST}"),
        (1, 0, "~track0"),
    ]
