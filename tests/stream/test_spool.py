import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.notes import NOTE
from stream import spool as module
from stream.spool import Spool, left_spools, new_spool
from tests.support.masters import ROOT

ADA, BEN = UUID(int=1).bytes, UUID(int=2).bytes

_KILLED = """
import os, signal, sys
from pathlib import Path
from stream.spool import new_spool
spool = new_spool(Path(sys.argv[1]))
for number in range(40_000):
    spool.add(number.to_bytes(16, "big"), number, number + 1)
print(spool.producer.hex, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    opened = new_spool(tmp_path)
    yield opened
    opened.close(is_done=True)


def notes(spool: Spool, first: int = 0) -> list[tuple[bytes, int, int]]:
    """Answer all notes from a number on."""

    async def all_of_them() -> bytes:
        found, at = b"", first
        while at < spool.end:
            some, at = await spool.take(at)
            found += some
        return found

    return list(NOTE.iter_unpack(asyncio.run(all_of_them())))


def test_notes_are_read_as_they_were_written(spool: Spool) -> None:
    assert (spool.end, notes(spool)) == (0, [])

    for number in range(10):
        spool.add(ADA, number, number + 1)

    assert spool.end == 10
    assert notes(spool, 8) == [(ADA, 8, 9), (ADA, 9, 10)]
    assert notes(spool, 10) == []


def test_of_one_session_what_is_new_is_found(spool: Spool) -> None:
    for number in range(4):
        spool.add(ADA, number, number + 1)
        spool.add(BEN, 100 + number, 101 + number)

    assert list(spool.of_session(BEN, since=4)) == [(102, 103), (103, 104)]
    assert list(spool.of_session(UUID(int=3).bytes, since=0)) == []


def test_files_go_when_all_of_their_notes_have_passed(tmp_path: Path) -> None:
    spool = new_spool(tmp_path)
    folder = tmp_path / spool.producer.hex
    for number in range(2 * module.NOTES_IN_FILE + 1):
        spool.add(ADA, number, number + 1)
    assert len(list(folder.glob("*.notes"))) == 3

    spool.forget(module.NOTES_IN_FILE - 1)
    assert (spool.first, len(list(folder.glob("*.notes")))) == (0, 3)
    spool.forget(2 * module.NOTES_IN_FILE)

    assert (spool.first, len(list(folder.glob("*.notes")))) == (2 * module.NOTES_IN_FILE, 1)
    assert notes(spool, 2 * module.NOTES_IN_FILE) == [
        (ADA, 2 * module.NOTES_IN_FILE, 2 * module.NOTES_IN_FILE + 1)
    ]
    assert len(list(spool.of_session(ADA, since=0))) == 1
    spool.close(is_done=True)
    assert list(tmp_path.iterdir()) == []


def test_a_full_spool_takes_no_more_and_sound_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_FILES", 1)
    spool = new_spool(tmp_path)

    for number in range(module.NOTES_IN_FILE + 5):
        spool.add(ADA, number, number + 1)

    assert spool.end == module.NOTES_IN_FILE
    spool.close(is_done=True)


def test_where_the_disk_has_no_room_notes_are_kept_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "posix_fallocate", full)
    spool = new_spool(tmp_path)

    spool.add(ADA, 1, 2)

    assert notes(spool) == [(ADA, 1, 2)]
    spool.close(is_done=True)


def test_nobody_takes_the_notes_of_who_lives(tmp_path: Path, spool: Spool) -> None:
    spool.add(ADA, 1, 2)

    assert list(left_spools(tmp_path)) == []


def test_a_killed_process_leaves_every_note(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, tmp_path],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL

    [left] = left_spools(tmp_path)

    assert list(left_spools(tmp_path)) == []
    assert left.producer == UUID(done.stdout.decode().strip())
    assert left.end == 40_000
    assert notes(left) == [(n.to_bytes(16, "big"), n, n + 1) for n in range(40_000)]
    left.close(is_done=True)


def test_a_note_that_was_torn_is_none(tmp_path: Path) -> None:
    spool = new_spool(tmp_path)
    spool.add(ADA, 1, 2)
    spool.close(is_done=False)
    [path] = tmp_path.glob("*/*.notes")
    data = bytearray(path.read_bytes())
    data[NOTE.size : NOTE.size + 18] = b"x" * 18
    path.write_bytes(data)

    [left] = left_spools(tmp_path)

    assert notes(left) == [(ADA, 1, 2)]
    left.add(BEN, 3, 4)
    assert notes(left) == [(ADA, 1, 2), (BEN, 3, 4)]
    left.close(is_done=True)


@given(stretches=st.lists(st.tuples(st.integers(0, 2**32 - 2), st.integers(1, 2**32 - 1))))
def test_any_stretch_is_noted_whole(
    tmp_path_factory: pytest.TempPathFactory, stretches: list[tuple[int, int]]
) -> None:
    spool = new_spool(tmp_path_factory.getbasetemp() / "any")
    for start, end in stretches:
        spool.add(ADA, start, end)

    assert [(start, end) for _, start, end in notes(spool)] == stretches
    spool.close(is_done=True)
