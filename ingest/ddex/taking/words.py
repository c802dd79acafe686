"""Words of DDEX as the catalogue has them: types, roles, advisories."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalog.credit_roles import ArtistRole
from catalog.release_types import ReleaseType
from catalog.words import Explicit

_TYPES = {
    "Album": ReleaseType.ALBUM,
    "BackCatalogAlbum": ReleaseType.ALBUM,
    "BoxedSet": ReleaseType.ALBUM,
    "ClassicalAlbum": ReleaseType.ALBUM,
    "DoubleAlbum": ReleaseType.ALBUM,
    "MiniAlbum": ReleaseType.EP,
    "EP": ReleaseType.EP,
    "Single": ReleaseType.SINGLE,
    "MaxiSingle": ReleaseType.SINGLE,
    "MiniSingle": ReleaseType.SINGLE,
    "CompilationAlbum": ReleaseType.COMPILATION,
    "Compilation": ReleaseType.COMPILATION,
    "DjMix": ReleaseType.DJ_MIX,
    "LiveAlbum": ReleaseType.LIVE,
}
_ADVISORIES = {
    "Explicit": Explicit.EXPLICIT,
    "ExplicitContentEdited": Explicit.CLEANED,
    "NotExplicit": Explicit.NOT,
}
#: As what somebody stands on the front; of others it is told what they did.
_FRONT = {
    "MainArtist": ArtistRole.MAIN,
    "Artist": ArtistRole.MAIN,
    "Brand": ArtistRole.MAIN,
    "FeaturedArtist": ArtistRole.FEATURED,
    "Composer": ArtistRole.COMPOSER,
    "Conductor": ArtistRole.CONDUCTOR,
    "Remixer": ArtistRole.REMIXER,
    "DJ": ArtistRole.DJ,
    "Dj": ArtistRole.DJ,
}
_ROLE_LETTERS = 40


def type_of(types: Iterable[str]) -> str | None:
    """Answer what a release is, where one of its types says so."""
    return next((str(_TYPES[one]) for one in types if one in _TYPES), None)


def explicit_of(advisory: str) -> str:
    """Answer whether words are sung that some may not want to hear."""
    return str(_ADVISORIES.get(advisory, Explicit.UNKNOWN))


def front_role(roles: Iterable[str]) -> ArtistRole:
    """Answer as what somebody stands on the front."""
    return next((_FRONT[one] for one in roles if one in _FRONT), ArtistRole.MAIN)


def role_of(word: str) -> str:
    """Answer a role in words that people read: `MusicPublisher` is `Music Publisher`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word)[:_ROLE_LETTERS].strip() or "Other"
