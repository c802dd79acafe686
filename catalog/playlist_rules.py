"""Who may see a playlist, and who may change it; and how much of everything there may be."""

from __future__ import annotations

from enum import StrEnum


class Visibility(StrEnum):
    """Who may see a playlist beside its members: all, who knows its address, or nobody."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"


class Part(StrEnum):
    """What somebody is to a playlist."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OWNER = "owner"


#: What a playlist may be called: something that is seen, in one line.
TITLE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
#: What may be invited to.
INVITED = (Part.VIEWER, Part.EDITOR)
MOST_PLAYLISTS, MOST_TRACKS, MOST_MEMBERS, MOST_INVITATIONS = 1_000, 10_000, 100, 20


def may_see(visibility: Visibility, part: Part | None) -> bool:
    """Whether somebody may see a playlist of which they know the address."""
    return part is not None or visibility is not Visibility.PRIVATE


def may_edit(part: Part | None) -> bool:
    """Whether somebody may change what is on it."""
    return part in {Part.EDITOR, Part.OWNER}


def may_keep(part: Part | None) -> bool:
    """Whether somebody may call it something else, invite others, and delete it."""
    return part is Part.OWNER
