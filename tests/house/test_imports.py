"""`refrain import`: planned first, done once however often, and told line by line what is wrong."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
import soundfile
from mutagen.flac import FLAC

from base.errors import Refused
from refrain.imports.command import How, bring
from refrain.imports.folder import read_folder
from refrain.imports.sheet import read_sheet
from refrain.imports.wanted import Source
from tests.support.commands import refrain
from tests.support.served import Client, served

pytestmark = pytest.mark.asyncio(loop_scope="module")
Said = pytest.CaptureFixture[str]
FIRST, SECOND = (f"b10bbbfc-cf9e-42e0-be17-e2c3e1d2600{n}" for n in "12")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with served(tmp_path_factory.mktemp("imports")) as opened:
        yield opened


def song(path: Path, number: int, **tags: str) -> None:
    """Write a file whose bytes are like no other's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.full((1_250, 2), number / 1_000), 44_100, format="FLAC")
    if tags:
        file = FLAC(path)
        file.update(tags)
        file.save()


async def brought(  # noqa: PLR0913 - who brings what, and how
    client: Client,
    read: Callable[[Path], Source],
    path: Path,
    token: str,
    *,
    applies: bool,
    capsys: Said,
) -> tuple[bool, list[Any]]:
    """Answer whether nothing was wrong, and what was told."""
    how = How(url=client.url, token=token, applies=applies, as_json=True)
    is_well = await bring(read, path, how)
    lines = capsys.readouterr().out.splitlines()
    return is_well, [json.loads(line) for line in lines if line.startswith("{")]


async def releases(client: Client, token: str) -> list[Any]:
    found = (await client.ask("GET", "/api/v1/releases", token=token)).json["releases"]
    return [await client.release(one["id"], token) for one in found]


async def test_a_folder_is_brought_once(client: Client, tmp_path: Path, capsys: Said) -> None:
    token, root = await client.artist(), tmp_path / "Music"
    for number, (mbid, album) in enumerate([(FIRST, "One"), (SECOND, "Two"), (FIRST, "One")], 1):
        tags = {"album": album, "albumartist": "Ada", "artist": "Ada", "title": f"Song {number}"}
        numbered = {"tracknumber": str(4 - number), "musicbrainz_albumid": mbid}
        song(root / f"{number}.flac", number, **tags, **numbered)
    song(root / "Bo - Third (2026)" / "CD1" / "01 - Bo - Ah.flac", 4)
    song(root / "Bo - Third (2026)" / "CD2" / "01 - Bo - Oh.flac", 5)
    (root / "again.flac").write_bytes((root / "1.flac").read_bytes())
    (root / "notes.txt").write_text("none")

    is_well, told = await brought(client, read_folder, root, token, applies=False, capsys=capsys)

    plan = {one["title"]: one["send"] for one in told if "send" in one}
    assert (is_well, plan["Two"], len(plan["One"]), len(plan["Third"])) == (True, ["2.flac"], 2, 2)
    assert [one["code"] for one in told if "code" in one] == ["same-bytes"]
    assert await releases(client, token) == []  # it was only planned

    for _ in range(2):
        is_well, told = await brought(client, read_folder, root, token, applies=True, capsys=capsys)
        assert is_well
    assert [one["send"] for one in told if "send" in one] == [[], [], []]
    found = {one["title"]: one for one in await releases(client, token)}
    assert {title: len(one["tracks"]) for title, one in found.items()} == {
        "One": 2,
        "Two": 1,
        "Third": 2,
    }
    assert (found["One"]["mbid"], found["One"]["artist"]) == (FIRST, "Ada")
    assert [one["disc"] for one in found["Third"]["tracks"]] == [1, 2]


async def test_one_that_was_broken_off_goes_on(
    client: Client, tmp_path: Path, capsys: Said
) -> None:
    token, root = await client.artist(), tmp_path / "Ada - Half"
    song(root / "01 - One.flac", 11)
    await brought(client, read_folder, root, token, applies=True, capsys=capsys)
    song(root / "02 - Two.flac", 12)

    _, told = await brought(client, read_folder, root, token, applies=True, capsys=capsys)

    assert [(one["send"], one["there"]) for one in told] == [(["02 - Two.flac"], 1)]
    [found] = await releases(client, token)
    assert len(found["tracks"]) == 2
    # What is out takes nothing more, and that is told.
    song(root / "03 - Three.flac", 13)
    await client.play()
    path = f"/api/v1/releases/{found['id']}/publish"
    assert (await client.ask("POST", path, token=token)).status == 200
    is_well, told = await brought(client, read_folder, root, token, applies=True, capsys=capsys)
    assert (is_well, told[-1]["code"]) == (False, "release-closed")
    where = ("--url", client.url, "--token", token)
    ended = await asyncio.to_thread(refrain, "import", "folder", root, *where)
    assert (ended.status, "lacks 1 of the files" in ended.said) == (1, True)


SHEET = """\
release;title;artist;upc;file;disc;number;track_title;isrc;genres;tags
A;Record;Ada;4006381333931;b.flac;1;2;Second;DEABC2600002;Klassik;Été
A;;;;a.flac;1;1;First;DE-ABC-26-00001;;
B;Other;Bo;4006381333932;c.flac;1;1;Wrong;;;
C;"Two
lines";Cy;;none.flac;;;;;;
D;Dis;Di;;c.flac;x;;;;;
E;Eh;Ed;;c.flac;;;;;Noodle;
F;Ef;Fe;;c.flac;;;;;;;;
"""


async def test_a_sheet_is_brought_but_what_is_wrong(
    client: Client, tmp_path: Path, capsys: Said
) -> None:
    token, sheet = await client.artist(), tmp_path / "releases.csv"
    sheet.write_text(SHEET, encoding="utf-8-sig")
    for number, name in enumerate("abc", 21):
        song(tmp_path / f"{name}.flac", number)

    is_well, told = await brought(client, read_sheet, sheet, token, applies=True, capsys=capsys)

    assert not is_well
    assert [(one["about"], one["code"]) for one in told if "code" in one] == [
        ("line 4", "word-unfit"),
        ("line 5", "file-unknown"),
        ("line 7", "number-unfit"),
        ("line 8", "genre-unknown"),
        ("line 9", "row-too-long"),
    ]
    [found] = await releases(client, token)
    assert (found["title"], found["artist"], found["upc"]) == ("Record", "Ada", "4006381333931")
    tracks = [(one["title"], one["isrc"], one["genres"], one["tags"]) for one in found["tracks"]]
    assert tracks == [
        ("First", "DEABC2600001", [], []),
        ("Second", "DEABC2600002", ["classical"], ["ete"]),
    ]
    # Done again, nothing is left to do; of what changed in the sheet that alone is written.
    _, told = await brought(client, read_sheet, sheet, token, applies=True, capsys=capsys)
    assert [(one["send"], one["writes"]) for one in told if "send" in one] == [([], [])]
    sheet.write_text(SHEET.replace("Second", "The second"), encoding="utf-8")
    _, told = await brought(client, read_sheet, sheet, token, applies=True, capsys=capsys)
    assert [(one["send"], one["writes"]) for one in told if "send" in one] == [([], ["tracks"])]
    [found] = await releases(client, token)
    assert [one["title"] for one in found["tracks"]] == ["First", "The second"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"file,noodle\n", "columns-unknown"),
        (b"title,artist\n", "columns-unknown"),
        (b"\xff\xfe", "sheet-unreadable"),
        (b'file\n"a', "sheet-unreadable"),
    ],
)
async def test_what_is_no_sheet_is_refused(tmp_path: Path, text: bytes, code: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text)

    with pytest.raises(Refused, match=code):
        read_sheet(path)
