"""A house is put somewhere else while it is written to, and is whole where it is brought back."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from base.clock import system_clock
from base.database import Database
from base.errors import Refused
from base.settings import load_settings
from base.storage.disk import DiskStorage
from base.storage.port import Key, Storage, key_of
from base.tools import open_storage, open_tools
from catalog.people import create_account
from catalog.roles import Role
from catalog.schema import upgrade
from refrain.backups.form import id_at
from refrain.backups.places import manifest_of, open_place
from refrain.backups.restoring import restore
from refrain.backups.rows import stored_rows
from refrain.backups.turn import alone
from refrain.synthetic_credit import top_up
from tests.support.catalog import accepted, received
from tests.support.commands import Done, refrain
from tests.support.house import until


class Place:
    """Where a house has its rows and objects, as the settings name them."""

    def __init__(self, data: Path, database_url: str, storage_url: str) -> None:
        self.data, self.database_url, self.storage_url = data, database_url, storage_url

    def run(self, *words: str | Path) -> Done:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("REFRAIN_DATA_DIR", str(self.data))
            patch.setenv("REFRAIN_DATABASE_URL", self.database_url)
            patch.setenv("REFRAIN_STORAGE_URL", self.storage_url)
            return refrain(*words)

    def told(self, *words: str | Path) -> dict[str, Any]:
        done = self.run(*words, "--json")
        assert done.status == 0, done.errors + done.said
        told: dict[str, Any] = json.loads(done.said)
        return told


class Writing:
    """Somebody who sends masters, and somebody who pays in, for as long as it lasts."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._stop = threading.Event()
        self._failed: list[BaseException] = []
        self.written = 0
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            asyncio.run(self._write())
        except BaseException as error:
            self._failed.append(error)
            raise

    async def _write(self) -> None:
        database = Database(self._place.database_url)
        try:
            async with open_storage(self._place.storage_url) as storage:
                await self._write_to(database, storage)
        finally:
            await database.close()

    async def _write_to(self, database: Database, storage: Storage) -> None:
        now = system_clock()
        async with database.begin() as session:
            artist = await create_account(session, name="Ada", role=Role.ARTIST, now=now)
            listener = await create_account(session, name="Bo", role=Role.LISTENER, now=now)
        for number in count():
            if self._stop.is_set():
                return
            content = f"song {number}".encode() * (1 + number % 7)
            await _store(storage, received(content).key, content)
            await accepted(database, artist, content, filename=f"{number}.flac")
            async with database.begin() as session:
                await top_up(session, listener.id, millicredits=1_000, now=now)
            self.written = number + 1

    def stop(self) -> None:
        self._stop.set()
        self.thread.join(timeout=60)
        assert not self._failed


@contextmanager
def writing(place: Place, *, first: int = 8) -> Iterator[Writing]:
    writer = Writing(place)
    writer.thread.start()
    try:
        until(lambda: writer.written >= first)
        yield writer
    finally:
        writer.stop()


async def _store(storage: Storage, key: str, content: bytes) -> None:
    async with storage.writer() as writer:
        await writer.write(content)
        await writer.commit(Key(key))


async def _keys(url: str, prefix: str = "") -> list[str]:
    async with open_storage(url) as storage:
        return [one.key async for one in storage.walk(prefix)]


@pytest.fixture
def embedded(tmp_path: Path, migrated_sqlite_url: str, disk_url: str) -> Place:
    return Place(tmp_path, migrated_sqlite_url, disk_url)


@pytest.fixture
def parted(tmp_path: Path, migrated_postgres_url: str, s3_url: str) -> Place:
    return Place(tmp_path, migrated_postgres_url, s3_url)


@pytest.fixture
def other_sqlite(tmp_path: Path) -> Place:
    home = tmp_path / "other"
    home.mkdir()
    return Place(home, f"sqlite+aiosqlite:///{home}/refrain.db", f"file://{home}/objects")


def assert_whole(place: Place) -> int:
    """Answer how many objects there are where nothing is wrong."""
    looked = place.run("fsck", "--sample", "1", "--no-decode", "--json")
    assert looked.status == 0, looked.said
    assert place.run("books", "verify").status == 0
    summary = json.loads(looked.said.splitlines()[-1])
    assert summary["read"] == summary["objects"]
    return int(summary["objects"])


@pytest.mark.parametrize("house", ["embedded", "parted"])
def test_a_backup_that_was_taken_while_all_is_written_to_is_whole(
    request: pytest.FixtureRequest, tmp_path: Path, house: str
) -> None:
    place: Place = request.getfixturevalue(house)
    if house == "embedded":
        dest, other = request.getfixturevalue("s3_url"), request.getfixturevalue("other_sqlite")
    else:
        dest = str(tmp_path / "backups")
        empty = request.getfixturevalue("postgres_url")
        other = Place(tmp_path, empty, f"file://{tmp_path}/others")
    with writing(place) as writer:
        before = writer.written
        first = place.told("backup", dest)
        until(lambda: writer.written > before + 8)
        second = place.told("backup", dest)

    checked = place.told("backup", "verify", dest)
    restored = other.told("restore", dest)

    assert first["backup"] == id_at(datetime.fromisoformat(first["at"]))
    assert before <= first["objects"] < second["objects"]
    assert second["copied"] == second["objects"] - first["objects"]
    assert (checked["faults"], checked["opened"]) == ([], True)
    assert checked["read"] == second["objects"] == restored["copied"]
    assert assert_whole(other) == second["objects"]
    again = other.run("restore", dest)
    assert (again.status, "house-not-empty" in again.errors) == (1, True)


@pytest.mark.parametrize("house", ["embedded", pytest.param("parted", marks=pytest.mark.chaos)])
def test_an_older_backup_takes_the_place_of_all_that_came_after(
    request: pytest.FixtureRequest, tmp_path: Path, house: str
) -> None:
    place: Place = request.getfixturevalue(house)
    dest = tmp_path / "backups"
    with writing(place):
        first = place.told("backup", dest)

    restored = place.told("restore", dest, "--replace", "--backup", first["backup"])

    assert (restored["copied"], restored["there"]) == (0, first["objects"])
    with writing(place, first=1):  # numbers of rows go on where they were
        pass
    assert place.run("books", "verify").status == 0


@pytest.mark.chaos
def test_nobody_restores_into_a_postgresql_that_others_use(parted: Place, tmp_path: Path) -> None:
    dest = tmp_path / "backups"
    with writing(parted):
        parted.told("backup", dest)

        done = parted.run("restore", dest, "--replace")

    assert (done.status, "house-runs" in done.errors) == (1, True)


def test_a_backup_that_is_spoilt_is_seen_and_never_brought_back_as_if_it_were_not(
    embedded: Place, other_sqlite: Place, tmp_path: Path
) -> None:
    dest = tmp_path / "backups"
    with writing(embedded, first=3):
        pass
    embedded.told("backup", dest)
    objects = sorted(path for path in (dest / "objects").rglob("*") if path.is_file())
    objects[0].write_bytes(bytes(objects[0].stat().st_size))
    objects[1].unlink()

    checked = embedded.run("backup", "verify", dest, "--json")
    restored = other_sqlite.run("restore", dest, "--json")

    faults = {one["subject"]: one["fault"] for one in json.loads(checked.said)["faults"]}
    assert checked.status == restored.status == 1
    assert faults == {
        str(objects[0].relative_to(dest / "objects")): "has not the bytes that it is named after",
        str(objects[1].relative_to(dest / "objects")): "is not there",
    }
    assert sorted(json.loads(restored.said)["missing"]) == sorted(faults)


@pytest.mark.chaos
def test_a_database_that_is_spoilt_is_seen_and_changes_nothing(
    parted: Place, tmp_path: Path, postgres_url: str
) -> None:
    dest = tmp_path / "backups"
    with writing(parted, first=3):
        pass
    told = parted.told("backup", dest)
    accounts = dest / "backups" / told["backup"] / "tables" / "accounts.gz"
    accounts.write_bytes(accounts.read_bytes()[:-9])
    other = Place(tmp_path, postgres_url, f"file://{tmp_path}/others")

    checked = parted.run("backup", "verify", dest)
    restored = other.run("restore", dest)

    assert (checked.status, "accounts.gz" in checked.said) == (1, True)
    assert (restored.status, "backup-spoilt" in restored.errors) == (1, True)
    assert asyncio.run(_accounts(postgres_url)) == 0


async def _accounts(url: str) -> int:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return int(await connection.fetchval("SELECT count(*) FROM accounts"))
    finally:
        await connection.close()


def test_what_the_house_itself_has_lost_is_said_and_the_rest_is_kept(
    embedded: Place, tmp_path: Path
) -> None:
    dest = tmp_path / "backups"
    with writing(embedded, first=3):
        pass
    lost = next(path for path in (tmp_path / "objects").rglob("*") if path.is_file())
    lost.unlink()

    done = embedded.run("backup", dest, "--json")

    told = json.loads(done.said)
    assert done.status == 1
    assert told["missing"] == [str(lost.relative_to(tmp_path / "objects"))]
    assert embedded.told("backup", "list", dest)["objects"] == told["objects"] > 1


def test_objects_that_were_lost_come_back_alone(embedded: Place, tmp_path: Path) -> None:
    dest = tmp_path / "backups"
    with writing(embedded, first=3):
        pass
    embedded.told("backup", dest)
    lost = next(path for path in (tmp_path / "objects").rglob("*") if path.is_file())
    lost.unlink()
    assert embedded.run("fsck").status == 1

    told = embedded.told("restore", dest, "--objects")

    assert (told["copied"], told["missing"]) == (1, [])
    assert_whole(embedded)


def test_what_was_begun_and_killed_is_no_backup_and_goes_with_the_next(
    embedded: Place, tmp_path: Path
) -> None:
    dest = tmp_path / "backups"
    with writing(embedded, first=3):
        pass
    half = embedded.told("backup", dest)["backup"]
    (dest / "backups" / half / "manifest.json").unlink()
    assert embedded.run("restore", dest, "--replace").status == 1

    embedded.told("backup", dest, "--keep", "7")

    assert not (dest / "backups" / half).exists() or not list((dest / "backups" / half).iterdir())
    assert len(list((dest / "backups").glob("*/manifest.json"))) == 1


def test_old_backups_go_and_with_them_only_objects_that_no_other_needs(
    embedded: Place, tmp_path: Path
) -> None:
    dest = tmp_path / "backups"
    with writing(embedded, first=3):
        pass
    today = embedded.told("backup", dest)
    # The same of long ago, which needed one object more.
    long_ago = dest / "backups" / "20200101t000000000000z"
    (dest / "backups" / today["backup"]).rename(long_ago)
    manifest = (long_ago / "manifest.json").read_text()
    (long_ago / "manifest.json").write_text(manifest.replace(today["backup"], long_ago.name))
    orphan = dest / "objects" / key_of("masters", "ab" * 32)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"of a track that was deleted")

    told = embedded.told("backup", dest, "--keep", "1")

    assert (told["gone"], told["copied"]) == ([long_ago.name], 0)
    assert not orphan.exists()
    assert embedded.told("backup", "verify", dest)["faults"] == []


def test_two_do_not_write_to_one_place_at_a_time(embedded: Place, tmp_path: Path) -> None:
    dest = tmp_path / "backups"
    entered, leave = threading.Event(), threading.Event()

    async def hold() -> None:
        async with open_storage(f"file://{dest}") as place, alone(place):
            entered.set()
            await asyncio.to_thread(leave.wait, 30)

    other = threading.Thread(target=lambda: asyncio.run(hold()))
    other.start()
    entered.wait(30)
    done = embedded.run("backup", dest)
    leave.set()
    other.join(30)

    assert (done.status, "backup-under-way" in done.errors) == (1, True)
    assert embedded.run("backup", dest).status == 0
    assert asyncio.run(_keys(f"file://{dest}", "turns/")) == []


@pytest.mark.parametrize("where", ["objects", "objects/deeper", "."])
def test_a_house_keeps_no_backup_among_or_around_its_own_objects(
    embedded: Place, tmp_path: Path, where: str
) -> None:
    done = embedded.run("backup", tmp_path / where, "--keep", "1")

    assert (done.status, "place-of-objects" in done.errors) == (1, True)


def test_a_backup_of_one_kind_of_database_is_refused_by_the_other(
    embedded: Place, tmp_path: Path, postgres_url: str
) -> None:
    dest = tmp_path / "backups"
    embedded.told("backup", dest)

    done = Place(tmp_path, postgres_url, embedded.storage_url).run("restore", dest)

    assert (done.status, "other-kind" in done.errors) == (1, True)


@pytest.mark.parametrize(
    "where", ["s3://music", "s3://music/house/old", "s3://music/house?endpoint=http://a&region=eu"]
)
async def test_a_bucket_is_known_however_its_options_are_told(tmp_path: Path, where: str) -> None:
    endpoint = "?region=us&endpoint=http://a" if "endpoint" in where else "?region=us"
    settings = load_settings(data_dir=tmp_path, storage_url=f"s3://music/house{endpoint}")

    with pytest.raises(Refused, match="place-of-objects"):
        async with open_place(where, settings):
            pass


def test_a_folder_of_backups_is_nobody_elses(embedded: Place, tmp_path: Path) -> None:
    dest = tmp_path / "backups"

    embedded.told("backup", dest)

    assert dest.stat().st_mode & 0o077 == 0


async def test_who_was_taken_for_dead_finds_that_the_turn_is_anothers(tmp_path: Path) -> None:
    async with open_storage(f"file://{tmp_path}") as place, alone(place) as require_turn:
        await require_turn()
        for mine in [one async for one in place.walk("turns/")]:
            await place.delete(mine.key)  # as another does, who saw no sign of life

        with pytest.raises(Refused, match="backup-under-way"):
            await require_turn()


async def test_rows_that_were_migrated_meanwhile_are_not_stored_as_if_they_were_not(
    database: Database, tmp_path: Path
) -> None:
    async with database.begin() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    folder = tmp_path / "scratch"
    folder.mkdir()
    async with open_storage(f"file://{tmp_path}/backups") as place:
        with pytest.raises(Refused, match="database-behind"):
            async with stored_rows(database, place, "20261124t120000000000z", folder):
                pass


class Meanwhile(DiskStorage):
    """A place of backups; while its objects are read, somebody begins a house."""

    def __init__(self, root: Path, database: Database) -> None:
        super().__init__(root)
        self._database = database

    async def read(
        self, key: Key, *, start: int = 0, length: int | None = None
    ) -> AsyncIterator[bytes]:
        if key.startswith("objects/"):
            await upgrade(self._database)
            async with self._database.begin() as session:
                await create_account(session, name="Cy", role=Role.LISTENER, now=system_clock())
        async for data in super().read(key, start=start, length=length):
            yield data


def test_a_house_that_was_begun_while_objects_came_is_not_replaced(
    embedded: Place, other_sqlite: Place, tmp_path: Path
) -> None:
    with writing(embedded, first=1):
        pass
    embedded.told("backup", tmp_path / "backups")

    asyncio.run(_restore_late(other_sqlite, tmp_path / "backups"))


async def _restore_late(other: Place, backups: Path) -> None:
    settings = load_settings(
        data_dir=other.data, database_url=other.database_url, storage_url=other.storage_url
    )
    async with open_tools(settings) as tools:
        place = Meanwhile(backups, tools.database)
        manifest = await manifest_of(place, None)
        with pytest.raises(Refused, match="house-not-empty"):
            await restore(tools, place, manifest, scratch=other.data / "scratch", replaces=False)
