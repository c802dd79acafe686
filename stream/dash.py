"""The DASH manifest of a track (ISO/IEC 23009-1, on-demand profile).

Each representation is one file whose own index tells the segments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_NAMESPACE = "urn:mpeg:dash:schema:mpd:2011"
_PROFILE = "urn:mpeg:dash:profile:isoff-on-demand:2011"
_CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """One rendition: rates in hertz and bits per second, ranges of bytes in its file."""

    id: str
    uri: str
    codecs: str
    sample_rate: int
    channels: int
    bandwidth_bps: int
    init_bytes: int
    index_offset: int
    index_bytes: int


def print_mpd(representations: Sequence[Representation], *, duration_s: float) -> str:
    """Print the manifest; renditions of one codec may be switched between.

    Codecs stand in the order in which they first come: a player begins with the first.
    """
    root = ET.Element(
        "MPD",
        {
            "xmlns": _NAMESPACE,
            "profiles": _PROFILE,
            "type": "static",
            "minBufferTime": "PT6S",
            "mediaPresentationDuration": f"PT{duration_s:.6f}S",
        },
    )
    period = ET.SubElement(root, "Period", {"id": "0", "start": "PT0S"})
    for number, (codecs, group) in enumerate(_by_codecs(representations).items()):
        adaptation = ET.SubElement(
            period,
            "AdaptationSet",
            {
                "id": str(number),
                "contentType": "audio",
                "mimeType": "audio/mp4",
                "codecs": codecs,
                "subsegmentAlignment": "true",
                "subsegmentStartsWithSAP": "1",
            },
        )
        for one in group:
            _add(adaptation, one)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _by_codecs(representations: Sequence[Representation]) -> dict[str, list[Representation]]:
    groups: dict[str, list[Representation]] = {}
    for one in representations:
        groups.setdefault(one.codecs, []).append(one)
    return groups


def _add(adaptation: ET.Element, one: Representation) -> None:
    element = ET.SubElement(
        adaptation,
        "Representation",
        {
            "id": one.id,
            "bandwidth": str(one.bandwidth_bps),
            "audioSamplingRate": str(one.sample_rate),
        },
    )
    channels = {"schemeIdUri": _CHANNELS, "value": str(one.channels)}
    ET.SubElement(element, "AudioChannelConfiguration", channels)
    ET.SubElement(element, "BaseURL").text = one.uri
    index = f"{one.index_offset}-{one.index_offset + one.index_bytes - 1}"
    base = ET.SubElement(element, "SegmentBase", {"indexRange": index, "indexRangeExact": "true"})
    ET.SubElement(base, "Initialization", {"range": f"0-{one.init_bytes - 1}"})
