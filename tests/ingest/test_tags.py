from pathlib import Path

import mutagen.flac
import pytest
from mutagen.id3 import ID3, TIT2, TPE1, TSRC

from catalog.music import Naming
from ingest.tags import read_tags
from tests.support.masters import tone

WANTED = Naming(title="Song", artist="Singer", isrc="DEABC2600001")


def test_flac_tags_are_read(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.flac", seconds=0.1)
    tags = mutagen.flac.FLAC(path)
    tags["title"], tags["artist"], tags["isrc"] = "Song", "Singer", "DE-ABC-26-00001"
    tags.save()

    assert read_tags(path) == WANTED


def test_id3_tags_of_an_aiff_are_read(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.aiff", seconds=0.1)
    file = mutagen.File(path)
    file.add_tags()
    for frame in (TIT2(text="Song"), TPE1(text="Singer"), TSRC(text="DEABC2600001")):
        file.tags.add(frame)
    file.save()

    assert isinstance(file.tags, ID3)
    assert read_tags(path) == WANTED


@pytest.mark.parametrize("content", [b"", b"no tags at all", b"fLaC" + bytes(40)])
def test_a_file_without_tags_says_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.flac"
    path.write_bytes(content)

    assert read_tags(path) == Naming()


def test_a_title_is_one_printable_line(tmp_path: Path) -> None:
    path = tone(tmp_path / "a.flac", seconds=0.1)
    tags = mutagen.flac.FLAC(path)
    tags["title"], tags["isrc"] = "So\x1b[31m\nng ", "not an ISRC"
    tags.save()

    assert read_tags(path) == Naming(title="So[31mng")
