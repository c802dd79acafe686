from dataclasses import replace
from pathlib import Path

import mutagen.flac

from ingest.naming import Tags
from tests.support.masters import tone
from workers.tagging import LIMITS, tags_in


async def test_a_child_reads_tags_and_takes_the_picture_out(tmp_path: Path) -> None:
    path, cover = tone(tmp_path / "a.flac", seconds=0.1), mutagen.flac.Picture()
    file = mutagen.flac.FLAC(path)
    file["title"], file["composer"], cover.data = "Söng", "Ada", b"a picture"
    file.add_picture(cover)
    file.save()

    read = await tags_in(path, tmp_path)

    assert read.tags == Tags(title="Söng", credits=(("composer", "Ada"),))
    assert read.art is not None
    assert read.art.read_bytes() == b"a picture"


async def test_a_child_that_needs_too_much_says_nothing(tmp_path: Path) -> None:
    frames = b"TXXX\0\0\0\x0a\0\0\x03abc\0abcde" * 300_000
    size = bytes(len(frames) >> shift & 127 for shift in (21, 14, 7, 0))
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3\x04\0\0" + size + frames)

    read = await tags_in(path, tmp_path, limits=replace(LIMITS, cpu_s=1))

    assert (read.tags, read.art) == (Tags(), None)
