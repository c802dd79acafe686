"""Which rendition a player is sent: of the codec and the rate that it asks for, the best."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.models.files import Rendition
from stream.manifests import score

#: What formats are called that players ask for, and which codec that is; others get the usual one.
_CODECS = {"flac": "flac", "aac": "aac", "m4a": "aac", "mp4": "aac", "opus": "opus"}
_USUAL, _OPUS = "aac", "opus"
#: As it came, as far as it may be.
_RAW = frozenset({"", "raw"})


def chosen(
    renditions: Sequence[Rendition], *, most_kbps: int = 0, form: str = ""
) -> Rendition | None:
    """Answer the best of what is offered, within a rate; the smallest, where nothing is so small.

    What every player plays comes before what sounds better for its size: Opus goes to those who
    ask for it.
    """
    plain = [one for one in renditions if one.codec != _OPUS] or list(renditions)
    found = plain
    if form.lower() not in _RAW:
        codec = _CODECS.get(form.lower(), _USUAL)
        found = [one for one in renditions if one.codec == codec] or plain
    small = [one for one in found if not most_kbps or kbps_of(one) <= most_kbps]
    if small:
        return max(small, key=score)
    return min(found, key=kbps_of, default=None)


def kbps_of(rendition: Rendition) -> float:
    """Answer the rate of a rendition in kilobits a second."""
    return (rendition.nominal_bps or rendition.average_bps) / 1000
