"""The table of the earlier interface: every route, and what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.legacy import (
    finding,
    heard,
    makers,
    media,
    mine,
    playlists,
    reading,
    sending,
    studio,
)
from stream.legacy.door import Answer, answered

_ID = "{id:[^/]+}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A route of the earlier interface; `path` is what stands behind `/api/v3/`."""

    method: str
    path: str
    answer: Answer
    needs: Permission

    @property
    def name(self) -> str:
        """What the documentation calls it."""
        path = self.path.rstrip("/").replace(_ID, "{id}").replace("{rest:.+}", "{rest}")
        for one in ("{release}", "{artist}"):
            path = path.replace(one, "{id}")
        return f"{self.method} {path}"

    @property
    def handler(self) -> Handler:
        """What is called."""
        return answered(self.answer)


def routes() -> Sequence[Earlier]:
    """Answer every route; clients write those of `user/` with a stroke at the end, or without."""
    return [*_placed(_OPEN), *_placed(_OWN)]


def _placed(table: Mapping[Permission, Mapping[str, Answer]]) -> Iterator[Earlier]:
    for needs, those in table.items():
        for name, answer in those.items():
            method, path = name.split(" ")
            path = path.replace("{id}", _ID)
            yield Earlier(method=method, path=path, answer=answer, needs=needs)


_OPEN: Mapping[Permission, Mapping[str, Answer]] = {
    Permission.CATALOGUE_READ: {
        "GET playlists": reading.get_playlists,
        "GET playlists/{id}": reading.get_playlist,
        "GET trackgroups": reading.get_trackgroups,
        "GET trackgroups/{id}": reading.get_trackgroup,
        "GET tag/{tag}": reading.get_tag,
        "GET labels": reading.get_labels,
        "GET labels/{id}": reading.get_label,
        "GET labels/{id}/releases": reading.get_label_releases,
        "GET labels/{id}/artists": reading.get_label_artists,
        "GET artists": reading.get_artists,
        "GET artists/updated": reading.get_updated_artists,
        "GET artists/{id}": reading.get_artist,
        "GET artists/{id}/releases": reading.get_artist_releases,
        "GET artists/{id}/tracks/top": reading.get_top_tracks,
        "GET tracks": reading.get_tracks,
        "GET tracks/{id}": reading.get_track,
        "GET search/": finding.get_found,
        "GET search": finding.get_found_by_app,
        "GET resolve/{rest:.+}": finding.get_resolved,
        "GET users/{id}/playlists": reading.get_user_playlists,
        "GET stream/{id}/playlist.m3u8": media.get_open_playlist,
        "GET stream/{id}/preview.mp4": media.get_preview,
        "GET stream/{id}": media.get_open_file,
    }
}
_OWN: Mapping[Permission, Mapping[str, Answer]] = {
    Permission.ACCOUNT_READ: {
        "GET user/profile": mine.get_profile,
        "GET user/profile/": mine.get_profile,
    },
    Permission.ACCOUNT_WRITE: {
        "PUT user/profile": mine.put_profile,
        "PUT user/profile/": mine.put_profile,
    },
    Permission.LIBRARY_READ: {
        "GET user/favorites": mine.get_favorites,
        "GET user/favorites/resolve": mine.get_liked_of,
        "GET user/collection": mine.get_collection,
        "GET user/collection/": mine.get_collection,
        "GET user/plays/history": heard.get_history,
        "GET user/plays/history/": heard.get_history,
        "GET user/plays/history/artists": heard.get_artists_heard,
        "GET user/plays/stats": heard.get_stats,
        "GET user/plays/resolve": heard.get_counts,
        "GET user/playlists": playlists.get_own,
        "GET user/playlists/{id}": playlists.get_one,
    },
    Permission.LIBRARY_WRITE: {
        "POST user/favorites": mine.post_favorite,
        "POST user/playlists": playlists.post_own,
        "PUT user/playlists/{id}": playlists.put_one,
        "DELETE user/playlists/{id}": playlists.delete_one,
        "PUT user/playlists/{id}/items": playlists.put_items,
        "PUT user/playlists/{id}/items/add": playlists.add_items,
        "PUT user/playlists/{id}/items/remove": playlists.remove_items,
        "PUT user/playlists/{id}/privacy": playlists.put_privacy,
    },
    Permission.PLAY: {
        "POST user/plays": heard.post_play,
        "GET user/stream/{id}/playlist.m3u8": media.get_playlist,
        "GET user/stream/{id}": media.get_file,
    },
    Permission.WALLET_SPEND: {"POST user/plays/buy": heard.post_purchase},
    Permission.MUSIC_READ: {
        "GET user/trackgroups": studio.get_own,
        "GET user/trackgroups/{release}": studio.get_one,
        "GET user/artists": makers.get_own,
        "GET user/artists/{artist}": makers.get_one,
    },
    Permission.MUSIC_WRITE: {
        "POST user/trackgroups": studio.post_own,
        "PUT user/trackgroups/{release}": studio.put_one,
        "PUT user/trackgroups/{release}/items": studio.put_items,
        "PUT user/trackgroups/{release}/items/add": studio.add_items,
        "PUT user/trackgroups/{release}/items/remove": studio.remove_items,
        "PUT user/trackgroups/{release}/cover": studio.put_cover,
        "POST user/artists": makers.post_own,
        "PUT user/artists/{artist}": makers.put_one,
        "PUT user/artists/{artist}/avatar": makers.put_avatar,
    },
    Permission.MUSIC_PUBLISH: {"PUT user/trackgroups/{release}/privacy": studio.put_privacy},
    Permission.MUSIC_DELETE: {
        "DELETE user/trackgroups/{release}": studio.delete_one,
        "DELETE user/tracks/{id}": sending.delete_track,
    },
    Permission.UPLOAD: {
        "POST user/tracks": sending.post_track,
        "PUT user/tracks/{id}/file": sending.put_file,
    },
}
