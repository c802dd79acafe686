"""Archives by arithmetic: read by what others read them with, whole and by any range."""

import io
import os
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.kept.paths import unique_paths
from stream.kept.sums import combined
from stream.kept.zips import Entry, Layout, local_head
from tests.support.masters import debian_tool

NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
MADE = st.dictionaries(
    st.text(st.characters(exclude_characters="/\\\x00", exclude_categories=["Cs"]), min_size=1),
    st.binary(max_size=300),
    max_size=8,
)


def layout_of(files: Sequence[tuple[str, int]]) -> Layout:
    return Layout(entries=[Entry(name=name, size_bytes=size, at=NOON) for name, size in files])


def printed(files: dict[str, bytes], start: int = 0, end: int | None = None) -> bytes:
    """Print some of an archive, each part of it by itself, as a server does."""
    layout = layout_of([(name, len(body)) for name, body in files.items()])
    bodies, sums = list(files.values()), [zlib.crc32(one) for one in files.values()]
    found = []
    for part in layout.between(start, layout.size_bytes if end is None else end):
        if part.is_body:
            whole = bodies[part.number]
        elif part.number < len(bodies):
            whole = local_head(layout.entries[part.number], sums[part.number])
        else:
            rows = layout.rows_between(part.start, part.end)
            whole = layout.directory({number: sums[number] for number in rows})
        found.append(whole[part.start : part.end])
    return b"".join(found)


@given(files=MADE)
def test_whatever_is_in_it_it_is_read_as_it_was_and_is_as_long_as_was_said(
    files: dict[str, bytes],
) -> None:
    whole = printed(files)

    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert {one.orig_filename: archive.read(one) for one in archive.infolist()} == files
    assert len(whole) == layout_of([(name, len(body)) for name, body in files.items()]).size_bytes


@given(files=MADE, data=st.data())
def test_every_range_is_that_stretch_of_the_whole(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    whole = printed(files)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))

    assert printed(files, start, end) == whole[start:end]


def test_the_end_takes_the_sum_of_no_file_and_a_row_only_its_own() -> None:
    layout = layout_of([("a", 1), ("b", 2), ("c", 3)])
    [whole] = [part for part in layout.between(0, layout.size_bytes) if part.number == 3]
    row = 46 + 1

    assert whole.end == 3 * row + 22
    assert list(layout.rows_between(0, whole.end)) == [0, 1, 2]
    assert list(layout.rows_between(whole.end - 22, whole.end)) == []
    assert list(layout.rows_between(row, 2 * row)) == [1]
    assert list(layout.rows_between(row - 1, row + 1)) == [0, 1]


def test_unzip_finds_no_fault_and_who_reads_a_pipe_knows_each_length_before_its_file(
    tmp_path: Path,
) -> None:
    files = {"Jo/Ebb/01 Tide.flac": os.urandom(70_000), "Jo/Ebb/02 ᛋᚱ ℗.flac": b"", "a.txt": b"x"}
    path = tmp_path / "some.zip"
    path.write_bytes(printed(files))

    done = subprocess.run([debian_tool("unzip"), "-t", path], check=True, capture_output=True)

    assert b"No errors detected" in done.stdout
    assert read_through(path.read_bytes()) == files


def read_through(data: bytes) -> dict[str, bytes]:
    """Take an archive apart from its beginning on, as who reads a pipe must."""
    found, at = {}, 0
    while data[at : at + 4] == b"PK\x03\x04":
        crc, size, _, name, extra = struct.unpack_from("<IIIHH", data, at + 14)
        body = at + 30 + name + extra
        found[data[at + 30 : at + 30 + name].decode()] = data[body : body + size]
        assert zlib.crc32(data[body : body + size]) == crc
        at = body + size
    return found


class Sparse(io.RawIOBase):
    """A file of a layout's size with its heads and directory, and zeros in all bodies."""

    def __init__(self, layout: Layout) -> None:
        self._layout, self._at = layout, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._layout.size_bytes)[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = self._layout.size_bytes if size < 0 else min(self._at + size, self._layout.size_bytes)
        found = []
        for part in self._layout.between(self._at, end):
            entries = self._layout.entries
            if part.is_body:
                found.append(bytes(part.end - part.start))
            elif part.number < len(entries):
                found.append(local_head(entries[part.number], 7)[part.start : part.end])
            else:
                found.append(
                    self._layout.directory(dict.fromkeys(range(len(entries)), 7))[
                        part.start : part.end
                    ]
                )
        self._at = max(self._at, end)
        return b"".join(found)


@given(
    sizes=st.lists(
        st.one_of(
            st.integers(10_000, 2**40),
            st.sampled_from([2**32 - 2, 2**32 - 1, 2**32, 2**32 - 1 - 31]),
        ),
        max_size=6,
    )
)
def test_what_does_not_fit_into_the_old_fields_is_found_by_the_new_ones(sizes: list[int]) -> None:
    layout = layout_of([(f"{number}", size) for number, size in enumerate(sizes)])

    with zipfile.ZipFile(Sparse(layout)) as archive:
        assert [one.file_size for one in archive.infolist()] == sizes
        for one in archive.infolist():
            with archive.open(one) as file:
                assert file.read(3) == bytes(3)


def test_more_files_than_the_old_field_counts_are_counted_by_the_new_one() -> None:
    layout = layout_of([(f"{number}", 0) for number in range(65_536)])

    with zipfile.ZipFile(Sparse(layout)) as archive:
        assert len(archive.infolist()) == 65_536


def test_times_are_of_the_day_that_utc_has_and_none_is_before_dos() -> None:
    at = [NOON.astimezone(timezone(timedelta(hours=14))), datetime(1970, 1, 2, tzinfo=UTC)]
    layout = Layout(entries=[Entry(name=f"{n}", size_bytes=0, at=one) for n, one in enumerate(at)])

    with zipfile.ZipFile(Sparse(layout)) as archive:
        assert [one.date_time for one in archive.infolist()] == [
            (2026, 11, 24, 12, 0, 30),
            (1980, 1, 2, 0, 0, 0),
        ]


@given(first=st.binary(max_size=600), second=st.binary(max_size=600))
def test_the_sum_of_two_is_that_of_both_in_one(first: bytes, second: bytes) -> None:
    found = combined(zlib.crc32(first), zlib.crc32(second), len(second))

    assert found == zlib.crc32(first + second)


@given(
    wanted=st.lists(
        st.tuples(st.lists(st.text(max_size=90), min_size=1, max_size=3), st.just(".flac"))
    )
)
def test_no_path_leads_out_or_is_that_of_another_and_no_folder_is_called_as_a_file(
    wanted: list[tuple[list[str], str]],
) -> None:
    paths = unique_paths(wanted)

    folded = [one.casefold() for one in paths]
    assert len(set(folded)) == len(folded) == len(wanted)
    for path in paths:
        parts = path.split("/")
        assert all(part.strip(" ") == part and part not in {"", ".", ".."} for part in parts)
        assert not path.startswith("/")
        assert not {*path} & {*'\\:*?"<>|\0\n\r'}
        assert len(path) <= 200
        assert not any(folder.casefold() in folded for folder in _folders(parts))


def _folders(parts: Sequence[str]) -> list[str]:
    return ["/".join(parts[:n]) for n in range(1, len(parts))]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("../../etc/passwd", "_.._etc_passwd.flac"),
        ("CON", "_CON.flac"),
        ("nul.txt", "_nul.txt.flac"),
        ("a\u202egpj.exe", "a gpj.exe.flac"),
        ("", "track.flac"),
        ("...", "track.flac"),
    ],
)
def test_names_that_mean_something_to_a_system_do_not(name: str, called: str) -> None:
    assert unique_paths([([name], ".flac")]) == [called]


def test_letters_that_a_system_takes_for_the_same_are_no_other_name() -> None:
    wanted = [(["Tide"], ".mp3"), (["TIDE"], ".mp3"), (["Tide (2)"], ".mp3")]

    assert unique_paths(wanted) == ["Tide.mp3", "TIDE (2).mp3", "Tide (2) (2).mp3"]
