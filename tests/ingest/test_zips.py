import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis.strategies import binary, dictionaries, integers, sampled_from, text

from base.errors import Refused
from base.storage.disk import DiskStorage
from base.storage.port import Key, Storage, key_of
from ingest.archive import is_archive, members_of, unpacked
from ingest.zips import Member
from tests.support.archives import (
    link,
    overlapping,
    packed,
    streamed,
    wide_end,
    with_entry,
)

SONG = b"RIFF\x24\0\0\0WAVE" + b"la " * 20_000
KEY = key_of("masters", "ab" * 32)


async def stored(storage: Storage, data: bytes) -> Key:
    async with storage.writer() as writer:
        await writer.write(data)
        await writer.commit(KEY)
    return KEY


async def directory(storage: Storage, data: bytes) -> tuple[Member, ...]:
    return await members_of(storage, await stored(storage, data), len(data))


async def contents(storage: Storage, data: bytes) -> dict[str, bytes]:
    members = await directory(storage, data)
    return {
        one.path: b"".join([part async for part in unpacked(storage, KEY, one)]) for one in members
    }


async def test_an_archive_in_whatever_storage_is_read_by_ranges(storage: Storage) -> None:
    files = {"01.wav": SONG, "CD2/ä.wav": SONG[::-1]}

    assert await contents(storage, packed(files)) == files
    assert await is_archive(storage, KEY)


@pytest.fixture
def disk(tmp_path: Path) -> Storage:
    return DiskStorage(tmp_path)


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(packed({"a.wav": SONG}, method=zipfile.ZIP_STORED), id="stored"),
        pytest.param(packed({"a.wav": SONG}, wide=True), id="64-bit sizes"),
        pytest.param(wide_end(packed({"a.wav": SONG})), id="64-bit end"),
        pytest.param(streamed({"a.wav": SONG}), id="written to a pipe"),
        pytest.param(b"#!/bin/sh\n" + packed({"a.wav": SONG}), id="bytes before"),
        pytest.param(packed({"a.wav": SONG}) + b"trailing garbage" * 9, id="bytes after"),
    ],
)
async def test_archives_of_all_makes(disk: Storage, archive: bytes) -> None:
    assert await contents(disk, archive) == {"a.wav": SONG}


@settings(max_examples=25)
@given(
    dictionaries(
        text("abcäß漢/ .", min_size=1, max_size=20).filter(lambda name: not name.endswith("/")),
        binary(max_size=5_000),
        max_size=5,
    ),
    sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
async def test_what_was_packed_comes_out(
    tmp_path_factory: pytest.TempPathFactory, files: Mapping[str, bytes], method: int
) -> None:
    disk = DiskStorage(tmp_path_factory.mktemp("objects"))

    assert await contents(disk, packed(files, method=method)) == files


@pytest.mark.parametrize("more", [-9, -7, -5, 1, 1 << 20])
async def test_silence_that_ends_where_a_stretch_does_comes_out(disk: Storage, more: int) -> None:
    silence = b"RIFFxyz" + bytes((1 << 20) + more)

    assert await contents(disk, packed({"a.wav": silence})) == {"a.wav": silence}


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("ä.wav".encode(), "ä.wav"),
        ("ä.wav".encode("cp437"), "ä.wav"),
        (b"\xff.wav", "\xa0.wav"),
    ],
)
async def test_names_in_odd_encodings(disk: Storage, raw: bytes, path: str) -> None:
    archive = packed({"#" * len(raw): SONG}).replace(b"#" * len(raw), raw)

    [member] = await directory(disk, archive)

    assert member.path == path


ONE = packed({"a.wav": SONG})
NEVER = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"no archive" * 20, id="no archive"),
    pytest.param(ONE[:-30], id="cut off"),
    pytest.param(ONE[:100] + ONE[200:], id="a piece is missing"),
    pytest.param(overlapping(SONG, 50), id="files upon one another"),
    pytest.param(with_entry(ONE, 20, "<L", 1 << 30), id="longer than the archive"),
    pytest.param(with_entry(ONE, 42, "<L", 1 << 30), id="behind the archive"),
    pytest.param(with_entry(ONE, 20, "<L", 0xFFFFFFFF), id="64-bit sizes that are not there"),
    pytest.param(with_entry(ONE, 28, "<H", 60_000), id="a name that is too long"),
    pytest.param(wide_end(ONE).replace(b"PK\x06\x06", b"PK\x06\x08"), id="no 64-bit end"),
]


@pytest.mark.parametrize("archive", NEVER)
async def test_what_cannot_be_an_archive_is_refused(disk: Storage, archive: bytes) -> None:
    with pytest.raises(Refused, match="archive-damaged"):
        await directory(disk, archive)


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(with_entry(ONE, 16, "<L", 7), id="the directory has another checksum"),
        pytest.param(with_entry(ONE, 16, "<L", 7, local=14), id="a wrong checksum"),
        pytest.param(with_entry(ONE, 24, "<L", 99), id="the directory says it is smaller"),
        pytest.param(with_entry(ONE, 24, "<L", 99, local=22), id="larger than it says"),
        pytest.param(with_entry(ONE, 24, "<L", 1 << 28, local=22), id="smaller than it says"),
        pytest.param(with_entry(ONE, 10, "<H", 0), id="packed otherwise than it says"),
        pytest.param(with_entry(ONE, 8, "<H", 1), id="encrypted, the directory says"),
        pytest.param(ONE[:60] + b"\xff" * 30 + ONE[90:], id="cannot be unpacked"),
        pytest.param(ONE.replace(b"a.wav", b"b.wav", 1), id="another name in front"),
    ],
)
async def test_a_file_that_is_not_as_promised_is_refused(disk: Storage, archive: bytes) -> None:
    with pytest.raises(Refused, match="archive-damaged"):
        await contents(disk, archive)


async def test_a_bomb_gives_no_more_than_it_claimed(disk: Storage) -> None:
    archive = packed({"a.wav": bytes(50 << 20)})
    liar = with_entry(archive, 24, "<L", 1000, local=22)
    [member] = await directory(disk, liar)

    given_out = 0
    with pytest.raises(Refused, match="archive-damaged"):
        async for data in unpacked(disk, KEY, member):
            given_out += len(data)

    assert given_out == 0


async def test_links_folders_and_passwords_are_told(disk: Storage) -> None:
    [linked] = await directory(disk, link("a.wav", "/etc/passwd"))
    [folder] = await directory(disk, packed({"a/": b""}))
    [secret] = await directory(disk, with_entry(ONE, 8, "<H", 1, local=6))

    assert (linked.is_odd, linked.is_folder, linked.is_encrypted) == (True, False, False)
    assert (folder.is_odd, folder.is_folder) == (False, True)
    assert secret.is_encrypted


@settings(max_examples=60)
@given(integers(0, len(ONE) - 1), integers(0, 255), binary(max_size=20))
async def test_an_archive_with_other_bytes_is_read_to_some_end(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int, after: bytes
) -> None:
    disk = DiskStorage(tmp_path_factory.mktemp("objects"))
    archive = ONE[:at] + bytes([byte]) + ONE[at + 1 :] + after

    try:
        found = await contents(disk, archive)
    except Refused:
        return
    assert set(found.values()) <= {SONG, b""}
