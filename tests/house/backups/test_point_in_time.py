"""A PostgreSQL goes back to a second by its own log, as docs/backup.md tells; music comes along."""

import asyncio
import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from base.clock import system_clock
from base.database import Database
from base.storage.port import Key
from base.tools import open_storage
from catalog.people import create_account
from catalog.roles import Role
from tests.house.backups.test_another_cluster import money_in, of_some_hours
from tests.support.catalog import accepted, received
from tests.support.children import NOBODY, free_port, unprivileged
from tests.support.commands import refrain
from tests.support.folders import quick_folder
from tests.support.house import until
from tests.support.masters import ROOT
from tests.support.postgres import open_to_all, postgres_on, postgres_url_of

SCRIPTS = ROOT / "docs" / "backup"


def as_server(*words: str | Path) -> None:
    subprocess.run(words, check=True, cwd="/", **unprivileged())  # type: ignore[call-overload]


async def send(url: str, storage_url: str, name: str) -> str:
    """Have a master taken in of somebody of that name; answer its key."""
    database = Database(url)
    content = f"music of {name}".encode()
    key = received(content).key
    try:
        async with open_storage(storage_url) as storage, storage.writer() as writer:
            await writer.write(content)
            await writer.commit(Key(key))
        async with database.begin() as session:
            artist = await create_account(session, name=name, role=Role.ARTIST, now=system_clock())
        await accepted(database, artist, content, filename=f"{name}.flac")
    finally:
        await database.close()
    return key


def is_back(url: str) -> bool:
    try:
        return bool(asyncio.run(asked(url, "SELECT NOT pg_is_in_recovery()")))
    except (OSError, asyncpg.PostgresError):
        return False


async def asked(url: str, query: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


@pytest.mark.chaos
def test_it_is_as_it_was_at_a_second_and_every_object_is_there(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage_url, dest = f"file://{tmp_path}/objects", tmp_path / "backups"
    with quick_folder(tmp_path_factory, "in-time") as folder:
        open_to_all(folder)
        wal, base, again = folder / "wal", folder / "base", folder / "again"
        for made in (wal, base, again):
            made.mkdir()
            if os.geteuid() == 0:
                os.chown(made, NOBODY, NOBODY)
        scripts = folder / "scripts"
        scripts.mkdir()
        for script in SCRIPTS.iterdir():  # where the server's user can go
            (scripts / script.name).write_bytes(script.read_bytes())
            (scripts / script.name).chmod(0o755)
        port = free_port()
        server = postgres_on(folder, port)
        kept = f"archive_command={scripts}/archive-wal %p %f {wal}"
        told = ("wal_level=replica", "archive_mode=on", "full_page_writes=on", kept)
        options = [part for one in told for part in ("-c", one)]
        programs = Path(str(server.argv[0])).parent
        url = f"{postgres_url_of(port)}/postgres"
        monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("REFRAIN_DATABASE_URL", url)
        monkeypatch.setenv("REFRAIN_STORAGE_URL", storage_url)

        with replace(server, argv=[*server.argv, *options]).running():
            asyncio.run(of_some_hours(url))
            early = asyncio.run(send(url, storage_url, "Early"))
            there = ["-h", "127.0.0.1", "-p", str(port), "-U", "tests"]
            as_server(programs / "pg_basebackup", "--checkpoint=fast", "-D", base, *there)
            late = asyncio.run(send(url, storage_url, "Late"))
            assert refrain("backup", dest, "--keep", "30").status == 0
            at = str(asyncio.run(asked(url, "SELECT clock_timestamp()::text")))
            time.sleep(1.1)
            asyncio.run(asked(url, "UPDATE accounts SET name = 'lost'"))
            last = asyncio.run(asked(url, "SELECT pg_walfile_name(pg_switch_wal())"))
            until((wal / str(last)).exists)
        for lost in (early, late):
            (tmp_path / "objects" / lost).unlink()

        as_server(scripts / "restore-to", base, wal, at, again)
        data = server.argv.index("-D") + 1
        argv = [*server.argv]
        argv[data] = again
        with replace(server, argv=argv).running():
            until(lambda: is_back(url), seconds=60)
            unsaid = money_in(refrain("doctor", "--json"))
            done = refrain("restore", dest, "--objects")
            looked = refrain("fsck", "--sample", "1", "--no-decode")
            verified = refrain("books", "verify")
            names = asyncio.run(
                asked(url, "SELECT string_agg(name, ' ' ORDER BY created_at) FROM accounts")
            )

    # Nothing was restored by us yet, and money is held.
    assert not unsaid["ok"]
    assert (done.status, done.said.split()[0]) == (0, "2")
    assert (looked.status, verified.status, names) == (0, 0, "Early Late"), looked.said
