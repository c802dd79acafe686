import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from base.clock import ManualClock
from base.errors import Refused
from catalog.callers import Caller
from catalog.kinds import Kind
from catalog.models.releases import Release
from catalog.releases import Standing, archives_of, create_release, release_of, standing_on
from catalog.roles import Role
from catalog.states import ArchiveState
from ingest.accept_archive import AcceptedArchive, accept_archive
from tests.support.archives import packed, with_entry
from tests.support.catalog import NOON, person
from tests.support.working import do, objects, replayed, sent, waiting, workshop
from workers.actors import perform
from workers.holding import Holding
from workers.housekeeping import remove_empty_drafts

SONGS = {
    f"Band - Record (2026)/CD{disc}/{number:02} - Song {disc}{number}.wav": bytes([disc, number])
    * 5_000
    for disc in (1, 2)
    for number in (1, 2, 10)
}
EXTRAS = {
    "Band - Record (2026)/cover.jpg": b"\xff\xd8 no picture",
    "Band - Record (2026)/notes.txt": b"Thanks to all.",
    "__MACOSX/._x.wav": b"leftover",
}


@pytest.fixture
async def holding(tmp_path: Path) -> AsyncIterator[Holding]:
    async with workshop(tmp_path) as opened:
        yield opened


async def accepted(
    holding: Holding, archive: bytes, owner: Caller, *, release_id: UUID | None = None
) -> AcceptedArchive:
    received = await sent(holding, archive)
    async with holding.tools.database.begin() as session:
        return await accept_archive(
            session,
            received,
            filename="Band - Other Name.zip",
            caller=owner,
            request_id="test",
            now=NOON,
            release_id=release_id,
        )


async def draft(holding: Holding, release_id: UUID) -> tuple[Release, list[Standing]]:
    async with holding.tools.database.read() as session:
        return await release_of(session, release_id), await standing_on(session, release_id)


async def archive_of(holding: Holding, release_id: UUID) -> tuple[str, dict[str | None, str]]:
    async with holding.tools.database.read() as session:
        [archive] = await archives_of(session, release_id)
    return archive.state, {one["about"]: one["code"] for one in archive.findings}


async def test_an_archive_becomes_a_draft_in_order(tmp_path: Path, storage_url: str) -> None:
    async with workshop(tmp_path, storage_url=storage_url) as holding:
        artist = await person(holding.tools.database, Role.ARTIST)
        sent_ = await accepted(holding, packed({**SONGS, **EXTRAS}), artist)

        await do(holding, Kind.UNPACK)

        release, tracks = await draft(holding, sent_.release_id)
        assert (release.title, release.artist, release.released_on) == ("Record", "Band", "2026")
        assert [(one.place.disc, one.place.position, one.track.title) for one in tracks] == [
            (1, 1, "Song 11"),
            (1, 2, "Song 12"),
            (1, 3, "Song 110"),
            (2, 1, "Song 21"),
            (2, 2, "Song 22"),
            (2, 3, "Song 210"),
        ]
        assert release.artwork_id is not None
        assert await archive_of(holding, release.id) == (
            ArchiveState.UNPACKED,
            {"Band - Record (2026)/notes.txt": "not-audio"},
        )
        assert len(await waiting(holding, Kind.EXAMINE)) == 6
        keys = {one.master.storage_key for one in tracks}
        assert keys < await objects(holding)


async def test_an_archive_that_is_sent_again_is_the_same_draft(holding: Holding) -> None:
    artist = await person(holding.tools.database, Role.ARTIST)
    other = await person(holding.tools.database, Role.ARTIST)
    first = await accepted(holding, packed(SONGS), artist)

    again = await accepted(holding, packed(SONGS), artist)
    others = await accepted(holding, packed(SONGS), other)

    assert (again.release_id, again.is_new) == (first.release_id, False)
    assert (others.release_id != first.release_id, others.is_new) == (True, True)


async def test_an_archive_joins_a_draft_that_is_named(holding: Holding) -> None:
    artist = await person(holding.tools.database, Role.ARTIST)
    first, second = [
        {name: data for name, data in SONGS.items() if f"CD{disc}" in name} for disc in (1, 2)
    ]
    begun = await accepted(holding, packed(second), artist)
    await accepted(holding, packed(first), artist, release_id=begun.release_id)

    await do(holding, Kind.UNPACK)

    _, tracks = await draft(holding, begun.release_id)
    assert [one.place.disc for one in tracks] == [1, 1, 1, 2, 2, 2]


async def test_nobody_adds_to_a_draft_of_others(holding: Holding) -> None:
    artist = await person(holding.tools.database, Role.ARTIST)
    other = await person(holding.tools.database, Role.ARTIST)
    begun = await accepted(holding, packed(SONGS), artist)

    with pytest.raises(Refused, match="release-unknown"):
        await accepted(holding, packed(EXTRAS), other, release_id=begun.release_id)


@pytest.mark.parametrize("most", range(1, 12, 3))
async def test_a_worker_that_dies_leaves_the_same_draft(
    holding: Holding, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """It is cancelled at one of its transactions; the next one begins anew."""
    artist = await person(holding.tools.database, Role.ARTIST)
    begun = await accepted(holding, packed(SONGS), artist)
    [job] = await waiting(holding, Kind.UNPACK)
    begin, count = holding.tools.database.begin, 0

    def counted(**how: Any) -> Any:  # noqa: ANN401 - as it was
        nonlocal count
        count += 1
        if count == most + 1:
            raise asyncio.CancelledError
        return begin(**how)

    with monkeypatch.context() as patched:
        patched.setattr(holding.tools.database, "begin", counted)
        await perform(holding, [job])
    assert count > most

    await do(holding, Kind.UNPACK)

    _, tracks = await draft(holding, begun.release_id)
    assert len(tracks) == len({one.master.sha256 for one in tracks}) == 6


async def test_files_that_are_the_same_are_one_track(holding: Holding) -> None:
    artist = await person(holding.tools.database, Role.ARTIST)
    begun = await accepted(holding, packed({"a.wav": b"song" * 99, "b.wav": b"song" * 99}), artist)

    await do(holding, Kind.UNPACK)

    _, tracks = await draft(holding, begun.release_id)
    assert len(tracks) == 1
    assert await archive_of(holding, begun.release_id) == ("unpacked", {"b.wav": "file-twice"})


@pytest.mark.parametrize(
    ("archive", "findings"),
    [
        (packed({"a.txt": b"poem"}), {"a.txt": "not-audio", None: "no-audio"}),
        (
            with_entry(packed({"a.wav": b"song" * 99}), 16, "<L", 7, local=14),
            {"a.wav": "archive-damaged", None: "no-audio"},
        ),
        (packed({"a.wav": b"song" * 99})[:-30], {None: "no-audio"}),
    ],
)
async def test_an_archive_without_a_track_says_why(
    holding: Holding, archive: bytes, findings: dict[str | None, str]
) -> None:
    artist = await person(holding.tools.database, Role.ARTIST)
    begun = await accepted(holding, archive, artist)

    await do(holding, Kind.UNPACK)

    assert await archive_of(holding, begun.release_id) == ("rejected", findings)
    assert [key for key in await objects(holding) if "incoming" in key] == []


async def test_a_draft_of_nothing_goes_after_a_week(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    async with workshop(tmp_path, clock=clock) as holding:
        tools = holding.tools
        artist = await person(tools.database, Role.ARTIST)
        empty = await accepted(holding, packed({"a.txt": b"poem"}), artist)
        full = await accepted(holding, packed({"a.wav": b"song" * 99}), artist)
        clock.advance(timedelta(hours=1))
        async with tools.database.begin() as session:
            begun = await create_release(session, artist, title="R", artist="A", now=tools.clock())
        await accepted(holding, packed({"b.txt": b"poem"}), artist, release_id=begun.id)
        await do(holding, Kind.UNPACK)

        clock.advance(timedelta(days=6))
        await remove_empty_drafts(tools)
        await draft(holding, empty.release_id)
        clock.advance(timedelta(days=2))
        await remove_empty_drafts(tools)

        for kept in (full.release_id, begun.id):
            await draft(holding, kept)
        with pytest.raises(Refused, match="release-unknown"):
            await draft(holding, empty.release_id)


async def test_an_archive_gets_no_more_room_than_its_owner_has(tmp_path: Path) -> None:
    async with workshop(tmp_path, upload_stored_limit_bytes=12_000) as holding:
        artist = await person(holding.tools.database, Role.ARTIST)
        begun = await accepted(holding, packed(dict(list(SONGS.items())[:3])), artist)

        await do(holding, Kind.UNPACK)

        state, findings = await archive_of(holding, begun.release_id)
    assert state == ArchiveState.UNPACKED
    assert set(findings.values()) == {"quota-stored"}


async def test_a_good_file_beside_a_bad_one_is_taken(holding: Holding) -> None:
    artist = await person(holding.tools.database, Role.ARTIST)
    archive = with_entry(
        packed({"a.wav": b"song" * 99, "b.wav": b"tune" * 99}), 16, "<L", 7, local=14
    )
    begun = await accepted(holding, archive, artist)

    await do(holding, Kind.UNPACK)

    _, tracks = await draft(holding, begun.release_id)
    assert [one.track.title for one in tracks] == ["b"]
    state, findings = await archive_of(holding, begun.release_id)
    assert (state, findings) == (ArchiveState.UNPACKED, {"a.wav": "archive-damaged"})


async def test_an_archive_that_was_read_is_left_alone_when_its_job_is_done_again(
    holding: Holding,
) -> None:
    artist = await person(holding.tools.database, Role.ARTIST)
    release_id = (await accepted(holding, packed(SONGS), artist)).release_id
    await do(holding, Kind.UNPACK)
    before, state = await draft(holding, release_id), await archive_of(holding, release_id)

    await replayed(holding, Kind.UNPACK)

    release, tracks = await draft(holding, release_id)
    assert [one.track.id for one in tracks] == [one.track.id for one in before[1]]
    assert await archive_of(holding, release.id) == state
