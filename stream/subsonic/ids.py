"""Names of things for players, which keep them as they are: what it is, and which."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from stream.subsonic.faults import Fault, not_found


class Thing(StrEnum):
    """What a name names; the value is what it begins with."""

    SONG = "so"
    ALBUM = "al"
    ARTIST = "ar"
    PLAYLIST = "pl"


_WORDS = {
    Thing.SONG: "song",
    Thing.ALBUM: "album",
    Thing.ARTIST: "artist",
    Thing.PLAYLIST: "playlist",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A thing, by its number."""

    thing: Thing
    id: UUID

    def __str__(self) -> str:
        """Answer the name."""
        return f"{self.thing}-{self.id}"


def named(text: str) -> Named:
    """Read a name.

    Raises:
        Fault: 70: it is none of ours.

    """
    kind, _, number = text.partition("-")
    try:
        return Named(Thing(kind), UUID(number))
    except ValueError:
        raise not_found("thing") from None


def id_of(text: str, thing: Thing) -> UUID:
    """Read the number of one kind of thing.

    Raises:
        Fault: 70: it is none of ours, or another kind of thing.

    """
    try:
        found = named(text)
    except Fault:
        raise not_found(_WORDS[thing]) from None
    if found.thing is not thing:
        raise not_found(_WORDS[thing])
    return found.id
