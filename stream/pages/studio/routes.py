"""The pages for who makes music, once each."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.pages.pages import Page
from stream.pages.studio import deeds, editing, editor, joining, overview, tracks, uploading

_RELEASE, _TRACK = "/studio/releases/{release}", "/studio/tracks/{track}"


def studio_pages() -> Sequence[Page]:
    """Answer them."""
    read, write = Permission.MUSIC_READ, Permission.MUSIC_WRITE
    return [
        # Whoever is no artist yet is led to where one becomes one.
        _page("/studio", overview.get_overview, Permission.ACCOUNT_READ),
        _page(joining.HERE, joining.get_join_page, Permission.ARTISTS_JOIN),
        _deed(joining.HERE, joining.post_join_page, Permission.ARTISTS_JOIN),
        _page("/studio/upload", uploading.get_upload_page, Permission.UPLOAD),
        _page(_RELEASE, editor.get_editor, read),
        _deed(f"{_RELEASE}/words", editing.post_words, write),
        _deed(f"{_RELEASE}/tracks/{{track}}", editing.post_words, write),
        _deed(f"{_RELEASE}/order", editing.post_order, write),
        _deed(f"{_RELEASE}/artwork", deeds.post_artwork, write),
        _deed(f"{_RELEASE}/delete", deeds.post_delete, Permission.MUSIC_DELETE),
        _page(_TRACK, tracks.get_track_editor, read),
        _deed(f"{_TRACK}/lyrics", tracks.post_lyrics, write),
        _deed(f"{_TRACK}/people", tracks.post_people, write),
        _deed(f"{_TRACK}/versions/{{number}}", tracks.post_use, Permission.MUSIC_PUBLISH),
        _deed(f"{_TRACK}/delete", tracks.post_delete, Permission.MUSIC_DELETE),
    ]


def _page(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(path=path, handler=handler, needs=needs)


def _deed(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(method="POST", path=path, handler=handler, needs=needs)
