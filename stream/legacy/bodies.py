"""What earlier clients send: read leniently, as they send more than is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from catalog.playlist_rules import TITLE

_MOST_TRACKS = 1_000
_MOST_IDS = 500
Title = Annotated[str, Field(min_length=1, max_length=200)]
ListTitle = Annotated[str, Field(min_length=1, max_length=200, pattern=TITLE)]
About = Annotated[str, Field(max_length=2_000)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class OfTrack(_Sent):
    """A track by its number."""

    trackId: UUID  # noqa: N815 - as they call it


class Placed(_Sent):
    """A track, and where it stands."""

    trackId: UUID  # noqa: N815 - as they call it
    index: int | None = Field(default=None, ge=0, le=10_000)


class Items(_Sent):
    """Tracks that are put somewhere, or taken away."""

    tracks: list[Placed] = Field(max_length=_MOST_TRACKS)

    @property
    def in_order(self) -> Sequence[UUID]:
        """The tracks by their places, those without one behind the others."""
        first = sorted(
            enumerate(self.tracks),
            key=lambda o: (o[1].index is None, o[1].index or 0, o[0]),
        )
        return [one.trackId for _, one in first]


class Worded(_Sent):
    """What a list is called, what is said of it, and whether others may see it."""

    title: ListTitle | None = None
    about: About | None = None
    private: bool | None = None


class NewList(Worded):
    """A list that begins."""

    title: ListTitle


class WrittenGroup(_Sent):
    """What is said of a trackgroup; `about` has no place here."""

    title: Title | None = None
    type: Annotated[str, Field(max_length=40)] | None = None
    artistId: UUID | None = None  # noqa: N815
    releaseDate: Annotated[str, Field(max_length=40)] | None = None  # noqa: N815
    tags: list[Annotated[str, Field(max_length=60)]] | None = Field(default=None, max_length=50)
    private: bool | None = None


class NewGroup(WrittenGroup):
    """A trackgroup that begins."""

    title: Title


class Privacy(_Sent):
    """Whether others may hear a trackgroup."""

    private: bool


class NewTrack(_Sent):
    """A track whose file is sent next."""

    track_name: Title


class SentLink(_Sent):
    """Where somebody is found elsewhere."""

    uri: Annotated[str, Field(max_length=500)]


class WrittenArtist(_Sent):
    """What is said of an artist."""

    displayName: Title | None = None  # noqa: N815
    shortBio: Annotated[str, Field(max_length=10_000)] | None = None  # noqa: N815
    description: Annotated[str, Field(max_length=10_000)] | None = None
    country: Annotated[str, Field(max_length=2)] | None = None
    links: list[SentLink] | None = Field(default=None, max_length=20)


class NewArtist(WrittenArtist):
    """An artist who begins."""

    displayName: Title  # noqa: N815


class Profile(_Sent):
    """What somebody wants to be called; there is no newsletter to be notified of."""

    displayName: Annotated[str, Field(min_length=1, max_length=200)] | None = None  # noqa: N815


def ids_in(texts: Sequence[str]) -> list[UUID]:
    """Read numbers of a query, `ids=…&ids=…`; what is none is passed over."""
    found: list[UUID] = []
    for text in texts[:_MOST_IDS]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
