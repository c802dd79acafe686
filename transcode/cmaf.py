"""Write a rendition: one file that serves HLS, DASH and plain byte ranges alike.

`ftyp moov sidx (moof mdat)*`: fragments of ISO/IEC 14496-12 within the bounds of CMAF
(ISO/IEC 23000-19), one track, one fragment a segment. How large the header is depends on the
timeline alone, so that what is known of the finished file only can still be put into it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from transcode.boxes import box, full_box
from transcode.ludt import Levels, print_ludt
from transcode.packets import Frames
from transcode.timeline import Timeline

_BRANDS = (b"cmfc", b"iso6", b"mp41", b"dash")
_IDENTITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED = 0x55C4  # the language "und" in three times five bits (8.4.2.3)
_TRACK = 1
_FULL_VOLUME = 0x100
#: Of a track that is enabled, in the presentation, and in its preview (8.3.2.3).
_IN_USE = 0x7
_ROLL = b"roll"
_SELF_CONTAINED = 0x1
#: No frame of audio needs another to be decoded from (8.8.3.1).
_INDEPENDENT = 0x02000000
_DEFAULT_BASE_IS_MOOF = 0x020000
_TRUN_OFFSET, _TRUN_DURATIONS, _TRUN_SIZES = 0x1, 0x100, 0x200
_FIELD = np.dtype(">u4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a header says of a track.

    `sample_entry` is a whole box of 8.5.2. A rendition that still grows has no levels yet, and
    does not promise a length.
    """

    timeline: Timeline
    sample_entry: bytes
    levels: Levels | None = None
    album: Levels | None = None


def init_segment(description: Description) -> bytes:
    """Print `ftyp` and `moov`, which a player reads first."""
    return box("ftyp", _BRANDS[0], bytes(4), *_BRANDS) + box(
        "moov", _mvhd(description.timeline), _trak(description), _mvex(description)
    )


def fragment(line: Timeline, frames: Frames, *, number: int, first: int) -> Iterator[bytes]:
    """Print `moof` and `mdat` of the frames that begin with the track's frame `first`."""
    head = len(_moof(line, frames, number=number, first=first, offset=0))
    size = int(frames.sizes.sum())
    # Frames begin behind the header of the mdat.
    yield _moof(line, frames, number=number, first=first, offset=head + 8)
    yield struct.pack(">I4s", 8 + size, b"mdat")
    yield from map(bytes, frames.bytes())


def fragment_bytes(line: Timeline, frames: Frames, *, first: int) -> int:
    """Answer how large that fragment is."""
    moof = _moof(line, frames, number=1, first=first, offset=0)
    return len(moof) + 8 + int(frames.sizes.sum())


def segment_index(line: Timeline, sizes: list[int]) -> bytes:
    """Print `sidx` (8.16.3) of fragments that follow it at once; times are those of the music."""
    head = struct.pack(">IIQQHH", _TRACK, line.rate, 0, 0, 0, len(sizes))
    entries = (
        # Each begins with a stream access point of type 1 that needs no other (SAP_delta 0).
        struct.pack(">III", size, duration, 0x90000000)
        for size, duration in zip(sizes, line.durations(), strict=True)
    )
    return full_box("sidx", head, *entries, version=1)


def _mvhd(line: Timeline) -> bytes:
    times = struct.pack(">4I", 0, 0, line.rate, 0)
    defaults = struct.pack(">IH10x", 0x10000, _FULL_VOLUME)
    return full_box("mvhd", times, defaults, _IDENTITY, bytes(24), struct.pack(">I", _TRACK + 1))


def _trak(description: Description) -> bytes:
    line = description.timeline
    times = struct.pack(">5I8x", 0, 0, _TRACK, 0, 0)
    layout = struct.pack(">4H", 0, 1, _FULL_VOLUME, 0)  # layer, alternate group, volume
    parts = [full_box("tkhd", times, layout, _IDENTITY, bytes(8), flags=_IN_USE)]
    parts += [_edts(description), _mdia(line, description.sample_entry)]
    if description.levels is not None:
        parts.append(box("udta", print_ludt(description.levels, description.album)))
    return box("trak", *parts)


def _edts(description: Description) -> bytes:
    """Say where the music begins behind the priming, and how long it is (8.6.6)."""
    line = description.timeline
    duration = 0 if description.levels is None else line.samples
    entry = struct.pack(">IQqHH", 1, duration, line.edit, 1, 0)
    return box("edts", full_box("elst", entry, version=1))


def _mdia(line: Timeline, sample_entry: bytes) -> bytes:
    mdhd = full_box("mdhd", struct.pack(">4IHH", 0, 0, line.rate, 0, _UNDETERMINED, 0))
    hdlr = full_box("hdlr", struct.pack(">I4s12x", 0, b"soun"), b"\0")
    own_file = full_box("dref", struct.pack(">I", 1), full_box("url ", flags=_SELF_CONTAINED))
    minf = box("minf", full_box("smhd", bytes(4)), box("dinf", own_file), _stbl(line, sample_entry))
    return box("mdia", mdhd, hdlr, minf)


def _stbl(line: Timeline, sample_entry: bytes) -> bytes:
    """Print tables that are empty: all frames are in fragments."""
    none = bytes(4)
    tables = [full_box("stsd", struct.pack(">I", 1), sample_entry)]
    tables += [full_box("stts", none), full_box("stsc", none), full_box("stsz", none, none)]
    tables.append(full_box("stco", none))
    if line.framing.roll:
        # How many frames back a decoder must begin to be right here (10.1.1).
        distance = struct.pack(">h", -line.framing.roll)
        head = struct.pack(">4sII", _ROLL, len(distance), 1)
        tables.append(full_box("sgpd", head, distance, version=1))
    return box("stbl", *tables)


def _mvex(description: Description) -> bytes:
    line = description.timeline
    trex = struct.pack(">5I", _TRACK, 1, line.framing.frame, 0, _INDEPENDENT)
    parts = [full_box("trex", trex)]
    if description.levels is not None:
        parts.insert(0, full_box("mehd", struct.pack(">Q", line.samples), version=1))
    return box("mvex", *parts)


def _moof(line: Timeline, frames: Frames, *, number: int, first: int, offset: int) -> bytes:
    """Print the table of a fragment, whose frames begin `offset` bytes behind its own start."""
    parts = [full_box("tfhd", struct.pack(">I", _TRACK), flags=_DEFAULT_BASE_IS_MOOF)]
    begins = struct.pack(">Q", first * line.framing.frame)
    parts.append(full_box("tfdt", begins, version=1))
    parts.append(_trun(line, frames, first=first, offset=offset))
    if line.framing.roll:
        group = struct.pack(">4sIII", _ROLL, 1, len(frames), 1)
        parts.append(full_box("sbgp", group))
    sequence = full_box("mfhd", struct.pack(">I", number))
    return box("moof", sequence, box("traf", *parts))


def _trun(line: Timeline, frames: Frames, *, first: int, offset: int) -> bytes:
    flags, columns = _TRUN_OFFSET | _TRUN_SIZES, [frames.sizes]
    is_last = first + len(frames) == line.frames
    if is_last and line.last_frames[-1] != line.framing.frame:
        durations = np.full(len(frames), line.framing.frame, np.int64)
        durations[-2:] = line.last_frames[-len(frames) :]
        flags, columns = flags | _TRUN_DURATIONS, [durations, frames.sizes]
    head = struct.pack(">Ii", len(frames), offset)
    return full_box("trun", head, np.stack(columns, axis=1).astype(_FIELD).tobytes(), flags=flags)
