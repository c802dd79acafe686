"""The pages of the studio that stand beside each other, for who may see them."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.callers import Caller
from catalog.permissions import Permission
from stream.pages.language import N_

_PLACES = (
    ("/studio", N_("Music"), Permission.MUSIC_READ),
    ("/studio/upload", N_("Upload"), Permission.UPLOAD),
    ("/studio/insights", N_("Insights"), Permission.MUSIC_READ),
    ("/studio/earnings", N_("Earnings"), Permission.EARNINGS_READ),
    ("/studio/splits", N_("Splits"), Permission.SHARES_READ),
    ("/studio/profile", N_("Profile"), Permission.MUSIC_READ),
)


def places_of(who: Caller) -> Sequence[tuple[str, str]]:
    """Answer where somebody can go from here: addresses and words."""
    return [(path, words) for path, words, needed in _PLACES if who.may(needed)]
