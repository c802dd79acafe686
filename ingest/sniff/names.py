"""What a file's name says it is, against what it is."""

from __future__ import annotations

from ingest.sniff.kinds import Kind
from ingest.words import one_line

_BY_ENDING = {
    "wav": {Kind.WAV},
    "wave": {Kind.WAV},
    "bwf": {Kind.WAV},
    "rf64": {Kind.WAV},
    "bw64": {Kind.WAV},
    "w64": {Kind.W64},
    "aif": {Kind.AIFF},
    "aiff": {Kind.AIFF},
    "aifc": {Kind.AIFF},
    "flac": {Kind.FLAC, Kind.OGG},
    "m4a": {Kind.MP4},
    "mp4": {Kind.MP4},
    "mov": {Kind.MP4},
    "alac": {Kind.MP4, Kind.CAF},
    "mp3": {Kind.MP3},
    "mp2": {Kind.MP3},
    "aac": {Kind.ADTS, Kind.MP4},
    "ogg": {Kind.OGG},
    "oga": {Kind.OGG},
    "opus": {Kind.OGG},
    "wv": {Kind.WAVPACK},
    "ape": {Kind.APE},
    "caf": {Kind.CAF},
    "zip": {Kind.ZIP},
}
#: What an album may bring along.
_MUSIC = frozenset(_BY_ENDING) - {"zip"}
_BESIDE_MUSIC = frozenset({"jpg", "jpeg", "png", "webp", "tif", "tiff", "gif", "avif"})
_SHOWN_LETTERS = 60


def ending_of(filename: str) -> str:
    """Answer what stands behind the last dot, in small letters; nothing where there is no dot."""
    _, dot, ending = filename.rpartition(".")
    return ending.strip().lower() if dot else ""


def is_misnamed(filename: str, kind: Kind) -> bool:
    """Whether the name ends as another kind's does.

    What ends as nobody's says nothing, and what was not seen yet cannot be told.
    """
    kinds = _BY_ENDING.get(ending_of(filename))
    return kinds is not None and kind is not Kind.TAGS and kind not in kinds


def is_usable(member: str) -> bool:
    """Whether a member of an archive may belong to a release, by its name."""
    return ending_of(member) in _MUSIC | _BESIDE_MUSIC


def shown(name: str) -> str:
    """Answer a name as it may stand in a sentence."""
    return one_line(name, _SHOWN_LETTERS) or "a file without a name"
