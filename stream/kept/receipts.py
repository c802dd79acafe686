"""What an archive says of itself: what is in it, from whom it is, and what was paid for it.

Nothing in it is of the moment when it is fetched: what did not change is the same, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

_MILLI = 1_000
NAME = "Receipt.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A file of an archive, with what was paid for its recording in milli-credits.

    What is paid is for the recording, on however many releases it is. `owned_at` is aware; whoever
    made it never owned it. Texts are as the tags of the file have them, on one line each.
    """

    path: str
    recording_id: UUID
    title: str
    artist: str
    release: str = ""
    label: str = ""
    isrc: str = ""
    form: str = ""
    owned_at: datetime | None = None
    plays: int = 0
    for_plays: int = 0
    for_rest: int = 0
    is_gift: bool = False


def receipt(of: str, items: Sequence[Item], missing: Sequence[str]) -> bytes:
    """Print it as text, its lines ended as every system reads them; `missing` are titles."""
    recordings = {one.recording_id: one for one in items if not one.is_gift}.values()
    paid = sum(one.for_plays + one.for_rest for one in recordings)
    lines = ["Receipt", "", of, f"{_files(len(items))}; {credits_in(paid)} paid for them.", ""]
    for one in items:
        lines += [*_said(one), ""]
    if missing:
        lines += ["Not in it, as no file of it was made yet:", *(f"  {one}" for one in missing), ""]
    lines.append("What you own is yours to keep and to play on whatever you like.")
    return "".join(f"{line}\r\n" for line in lines).encode()


def _said(one: Item) -> Iterator[str]:
    yield one.path
    yield f"  {one.title}"
    yield f"  from {one.artist}{f', {one.label}' if one.label else ''}"
    yield from _if((f"on {one.release}", one.release), (f"ISRC {one.isrc}", one.isrc))
    yield from _if((one.form, one.form))
    yield from (f"  {line}" for line in _owned(one))


def _owned(one: Item) -> Iterator[str]:
    if one.owned_at is None:
        yield "your own music"
        return
    yield f"yours since {one.owned_at:%Y-%m-%d %H:%M} UTC"
    if one.plays:
        yield f"{_plays(one.plays)}: {credits_in(one.for_plays)}"
    if one.is_gift:
        yield "the rest was a gift"
    elif one.for_rest:
        yield f"bought for the rest: {credits_in(one.for_rest)}"


def _if(*pairs: tuple[str, str]) -> Iterable[str]:
    return (f"  {line}" for line, is_said in pairs if is_said)


def credits_in(millicredits: int) -> str:
    """Write milli-credits as credits, exactly."""
    return f"{millicredits // _MILLI}.{millicredits % _MILLI:03} credits"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _plays(count: int) -> str:
    return "1 play paid" if count == 1 else f"{count} plays paid"
