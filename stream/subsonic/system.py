"""Calls about the house itself, and about who asks."""

from __future__ import annotations

from aiohttp import web

from catalog.callers import Caller
from catalog.permissions import Permission
from catalog.player_passwords import username_of
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.subsonic.answers import Content
from stream.subsonic.door import ASKED
from stream.subsonic.faults import Code, Fault

#: What is done here beyond the protocol of Subsonic, in which versions.
EXTENSIONS = {
    "apiKeyAuthentication": [1],
    "formPost": [1],
    "indexBasedQueue": [1],
    "songLyrics": [1],
    "transcodeOffset": [1],
}
_FOLDER = 1


async def ping(request: web.Request) -> Content:
    """Say that the house is there, and knows who asks."""
    del request
    return {}


async def get_license(request: web.Request) -> Content:
    """Say that nothing runs out: there is nothing to be bought of the software."""
    del request
    return {"license": {"valid": True}}


async def get_extensions(request: web.Request) -> Content:
    """Tell what is done beyond the protocol; anybody may know."""
    del request
    told: list[Content] = [{"name": name, "versions": of} for name, of in EXTENSIONS.items()]
    return {"openSubsonicExtensions": told}


async def token_info(request: web.Request) -> Content:
    """Tell whose key it is."""
    return {"tokenInfo": {"username": await _username(request)}}


async def get_music_folders(request: web.Request) -> Content:
    """Tell of the one collection that there is."""
    del request
    return {"musicFolders": {"musicFolder": [{"id": _FOLDER, "name": "Refrain"}]}}


async def get_scan_status(request: web.Request) -> Content:
    """Say that nothing is being scanned: what is published is there."""
    del request
    return {"scanStatus": {"scanning": False}}


async def get_user(request: web.Request) -> Content:
    """Tell what whoever asks may; of others nothing is told."""
    wanted, own = request[ASKED].must("username"), await _username(request)
    who = await caller(request)
    if wanted.casefold() not in {own.casefold(), who.name.casefold()}:
        raise Fault(Code.NOT_ALLOWED, "Of others nothing is told.")
    return {"user": _user(own, who)}


async def get_users(request: web.Request) -> Content:
    """Tell of whoever asks, and of nobody else."""
    return {"users": {"user": [_user(await _username(request), await caller(request))]}}


async def _username(request: web.Request) -> str:
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        return await username_of(session, who.person_id)


def _user(username: str, who: Caller) -> Content:
    may_play, may_list = who.may(Permission.PLAY), who.may(Permission.LIBRARY_WRITE)
    return {
        "username": username,
        "scrobblingEnabled": may_play,
        "adminRole": False,
        "settingsRole": False,
        "downloadRole": who.may(Permission.DOWNLOAD),
        "uploadRole": False,
        "playlistRole": may_list,
        "coverArtRole": False,
        "commentRole": may_list,
        "podcastRole": False,
        "streamRole": may_play,
        "jukeboxRole": False,
        "shareRole": False,
        "videoConversionRole": False,
        "folder": [_FOLDER],
    }
