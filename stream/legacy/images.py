"""Pictures as earlier clients name their sizes; widths in pixels."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from stream.legacy.paging import Document

_COVERS: Mapping[str, int] = MappingProxyType({"small": 120, "medium": 600, "large": 1500})
_AVATARS: Mapping[str, int] = MappingProxyType(
    {"xxs": 60, "xs": 120, "s": 300, "m": 600, "l": 960, "xl": 1200, "xxl": 1500, "xxxl": 2500}
)
_PROFILES: Mapping[str, int] = MappingProxyType(
    {"xs": 60, "sm": 120, "m": 300, "l": 600, "xl": 960, "xxl": 1500}
)


def cover_images(address: str | None) -> Document:
    """Tell the sizes of a cover at an address; none where there is none."""
    if address is None:
        return {}
    return {
        name: {"width": size, "height": size, "url": sized(address, size)}
        for name, size in _COVERS.items()
    }


def avatar(address: str | None) -> Document:
    """Tell the sizes of somebody's picture."""
    return _named(_AVATARS, address)


def profile_images(address: str | None) -> Document:
    """Tell the same under the names that were before those; of banners there are none."""
    found = _named(_PROFILES, address, "profile_photo-")
    return (
        found if address is None else {"profile_photo": sized(address, _COVERS["large"]), **found}
    )


def cover_metadata(address: str | None, subject_id: UUID, owner_id: UUID | None) -> Document | None:
    """Tell whose cover it is."""
    if address is None:
        return None
    return {"id": str(subject_id), "owner_id": None if owner_id is None else str(owner_id)}


def sized(address: str, size: int) -> str:
    """Answer where a picture near a size is."""
    return f"{address}/{size}.jpeg"


def _named(sizes: Mapping[str, int], address: str | None, before: str = "") -> Document:
    if address is None:
        return {}
    return {f"{before}{name}": sized(address, size) for name, size in sizes.items()}
