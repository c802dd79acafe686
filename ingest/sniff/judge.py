"""What is noticed of a file by what it is and what it claims: rules, each one sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ingest.sniff.kinds import Kind
from ingest.sniff.names import ending_of, is_misnamed, is_usable, shown
from ingest.sniff.verdict import Claim, Notice
from ingest.sniff.wrong import ASK

#: What the engine accepts; a test holds the two to each other.
MOST_CHANNELS = 2
LEAST_RATE, MOST_RATE = 8_000, 384_000
MOST_SECONDS = 24 * 3600
MOST_TAG_BYTES = 32 << 20
#: Beyond these, something was not meant so.
_USUAL_RATES = range(44_100, 192_001)
_USUAL_BITS = 16
_LARGE_TAG_BYTES = 8 << 20


def archive_faults(members: Sequence[str], *, is_whole: bool) -> Iterator[Notice]:
    """Refuse an archive in which nothing that was seen can be used."""
    if any(map(is_usable, members)) or not (members or is_whole):
        return
    seen = ", ".join(shown(name) for name in members[:3])
    yield Notice(
        code="archive-without-music",
        sentence="The archive holds nothing that can be used"
        + (f", but {seen}" if seen else "")
        + "; please send one with masters as FLAC, WAV or AIFF.",
    )


def claim_faults(claim: Claim, size: int | None) -> Iterator[Notice]:
    """Refuse what a header claims and no master is, or this upload cannot keep."""
    if claim.is_protected:
        yield Notice(
            code="protected",
            sentence="The file is protected against copying, and cannot be read. " + ASK,
        )
    elif not claim.is_known:
        yield Notice(
            code="unsupported-audio",
            sentence=f"The file holds sound in a form that is not taken here. {ASK}",
        )
    if claim.channels is not None:
        yield from _channel_faults(claim.channels)
    if claim.rate is not None and not LEAST_RATE <= claim.rate <= MOST_RATE:
        yield Notice(
            code="bad-rate",
            sentence=f"The header claims {_plain(claim.rate)} samples a second, which no master "
            "has; please export it again, at 44100 to 192000.",
        )
    yield from _length_faults(claim, size)


def _channel_faults(channels: int) -> Iterator[Notice]:
    if channels > MOST_CHANNELS:
        yield Notice(
            code="too-many-channels",
            sentence=f"The file has {channels} channels; please send a stereo or mono master.",
        )
    if channels < 1:
        yield Notice(
            code="no-audio", sentence="The header claims to have no channels of sound. " + ASK
        )


def _length_faults(claim: Claim, size: int | None) -> Iterator[Notice]:
    if claim.seconds is not None and claim.seconds > MOST_SECONDS:
        yield Notice(
            code="too-long",
            sentence=f"The header claims {_plain(claim.seconds / 3600)} hours of sound; "
            f"a master may have {MOST_SECONDS // 3600}. Please export it again.",
        )
    elif size is not None and claim.ends_at is not None and claim.ends_at > size:
        yield Notice(
            code="truncated",
            sentence=f"The file is cut off: by its header it has {claim.ends_at} bytes, "
            f"and {size} are being sent. Please export or copy it again.",
        )


def _plain(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "endless"


def tag_faults(tag_bytes: int, size: int | None) -> Iterator[Notice]:
    """Refuse tags that are larger than they may be, or than the file."""
    if size is not None and tag_bytes > size:
        yield Notice(
            code="truncated",
            sentence=f"The file is cut off: its tags alone are said to have {tag_bytes} bytes, "
            f"and {size} are being sent. Please export or copy it again.",
        )
    elif tag_bytes > MOST_TAG_BYTES:
        yield Notice(
            code="large-tags",
            sentence=f"The file begins with {tag_bytes >> 20} MiB of tags; up to "
            f"{MOST_TAG_BYTES >> 20} MiB are taken. Please make its artwork smaller.",
        )


def doubts(kind: Kind, claim: Claim | None, filename: str, tag_bytes: int) -> Iterator[Notice]:
    """Tell what is taken, but was perhaps not meant."""
    if claim is not None and not claim.is_lossless:
        yield Notice(
            code="lossy-source",
            sentence=f"The file is {claim.codec}, which has lost a part of the sound already. "
            "It is taken; if you have the original, send that as FLAC or WAV instead.",
        )
    if is_misnamed(filename, kind):
        yield Notice(
            code="misnamed",
            sentence=f"The file is named .{shown(ending_of(filename))}, "
            f"but what is inside is {_said(kind, claim)}.",
        )
    if claim is not None:
        yield from _odd_shapes(claim)
    if tag_bytes > _LARGE_TAG_BYTES:
        yield Notice(
            code="much-artwork",
            sentence=f"The file begins with {tag_bytes >> 20} MiB of tags, "
            "most likely artwork that is larger than anybody shows.",
        )


def _odd_shapes(claim: Claim) -> Iterator[Notice]:
    if claim.has_pictures:
        yield Notice(
            code="video", sentence="The file has moving pictures, too; only its sound is taken."
        )
    if claim.rate is not None and not _USUAL_RATES.start <= claim.rate < _USUAL_RATES.stop:
        yield Notice(
            code="odd-rate",
            sentence=f"The master has {_plain(claim.rate)} samples a second; "
            "44100 to 192000 are usual. Is it the right file?",
        )
    if claim.is_lossless and claim.bits is not None and claim.bits < _USUAL_BITS:
        yield Notice(
            code="few-bits",
            sentence=f"The master has {claim.bits} bits, which listeners will hear as noise; "
            "16 or 24 are usual.",
        )


def _said(kind: Kind, claim: Claim | None) -> str:
    codec = claim.codec if claim and claim.codec and claim.codec != str(kind) else ""
    return f"{kind} ({codec})" if codec else str(kind)
