"""MPEG audio: the tags before it, and what its frames claim (ISO/IEC 11172-3, 13818-3 and -7)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.sniff.fields import synchsafe
from ingest.sniff.kinds import Kind
from ingest.sniff.verdict import Claim

_ID3_HEAD = 10
_APE_HEAD = 32
#: Tags one behind another; more than a few are no accident.
_MOST_TAGS = 16
#: Some files begin with what is left of something else; music begins soon all the same.
_MOST_JUNK = 1 << 16
#: Places that look like a frame are looked at; in music, one of the first is.
_MOST_TRIES = 4096
_SYNC = re.compile(rb"\xff[\xe2-\xff]")
_FRAMES_IN_TURN = 3
_RATES = (44_100, 48_000, 32_000)
_ADTS_RATES = (
    *(96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000),
    *(22_050, 16_000, 12_000, 11_025, 8_000, 7_350),
)
#: Kilobits a second by layer, of MPEG-1 and of the lower rates.
_V1 = {
    1: (0, *range(32, 449, 32)),
    2: (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
_V2 = {
    1: (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    3: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_NAMES = {1: "MP1", 2: "MP2", 3: "MP3"}
_MONO = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame's head."""

    kind: Kind
    codec: str
    rate: int
    channels: int
    size: int


def music_begins_at(data: bytes) -> int:
    """Answer where the tags before the music end, which may be far behind these bytes."""
    at = 0
    for _ in range(_MOST_TAGS):
        if data[at : at + 3] == b"ID3" and at + _ID3_HEAD <= len(data):
            has_footer = bool(data[at + 5] & 0x10)
            at += _ID3_HEAD + synchsafe(data, at + 6) + _ID3_HEAD * has_footer
        elif data[at : at + 8] == b"APETAGEX" and at + _APE_HEAD <= len(data):
            at += _APE_HEAD + int.from_bytes(data[at + 12 : at + 16], "little")
        else:
            return at
    return at


def frames_at(data: bytes, at: int) -> Frame | None:
    """Answer the first of some frames in turn, beginning right here."""
    first = _frame(data, at)
    if first is None:
        return None
    place = at + first.size
    for _ in range(_FRAMES_IN_TURN - 1):
        if place >= len(data) - 7:  # the beginning of the file ends here, or the file does
            return first
        frame = _frame(data, place)
        if frame is None or (frame.kind, frame.rate) != (first.kind, first.rate):
            return None
        place += frame.size
    return first


def find_frames(data: bytes, at: int) -> Frame | None:
    """Look for frames behind something else."""
    places = _SYNC.finditer(data, at, at + _MOST_JUNK)
    for _, place in zip(range(_MOST_TRIES), places, strict=False):
        # Alone at the very end, two bytes by chance would pass for a frame.
        if place.start() < len(data) - 4096 and (frame := frames_at(data, place.start())):
            return frame
    return None


def claim_of_frame(frame: Frame) -> Claim:
    """Answer what a frame says of the stream."""
    return Claim(codec=frame.codec, is_lossless=False, rate=frame.rate, channels=frame.channels)


def _frame(data: bytes, at: int) -> Frame | None:
    head = data[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - bits of a head
        return None
    return _adts(head) if head[1] & 0xF6 == 0xF0 else _layer(head)  # noqa: PLR2004 - the same


def _adts(head: bytes) -> Frame | None:
    rate = head[2] >> 2 & 15
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if rate >= len(_ADTS_RATES) or size < 7:  # noqa: PLR2004 - its head
        return None
    channels = (head[2] & 1) << 2 | head[3] >> 6
    # No channels: they are told inside, as for two languages.
    shape = {0: 2, 7: 8}.get(channels, channels)
    return Frame(kind=Kind.ADTS, codec="AAC", rate=_ADTS_RATES[rate], channels=shape, size=size)


def _layer(head: bytes) -> Frame | None:
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    bitrate, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer > 3 or bitrate in {0, 15} or rate == 3:  # noqa: PLR2004 - reserved
        return None
    is_v1 = version == 3  # noqa: PLR2004 - MPEG-1
    hertz = _RATES[rate] // {3: 1, 2: 2, 0: 4}[version]
    bps = 1000 * (_V1 if is_v1 else _V2)[layer][bitrate]
    if layer == 1:
        size = 4 * (12 * bps // hertz + padding)
    else:
        size = (72 if layer == 3 and not is_v1 else 144) * bps // hertz + padding  # noqa: PLR2004
    channels = 1 if head[3] >> 6 == _MONO else 2
    return Frame(kind=Kind.MP3, codec=_NAMES[layer], rate=hertz, channels=channels, size=size)
