"""Rules for what is cut from an encoder's output, and for what a decoder needs before it is right.

ISO/IEC 14496-12, 8.6.6 and 10.1; Encapsulation of Opus in ISO BMFF, 4.3.6 and 4.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from refrain.conformance.codecs import Entry, Family
from refrain.conformance.findings import Finding, error, warning
from refrain.conformance.media import Media, presented
from refrain.conformance.movie import Track

#: Codecs whose encoder delays the music.
_PRIMED = (Family.AAC, Family.OPUS)
#: How far a decoder of Opus must begin before it is right, in milliseconds.
_OPUS_ROLL_MS = 80


def check_edits(media: Media) -> Iterator[Finding]:
    """Check edits and roll groups of the track that is heard."""
    track, heard = media.track, presented(media)
    if track is None or track.entry is None or heard is None:
        return
    if track.entry.family in _PRIMED and heard.start == 0 and not track.entry.pre_skip:
        sentence = f"No edit hides the priming of {track.entry.family}: it would be heard."
        yield error("ISO 8.6.6", media.where, sentence)
    if heard.start + heard.length > media.duration + heard.precision:
        excess = heard.start + heard.length - media.duration
        yield error("ISO 8.6.6", media.where, f"The edit ends {excess} ticks after the media.")
    if heard.length <= 0 < media.duration:
        yield error("ISO 8.6.6", media.where, "The edit leaves nothing to hear.")
    yield from _pre_skip(track.entry, track, heard.start, media.where)
    yield from _rolls(media, track)


def _pre_skip(entry: Entry, track: Track, start: int, where: str) -> Iterator[Finding]:
    if entry.pre_skip is None:
        return
    expected = round(entry.pre_skip * track.timescale / 48_000)
    if start != expected:
        # PreSkip is informative (4.3.2), and yet what some decoders skip by.
        sentence = f"The edit begins at {start}, PreSkip ends at {expected}: players will differ."
        yield warning("Opus in ISO 4.4", where, sentence)


def _rolls(media: Media, track: Track) -> Iterator[Finding]:
    rolls = {*track.rolls, *(roll for one in media.fragments for roll in one.rolls)}
    if media.family in _PRIMED and not rolls:
        yield warning("ISO 10.1", media.where, f"No roll group is there for {media.family}.")
    if media.family is not Family.OPUS or not rolls or not media.frame:
        return
    reach_ms = -min(rolls) * media.frame * 1000 / track.timescale
    if reach_ms < _OPUS_ROLL_MS:
        sentence = f"The roll reaches back {reach_ms:g} ms."
        yield error("Opus in ISO 4.3.6", media.where, sentence)
