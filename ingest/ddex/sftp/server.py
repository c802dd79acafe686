"""The server of SFTP: each label comes by its own keys, as its DPID, and finds its own inbox.

There is no shell, no command, no forwarding, no terminal and no password. Its own key it makes once
and keeps in the data folder: labels know it by that.
"""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
import structlog

from base.clock import Clock
from base.database import Database
from base.errors import Unavailable
from base.written_once import write_once
from catalog.models.ddex import Partner
from catalog.partners import find_partner
from ingest.ddex.arriving.jail import Jail
from ingest.ddex.sftp.files import InboxFiles
from ingest.ddex.sftp.room import Room
from ingest.ddex.sftp.seen import Seen

log = structlog.get_logger()

HOST_KEY = "sftp_host_key"
#: At a time: of all, of one address that did not yet show who it is, and of one label.
_MOST, _MOST_STRANGERS, _MOST_OF_ONE = 256, 16, 16
_LOGIN_S, _KEEPALIVE_S, _KEEPALIVES = 20, 30, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sftp:
    """What a server of SFTP needs, and how much it lets a label have."""

    database: Database
    clock: Clock
    inboxes: Path
    most_inbox_bytes: int
    most_file_bytes: int
    _open: set[_Connection] = field(default_factory=set)
    _known: dict[str, Seen] = field(default_factory=dict)
    _is_empty: asyncio.Event = field(default_factory=asyncio.Event)

    async def partner(self, dpid: str) -> Partner | None:
        """Answer whom a name means."""
        try:
            async with self.database.read() as session:
                return await find_partner(session, dpid)
        except Unavailable as error:
            log.warning("nobody is let in", error=str(error))
            return None

    async def seen(self, partner: Partner) -> Seen:
        """Answer the inbox of a label, made if it is not there; all its connections share it."""
        if partner.dpid not in self._known:
            jail = Jail(self.inboxes / partner.dpid)
            used = await asyncio.to_thread(_made, jail)
            room = Room(
                used_bytes=used,
                most_bytes=self.most_inbox_bytes,
                most_file_bytes=self.most_file_bytes,
            )
            self._known.setdefault(
                partner.dpid,
                Seen(
                    partner_id=partner.id,
                    dpid=partner.dpid,
                    jail=jail,
                    room=room,
                    database=self.database,
                    clock=self.clock,
                ),
            )
        return self._known[partner.dpid]

    def forget(self, dpid: str) -> None:
        """Count an inbox anew when its label comes again: others fill and empty it, too."""
        if not any(one.dpid == dpid for one in self._open):
            self._known.pop(dpid, None)

    def begin(self) -> asyncssh.SSHServer:
        """Answer what speaks to one who comes."""
        return _Connection(self)

    def let_in(self, connection: _Connection) -> bool:
        """Count one who comes; answer whether there is room."""
        strangers = Counter(one.address for one in self._open if not one.dpid)
        is_much = strangers[connection.address] >= _MOST_STRANGERS or len(self._open) >= _MOST
        self._open.add(connection)
        self._is_empty.clear()
        return not is_much

    def let_go(self, connection: _Connection) -> None:
        """Count one who goes."""
        self._open.discard(connection)
        if not self._open:
            self._is_empty.set()

    def has_room_for(self, dpid: str) -> bool:
        """Whether a label may have one more connection."""
        return sum(one.dpid == dpid for one in self._open) < _MOST_OF_ONE

    async def end_all(self, *, within_s: float) -> None:
        """Let those who are here finish for a while, and then end them."""
        if not self._open:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._is_empty.wait()
        for one in list(self._open):
            one.end()


class _Connection(asyncssh.SSHServer):
    """One who comes: who they are, and then what they may."""

    def __init__(self, sftp: Sftp) -> None:
        self._sftp = sftp
        self._connection: asyncssh.SSHServerConnection | None = None
        self._partner: Partner | None = None
        self.address, self.dpid = "", ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        peer = conn.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        if not self._sftp.let_in(self):
            log.warning("too many come by SFTP", address=self.address)
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._sftp.let_go(self)
        if self.dpid:
            self._sftp.forget(self.dpid)
            log.info("label gone", partner=self.dpid, error=str(exc) if exc else None)

    async def begin_auth(self, username: str) -> bool:
        self._partner = await self._sftp.partner(username)
        return True

    def password_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return False

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        del username
        if self._partner is None:
            return False
        return any(_blob(one) == key.public_data for one in self._partner.keys)

    def auth_completed(self) -> None:
        partner, connection = self._partner, self._connection
        if partner is None or connection is None:
            return
        if not self._sftp.has_room_for(partner.dpid):
            log.warning("a label has too many connections", partner=partner.dpid)
            connection.abort()
            return
        self.dpid = partner.dpid
        connection.set_extra_info(visitor=self)
        log.info("label came", partner=self.dpid, address=self.address)

    async def inbox(self) -> Seen:
        """Answer the inbox of who came in.

        Raises:
            SFTPPermissionDenied: nobody did; SFTPFailure: it cannot be shown now.

        """
        if self._partner is None or not self.dpid:
            raise asyncssh.SFTPPermissionDenied("Nobody came in.")
        try:
            return await self._sftp.seen(self._partner)
        except OSError as error:
            log.warning("inbox cannot be shown", partner=self.dpid, error=str(error))
            raise asyncssh.SFTPFailure("Your inbox cannot be shown now.") from error

    def end(self) -> None:
        if self._connection is not None:
            self._connection.close()


@asynccontextmanager
async def serving_sftp(
    sftp: Sftp, *, host: str, port: int, host_key: Path, grace_s: float
) -> AsyncIterator[int]:
    """Serve until the block is left; answer the port.

    Raises:
        OSError: the port is taken.

    """
    # Who comes and goes we say ourselves; each channel of theirs is of no interest.
    asyncssh.set_log_level("WARNING")
    acceptor = await asyncssh.listen(
        host,
        port,
        server_factory=sftp.begin,
        server_host_keys=[host_key_in(host_key)],
        sftp_factory=_files,
        allow_scp=False,
        allow_pty=False,
        agent_forwarding=False,
        x11_forwarding=False,
        compression_algs=["none"],
        login_timeout=_LOGIN_S,
        keepalive_interval=_KEEPALIVE_S,
        keepalive_count_max=_KEEPALIVES,
        server_version="Refrain",
        config=(),
    )
    try:
        yield acceptor.get_port()
    finally:
        acceptor.close()
        await acceptor.wait_closed()
        await sftp.end_all(within_s=grace_s)


def host_key_in(path: Path) -> asyncssh.SSHKey:
    """Answer the key by which labels know this house, making it at first."""
    if not path.exists():
        write_once(path, asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    return asyncssh.read_private_key(path)


def public_line(key: asyncssh.SSHKey) -> str:
    """Answer a key as a label writes it into its file of known hosts."""
    return key.export_public_key().decode().strip()


async def _files(channel: asyncssh.SSHServerChannel[bytes]) -> InboxFiles:
    visitor = channel.get_connection().get_extra_info("visitor")
    if not isinstance(visitor, _Connection):
        raise asyncssh.SFTPPermissionDenied("Nobody came in.")
    return InboxFiles(channel, await visitor.inbox())


def _blob(line: str) -> bytes:
    return base64.b64decode(line.split(" ")[1])


def _made(jail: Jail) -> int:
    jail.root.mkdir(parents=True, exist_ok=True)
    return jail.size_bytes()
