"""Uploads over the wire: what protocols send, byte by byte, and files to send."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid4

import numpy as np
import pytest
import soundfile
from botocore.session import get_session

from tests.support.house import Answer, House, open_house
from tests.support.s3 import CREDENTIALS

LIMIT_BYTES = 64 << 20
UPLOADS = "/api/v1/uploads"
OFFSET_TYPE = "application/offset+octet-stream"
PARTIAL_TYPE = "application/partial-upload"


@contextmanager
def s3_house(folder: Path, endpoint: str, **settings: str) -> Iterator[House]:
    """Run a house whose storage is a new bucket."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        for name, value in {**CREDENTIALS, "AWS_CONFIG_FILE": os.devnull}.items():
            environment.setenv(name, value)
        bucket = f"b{uuid4().hex}"
        client = get_session().create_client("s3", "us-east-1", endpoint_url=endpoint)
        client.create_bucket(Bucket=bucket)
        client.close()
        storage = f"s3://{bucket}/music?endpoint={quote(endpoint, safe='')}&region=us-east-1"
        with open_house(folder, storage_url=storage, **settings) as house:
            yield house


def song(seed: int, *, seconds: float = 0.1, folder: Path) -> Path:
    """Write a master of its own: 0.18 MB a second, and no two alike."""
    noise = np.random.default_rng(seed).normal(0, 0.1, (round(44_100 * seconds), 2))
    path = folder / f"song {seed}.wav"
    soundfile.write(path, noise, 44_100, subtype="PCM_16")
    return path


def bytes_of(seed: int, *, seconds: float = 0.1, folder: Path) -> bytes:
    return song(seed, seconds=seconds, folder=folder).read_bytes()


def checksum(algorithm: str, data: bytes) -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


class Tus:
    """A tus client that does what it is told, also what it should not."""

    def __init__(self, house: House) -> None:
        self.house = house

    def ask(
        self, method: str, path: str, data: bytes | None = None, **fields: str | None
    ) -> Answer:
        """Send a request; fields by names with underscores, and None to leave one out."""
        named = {
            "Tus-Resumable": "1.0.0",
            **{name.replace("_", "-"): value for name, value in fields.items()},
        }
        headers = {name: value for name, value in named.items() if value is not None}
        token = "" if "Authorization" in headers else self.house.artist
        return self.house.ask(method, path, token=token, data=data, headers=headers)

    def create(self, length: int | None = None, **fields: str | None) -> str:
        """Create an upload, and answer its path."""
        if length is not None:
            fields["Upload_Length"] = str(length)
        created = self.ask("POST", UPLOADS, **fields)
        assert created.status == 201, created.body
        return urlsplit(created.headers["location"]).path

    def patch(self, path: str, offset: int, data: bytes, **fields: str | None) -> Answer:
        wanted: dict[str, str | None] = {"Upload_Offset": str(offset), "Content_Type": OFFSET_TYPE}
        return self.ask("PATCH", path, data, **{**wanted, **fields})

    def offset(self, path: str) -> int:
        return int(self.ask("HEAD", path).headers["upload-offset"])

    def document(self, path: str) -> dict[str, object]:
        """Answer what is told to who only looks."""
        return self.ask("GET", path, Tus_Resumable=None).json


def taken_in(house: House, path: str) -> int:
    """Answer how many bytes of an upload are on the disk, durable or not yet."""
    objects = house.log.parent / "data" / "objects"
    folder = objects / "unfinished" / UUID(path.rpartition("/")[2]).hex
    return sum(piece.stat().st_size for piece in folder.glob("*"))


@contextmanager
def line(house: House) -> Iterator[socket.socket]:
    """Open a connection on which the bytes are ours to say."""
    address = urlsplit(house.url)
    with socket.create_connection(
        (address.hostname or "", address.port or 0), timeout=20
    ) as connection:
        yield connection


@contextmanager
def dying_line(house: House, *, after_bytes: int) -> Iterator[str]:
    """Answer an address of the house; so much goes through, and then nothing, without a word."""
    address = urlsplit(house.url)
    with socket.create_server(("127.0.0.1", 0)) as server, ExitStack() as lines:

        def serve() -> None:
            left = after_bytes
            with suppress(OSError):  # the end
                while True:
                    near = lines.enter_context(server.accept()[0])
                    far = lines.enter_context(
                        socket.create_connection((address.hostname or "", address.port or 0))
                    )
                    Thread(target=_pour, args=(far, near, 1 << 40), daemon=True).start()
                    left -= _pour(near, far, left)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def _pour(source: socket.socket, target: socket.socket, most: int) -> int:
    poured = 0
    with suppress(OSError):
        while poured < most and (data := source.recv(min(65_536, most - poured))):
            target.sendall(data)
            poured += len(data)
    return poured


def head(house: House, method: str, path: str, **fields: str) -> bytes:
    """Write the head of a request of the artist's."""
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {urlsplit(house.url).netloc}",
        f"Authorization: Bearer {house.artist}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def heard(connection: socket.socket) -> str:
    """Hear one response without its content, or an interim one."""
    said = b""
    while b"\r\n\r\n" not in said:
        byte = connection.recv(1)
        assert byte, f"the line went dead after {said!r}"
        said += byte
    return said.decode()


def content(connection: socket.socket, said: str) -> bytes:
    """Hear the content that was announced in the head of a response."""
    found = re.search(r"\r\ncontent-length: (\d+)", said, re.IGNORECASE)
    size = int(found[1]) if found else 0
    data = b""
    while len(data) < size:
        data += connection.recv(size - len(data))
    return data


def took(since: float) -> float:
    """Answer how many seconds passed."""
    return time.monotonic() - since
