"""Is a rendition what was asked for? Nothing is published before this says so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from base.errors import Broken
from base.units import Samples
from transcode.encode import Encoded
from transcode.graphs import decode
from transcode.ladder import PREVIEW_S, Codec, depth_for
from transcode.process import Limits, started
from transcode.source import SourceInfo
from transcode.tools import Tools

#: Apple HLS authoring 7.5 to 7.7: a target of 6 s, and half a second of grace.
_LONGEST_FRAGMENT_S = 6.5
#: What an encoder may add around the music: frames of delay and padding, in its own samples.
_PADDING = {Codec.AAC: 4 * 1024, Codec.OPUS: 4 * 960, Codec.FLAC: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What the master decodes to."""

    info: SourceInfo
    samples: Samples
    pcm_sha256: str


async def verify(tools: Tools, rendition: Encoded, original: Original) -> None:
    """Compare a rendition with its master; FLAC sample for sample.

    Raises:
        Broken: it is not what was asked for.

    """
    _require_fragments(rendition)
    _require_length(rendition, original)
    if rendition.rung.codec is Codec.FLAC and is_exact(original.info):
        digest = await _pcm_digest(tools, rendition)
        if digest != original.pcm_sha256:
            raise _wrong(rendition, "it does not decode to the samples of its master")


def is_exact(info: SourceInfo) -> bool:
    """Whether FLAC keeps every bit of the master: not of float, nor beyond 24 bits."""
    return not info.is_float and info.bit_depth <= depth_for(info)


def _require_fragments(rendition: Encoded) -> None:
    longest = max(fragment.duration for fragment in rendition.layout.fragments)
    if longest > _LONGEST_FRAGMENT_S * rendition.layout.timescale:
        raise _wrong(rendition, "a fragment is too long")


def _require_length(rendition: Encoded, original: Original) -> None:
    timescale = rendition.layout.timescale
    if timescale != rendition.sample_rate:
        raise _wrong(rendition, f"its clock runs at {timescale} Hz")
    expected = original.samples * timescale / original.info.sample_rate
    if rendition.rung.is_preview:
        expected = min(expected, PREVIEW_S * timescale)
    excess = rendition.layout.duration - expected
    if not -1 < excess <= _PADDING[rendition.rung.codec]:
        raise _wrong(rendition, f"it is {excess:+.0f} samples longer than its master")


async def _pcm_digest(tools: Tools, rendition: Encoded) -> str:
    digest = hashlib.sha256()
    async with started(decode(tools.ffmpeg, rendition.path), limits=Limits()) as child:
        await child.pour(digest.update)
    return digest.hexdigest()


def _wrong(rendition: Encoded, why: str) -> Broken:
    return Broken("wrong-rendition", f"The rendition {rendition.rung.name} is wrong: {why}.")
