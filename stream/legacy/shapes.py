"""Tracks, trackgroups, artists, labels and playlists in the shapes of the earlier interface.

`at` is the address of the house, without a stroke at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from catalog.artists import Credited
from catalog.cards import Card
from catalog.collection import Album
from catalog.credit_roles import ArtistRole
from catalog.genres import name_of
from catalog.models.artists import Artist, Label
from catalog.models.releases import Release
from catalog.pictures import PictureOf
from catalog.playlist_rules import Visibility
from catalog.playlists import Shown
from catalog.said import Said
from catalog.states import ReleaseState
from catalog.words import folded
from stream.api.picture_documents import picture_url
from stream.legacy.images import avatar, cover_images, cover_metadata, profile_images
from stream.legacy.paging import Document

_SHORT_LETTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a list tells of a track to whoever asks: whether they like it, how often they paid."""

    is_liked: bool = False
    plays: int = 0


def track_shape(card: Card, said: Said, known: Known | None, *, at: str) -> Document:
    """Tell of a track; `known` of who asks is told to them alone."""
    cover = _address(card.cover, at)
    creator = main_of(said.named)
    where = "stream" if known is None else "user/stream"
    told: dict[str, object] = {
        "id": str(card.track_id),
        "title": card.title,
        "duration": None if card.duration_ms is None else card.duration_ms / 1000,
        "album": card.release_title,
        "artist": card.artist,
        "hls": True,
        "creatorId": None if creator is None else str(creator.artist_id),
        "creator": _creator(creator, card.artist),
        "trackGroup": _group(card, cover),
        "cover": None if card.cover is None else str(card.cover.id),
        "cover_metadata": cover_metadata(cover, card.track_id, card.owner_id),
        "images": cover_images(cover),
        "status": _status(card),
        "url": f"{at}/api/v3/{where}/{card.track_id}",
    }
    if known is not None:
        told |= {"favorite": known.is_liked, "plays": known.plays}
    return told


def release_shape(release: Release, said: Said, *, at: str) -> Document:
    """Tell of a release as a trackgroup; its cover is there, or will be."""
    creator = main_of(said.named)
    of = None if release.artwork_id is None else f"/api/v1/releases/{release.id}/artwork"
    cover = None if of is None else f"{at}{of}"
    is_out = release.state == ReleaseState.PUBLISHED
    return {
        "id": str(release.id),
        "slug": slug_of(release.title),
        "title": release.title,
        "about": "",
        "type": release.type or "album",
        "tags": tags_of(said),
        "cover": None if release.artwork_id is None else str(release.artwork_id),
        "cover_metadata": cover_metadata(cover, release.id, release.owner_id),
        "creatorId": None if creator is None else str(creator.artist_id),
        "creator": _creator(creator, release.artist),
        "display_artist": release.artist,
        "uri": f"{at}/releases/{release.id}",
        "images": cover_images(cover),
        "private": not is_out,
        "enabled": is_out,
        "featured": False,
        "download": False,
        "releaseDate": release.released_on,
        "user": {"id": str(release.owner_id)},
    }


def album_shape(album: Album, *, at: str) -> Document:
    """Tell of a release that is out."""
    return release_shape(album.release, album.said, at=at)


def playlist_shape(found: Shown, cover: PictureOf | None, *, at: str) -> Document:
    """Tell of a playlist, which is a trackgroup of a kind as well."""
    playlist, address = found.playlist, _address(cover, at)
    return {
        "id": str(playlist.id),
        "slug": slug_of(playlist.title),
        "title": playlist.title,
        "about": playlist.description,
        "type": "playlist",
        "private": playlist.visibility != Visibility.PUBLIC,
        "enabled": True,
        "featured": False,
        "creatorId": str(playlist.owner_id),
        "creator": {"id": str(playlist.owner_id), "displayName": found.owner},
        "user": {"id": str(playlist.owner_id)},
        "tags": [],
        "cover": None if cover is None else str(cover.id),
        "images": cover_images(address),
    }


def with_items(told: Document, tracks: Sequence[Document]) -> Document:
    """Tell of a list with all that stands on it."""
    return {**told, "items": [{"index": i, "track": one} for i, one in enumerate(tracks)]}


def page_shape(row: Artist | Label, picture: PictureOf | None, *, at: str) -> Document:
    """Tell of an artist or a label: to earlier clients both are groups of users."""
    address = _address(picture, at)
    return {
        "id": str(row.id),
        "displayName": row.name,
        "shortBio": short(row.bio or ""),
        "description": row.bio or "",
        "email": None,
        "country": row.country,
        "links": [{"uri": one, "platform": platform_of(one)} for one in row.links],
        "banner": {},
        "avatar": avatar(address),
        "images": profile_images(address),
    }


def main_of(named: Iterable[Credited]) -> Credited | None:
    """Answer who is named first of those who made it, and said so."""
    return next((o for o in named if o.is_confirmed and o.role == ArtistRole.MAIN), None)


def tags_of(said: Said) -> list[str]:
    """Answer genres by their names, and other words."""
    return [*(name_of(one) for one in said.genres), *said.tags]


def slug_of(title: str) -> str:
    """Write a title as it stands in addresses."""
    letters = (one if one.isalnum() else " " for one in folded(title))
    return "-".join("".join(letters).split())


def short(text: str) -> str:
    """Answer the beginning of a text, up to a word's end."""
    first = text.strip().partition("\n")[0].strip()
    if len(first) <= _SHORT_LETTERS:
        return first
    return first[:_SHORT_LETTERS].rpartition(" ")[0] + " …"


def platform_of(address: str) -> str:
    """Answer whose address it is, as people say it."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return host.rpartition(".")[0] or host


def _creator(creator: Credited | None, name: str) -> Document:
    """Tell whose it is; who has no page goes by their name only."""
    if creator is None:
        return {"id": None, "displayName": name}
    return {"id": str(creator.artist_id), "displayName": creator.name}


def _group(card: Card, cover: str | None) -> Document | None:
    if card.release_id is None:
        return None
    return {
        "id": str(card.release_id),
        "title": card.release_title,
        "cover": None if card.cover is None else str(card.cover.id),
        "cover_metadata": cover_metadata(cover, card.release_id, card.owner_id),
        "images": cover_images(cover),
    }


def _status(card: Card) -> str:
    if not card.is_audible:
        return "hidden"
    return "free" if card.is_free else "paid"


def _address(of: PictureOf | None, at: str) -> str | None:
    found = picture_url(of)
    return None if found is None else f"{at}{found}"


def is_id(text: str) -> bool:
    """Whether a text is the number of something."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
