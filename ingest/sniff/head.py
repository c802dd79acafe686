"""Say from the first MiB of a file what it is, and whether to send the rest."""

from __future__ import annotations

from collections.abc import Callable

from ingest.sniff.aiff import claim_of_aiff, claim_of_caf
from ingest.sniff.flac import claim_of_flac
from ingest.sniff.judge import archive_faults, claim_faults, doubts, tag_faults
from ingest.sniff.kinds import Kind, kind_of
from ingest.sniff.mp4 import claim_of_mp4
from ingest.sniff.mpeg import claim_of_frame, find_frames, frames_at, music_begins_at
from ingest.sniff.ogg import claim_of_ogg
from ingest.sniff.packed import claim_of_ape, claim_of_wavpack
from ingest.sniff.verdict import Claim, Level, Notice, Verdict
from ingest.sniff.waves import claim_of_w64, claim_of_wav
from ingest.sniff.words import kind_of_text
from ingest.sniff.wrong import no_music
from ingest.sniff.zips import members_of

#: More of a file is not looked at.
MOST_BYTES = 1 << 20
_MAGIC_BYTES = 4096
_CLAIMS: dict[Kind, Callable[[bytes, int], Claim | None]] = {
    Kind.WAV: claim_of_wav,
    Kind.W64: claim_of_w64,
    Kind.AIFF: claim_of_aiff,
    Kind.FLAC: claim_of_flac,
    Kind.MP4: claim_of_mp4,
    Kind.OGG: claim_of_ogg,
    Kind.WAVPACK: claim_of_wavpack,
    Kind.APE: claim_of_ape,
    Kind.CAF: claim_of_caf,
}


def sniff(head: bytes, filename: str, size: int | None) -> Verdict:
    """Judge a file by its beginning, its name, and its size where that is known.

    `head` is the first MiB, or all of a file that is smaller. Whatever the bytes are, this answers
    in a fraction of a second. That it finds nothing wrong proves nothing: the engine decodes.
    """
    data = head[:MOST_BYTES]
    at = music_begins_at(data)
    kind, claim = _known(data, at)
    is_whole = size is not None and size <= len(data)
    members = tuple(members_of(data)) if kind is Kind.ZIP else ()
    refusals = [
        *filter(None, [no_music(kind)]),
        *tag_faults(at, size),
        *(archive_faults(members, is_whole=is_whole) if kind is Kind.ZIP else ()),
        *(claim_faults(claim, size) if claim else ()),
    ]
    warnings = [*doubts(kind, claim, filename, at)] if not refusals else []
    return Verdict(
        level=_level(refusals, warnings),
        kind=kind,
        notices=(*refusals, *warnings),
        claim=claim,
        members=members,
    )


def _level(refusals: list[Notice], warnings: list[Notice]) -> Level:
    if refusals:
        return Level.REFUSE
    return Level.WARN if warnings else Level.OK


def _known(data: bytes, at: int) -> tuple[Kind, Claim | None]:
    if at and at >= len(data):  # all that is here are tags, and music comes behind them
        return Kind.TAGS, None
    start = data[at : at + _MAGIC_BYTES]
    kind = kind_of(start)
    if kind in _CLAIMS:
        return kind, _CLAIMS[kind](data, at)
    if kind is Kind.UNKNOWN:
        kind = kind_of_text(start)
    if kind is Kind.UNKNOWN and (frame := frames_at(data, at) or find_frames(data, at)):
        return frame.kind, claim_of_frame(frame)
    return kind, None
