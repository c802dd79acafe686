import asyncio
import hashlib
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from base.clock import ManualClock
from base.errors import Refused, Unavailable
from base.storage.port import key_of
from catalog.callers import Caller
from catalog.events import events_after
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.music import describe_master
from catalog.releases import create_release, move_release, release_of
from catalog.roles import Role
from catalog.states import ReleaseEvent, UploadState
from catalog.uploads import Refusal, Upload, Way
from ingest import uploads
from ingest.checksums import Checksum
from ingest.desk import Desk
from ingest.early import Judgement
from ingest.refusals import OffsetMismatch
from ingest.routes.begin import begin
from ingest.tidying import tidy
from tests.support.catalog import NOON, person
from tests.support.uploads import chunked, desk_at, new, send, some_bytes

MEBIBYTE = 1 << 20


@dataclass
class Scene:
    desk: Desk
    artist: Caller

    async def begin(self, length: int | None, **more: object) -> Upload:
        return await uploads.create(self.desk, self.artist, new(length, **more))

    async def send(self, upload: Upload, data: bytes, **more: object) -> Upload:
        return await send(self.desk, self.artist, upload, data, **more)

    async def find(self, upload: Upload) -> Upload:
        return await uploads.find(self.desk, self.artist, upload.id)

    async def stored(self, upload: Upload) -> bytes:
        key = key_of("masters", str(upload.sha256))
        return b"".join([data async for data in self.desk.storage.read(key)])

    async def tracks(self) -> int:
        async with self.desk.database.read() as session:
            return int(await session.scalar(select(func.count()).select_from(Track)) or 0)


#: Both axes, sparingly: each twin meets each twin of the other kind once.
PLACES = [("sqlite_url", "disk_url"), ("postgres_url", "s3_url")]


@pytest.fixture(params=PLACES, ids=["sqlite-disk", "postgresql-s3"])
def places(request: pytest.FixtureRequest) -> tuple[str, str]:
    database_url, storage_url = (request.getfixturevalue(name) for name in request.param)
    return database_url, storage_url


@pytest.fixture
async def scene(places: tuple[str, str], tmp_path: Path, valkey_url: str) -> AsyncIterator[Scene]:
    database_url, storage_url = places
    async with desk_at(
        tmp_path, database_url=database_url, storage_url=storage_url, valkey_url=valkey_url
    ) as desk:
        yield Scene(desk, await person(desk.database, Role.ARTIST))


@pytest.fixture
async def small(
    tmp_path: Path, sqlite_url: str, disk_url: str, valkey_url: str
) -> AsyncIterator[Scene]:
    """What does not depend on where bytes and rows lie."""
    async with desk_at(
        tmp_path,
        database_url=sqlite_url,
        storage_url=disk_url,
        valkey_url=valkey_url,
        upload_limit_bytes=10 * MEBIBYTE,
        upload_open_limit=3,
        upload_open_limit_bytes=12 * MEBIBYTE,
        upload_idle_s=0.3,
    ) as desk:
        yield Scene(desk, await person(desk.database, Role.ARTIST))


def folder_of(scene: Scene) -> Path:
    return scene.desk.settings.data_dir / "objects" / "unfinished"


async def test_bytes_that_come_in_several_requests_become_one_track(scene: Scene) -> None:
    data = some_bytes(13 * MEBIBYTE + 5)
    upload = await scene.begin(len(data))

    upload = await scene.send(upload, data[: 3 * MEBIBYTE])
    upload = await scene.send(upload, data[3 * MEBIBYTE : 9 * MEBIBYTE + 1])
    assert (upload.state, upload.offset_bytes) == (UploadState.OPEN, 9 * MEBIBYTE + 1)
    upload = await scene.send(upload, data[9 * MEBIBYTE + 1 :])

    assert upload.state is UploadState.ACCEPTED
    assert upload.sha256 == hashlib.sha256(data).hexdigest()
    assert await scene.stored(upload) == data
    assert await scene.tracks() == 1
    found = await scene.find(upload)
    assert (found.track_id, found.is_known, found.kept) == (upload.track_id, False, None)


async def test_another_process_goes_on_where_one_ended(
    scene: Scene, tmp_path: Path, valkey_url: str
) -> None:
    data = some_bytes(7 * MEBIBYTE)
    upload = await scene.send(await scene.begin(len(data)), data[: 6 * MEBIBYTE])
    settings = scene.desk.settings

    async with desk_at(
        tmp_path,
        database_url=settings.database_url,
        storage_url=settings.storage_url,
        valkey_url=valkey_url,
    ) as other:
        upload = await uploads.halt(other, scene.artist, upload.id)
        done = await send(other, scene.artist, upload, data[6 * MEBIBYTE :])

    assert done.sha256 == hashlib.sha256(data).hexdigest()
    assert await scene.stored(done) == data


async def test_who_reconnects_takes_over_and_what_came_before_counts(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.holds._PATIENCE_S", 60)  # a busy machine stores slowly
    data = some_bytes(8 * MEBIBYTE)
    upload = await scene.begin(len(data))
    begun = asyncio.Event()

    async def stalls() -> AsyncIterator[bytes]:
        yield data[: 6 * MEBIBYTE]
        begun.set()
        await asyncio.Event().wait()

    first = asyncio.create_task(scene.send(upload, b"", chunks=stalls()))
    await begun.wait()
    found = await uploads.halt(scene.desk, scene.artist, upload.id)

    with pytest.raises(Refused, match="upload-taken-over"):
        await first
    assert found.offset_bytes == 6 * MEBIBYTE
    done = await scene.send(found, data[6 * MEBIBYTE :])
    assert await scene.stored(done) == data


async def test_a_holder_that_does_not_answer_is_taken_over_and_its_bytes_never_count(
    scene: Scene,
) -> None:
    data = some_bytes(12 * MEBIBYTE)
    upload = await scene.send(await scene.begin(len(data)), data[:MEBIBYTE])
    paused, go_on = asyncio.Event(), asyncio.Event()

    class Paused:
        """A writer that stands still in the middle of a write, deaf to all that it is told."""

        def __init__(self, appender: object) -> None:
            self._appender = appender

        def __getattr__(self, name: str) -> object:
            return getattr(self._appender, name)

        async def write(self, data: bytes) -> None:
            paused.set()
            await go_on.wait()
            await self._appender.write(data)  # type: ignore[attr-defined]

    deaf = replace(scene.desk, unfinished=_wrapped(scene.desk.unfinished, Paused))
    stale = asyncio.create_task(send(deaf, scene.artist, upload, bytes(11 * MEBIBYTE)))
    await paused.wait()

    found = await uploads.halt(scene.desk, scene.artist, upload.id)
    upload = await scene.send(found, data[MEBIBYTE : 7 * MEBIBYTE])
    go_on.set()
    with pytest.raises(Refused, match="upload-taken-over"):
        await stale
    done = await scene.send(upload, data[7 * MEBIBYTE :])

    assert done.sha256 == hashlib.sha256(data).hexdigest()
    assert await scene.stored(done) == data


async def test_who_is_taken_over_while_it_makes_its_bytes_durable_changes_nothing(
    scene: Scene,
) -> None:
    data, other = some_bytes(3 * MEBIBYTE), some_bytes(2 * MEBIBYTE, seed=2)
    theirs = await person(scene.desk.database, Role.ARTIST)
    new_one = await uploads.create(scene.desk, theirs, new(len(data)))
    known = await send(scene.desk, theirs, new_one, data)
    upload = await scene.send(await scene.begin(len(data)), data[:MEBIBYTE])
    came, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        """A disk that takes its time to make bytes durable."""

        def __init__(self, appender: object) -> None:
            self._appender = appender

        def __getattr__(self, name: str) -> object:
            return getattr(self._appender, name)

        async def flush(self) -> object:
            came.set()
            await go_on.wait()
            return await self._appender.flush()  # type: ignore[attr-defined]

    slow = replace(scene.desk, unfinished=_wrapped(scene.desk.unfinished, Slow))
    loser = asyncio.create_task(send(slow, scene.artist, upload, data[MEBIBYTE:]))
    await came.wait()

    async def after_the_loser() -> AsyncIterator[bytes]:
        go_on.set()
        await asyncio.wait([loser])
        yield other

    done = await scene.send(upload, b"", chunks=after_the_loser())

    assert isinstance(loser.exception(), Refused)
    assert done.sha256 == hashlib.sha256(data[:MEBIBYTE] + other).hexdigest()
    assert await scene.stored(done) == data[:MEBIBYTE] + other
    assert await scene.stored(known) == data


def _wrapped(unfinished: object, wrap: type) -> object:
    class Wrapped:
        def __getattr__(self, name: str) -> object:
            return getattr(unfinished, name)

        @asynccontextmanager
        async def append(self, kept: object) -> AsyncIterator[object]:
            async with unfinished.append(kept) as appender:  # type: ignore[attr-defined]
                yield wrap(appender)

    return Wrapped()


async def test_emptying_valkey_in_the_middle_lets_no_old_bytes_in(scene: Scene) -> None:
    data = some_bytes(9 * MEBIBYTE)
    upload = await scene.begin(len(data))
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"\0" * 6 * MEBIBYTE
        begun.set()
        await go_on.wait()
        yield b"\0" * 3 * MEBIBYTE

    first = asyncio.create_task(scene.send(upload, b"", chunks=slow()))
    await begun.wait()
    await scene.desk.valkey.flushall()
    del scene.desk.holds._held[upload.id]  # noqa: SLF001 - as if the holder were elsewhere

    found = await uploads.halt(scene.desk, scene.artist, upload.id)
    again = await scene.begin(len(data))
    go_on.set()
    with pytest.raises(Refused, match="upload-taken-over"):
        await first

    assert (await scene.find(found)).offset_bytes == found.offset_bytes
    done = await scene.send(again, data)
    assert await scene.stored(done) == data


async def test_parts_become_one_upload_and_are_gone(scene: Scene) -> None:
    data = some_bytes(9 * MEBIBYTE)
    cuts = [data[: 6 * MEBIBYTE], data[6 * MEBIBYTE : 6 * MEBIBYTE + 3], data[6 * MEBIBYTE + 3 :]]
    parts = []
    for cut in cuts:
        part = await scene.begin(len(cut), is_partial=True)
        parts.append(await scene.send(part, cut))

    done = await uploads.concatenate(
        scene.desk, scene.artist, new(None), parts=[part.id for part in parts]
    )

    assert {part.state for part in parts} == {UploadState.WHOLE}
    assert done.state is UploadState.ACCEPTED
    assert await scene.stored(done) == data
    with pytest.raises(Refused, match="upload-gone"):
        await scene.find(parts[0])


async def test_the_same_bytes_are_known_by_their_digest_to_their_owner_alone(scene: Scene) -> None:
    data = some_bytes(MEBIBYTE)
    details = {"sha256": hashlib.sha256(data).hexdigest()}
    done = await scene.send(await scene.begin(len(data)), data)
    stranger = await person(scene.desk.database, Role.ARTIST)

    mine = await scene.begin(len(data), metadata=details)
    theirs = await uploads.create(scene.desk, stranger, new(len(data), metadata=details))
    longer = await scene.begin(len(data) + 1, metadata=details)

    assert (mine.state, mine.track_id, mine.is_known) == (
        UploadState.ACCEPTED,
        done.track_id,
        True,
    )
    assert mine.offset_bytes == len(data)
    assert (theirs.state, theirs.track_id) == (UploadState.OPEN, None)
    assert longer.state is UploadState.OPEN


async def test_a_file_that_is_not_the_one_of_its_digest_is_refused(small: Scene) -> None:
    data = b"0123"
    right = {"sha256": hashlib.sha256(data).hexdigest().upper()}
    wrong = await small.begin(4, metadata={"sha256": "0" * 64})

    with pytest.raises(Refused, match="digest-mismatch") as refused:
        await small.send(wrong, data)
    with pytest.raises(Refused, match="bad-digest") as bad:
        await small.begin(4, metadata={"sha256": "0" * 63})
    done = await small.send(await small.begin(4, metadata=right), data)

    assert (refused.value.status, bad.value.status) == (422, 400)
    assert (await small.find(wrong)).state is UploadState.REFUSED
    assert await small.stored(done) == data
    assert not any(folder_of(small).iterdir())


async def test_who_puts_parts_into_the_storage_itself_may_put_a_known_file(small: Scene) -> None:
    data = b"0123"
    details = {"sha256": hashlib.sha256(data).hexdigest()}
    await small.send(await small.begin(4), data)

    assert (await small.begin(None, way=Way.S3, metadata=details)).state is UploadState.OPEN


async def test_two_who_finish_the_same_upload_make_one_track(scene: Scene) -> None:
    data = some_bytes(6 * MEBIBYTE)
    upload = await scene.send(await scene.begin(None), data, ends=False)

    answers = await asyncio.gather(
        *(scene.send(upload, b"", ends=True) for _ in range(3)), return_exceptions=True
    )

    assert await scene.tracks() == 1
    tracks = {answer.track_id for answer in answers if isinstance(answer, Upload)}
    assert tracks == {(await scene.find(upload)).track_id}
    for answer in answers:
        assert isinstance(answer, Upload) or "upload-taken-over" in str(answer)


async def test_a_wrong_offset_is_told_the_right_one(small: Scene) -> None:
    upload = await small.send(await small.begin(100), b"0123456789")

    for at in (0, 9, 11, 100):
        with pytest.raises(OffsetMismatch) as refused:
            await small.send(upload, b"x", at=at)
        assert (refused.value.offset_bytes, refused.value.status) == (10, 409)
    assert (await small.find(upload)).offset_bytes == 10


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5", "crc32"])
async def test_of_bytes_with_a_wrong_checksum_nothing_is_kept(small: Scene, algorithm: str) -> None:
    data = some_bytes(3 * MEBIBYTE)
    upload = await small.send(await small.begin(len(data)), data[:5])
    wrong = Checksum(algorithm=algorithm, digest=b"nonsense")
    right = replace(wrong, digest=_digest(algorithm, data[5:]))

    with pytest.raises(Refused, match="checksum-mismatch") as refused:
        await small.send(upload, data[5:], checksum=wrong)
    found = await small.find(upload)
    done = await small.send(found, data[5:], checksum=right)

    assert refused.value.status == 460
    assert found.offset_bytes == 5
    assert done.sha256 == hashlib.sha256(data).hexdigest()
    assert await small.stored(done) == data


def _digest(algorithm: str, data: bytes) -> bytes:
    if algorithm == "crc32":
        return zlib.crc32(data).to_bytes(4)
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()


async def test_a_checksum_that_nobody_knows_is_refused(small: Scene) -> None:
    with pytest.raises(Refused, match="checksum-unknown"):
        await small.send(await small.begin(4), b"", checksum=Checksum(algorithm="x", digest=b""))


async def test_a_length_is_said_once_and_held_to(small: Scene) -> None:
    upload = await small.send(await small.begin(None), b"0123")

    upload = await small.send(upload, b"45", length_bytes=8)
    for more, code in (
        ({"length_bytes": 9}, "length-changed"),
        ({"size_bytes": 3}, "too-much"),
        ({"data": b"678"}, "too-much"),
        ({"data": b"6", "ends": True}, "incomplete-upload"),
    ):
        data = more.pop("data", b"67")
        with pytest.raises(Refused, match=code):
            await small.send(await small.find(upload), data, **more)
    found = await small.find(upload)
    done = await small.send(found, b"7", ends=True)

    assert (found.offset_bytes, done.length_bytes) == (7, 8)
    assert await small.stored(done) == b"01234567"


async def test_who_cannot_go_on_does_not_end_who_sends(small: Scene) -> None:
    data = some_bytes(3 * MEBIBYTE)
    upload = await small.send(await small.begin(len(data)), data[:10])
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def healthy() -> AsyncIterator[bytes]:
        yield data[10:20]
        begun.set()
        await go_on.wait()
        yield data[20:]

    sending = asyncio.create_task(small.send(upload, b"", chunks=healthy()))
    await begun.wait()
    for at in (5, 0, 15, len(data)):
        with pytest.raises(OffsetMismatch) as refused:
            await small.send(upload, b"x", at=at)
        assert refused.value.offset_bytes == 10
    go_on.set()

    assert await small.stored(await sending) == data


async def test_what_is_too_large_is_refused_when_it_is_known_to_be(small: Scene) -> None:
    most = 10 * MEBIBYTE

    with pytest.raises(Refused, match="too-large"):
        await small.begin(most + 1)
    upload = await small.begin(None)
    with pytest.raises(Refused, match="too-large"):
        await small.send(upload, b"", length_bytes=most + 1)
    with pytest.raises(Refused, match="too-large"):
        await small.send(upload, bytes(most + 1))
    with pytest.raises(Refused, match="quota-open"):
        await small.begin(most)
    await small.begin(1)
    await small.begin(1)
    with pytest.raises(Refused, match="too-many-uploads") as refused:
        await small.begin(1)
    assert refused.value.status == 429


async def test_what_is_empty_is_refused_and_says_so_again(small: Scene) -> None:
    upload = await small.begin(0)

    for _ in range(2):
        with pytest.raises(Refused, match="empty-file"):
            await small.send(upload, b"")
    assert (await small.find(upload)).state is UploadState.REFUSED


@pytest.mark.parametrize("more", [{}, {"ends": True}])
async def test_what_nothing_can_come_of_is_refused_after_its_first_mebibyte(
    small: Scene, more: dict[str, object]
) -> None:
    heads = []

    def judge(head: bytes, filename: str, size: int | None) -> Judgement:
        heads.append((len(head), filename, size))
        no = Refusal(code="not-audio", sentence="This is no audio.", status=415)
        return Judgement(
            refusal=no if head[:1] == b"\0" else None,
            warnings=({"code": "odd", "sentence": "It is odd."},),
        )

    strict = replace(small, desk=replace(small.desk, judge=judge))
    bad, good = bytes(9 * MEBIBYTE), b"\1" * 1000
    upload = await strict.send(await strict.begin(len(bad)), bad[: MEBIBYTE - 1])
    asked: list[int] = []

    async def rest() -> AsyncIterator[bytes]:
        async for chunk in chunked(bad[MEBIBYTE - 1 :]):
            asked.append(len(chunk))
            yield chunk

    with pytest.raises(Refused, match="not-audio"):
        await strict.send(upload, b"", chunks=rest(), **more)
    with pytest.raises(Refused, match="not-audio") as refused:
        await strict.send(upload, b"")
    done = await strict.send(await strict.begin(len(good)), good, **more)

    assert refused.value.status == 415
    assert len(asked) == 1
    assert heads == [(MEBIBYTE, "song.wav", len(bad)), (1000, "song.wav", len(good))]
    assert done.warnings == ({"code": "odd", "sentence": "It is odd."},)
    assert not any(folder_of(small).iterdir())


async def test_what_is_odd_is_found_of_the_master_before_and_after_it_was_examined(
    small: Scene,
) -> None:
    odd = {"code": "odd", "sentence": "It is odd."}

    def judge(head: bytes, filename: str, size: int | None) -> Judgement:
        del head, filename, size
        return Judgement(warnings=(odd, {"code": "seen", "sentence": "So it seems."}))

    strict = replace(small, desk=replace(small.desk, judge=judge))
    done = await strict.send(await strict.begin(4), b"0123")
    master_id = done.master_id
    assert master_id is not None

    async with small.desk.database.begin() as session:
        early = (await session.get_one(Master, master_id)).findings or []
        for _ in range(2):
            facts = {"findings": [{"code": "seen", "text": "So it is."}]}
            findings = (await describe_master(session, master_id, facts)).findings or []

    assert [(one["code"], one["text"]) for one in early] == [
        ("odd", "It is odd."),
        ("seen", "So it seems."),
    ]
    assert [one["text"] for one in findings] == ["It is odd.", "So it is."]


async def test_who_falls_silent_is_told_so_and_can_go_on(small: Scene) -> None:
    upload = await small.begin(8)

    async def silent() -> AsyncIterator[bytes]:
        yield b"0123"
        await asyncio.Event().wait()

    with pytest.raises(Refused, match="upload-idle") as refused:
        await small.send(upload, b"", chunks=silent())
    done = await small.send(await small.find(upload), b"4567")

    assert refused.value.status == 408
    assert await small.stored(done) == b"01234567"


async def test_who_falls_silent_and_has_no_address_is_told_to_begin_again(small: Scene) -> None:
    upload = await small.begin(8, way=Way.PUT)

    async def silent() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    with pytest.raises(Refused, match=r"upload-idle.* send the file again") as refused:
        await begin(small.desk, small.artist, upload, small.send(upload, b"", chunks=silent()))

    assert refused.value.status == 408
    with pytest.raises(Refused, match="upload-gone"):
        await small.find(upload)


@pytest.mark.parametrize("turns", range(0, 24, 3))
async def test_cancelled_at_any_moment_it_can_be_gone_on_with(small: Scene, turns: int) -> None:
    data = some_bytes(3 * MEBIBYTE)
    upload = await small.begin(len(data))

    task = asyncio.create_task(small.send(upload, data))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    found = await uploads.halt(small.desk, small.artist, upload.id)
    if found.state is UploadState.OPEN:
        found = await small.send(found, data[found.offset_bytes :])
    assert await small.stored(found) == data


async def test_what_was_ended_is_gone_and_so_are_its_bytes(small: Scene) -> None:
    upload = await small.send(await small.begin(100), b"0123")

    await uploads.terminate(small.desk, small.artist, upload.id)

    for act in (small.find(upload), small.send(upload, b"4"), _end(small, upload)):
        with pytest.raises(Refused, match="upload-gone") as refused:
            await act
        assert refused.value.status == 410
    assert not any(folder_of(small).iterdir())


async def _end(scene: Scene, upload: Upload) -> None:
    await uploads.terminate(scene.desk, scene.artist, upload.id)


async def test_nothing_is_added_to_what_became_a_track_and_ending_it_leaves_the_track(
    small: Scene,
) -> None:
    done = await small.send(await small.begin(4), b"0123")

    assert (await small.send(done, b"")).track_id == done.track_id
    with pytest.raises(Refused, match="upload-ended"):
        await small.send(done, b"4")
    await _end(small, done)
    with pytest.raises(Refused, match="upload-gone"):
        await small.find(done)
    again = await small.send(await small.begin(4), b"0123")
    assert (again.is_known, again.track_id) == (True, done.track_id)


async def test_an_artist_sees_what_is_unfinished_of_theirs_the_newest_first(small: Scene) -> None:
    clock = ManualClock(NOON)
    scene = replace(small, desk=replace(small.desk, clock=clock))
    first = await scene.begin(4)
    clock.advance(timedelta(seconds=1))
    part = await scene.send(await scene.begin(1, is_partial=True), b"0")
    await scene.send(await scene.begin(4), b"0123")
    await uploads.create(scene.desk, await person(scene.desk.database, Role.ARTIST), new(4))

    found = await uploads.unfinished(scene.desk, scene.artist)

    assert [one.id for one in found] == [part.id, first.id]


async def test_nobody_else_sees_an_upload(small: Scene) -> None:
    upload = await small.begin(4)
    stranger = await person(small.desk.database, Role.ARTIST)

    for upload_id, caller in ((upload.id, stranger), (uuid4(), small.artist)):
        with pytest.raises(Refused, match="upload-unknown") as refused:
            await uploads.find(small.desk, caller, upload_id)
        assert refused.value.status == 404


async def test_parts_that_do_not_fit_are_not_joined(small: Scene) -> None:
    part = await small.begin(4, is_partial=True)
    other = await small.begin(4)

    for parts in ([], [part.id], [other.id]):
        with pytest.raises(Refused, match="part-unfit"):
            await uploads.concatenate(small.desk, small.artist, new(None), parts=parts)


async def test_after_days_of_silence_an_upload_is_removed(small: Scene) -> None:
    clock = ManualClock(NOON)
    scene = replace(small, desk=replace(small.desk, clock=clock))
    upload = await scene.send(await scene.begin(100), b"0123")
    put = await scene.begin(100, way=Way.PUT)

    clock.advance(timedelta(days=6))
    assert await tidy(scene.desk) == 1
    upload = await scene.send(upload, b"4")
    clock.advance(timedelta(days=6))
    assert await tidy(scene.desk) == 0
    clock.advance(timedelta(days=1, seconds=1))
    assert await tidy(scene.desk) == 1

    for gone in (upload, put):
        with pytest.raises(Refused, match="upload-gone"):
            await scene.find(gone)
    assert not any(folder_of(small).iterdir())


async def test_what_a_server_left_in_its_last_step_is_finished_by_a_worker(
    small: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock(NOON)
    scene = replace(small, desk=replace(small.desk, clock=clock))
    upload = await scene.begin(4)

    for step in ("_publish", "_accept"):
        with monkeypatch.context() as patched:
            patched.setattr(f"ingest.finishing.{step}", _out_of_order)
            with pytest.raises(Unavailable):
                await scene.send(await scene.find(upload), b"0123" if step == "_publish" else b"")
    assert (await scene.find(upload)).state is UploadState.FINISHING
    assert await tidy(scene.desk) == 0
    clock.advance(timedelta(minutes=1))

    assert await tidy(scene.desk) == 1
    found = await scene.find(upload)
    assert found.state is UploadState.ACCEPTED
    assert await scene.stored(found) == b"0123"


async def test_what_is_told_late_or_never_counts_towards_the_quota_when_it_comes(
    small: Scene,
) -> None:
    await small.begin(8 * MEBIBYTE)
    late, never = await small.begin(None), await small.begin(None)

    with pytest.raises(Refused, match="quota-open") as refused:
        await small.send(late, b"0123", length_bytes=5 * MEBIBYTE)
    with pytest.raises(Refused, match="quota-open"):
        await small.send(never, some_bytes(5 * MEBIBYTE), ends=True)
    late = await small.send(await small.find(late), b"0123", length_bytes=3 * MEBIBYTE)

    assert "8 MiB of unfinished files" in refused.value.sentence
    assert (late.offset_bytes, late.length_bytes) == (4, 3 * MEBIBYTE)
    assert (await small.find(never)).offset_bytes <= 4 * MEBIBYTE


async def test_a_part_is_joined_once(small: Scene) -> None:
    part = await small.send(await small.begin(4, is_partial=True), b"0123")

    with pytest.raises(Refused, match="part-unfit"):
        await uploads.concatenate(small.desk, small.artist, new(None), parts=[part.id, part.id])
    done = await uploads.concatenate(small.desk, small.artist, new(None), parts=[part.id])

    assert await small.stored(done) == b"0123"


async def test_many_at_once_do_not_slip_past_a_quota(
    tmp_path: Path, postgres_url: str, disk_url: str, valkey_url: str
) -> None:
    async with desk_at(
        tmp_path,
        database_url=postgres_url,
        storage_url=disk_url,
        valkey_url=valkey_url,
        upload_open_limit_bytes=2 * MEBIBYTE,
    ) as desk:
        scene = Scene(desk, await person(desk.database, Role.ARTIST))
        begun = await asyncio.gather(
            *(scene.begin(MEBIBYTE) for _ in range(8)), return_exceptions=True
        )

    assert sum(isinstance(one, Upload) for one in begun) == 2


@pytest.mark.parametrize(("becomes", "code"), [("gone", "unknown"), ("public", "published")])
async def test_a_file_whose_draft_is_no_more_is_refused_and_nothing_is_kept(
    small: Scene, becomes: str, code: str
) -> None:
    async with small.desk.database.begin() as session:
        draft = await create_release(session, small.artist, title="A", artist="B", now=NOON)
    upload = await small.begin(8, metadata={"release": str(draft.id)})
    upload = await small.send(upload, b"0123")
    async with small.desk.database.begin() as session:
        found = await release_of(session, draft.id)
        if becomes == "gone":
            await session.delete(found)
        else:
            move_release(found, ReleaseEvent.PUBLISH, now=NOON)

    with pytest.raises(Refused, match=f"release-{code}"):
        await small.send(upload, b"4567")

    found_upload = await small.find(upload)
    assert found_upload.state is UploadState.REFUSED
    assert found_upload.refusal is not None
    assert found_upload.refusal.code == f"release-{code}"
    assert await small.tracks() == 0
    assert not any(folder_of(small).iterdir())


async def test_what_cannot_be_finished_expires_all_the_same(
    small: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock(NOON)
    scene = replace(small, desk=replace(small.desk, clock=clock))
    monkeypatch.setattr("ingest.finishing._publish", _out_of_order)
    upload = await scene.begin(4)

    with pytest.raises(Unavailable):
        await scene.send(upload, b"0123")
    for _ in range(8):
        clock.advance(timedelta(days=1))
        await tidy(scene.desk)

    with pytest.raises(Refused, match="upload-gone"):
        await scene.find(upload)


async def _out_of_order(*_: object) -> None:
    raise Unavailable("storage-unavailable", "It is away.")


async def test_what_becomes_of_an_upload_but_a_track_is_told_once(small: Scene) -> None:
    clock = ManualClock(NOON)

    def judge(head: bytes, filename: str, size: int | None) -> Judgement:
        del filename, size
        no = Refusal(code="not-audio", sentence="This is no audio.", status=415)
        odd = {"code": "odd", "sentence": "It is odd."}
        return Judgement(refusal=no if head[:1] == b"x" else None, warnings=(odd,))

    scene = replace(small, desk=replace(small.desk, clock=clock, judge=judge))
    odd = await scene.send(await scene.begin(4), b"0123")
    bad = await scene.begin(4)
    for _ in range(2):
        with pytest.raises(Refused, match="not-audio"):
            await scene.send(bad, b"xxxx" if not bad.offset_bytes else b"")
        bad = await scene.find(bad)
    late = await scene.send(await scene.begin(9), b"0123")
    clock.advance(timedelta(days=8))
    for _ in range(2):
        await tidy(scene.desk)

    async with small.desk.database.read() as session:
        events = await events_after(session, small.artist.id, 0)
    told = {one.kind: one for one in events}
    assert len(told) == len(events)
    warned, refused, expired = (
        told[f"upload.{kind}"].data for kind in ("warned", "refused", "expired")
    )
    assert told["upload.warned"].track_id == odd.track_id
    assert warned["warnings"] == [{"code": "odd", "sentence": "It is odd."}]
    assert refused["upload"] == str(bad.id)
    assert (refused["code"], refused["reason"]) == ("not-audio", "This is no audio.")
    assert (expired["upload"], expired["received"], expired["length"]) == (str(late.id), 4, 9)


async def test_too_many_in_a_minute_are_asked_to_wait(small: Scene) -> None:
    hasty = replace(
        small,
        desk=replace(
            small.desk,
            settings=small.desk.settings.model_copy(update={"uploads_per_minute": 2}),
        ),
    )
    await hasty.begin(1)
    await hasty.begin(1)

    with pytest.raises(Refused, match="too-often") as refused:
        await hasty.begin(1)
    assert (refused.value.status, refused.value.retry_after_s) == (429, 60)
