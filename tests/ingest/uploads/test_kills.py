"""Uploads whose server is killed under them: no acknowledged byte is lost, and none is doubled."""

import asyncio
import hashlib
import os
import random
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from base.storage.port import key_of
from base.tools import open_storage
from refrain.bench_upload import wav_header
from tests.support.house import House, open_house, until
from tests.support.uploading import OFFSET_TYPE, Tus, head

MEBIBYTE = 1 << 20
_SLICE = 256 << 10


@dataclass(frozen=True)
class File:
    """A large WAV that is nowhere: each mebibyte is one block with its number at its end."""

    mebibytes: int
    seed: int

    @property
    def size(self) -> int:
        return self.mebibytes * MEBIBYTE

    def slices(self, start: int) -> Iterator[bytes]:
        block = random.Random(self.seed).randbytes(MEBIBYTE - 8)
        for number in range(start // MEBIBYTE, self.mebibytes):
            whole = block + number.to_bytes(8)
            if number == 0:
                header = wav_header(self.size)
                whole = header + whole[len(header) :]
            for at in range(0, MEBIBYTE, _SLICE):
                end = number * MEBIBYTE + at + _SLICE
                if end > start:
                    yield whole[at : at + _SLICE][-(end - start) :]

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for data in self.slices(0):
            digest.update(data)
        return digest.hexdigest()


def send(house: House, path: str, file: File, at: int, *, until_sent: int) -> bytes:
    """PATCH from `at` on, and stop in the middle when so much was sent; answer what was said."""
    place = urlsplit(house.url)
    with closing(socket.create_connection((place.hostname, place.port), timeout=900)) as line:
        fields = {
            "Tus_Resumable": "1.0.0",
            "Upload_Offset": str(at),
            "Content_Type": OFFSET_TYPE,
            "Content_Length": str(file.size - at),
        }
        line.sendall(head(house, "PATCH", path, **fields))
        for data in file.slices(at):
            line.sendall(data)
            at += len(data)
            if at >= until_sent:
                return b""
        return line.recv(65_536)


def offset_after(tus: Tus, path: str) -> int:
    """Ask where to go on, again while the answer is to ask again."""
    answer = until(lambda: (said := tus.ask("HEAD", path)).status != 503 and said, seconds=120)
    assert answer.status == 200, (answer.status, answer.headers)
    return int(answer.headers["upload-offset"])


def server_of(house: House) -> int:
    [server] = house.children("refrain serve")
    return server


def is_up(house: House) -> bool:
    try:
        return house.ask("GET", "/readyz").status == 200
    except OSError:
        return False


def revived(house: House, killed: int) -> None:
    until(
        lambda: [pid for pid in house.children("refrain serve") if pid != killed] and is_up(house),
        seconds=120,
    )


async def stored_sha256(storage_url: str, sha256: str) -> str:
    digest = hashlib.sha256()
    async with open_storage(storage_url) as storage:
        async for data in storage.read(key_of("masters", sha256)):
            digest.update(data)
    return digest.hexdigest()


def test_a_server_killed_in_mid_upload_loses_nothing_that_it_said_it_had(tmp_path: Path) -> None:
    file = File(mebibytes=40, seed=1)
    with open_house(tmp_path, workers="0") as house:
        tus = Tus(house)
        path = tus.create(file.size)
        first = b"".join(file.slices(0))[: 5 * MEBIBYTE]
        assert tus.patch(path, 0, first).status == 204

        sending = threading.Thread(
            target=_quietly, args=(house, path, file, 5 * MEBIBYTE), daemon=True
        )
        sending.start()
        counted = until(
            lambda: (now := int(tus.document(path)["offset"])) > 5 * MEBIBYTE and now, seconds=120
        )
        os.kill(server := server_of(house), signal.SIGKILL)
        sending.join()
        revived(house, server)

        offset = offset_after(tus, path)
        assert counted <= offset < file.size
        assert b" 204 " in send(house, path, file, offset, until_sent=file.size + 1)
        sha256 = str(tus.document(path)["sha256"])
        objects = f"file://{tmp_path}/data/objects"
    assert sha256 == file.sha256()
    assert asyncio.run(stored_sha256(objects, sha256)) == sha256
    assert list((tmp_path / "data/objects/unfinished").iterdir()) == []


def _quietly(house: House, path: str, file: File, at: int) -> None:
    """Send all but the last mebibyte, and then only wait: the server dies under it."""
    place = urlsplit(house.url)
    fields = {
        "Tus_Resumable": "1.0.0",
        "Upload_Offset": str(at),
        "Content_Type": OFFSET_TYPE,
        "Content_Length": str(file.size - at),
    }
    with (
        suppress(OSError),
        closing(socket.create_connection((place.hostname, place.port), timeout=60)) as line,
    ):
        line.sendall(head(house, "PATCH", path, **fields))
        for data in file.slices(at):
            if at >= file.size - MEBIBYTE:
                line.recv(1)
                return
            line.sendall(data)
            at += len(data)


@pytest.mark.chaos
def test_fifty_kills_of_a_gibibyte_change_no_byte_of_it(
    tmp_path: Path, storage_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, dice = File(mebibytes=1024, seed=2), random.Random(7)
    # Most while bytes come, some while the master is made of them.
    moments = sorted(dice.randrange(file.size) for _ in range(45))
    sent = 0
    with open_house(tmp_path, workers="0", storage_url=storage_url) as house:
        tus = Tus(house)
        path, offset, begun = tus.create(file.size), 0, time.monotonic()
        for moment in [*moments, *([file.size] * 5)]:
            server = server_of(house)
            kill = threading.Timer(dice.random() * 2, os.kill, (server, signal.SIGKILL))
            with suppress(OSError):
                if moment == file.size:
                    kill.start()
                send(house, path, file, offset, until_sent=moment)
                sent += max(moment - offset, 0)
            kill.join() if kill.is_alive() else None
            with suppress(ProcessLookupError):
                os.kill(server, signal.SIGKILL)
            revived(house, server)
            after = offset_after(tus, path)
            assert offset <= after <= max(moment + _SLICE, offset)
            offset = after
        if offset < file.size:
            send(house, path, file, offset, until_sent=file.size + 1)
        document = until(
            lambda: (found := tus.document(path))["state"] == "accepted" and found, seconds=120
        )
        took = time.monotonic() - begun
    sha256 = file.sha256()
    assert document["sha256"] == sha256
    assert asyncio.run(stored_sha256(storage_url, sha256)) == sha256
    with capsys.disabled():
        sys.stdout.write(f"\n50 kills: {took:.0f} s, sent {sent / file.size:.2f} times over\n")


@pytest.mark.chaos
def test_fifty_uploads_at_once_keep_memory_in_bounds(
    tmp_path: Path, storage_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [File(mebibytes=200, seed=seed) for seed in range(50)]
    with open_house(tmp_path, workers="0", storage_url=storage_url) as house:
        tus = Tus(house)
        warm = File(mebibytes=8, seed=99)
        send(house, tus.create(warm.size), warm, 0, until_sent=warm.size + 1)
        paths, begun = [tus.create(file.size) for file in files], time.monotonic()
        idle = peak = resident_mib(server_of(house))
        with ThreadPoolExecutor(len(files)) as pool:
            sendings = [
                pool.submit(send, house, path, file, 0, until_sent=file.size + 1)
                for path, file in zip(paths, files, strict=True)
            ]
            while not all(one.done() for one in sendings):
                peak = max(peak, resident_mib(server_of(house)))
                time.sleep(0.1)
        took = time.monotonic() - begun
        with capsys.disabled():
            sys.stdout.write(f"\n50 at once: {took:.0f} s, {peak - idle:.0f} MiB over {idle:.0f}\n")
        for sending in sendings:
            assert b" 204 " in sending.result()
        digests = [str(tus.document(path)["sha256"]) for path in paths]
    for file, digest in zip(files, digests, strict=True):
        assert digest == file.sha256()
        assert asyncio.run(stored_sha256(storage_url, digest)) == digest
    assert peak - idle <= 400


def resident_mib(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE
