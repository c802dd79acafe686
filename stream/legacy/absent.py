"""What clients of the earlier interface call and find no more, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

_OFFICE = "Offices are kept on the pages of the house, where what is done is written down: /office."
_PACKS = "Credit is topped up on the pages of the house: /wallet."
_COVERS = "The cover of a playlist is made of what stands on it."
_BANNERS = "An artist is shown with one picture: send it as avatar."
_SEGMENTS = "Playlists name themselves where their segments are."
_ALL: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        _BANNERS: ("PUT user/artists/{id}/banner",),
        _COVERS: ("PUT user/playlists/{id}/cover",),
        _PACKS: (
            *("GET user/products", "GET user/products/checkout"),
            *("GET user/products/success", "GET user/products/cancel"),
        ),
        _OFFICE: (
            *("GET user/admin/users", "GET user/admin/users/{id}", "PUT user/admin/users/{id}"),
            *("GET user/admin/trackgroups", "GET user/admin/trackgroups/{id}"),
            *("PUT user/admin/trackgroups/{id}", "GET user/admin/playlists"),
            *("GET user/admin/playlists/{id}", "PUT user/admin/playlists/{id}"),
            *("GET user/admin/tracks", "GET user/admin/tracks/{id}", "PUT user/admin/tracks/{id}"),
        ),
        _SEGMENTS: ("GET stream/{id}/{segment}", "GET user/stream/{id}/{segment}"),
    }
)
#: By the method and the address behind `/api/v3/`.
ABSENT: Mapping[str, str] = MappingProxyType(
    {route: reason for reason, those in _ALL.items() for route in those}
)
