"""A server of SFTP of the test's own, as a label would run one: asyncssh, a folder, and its faults.

A fault is of the server: its disk is full, it lets nobody write, or its line breaks.
"""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh


@dataclass(slots=True)
class Label:
    """The server: where its files are, how it is reached, and what is wrong with it today.

    After `room_bytes` its disk is full; `is_shut` lets nobody write; after `breaks_after` bytes
    `breaking` is called once, and the line breaks.
    """

    folder: Path
    port: int = 0
    host_key: str = ""
    room_bytes: int | None = None
    is_shut: bool = False
    breaks_after: int | None = None
    breaking: Callable[[], None] = lambda: None
    #: Called with the name of each file that is opened to be written.
    hears: Callable[[str], None] = lambda _: None
    #: Names of all files that were opened to be written.
    written: list[str] = field(default_factory=list)
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    taken_bytes: int = 0

    def files(self) -> set[str]:
        return {one.name for one in self.folder.iterdir()}

    def answer(self, name: str, text: str = "") -> None:
        self.folder.joinpath(name).write_text(text)


class _Files(asyncssh.SFTPServer):
    """The files of a label, who cannot be left by going up."""

    label: Label

    def __init__(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        super().__init__(chan, chroot=os.fsencode(self.label.folder))

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & asyncssh.FXF_WRITE:
            if self.label.is_shut:
                raise asyncssh.SFTPPermissionDenied("Permission denied")
            name = Path(path.decode()).name
            self.label.written.append(name)
            self.label.hears(name)
        return super().open(path, pflags, attrs)

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        label = self.label
        if label.room_bytes is not None and offset + len(data) > label.room_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = super().write(file_obj, offset, data)
        label.taken_bytes += len(data)
        if label.breaks_after is not None and label.taken_bytes > label.breaks_after:
            label.breaks_after = None
            label.breaking()
            for one in label.connections:
                one.abort()
        return written  # type: ignore[no-any-return]


@asynccontextmanager
async def label_server(
    folder: Path, authorized: str, *, host_key: asyncssh.SSHKey | None = None, port: int = 0
) -> AsyncIterator[Label]:
    """Serve a folder to who has one key."""
    label, own = Label(folder), host_key or asyncssh.generate_private_key("ssh-ed25519")

    class Server(asyncssh.SSHServer):
        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            label.connections.append(conn)

    factory = type("Files", (_Files,), {"label": label})
    server = await asyncssh.create_server(
        Server,
        "127.0.0.1",
        port,
        server_host_keys=[own],
        authorized_client_keys=asyncssh.import_authorized_keys(authorized),
        sftp_factory=factory,
    )
    label.port = server.sockets[0].getsockname()[1]
    kind, key, *_ = own.export_public_key().decode().split()
    label.host_key = f"{kind} {key}"
    try:
        yield label
    finally:
        server.close()
        for one in label.connections:
            one.abort()
        await server.wait_closed()
