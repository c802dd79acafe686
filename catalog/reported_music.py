"""A track as reports of sales name it, and the release that it is on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A track, by our own numbers and by those of others; "" is not known.

    A track that is on no release is one by itself.
    """

    track_id: str
    release_id: str
    isrc: str = ""
    title: str = ""
    artist: str = ""
    release: str = ""
    release_artist: str = ""
    label: str = ""
    grid: str = ""
    icpn: str = ""
    catalogue_number: str = ""
