"""The table of calls: what each is named, what it needs, and what there is not, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from catalog.permissions import Permission
from stream.subsonic import (
    annotating,
    browsing,
    covers,
    finding,
    lists,
    lyrics,
    media,
    playlists,
    queue,
    reporting,
    system,
)
from stream.subsonic.door import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A call, and what it needs."""

    call: Call
    needs: Permission


#: For everybody whom we know.
_KNOWN: Mapping[str, Call] = {
    "ping": system.ping,
    "getLicense": system.get_license,
    "tokenInfo": system.token_info,
    "getMusicFolders": system.get_music_folders,
    "getScanStatus": system.get_scan_status,
    "getUser": system.get_user,
    "getUsers": system.get_users,
    "getArtists": browsing.get_artists,
    "getIndexes": browsing.get_indexes,
    "getMusicDirectory": browsing.get_music_directory,
    "getArtist": browsing.get_artist,
    "getAlbum": browsing.get_album,
    "getSong": browsing.get_song,
    "getGenres": browsing.get_genres,
    "getArtistInfo": browsing.get_artist_info,
    "getArtistInfo2": browsing.get_artist_info2,
    "getAlbumInfo": browsing.get_album_info,
    "getAlbumInfo2": browsing.get_album_info,
    "getSimilarSongs": browsing.get_similar_songs,
    "getSimilarSongs2": browsing.get_similar_songs2,
    "getTopSongs": browsing.get_top_songs,
    "getAlbumList": lists.get_album_list,
    "getAlbumList2": lists.get_album_list2,
    "getRandomSongs": lists.get_random_songs,
    "getSongsByGenre": lists.get_songs_by_genre,
    "getNowPlaying": lists.get_now_playing,
    "search": finding.search_old,
    "search2": finding.search2,
    "search3": finding.search3,
    "getCoverArt": covers.get_cover_art,
    "getLyrics": lyrics.get_lyrics,
    "getLyricsBySongId": lyrics.get_lyrics_by_song_id,
}
_LIBRARY: Mapping[str, Call] = {
    "getStarred": lists.get_starred,
    "getStarred2": lists.get_starred2,
    "getPlaylists": playlists.get_playlists,
    "getPlaylist": playlists.get_playlist,
    "getPlayQueue": queue.get_play_queue,
    "getPlayQueueByIndex": queue.get_play_queue_by_index,
}
_CHANGES: Mapping[str, Call] = {
    "star": annotating.star,
    "unstar": annotating.unstar,
    "setRating": annotating.set_rating,
    "createPlaylist": playlists.create_playlist,
    "updatePlaylist": playlists.update_playlist,
    "deletePlaylist": playlists.delete_playlist,
    "savePlayQueue": queue.save_play_queue,
    "savePlayQueueByIndex": queue.save_play_queue_by_index,
}
_PLAYS: Mapping[str, Call] = {
    "stream": media.stream,
    "hls.m3u8": media.hls,
    "hls": media.hls,
    "scrobble": reporting.scrobble,
    "reportPlayback": reporting.report_playback,
}
_DOWNLOADS: Mapping[str, Call] = {"download": media.download}
_OPEN: Mapping[str, Call] = {"getOpenSubsonicExtensions": system.get_extensions}


def _placed(calls: Mapping[str, Call], needs: Permission) -> dict[str, Placed]:
    return {name: Placed(call=call, needs=needs) for name, call in calls.items()}


CALLS: Mapping[str, Placed] = MappingProxyType(
    {
        **_placed(_OPEN, Permission.SITE),
        **_placed(_KNOWN, Permission.ACCOUNT_READ),
        **_placed(_LIBRARY, Permission.LIBRARY_READ),
        **_placed(_CHANGES, Permission.LIBRARY_WRITE),
        **_placed(_PLAYS, Permission.PLAY),
        **_placed(_DOWNLOADS, Permission.DOWNLOAD),
    }
)

_ACCOUNTS = "Accounts are made and changed on the pages of the house."
_NO_PODCASTS = "There are no podcasts here."
_NO_RADIO = "There are no radio stations here."
_NO_VIDEO = "There are no videos here."
_SHARED = "Songs and albums have pages of their own here: share their address."
_PLACES = "The queue remembers where somebody is, on every device."
_ENDLESS = "There is no such search by sound here."
#: What OpenSubsonic has and this house has not, and what to do instead.
ABSENT: Mapping[str, str] = MappingProxyType(
    {
        "addChatMessage": "There is no chat here.",
        "getChatMessages": "There is no chat here.",
        "changePassword": _ACCOUNTS,
        "createUser": _ACCOUNTS,
        "updateUser": _ACCOUNTS,
        "deleteUser": _ACCOUNTS,
        "getAvatar": "People have no pictures here.",
        "createBookmark": _PLACES,
        "deleteBookmark": _PLACES,
        "getBookmarks": _PLACES,
        "createShare": _SHARED,
        "deleteShare": _SHARED,
        "getShares": _SHARED,
        "updateShare": _SHARED,
        "createInternetRadioStation": _NO_RADIO,
        "deleteInternetRadioStation": _NO_RADIO,
        "getInternetRadioStations": _NO_RADIO,
        "updateInternetRadioStation": _NO_RADIO,
        "createPodcastChannel": _NO_PODCASTS,
        "deletePodcastChannel": _NO_PODCASTS,
        "deletePodcastEpisode": _NO_PODCASTS,
        "downloadPodcastEpisode": _NO_PODCASTS,
        "getNewestPodcasts": _NO_PODCASTS,
        "getPodcastEpisode": _NO_PODCASTS,
        "getPodcasts": _NO_PODCASTS,
        "refreshPodcasts": _NO_PODCASTS,
        "getCaptions": _NO_VIDEO,
        "getVideoInfo": _NO_VIDEO,
        "getVideos": _NO_VIDEO,
        "findSonicPath": _ENDLESS,
        "getSonicSimilarTracks": _ENDLESS,
        "getTranscodeDecision": "Every song is there in several forms: ask for one with format.",
        "getTranscodeStream": "Every song is there in several forms: ask for one with format.",
        "jukeboxControl": "The house has no loudspeakers.",
        "startScan": "Nothing is scanned: what is published is there.",
    }
)
