"""The part of the table that is about playlists."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.openapi import Route
from stream.api.openapi_parameters import ID
from stream.api.paging import Paged
from stream.api.playlist_documents import (
    AddTracks,
    ChangePlaylistMember,
    EditPlaylist,
    EntriesWritten,
    EntryList,
    MoveEntry,
    NewPlaylist,
    NewPlaylistInvitation,
    PlaylistDocument,
    PlaylistInvitationMade,
    PlaylistList,
    PlaylistMemberList,
    WriteTracks,
)
from stream.api.playlist_entries import (
    delete_entry,
    get_entries,
    patch_entry,
    post_entries,
    put_entries,
)
from stream.api.playlist_members import (
    delete_playlist_invitations,
    delete_playlist_member,
    get_playlist_members,
    post_playlist_invitation,
    post_playlist_joining,
    put_playlist_member,
)
from stream.api.playlists import (
    delete_playlist,
    get_playlist,
    get_playlists,
    get_public_playlists,
    get_shared_playlists,
    patch_playlist,
    post_playlist,
)

_PLAYLIST = "/api/v1/playlists/{playlist}"
#: Beside what is shared.
_ITSELF = f"/api/v1/playlists/{{playlist:{ID}}}"


def playlist_routes() -> list[Route]:
    """Answer every operation of playlists."""
    return [*_listing(), *_keeping(), *_entries(), *_members()]


def _listing() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/playlists",
            handler=get_playlists,
            needs=Permission.LIBRARY_READ,
            summary="Your playlists, the newest first.",
            query=Paged,
            answers={200: PlaylistList},
        ),
        Route(
            method="GET",
            path="/api/v1/playlists/shared",
            handler=get_shared_playlists,
            needs=Permission.LIBRARY_READ,
            summary="Playlists of others that you were invited to, the newest first.",
            query=Paged,
            answers={200: PlaylistList},
        ),
        Route(
            method="GET",
            path="/api/v1/people/{person}/playlists",
            handler=get_public_playlists,
            needs=Permission.CATALOGUE_READ,
            summary="Somebody's public playlists, the newest first.",
            query=Paged,
            answers={200: PlaylistList},
            tag="playlists",
        ),
        Route(
            method="POST",
            path="/api/v1/playlists",
            handler=post_playlist,
            needs=Permission.LIBRARY_WRITE,
            summary="Make a playlist.",
            body=NewPlaylist,
            answers={201: PlaylistDocument},
            problems={409: ("too-many",)},
        ),
    ]


def _keeping() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_ITSELF,
            handler=get_playlist,
            needs=Permission.CATALOGUE_READ,
            summary="A playlist, without what stands on it.",
            answers={200: PlaylistDocument},
        ),
        Route(
            method="PATCH",
            path=_ITSELF,
            handler=patch_playlist,
            needs=Permission.LIBRARY_WRITE,
            summary="Call your playlist something else, or let others see it.",
            body=EditPlaylist,
            answers={200: PlaylistDocument},
            problems=(403, 404),
            is_conditional=True,
        ),
        Route(
            method="DELETE",
            path=_ITSELF,
            handler=delete_playlist,
            needs=Permission.LIBRARY_WRITE,
            summary="Delete your playlist, for all who share it.",
            answers={204: "text/plain"},
            problems=(403, 404),
            is_conditional=True,
        ),
    ]


def _entries() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_PLAYLIST + "/entries",
            handler=get_entries,
            needs=Permission.CATALOGUE_READ,
            summary="What stands on a playlist, in order.",
            query=Paged,
            answers={200: EntryList},
        ),
        Route(
            method="POST",
            path=_PLAYLIST + "/entries",
            handler=post_entries,
            needs=Permission.LIBRARY_WRITE,
            summary="Put tracks on a playlist, as often as you like; at the end, unless told.",
            body=AddTracks,
            answers={201: EntriesWritten},
            problems=(403, 404, 409),
            is_conditional=True,
        ),
        Route(
            method="PUT",
            path=_PLAYLIST + "/entries",
            handler=put_entries,
            needs=Permission.LIBRARY_WRITE,
            summary="Let a playlist be these tracks and no others.",
            body=WriteTracks,
            answers={200: EntriesWritten},
            problems=(403, 404, 409),
            is_conditional=True,
        ),
        Route(
            method="PATCH",
            path=_PLAYLIST + "/entries/{entry}",
            handler=patch_entry,
            needs=Permission.LIBRARY_WRITE,
            summary="Put an entry at another place.",
            body=MoveEntry,
            answers={200: EntriesWritten},
            problems=(403, 404),
            is_conditional=True,
        ),
        Route(
            method="DELETE",
            path=_PLAYLIST + "/entries/{entry}",
            handler=delete_entry,
            needs=Permission.LIBRARY_WRITE,
            summary="Take an entry off a playlist.",
            answers={204: "text/plain"},
            problems=(403, 404),
            is_conditional=True,
        ),
    ]


def _members() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_PLAYLIST + "/members",
            handler=get_playlist_members,
            needs=Permission.LIBRARY_READ,
            summary="Who is let in beside the owner; for those who are.",
            answers={200: PlaylistMemberList},
            problems=(403, 404),
        ),
        Route(
            method="PUT",
            path=_PLAYLIST + "/members/{member}",
            handler=put_playlist_member,
            needs=Permission.LIBRARY_WRITE,
            summary="Let a member see your playlist only, or change what is on it.",
            body=ChangePlaylistMember,
            answers={204: "text/plain"},
            problems=(403, 404),
        ),
        Route(
            method="DELETE",
            path=_PLAYLIST + "/members/{member}",
            handler=delete_playlist_member,
            needs=Permission.LIBRARY_WRITE,
            summary="Let somebody be a member no more; yourself, of a list of another's.",
            answers={204: "text/plain"},
            problems=(403, 404),
        ),
        Route(
            method="POST",
            path=_PLAYLIST + "/invitations",
            handler=post_playlist_invitation,
            needs=Permission.LIBRARY_WRITE,
            summary="Invite whoever has the code that is answered.",
            body=NewPlaylistInvitation,
            answers={201: PlaylistInvitationMade},
            problems=(403, 404, 409),
        ),
        Route(
            method="DELETE",
            path=_PLAYLIST + "/invitations",
            handler=delete_playlist_invitations,
            needs=Permission.LIBRARY_WRITE,
            summary="Let no code lead in any more; who is in stays.",
            answers={204: "text/plain"},
            problems=(403, 404),
        ),
        Route(
            method="POST",
            path="/api/v1/playlist-invitations/{code:[A-Za-z0-9_-]{10,60}}",
            handler=post_playlist_joining,
            needs=Permission.LIBRARY_WRITE,
            summary="Become a member of a playlist by a code.",
            answers={200: PlaylistDocument},
            problems={404: ("invitation-unknown",), 409: ("too-many",)},
            tag="playlists",
        ),
    ]
