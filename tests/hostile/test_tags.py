"""Tags that somebody wrote to do harm, read by a child that may use little."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.hostile import NAMES, TRICKS, frame_of_id3, id3, tags
from workers.tagging import LIMITS, tags_in

FEW = replace(LIMITS, cpu_s=2)


@pytest.mark.parametrize("megabytes", [2, pytest.param(30, marks=pytest.mark.chaos)])
async def test_far_too_much_of_it_harms_nobody_but_the_child(
    tmp_path: Path, forms: dict[str, Path], megabytes: int
) -> None:
    mp3, flac = forms["mp3 without tags"].read_bytes(), forms["flac"].read_bytes()

    for number, (_, data) in enumerate(tags(mp3, flac, megabytes=megabytes)):
        path, folder = tmp_path / f"{number}.mp3", tmp_path / str(number)
        path.write_bytes(data)
        folder.mkdir()

        read = await tags_in(path, folder, limits=FEW)

        assert len(read.tags.title or "") <= 400
        assert {each.name for each in folder.iterdir()} <= {"art"}


async def test_names_in_tags_are_one_line_that_turns_nothing_around(
    tmp_path: Path, forms: dict[str, Path]
) -> None:
    path = tmp_path / "names.mp3"
    tricky = [name for name in NAMES if set(TRICKS) & set(name)]

    for title, artist in zip(tricky, reversed(tricky), strict=True):
        frames = frame_of_id3(b"TIT2", b"\x03" + title.encode())
        frames += frame_of_id3(b"TPE1", b"\x03" + artist.encode())
        path.write_bytes(id3(frames) + forms["mp3 without tags"].read_bytes())

        said = (await tags_in(path, tmp_path)).tags

        assert said.title
        assert not set(TRICKS) & set(said.title + (said.artist or "")), title
