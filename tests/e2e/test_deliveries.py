"""A label delivers to a whole house by SFTP, as it would."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh

from base.database import Database
from base.storage.port import key_of
from catalog.ern_states import MessageState
from ingest.ddex.sftp.server import HOST_KEY, public_line
from tests.support.deliveries import BATCH, Known, known, partner_of
from tests.support.ern import SENDER, message_43
from tests.support.house import open_house, until
from tests.support.masters import tone

SETTINGS = {"ddex_sftp_port": "0", "ddex_scan_s": "0.2", "ddex_still_s": "1"}


@asynccontextmanager
async def books(folder: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{folder}/data/refrain.db")
    try:
        yield database
    finally:
        await database.close()


async def let_in(folder: Path, key: asyncssh.SSHKey) -> None:
    async with books(folder) as database:
        await partner_of(database, keys=(public_line(key),))


async def sent(port: int, key: asyncssh.SSHKey, host_key: Path, source: Path) -> None:
    known_host = asyncssh.read_private_key(host_key).convert_to_public()
    async with (
        asyncssh.connect(
            "127.0.0.1",
            port,
            username=SENDER,
            client_keys=[key],
            known_hosts=([known_host], [], []),
            config=(),
        ) as connection,
        connection.start_sftp_client() as sftp,
    ):
        await sftp.put(str(source / BATCH), recurse=True)
        async with sftp.open(f"{BATCH}/BatchComplete_{BATCH[2:]}.xml", "wb"):
            pass


async def now_known(folder: Path) -> Known:
    async with books(folder) as database:
        return await known(database)


def test_a_batch_with_music_by_sftp_ends_as_rows_jobs_and_bytes(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    music = tone(tmp_path / "01.flac", seconds=1).read_bytes()
    source = tmp_path / "mine" / BATCH / "A1"
    (source / "resources").mkdir(parents=True)
    (source / "resources" / "01.flac").write_bytes(music)
    digest = hashlib.sha256(music).hexdigest()
    message = message_43(["One"]).replace(f"{1:064x}".encode(), digest.encode())
    (source / "A1.xml").write_bytes(message)

    with open_house(tmp_path, **SETTINGS) as house:
        asyncio.run(let_in(tmp_path, key))
        host_key = tmp_path / "data" / HOST_KEY
        asyncio.run(sent(house.sftp_port, key, host_key, tmp_path / "mine"))

        def taken() -> Known | None:
            found = asyncio.run(now_known(tmp_path))
            is_seen_to = any(one.state != MessageState.RECEIVED for one in found.messages)
            return found if is_seen_to else None

        found: Known = until(taken, seconds=120)

    [delivery] = found.deliveries
    assert (delivery.way, delivery.layout, delivery.is_unlisted) == ("sftp", "batch", True)
    assert found.paths == ["A1/A1.xml", "A1/resources/01.flac"]
    [ingest] = [one for one in found.jobs if one.kind == "ingest"]
    assert ingest.payload["subject"] == str(found.messages[0].id)
    stored = tmp_path / "data" / "objects" / key_of("masters", digest)
    assert stored.read_bytes() == music
