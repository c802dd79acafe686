"""The choice of renditions as a value that prints and parses (RFC 8216bis, 4.4.6).

Audio only: every variant is one rendition, and the one member of a group that tells its name and
channels. In one group for all, players would take any of them for any variant's sound (shaka-player
5.2 does). What is known of the track's loudness is session data, for players that level it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from stream.tags import attributes_of, bad, is_number, lines_of, quotable

_SCORE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?")
_NAMES = {1: "Mono", 2: "Stereo"}
#: 4.4.6.4 asks for a reversed domain name: one that nobody else has.
_DATA = "coop.refrain.loudness"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLoudness:
    """What is measured of the whole track (BS.1770-5, EBU R 128); None where it has none."""

    integrated_lufs: float | None = None
    range_lu: float | None = None
    true_peak_dbtp: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One rendition as a multivariant playlist tells of it; rates in bits per second.

    Of variants that a line can carry a player prefers the one with the highest `score`.
    """

    uri: str
    codecs: str
    peak_bps: int
    average_bps: int
    score: float

    @property
    def group(self) -> str:
        """What the group of this rendition is called."""
        return quotable(self.uri.removesuffix(".m3u8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MultivariantPlaylist:
    """The choice of renditions; a player begins with the first."""

    variants: tuple[Variant, ...]
    channels: int = 2
    loudness: StatedLoudness = StatedLoudness()


def print_multivariant(playlist: MultivariantPlaylist) -> str:
    """Print a multivariant playlist.

    Raises:
        Broken: `bad-playlist`: a name cannot be quoted.

    """
    return "\n".join(_lines(playlist)) + "\n"


def _lines(playlist: MultivariantPlaylist) -> Iterator[str]:
    # Nothing here asks for a version above the first (8).
    yield from ("#EXTM3U", "#EXT-X-INDEPENDENT-SEGMENTS")
    for name, value in _session_data(playlist.loudness):
        yield f'#EXT-X-SESSION-DATA:DATA-ID="{_DATA}.{name}",VALUE="{value}"'
    name = _NAMES.get(playlist.channels, f"{playlist.channels} channels")
    for variant in playlist.variants:
        yield (
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{variant.group}",NAME="{name}",'
            f'DEFAULT=YES,AUTOSELECT=YES,CHANNELS="{playlist.channels}"'
        )
    for variant in playlist.variants:
        yield (
            f"#EXT-X-STREAM-INF:BANDWIDTH={variant.peak_bps}"
            f",AVERAGE-BANDWIDTH={variant.average_bps},SCORE={variant.score:.1f}"
            f',CODECS="{quotable(variant.codecs)}",AUDIO="{variant.group}"'
        )
        yield quotable(variant.uri)


def _session_data(loudness: StatedLoudness) -> Iterator[tuple[str, str]]:
    values = (
        ("integrated-lufs", loudness.integrated_lufs),
        ("range-lu", loudness.range_lu),
        ("true-peak-dbtp", loudness.true_peak_dbtp),
    )
    for name, value in values:
        if value is not None:
            yield name, f"{value:.2f}"


def parse_multivariant(text: str) -> MultivariantPlaylist:
    """Read a multivariant playlist of our own kind.

    Raises:
        Broken: `bad-playlist`: it is not one.

    """
    lines = lines_of(text)
    variants, said, channels = [], {}, "2"
    for tag, after in pairwise([*lines, "#"]):
        attributes = attributes_of(tag)
        if tag.startswith("#EXT-X-STREAM-INF:"):
            variants.append(_read_variant(attributes, after))
        elif tag.startswith("#EXT-X-MEDIA:"):
            channels = attributes.get("CHANNELS", "")
        elif tag.startswith("#EXT-X-SESSION-DATA:"):
            said[attributes.get("DATA-ID", "")] = attributes.get("VALUE", "")
    if not is_number(channels):
        raise bad("it does not say how many channels there are")
    return MultivariantPlaylist(
        variants=tuple(variants),
        channels=int(channels),
        loudness=StatedLoudness(
            integrated_lufs=_level(said.get(f"{_DATA}.integrated-lufs")),
            range_lu=_level(said.get(f"{_DATA}.range-lu")),
            true_peak_dbtp=_level(said.get(f"{_DATA}.true-peak-dbtp")),
        ),
    )


def _read_variant(attributes: dict[str, str], uri: str) -> Variant:
    rates = [attributes.get(name, "") for name in ("BANDWIDTH", "AVERAGE-BANDWIDTH")]
    score = attributes.get("SCORE", "")
    if uri.startswith("#") or not attributes.get("CODECS") or not all(map(is_number, rates)):
        raise bad("a variant is not told in full")
    if _SCORE.fullmatch(score) is None:
        raise bad("a variant has no score")
    peak_bps, average_bps = map(int, rates)
    return Variant(
        uri=uri,
        codecs=attributes["CODECS"],
        peak_bps=peak_bps,
        average_bps=average_bps,
        score=float(score),
    )


def _level(text: str | None) -> float | None:
    if text is None:
        return None
    if re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{2}", text) is None:
        raise bad(f"{text!r} is no level")
    return float(text)
