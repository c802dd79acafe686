"""Rules across the renditions of a presentation, with their media read.

RFC 8216bis 6.2.4; Apple, sections 1, 2, 8 and 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from refrain.conformance.bitrates import average_bps, peak_bps
from refrain.conformance.codecs import Family
from refrain.conformance.findings import Finding, error, warning
from refrain.conformance.hls import Tag, Variant
from refrain.conformance.media import Media, presented, presented_s
from refrain.conformance.multivariant_rules import bandwidth_of

#: Apple 1.26 and 1.27.
_TOLERANCE = Fraction(1, 10)
#: Renditions that differ by more than this do not end together.
_SAME_LENGTH_S = Fraction(1, 1000)
_STEREO = 2
_LOSSLESS = ("flac", "alac")
#: Audio formats that are known by the beginning of their CODECS string.
_AUDIO = ("mp4a", "opus", "flac", "alac", "ac-3", "ec-3", "ac-4", "dts", "mha", "mhm", "iamf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A variant with the renditions that it may be played by."""

    variant: Variant
    media: tuple[Media, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What was measured of a rendition, in bits per second."""

    peak_bps: int
    average_bps: int


def rates_of(media: Media) -> Rates | None:
    """Measure a rendition; None where its segments do not say how long they are."""
    sized = [(one.size_bytes, one.stated_s) for one in media.pieces if one.stated_s]
    if not sized or len(sized) != len(media.pieces):
        return None
    peak = peak_bps(sized, media.target_s or 6)
    return Rates(peak_bps=peak, average_bps=average_bps(sized))


def check_offers(offers: tuple[Offer, ...], where: str) -> Iterator[Finding]:
    """Compare what variants declare with what their renditions are."""
    for offer in offers:
        yield from _rates(offer, where)
        yield from _codecs(offer, where)
    pairs = [(one, offer.variant) for offer in offers for one in offer.media]
    if pairs and not any(_is_stereo_aac(*pair) for pair in pairs):
        yield error("Apple 2.3", where, "No variant is stereo AAC.")
    for media, variant in pairs:
        lossless = [one for one in variant.codecs if one.lower() in _LOSSLESS]
        if lossless and media.movie is None and media.pieces:
            sentence = f"{media.where} is {lossless[0]}, and is no fragmented MP4."
            yield error("Apple 2.25", where, sentence)


def check_member(tag: Tag, media: Media, where: str) -> Iterator[Finding]:
    """Compare what an EXT-X-MEDIA of audio says of its media with what that is."""
    entry = media.entry
    if entry is None:
        return
    channels = (tag.attributes.get("CHANNELS") or "").partition("/")[0]
    true_channels = entry.configured_channels or entry.channels
    if channels.isdecimal() and int(channels[:9]) != true_channels:
        sentence = f"CHANNELS of line {tag.line} is {channels[:9]}; the media has {true_channels}."
        yield error("RFC 8216bis 4.4.6.1", where, sentence)
    rate = bandwidth_of(tag, "SAMPLE-RATE")
    true_rate = entry.configured_rate or entry.sample_rate
    if rate is not None and rate != true_rate:
        sentence = f"SAMPLE-RATE of line {tag.line} is {rate}; the media has {true_rate}."
        yield error("RFC 8216bis 4.4.6.1", where, sentence)


def check_together(renditions: Mapping[str, Media], where: str) -> Iterator[Finding]:
    """Compare renditions with the first: ends, boundaries, target durations."""
    media = [one for one in renditions.values() if one.track is not None and one.pieces]
    for other in media[1:]:
        yield from _same_length(media[0], other, where)
        yield from _aligned(media[0], other, where)
    targets = {one.target_s for one in media}
    if len(targets) > 1:
        said = ", ".join(sorted(str(one) for one in targets))
        yield error("RFC 8216bis 6.2.4", where, f"Target durations differ: {said}.")


def is_audio_only(variant: Variant) -> bool:
    """Whether a variant declares nothing that is not audio, so that its rate can be measured."""
    return all(one.lower().startswith(_AUDIO) for one in variant.codecs)


def _rates(offer: Offer, where: str) -> Iterator[Finding]:
    measured = [rates for media in offer.media if (rates := rates_of(media))]
    if not measured or not is_audio_only(offer.variant):
        return
    tag = offer.variant.tag
    for name, clause, true in (
        ("AVERAGE-BANDWIDTH", "Apple 1.26", max(one.average_bps for one in measured)),
        ("BANDWIDTH", "Apple 1.27", max(one.peak_bps for one in measured)),
    ):
        said = bandwidth_of(tag, name)
        sentence = f"{name} of line {tag.line} is {said}, measured is {true}."
        if said is not None and abs(said - true) > _TOLERANCE * true:
            yield error(clause, where, sentence)
        elif said is not None and said < true - 1:
            yield warning("RFC 8216bis 4.4.6.2", where, sentence)


def _codecs(offer: Offer, where: str) -> Iterator[Finding]:
    declared = set(offer.variant.codecs)
    true = {media.entry.codecs: media.where for media in offer.media if media.entry}
    if not declared or not true:
        return
    line = offer.variant.tag.line
    said = ", ".join(sorted(declared))
    for codecs, name in true.items():
        if codecs not in declared:
            sentence = f"CODECS of line {line} is {said[:80]!r}; {name} is {codecs}."
            yield error("RFC 8216bis 6.2.4", where, sentence)
    idle = {one for one in declared if one.lower().startswith(_AUDIO)} - set(true)
    if idle and set(true) <= declared:
        sentence = f"CODECS of line {line} names {', '.join(sorted(idle))}, which nothing is."
        yield warning("RFC 8216bis 6.2.4", where, sentence)


def _is_stereo_aac(media: Media, variant: Variant) -> bool:
    entry = media.entry
    if entry is None:
        # What is no ISO file, or encrypted, is not read: it is what it says.
        return any(one.startswith("mp4a.40.") for one in variant.codecs)
    if media.family is not Family.AAC:
        return False
    return (entry.configured_channels or entry.channels) == _STEREO


def _same_length(first: Media, other: Media, where: str) -> Iterator[Finding]:
    lengths = presented_s(first), presented_s(other)
    if lengths[0] is None or lengths[1] is None:
        return
    off = abs(lengths[0] - lengths[1])
    seconds = f"{float(lengths[0]):.6f} s and {float(lengths[1]):.6f} s"
    sentence = f"{first.where} and {other.where} last {seconds}."
    if off > max(first.frame_s, other.frame_s):
        yield error("RFC 8216bis 6.2.4", where, sentence)
    elif off > _SAME_LENGTH_S:
        yield warning("RFC 8216bis 6.2.4", where, sentence)


def _aligned(first: Media, other: Media, where: str) -> Iterator[Finding]:
    starts, others = _boundaries(first), _boundaries(other)
    names = f"{first.where} and {other.where}"
    if len(starts) != len(others):
        sentence = f"{names} have {len(starts)} and {len(others)} segments."
        yield error("Apple 8.22", where, sentence)
        return
    tolerance = max(first.frame_s, other.frame_s)
    # The end is a matter of length.
    for number, (mine, its) in enumerate(zip(starts[:-1], others[:-1], strict=True), 1):
        if abs(mine - its) > tolerance:
            sentence = f"After segment {number}, {names} are {float(abs(mine - its)):.3f} s apart."
            yield error("Apple 8.22", where, sentence)
            return


def _boundaries(media: Media) -> list[Fraction]:
    """Answer where segments end, in seconds from the first sample that is heard."""
    heard, timescale = presented(media), media.track.timescale if media.track else 1
    skipped = heard.start if heard else 0
    return [
        Fraction(end - skipped, timescale)
        for end in accumulate(piece.duration for piece in media.pieces)
    ]
