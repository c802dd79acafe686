import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest

from base.clock import system_clock
from base.database import Database
from catalog.partners import PartnerFacts, change_partner, partner_by_dpid
from ingest.ddex.arriving.folder import FolderInbox
from ingest.ddex.sftp.server import Sftp, host_key_in, public_line, serving_sftp
from tests.support.catalog import NOON
from tests.support.deliveries import BATCH, batch, known, lay, partner_of
from tests.support.ern import SENDER
from tests.support.masters import debian_tool

MOST_FILE_BYTES, MOST_INBOX_BYTES = 1 << 20, 3 << 20


@pytest.fixture
def database_url(migrated_sqlite_url: str) -> str:
    return migrated_sqlite_url


@dataclass
class House:
    port: int
    folder: Path
    key: asyncssh.SSHKey
    host_key: asyncssh.SSHKey
    database: Database

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox" / SENDER

    @asynccontextmanager
    async def sftp(self, **more: object) -> AsyncIterator[asyncssh.SFTPClient]:
        async with self.connection(**more) as connection, connection.start_sftp_client() as client:
            yield client

    def connection(self, **more: object) -> asyncssh.SSHClientConnection:
        options: dict[str, object] = {
            "username": SENDER,
            "client_keys": [self.key],
            "known_hosts": ([self.host_key.convert_to_public()], [], []),
            "agent_path": None,
            "config": (),
        }
        return asyncssh.connect("127.0.0.1", self.port, **(options | more))


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    await partner_of(database, keys=(public_line(key),))
    path = tmp_path / "host_key"
    sftp = Sftp(
        database=database,
        clock=system_clock,
        inboxes=tmp_path / "inbox",
        most_inbox_bytes=MOST_INBOX_BYTES,
        most_file_bytes=MOST_FILE_BYTES,
    )
    async with serving_sftp(sftp, host="127.0.0.1", port=0, host_key=path, grace_s=0.1) as port:
        yield House(
            port=port, folder=tmp_path, key=key, host_key=host_key_in(path), database=database
        )


async def test_a_batch_lies_in_the_inbox_as_it_was_sent(house: House) -> None:
    lay(house.folder / "mine", batch(BATCH, "A1"))

    async with house.sftp() as sftp:
        await sftp.put(str(house.folder / "mine" / BATCH), recurse=True)
        listed = sorted(str(one) for one in await sftp.listdir(f"/{BATCH}"))

    assert listed == sorted(["A1", f"BatchComplete_{BATCH[2:]}"])
    for path, content in batch(BATCH, "A1").items():
        assert (house.inbox / path).read_bytes() == content
    [delivery] = (await known(house.database)).deliveries
    assert (delivery.way, delivery.layout, delivery.state) == ("sftp", "batch", "receiving")


async def test_nobody_comes_in_without_a_key_that_the_label_told(house: House) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519")

    for options in (
        {"client_keys": [stranger]},
        {"username": "PADPIDA000"},
        {"username": "../x"},
        {"client_keys": [], "password": "x"},
    ):
        with pytest.raises(asyncssh.PermissionDenied):
            async with house.connection(**options):
                pass


async def test_a_key_that_was_taken_away_opens_nothing_any_more(house: House) -> None:
    async with house.database.begin() as session:
        row = await partner_by_dpid(session, SENDER)
        facts = PartnerFacts(name=row.name, account_id=row.account_id, severities={}, keys=())
        await change_partner(session, SENDER, facts, now=NOON)

    with pytest.raises(asyncssh.PermissionDenied):
        async with house.connection():
            pass


async def test_there_is_no_shell_no_command_and_no_way_on(house: House) -> None:
    async with house.connection() as connection:
        for asked in (
            connection.run("id"),
            connection.create_process(),
            connection.run(subsystem="other"),
            connection.open_connection("127.0.0.1", house.port),
            connection.forward_remote_port("", 0, "127.0.0.1", house.port),
        ):
            with pytest.raises((asyncssh.ChannelOpenError, asyncssh.ChannelListenError)):
                await asked


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd", "/../other/x", "a\\b", "\u202egpj.x", "x\ny", "C:x", f"{'x' * 256}"],
)
async def test_no_path_leads_out_of_the_inbox(house: House, path: str) -> None:
    secret = house.folder / "inbox" / "other"
    secret.mkdir(parents=True)

    async with house.sftp() as sftp:
        with pytest.raises(asyncssh.SFTPError):
            async with sftp.open(path, "wb") as file:
                await file.write(b"x")

    assert sorted(one.name for one in (house.folder / "inbox").iterdir()) == [SENDER, "other"]
    assert list(secret.iterdir()) == list(house.inbox.iterdir()) == []


async def test_links_are_neither_made_nor_followed(house: House) -> None:
    async with house.sftp() as sftp:
        (house.inbox / "out").symlink_to(house.folder)
        (house.folder / "secret").write_bytes(b"secret")

        for asked in (
            sftp.symlink("/etc/passwd", "x"),
            sftp.link("out", "x"),
            sftp.readlink("out"),
            sftp.get("out/secret", str(house.folder / "got")),
            sftp.listdir("out"),
            sftp.rename("out/secret", "x"),
            sftp.mkdir("out/x"),
        ):
            with pytest.raises(asyncssh.SFTPError):
                await asked

    assert not (house.folder / "x").exists()
    assert (house.folder / "secret").exists()


async def test_answers_are_read_and_nothing_of_theirs_is_changed(house: House) -> None:
    await FolderInbox(house.inbox).answer(f"{BATCH}/acknowledgements/ACK_1.xml", b"<ack/>")
    place = f"{BATCH}/acknowledgements"

    async with house.sftp() as sftp:
        answer = await sftp.open(f"{place}/ACK_1.xml", "rb")
        read = await answer.read()
        await answer.close()
        for asked in (
            sftp.remove(f"{place}/ACK_1.xml"),
            sftp.rename(f"{place}/ACK_1.xml", "mine.xml"),
            sftp.truncate(f"{place}/ACK_1.xml", 0),
            sftp.open(f"{place}/ACK_2.xml", "wb"),
            sftp.rmdir(place),
        ):
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await asked

    assert read == b"<ack/>"
    assert (house.inbox / place / "ACK_1.xml").read_bytes() == b"<ack/>"


async def test_what_was_cut_off_is_gone_on_with(house: House) -> None:
    whole = bytes(range(256)) * 200
    async with house.connection() as connection:
        sftp = await connection.start_sftp_client()
        await sftp.mkdir("N_1")
        file = await sftp.open("N_1/a.flac", "wb")
        await file.write(whole[:30_000])
        connection.abort()

    async with house.sftp() as sftp:
        at = (await sftp.stat("N_1/a.flac")).size
        async with sftp.open("N_1/a.flac", "r+b") as file:
            await file.write(whole[at:], at)
        await sftp.rename("N_1/a.flac", "N_1/b.flac")

    assert at == 30_000
    assert (house.inbox / "N_1/b.flac").read_bytes() == whole


async def test_an_inbox_and_a_file_have_a_size_that_they_do_not_outgrow(house: House) -> None:
    piece = bytes(1 << 19)
    async with house.sftp() as sftp:
        with pytest.raises(asyncssh.SFTPError, match="at most 1048576"):
            async with sftp.open("a", "wb") as file:
                for number in range(3):
                    await file.write(piece, number << 19)
        await sftp.remove("a")
        for name in "bcd":
            async with sftp.open(name, "wb") as file:
                await file.write(piece + piece)
        with pytest.raises(asyncssh.SFTPError, match="holds at most"):
            async with sftp.open("e", "wb") as file:
                await file.write(b"x")
        await sftp.remove("b")
        async with sftp.open("e", "wb") as file:
            await file.write(b"x")

    assert sum(one.stat().st_size for one in house.inbox.iterdir()) == (1 << 21) + 1


async def test_no_more_than_some_come_at_a_time(house: House) -> None:
    async with asyncio.timeout(20):
        connections = [await house.connection() for _ in range(16)]
        with pytest.raises((asyncssh.Error, OSError)):
            async with house.sftp():
                pass
        for connection in connections:
            connection.close()
            await connection.wait_closed()
        async with house.sftp() as sftp:
            assert await sftp.listdir("/") == []


async def test_openssh_puts_resumes_and_lists(house: House) -> None:
    sftp = debian_tool("sftp")
    files = batch(BATCH, "A1", "A2")
    lay(house.folder / "mine", files)
    lay(house.inbox, {f"{BATCH}/A1/A1.xml": files[f"{BATCH}/A1/A1.xml"][:500]})
    key, hosts = house.folder / "id", house.folder / "hosts"
    house.key.write_private_key(key)
    key.chmod(0o600)
    hosts.write_text(f"[127.0.0.1]:{house.port} {public_line(house.host_key)}\n")
    options = ["IdentitiesOnly=yes", f"UserKnownHostsFile={hosts}", "BatchMode=yes"]
    commands = [
        f"reput {house.folder}/mine/{BATCH}/A1/A1.xml {BATCH}/A1/A1.xml",
        f"put -pr {house.folder}/mine/{BATCH}",
        f"rename {BATCH}/A2/A2.xml {BATCH}/A2/new.xml",
        f"ls -l {BATCH}",
    ]
    argv = [sftp, "-b", "-", "-i", str(key), "-P", str(house.port), "-F", "none"]
    argv += [part for one in options for part in ("-o", one)]

    done = await asyncio.to_thread(
        subprocess.run,
        [*argv, f"{SENDER}@127.0.0.1"],
        input="\n".join(commands).encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    for path, content in files.items():
        assert (house.inbox / path.replace("A2/A2.xml", "A2/new.xml")).read_bytes() == content
    assert b"BatchComplete" in done.stdout


async def test_the_key_of_the_house_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "data" / "host_key"

    keys = await asyncio.gather(*(asyncio.to_thread(host_key_in, path) for _ in range(4)))

    assert len({public_line(one) for one in keys}) == 1
    assert path.stat().st_mode & 0o077 == 0
