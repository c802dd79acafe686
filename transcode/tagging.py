"""Write gains into the tags of a download; what is streamed says them in boxes."""

from __future__ import annotations

from pathlib import Path

from mutagen.id3 import ID3, TXXX
from mutagen.mp4 import MP4, AtomDataType, MP4FreeForm

from transcode.gains import Gains, r128_tags, replaygain_tags
from transcode.ladder import Codec

_UTF_8 = 3
#: Where players look in an MP4 for tags that Apple has no atom for.
_FREE_FORM = "----:com.apple.iTunes:"


def tag_download(path: Path, codec: Codec, gains: Gains) -> None:
    """Write ReplayGain 2 and R128 tags into an MP3 or an ALAC file; its sound stays as it is."""
    tags = replaygain_tags(gains) | r128_tags(gains)
    if codec is Codec.MP3:
        _tag_mp3(path, tags)
    else:
        _tag_mp4(path, tags)


def _tag_mp3(path: Path, tags: dict[str, str]) -> None:
    frames = ID3()
    for name, value in tags.items():
        frames.add(TXXX(encoding=_UTF_8, desc=name, text=[value]))
    frames.save(path, v2_version=3)


def _tag_mp4(path: Path, tags: dict[str, str]) -> None:
    file = MP4(path)
    for name, value in tags.items():
        form = MP4FreeForm(value.encode(), dataformat=AtomDataType.UTF8)
        file[f"{_FREE_FORM}{name}"] = [form]
    file.save()
