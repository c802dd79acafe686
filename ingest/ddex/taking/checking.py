"""What came, held against what was told of it: what is missing, hurt, or otherwise than it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from catalog.findings import Severity
from catalog.states import ArtworkState, TrackState
from ingest.ddex.canonical import DeliveredFile
from ingest.ddex.findings import NOWHERE, MessageFinding, Status, found_at
from ingest.ddex.taking.planned import PlannedTrack

#: What a length may be off by: a second, or a hundredth of a long one (it is often rounded).
_OFF_S, _OFF_SHARE = 1.0, 0.01
#: Covers are shown large: stores want 3000, and look poor below this; and they are square.
_LEAST_SIDE, _SQUARE = 1_400, 0.02
_CODECS = {
    "FLAC": {"flac"},
    "PCM": {"pcm"},
    "WAV": {"pcm"},
    "AIFF": {"pcm"},
    "ALAC": {"alac"},
    "APPLELOSSLESS": {"alac"},
    "MP3": {"mp3"},
    "MPEGLAYER3": {"mp3"},
    "AAC": {"aac"},
    "VORBIS": {"vorbis"},
    "OPUS": {"opus"},
}


class Came(StrEnum):
    """Where a file of a message is."""

    #: It was looked into, and can be used.
    SOUND = "sound"
    #: It is here, and was not looked into.
    HERE = "here"
    MISSING = "missing"
    #: Another one lies where it should be, or its bytes were hurt on the way.
    OTHER = "other"
    #: It cannot be used.
    HURT = "hurt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is known of the master of a track."""

    came: Came
    duration_s: float | None = None
    codec: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of a cover; sizes in pixels."""

    came: Came
    width: int | None = None
    height: int | None = None
    why: str | None = None


def heard_as(state: TrackState, *, is_measured: bool, is_waited_for: bool) -> Came:
    """Answer where the master of a track is; `is_waited_for` where another one is to replace it."""
    if state is TrackState.REJECTED:
        return Came.HERE if is_waited_for else Came.HURT
    return Came.SOUND if is_measured and not is_waited_for else Came.HERE


def seen_as(state: ArtworkState) -> Came:
    """Answer where a picture is."""
    known = {ArtworkState.READY: Came.SOUND, ArtworkState.REJECTED: Came.HURT}
    return known.get(state, Came.HERE)


def of_track(track: PlannedTrack, heard: Heard) -> Iterator[MessageFinding]:
    """Find what is to be said of a master."""
    file = track.files[0] if track.files else None
    yield from _of_coming(f"“{track.title}” ({track.key})", file, heard.came, heard.why)
    if heard.came is not Came.SOUND:
        return
    told_s, is_s = float(track.duration_s or 0), heard.duration_s
    if told_s and is_s is not None and abs(told_s - is_s) > max(_OFF_S, _OFF_SHARE * told_s):
        text = f"“{track.title}” is told to be {told_s:.1f} seconds long, and is {is_s:.1f}."
        yield _unlike(file, "duration-differs", text)
    wanted = _CODECS.get(track.codec.upper().replace("-", "").replace("_", ""))
    if wanted and heard.codec and not any(heard.codec.startswith(one) for one in wanted):
        text = f"“{track.title}” is told to be {track.codec}, and is {heard.codec}."
        yield _unlike(file, "codec-differs", text)


def undecided(track: PlannedTrack) -> MessageFinding:
    """Say that another master came, and that somebody has to say whether it is the same music."""
    text = (
        f"The new file of “{track.title}” is not as long as the one before: it is heard once "
        "somebody has said that it is right."
    )
    return _unlike(track.files[0] if track.files else None, "version-undecided", text)


def of_cover(file: DeliveredFile | None, seen: Seen) -> Iterator[MessageFinding]:
    """Find what is to be said of a cover."""
    yield from _of_coming("The cover", file, seen.came, seen.why)
    if seen.came is not Came.SOUND or not seen.width or not seen.height:
        return
    short, long = sorted((seen.width, seen.height))
    if short < _LEAST_SIDE:
        text = f"The cover measures {seen.width} by {seen.height} pixels: send 3000 by 3000."
        yield _unlike(file, "cover-small", text)
    if long - short > _SQUARE * long:
        text = f"The cover measures {seen.width} by {seen.height} pixels: it should be square."
        yield _unlike(file, "cover-not-square", text)


def _of_coming(
    what: str, file: DeliveredFile | None, came: Came, why: str | None
) -> Iterator[MessageFinding]:
    named = f", {file.uri[:200]}," if file else ""
    if came is Came.MISSING:
        text = f"The file of {what}{named} did not come: send it, or the message with it."
        yield _warning(file, "resource-missing", Status.RESOURCE_MISSING, text)
    elif came is Came.OTHER:
        text = f"The file of {what}{named} does not come to the sum that is told: send it again."
        yield _warning(file, "hash-wrong", Status.HASH_WRONG_OR_MISSING, text)
    elif came is Came.HURT:
        text = f"The file of {what}{named} cannot be used: {why or 'it is damaged'}"
        yield _warning(file, "resource-corrupt", Status.RESOURCE_CORRUPT, text)


def _unlike(file: DeliveredFile | None, rule: str, text: str) -> MessageFinding:
    return _warning(file, rule, Status.RESOURCE_NOT_MEETING_SPECIFICATIONS, text)


def _warning(file: DeliveredFile | None, rule: str, status: Status, text: str) -> MessageFinding:
    return found_at(file.place if file else NOWHERE, rule, status, text, Severity.WARNING)
