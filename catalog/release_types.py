"""What kinds of releases there are, and which one a release is that does not say.

The bounds are those that shops share (Apple's style guide, "Album, EP, or Single"): up to three
tracks of less than ten minutes and less than half an hour in all is a single; up to six tracks, or
one of ten minutes among up to three, in less than half an hour is an EP.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from catalog.words import folded

_LONG_S, _WHOLE_S = 600, 1_800
_SINGLE, _EP = 3, 6


class ReleaseType(StrEnum):
    """What a release is."""

    ALBUM = "album"
    EP = "ep"
    SINGLE = "single"
    COMPILATION = "compilation"
    LIVE = "live"
    DJ_MIX = "dj-mix"


#: What says more comes first: MusicBrainz tells `album; live`.
_MORE = (ReleaseType.DJ_MIX, ReleaseType.LIVE, ReleaseType.COMPILATION)


def type_said(words: Iterable[str]) -> ReleaseType | None:
    """Answer the type that words of tags say, each maybe several: `album; live`, `DJ-mix`."""
    said = {
        folded(part).strip().replace(" ", "-")
        for word in words
        for part in word.replace("/", ";").replace("+", ";").replace(",", ";").split(";")
    }
    return next((one for one in (*_MORE, *ReleaseType) if one in said), None)


def type_of(durations_s: Sequence[float]) -> ReleaseType:
    """Answer what a release is by its tracks."""
    whole, longest = sum(durations_s), max(durations_s, default=0.0)
    if whole >= _WHOLE_S:
        return ReleaseType.ALBUM
    if len(durations_s) <= _SINGLE and longest < _LONG_S:
        return ReleaseType.SINGLE
    return ReleaseType.EP if len(durations_s) <= _EP else ReleaseType.ALBUM
