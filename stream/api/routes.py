"""The table of the interface: every operation, once."""

from __future__ import annotations

from importlib.metadata import version

from aiohttp import web

from catalog.models.people import Role
from catalog.people import Caller
from ingest.desk import Desk
from ingest.routes.door import Door
from stream.api.documents import (
    OpenPlay,
    PlayOpened,
    PlayVerdict,
    ReportProgress,
    TrackDocument,
    TrackList,
)
from stream.api.openapi import Route, describe
from stream.api.plays import get_play, post_heartbeat, post_play
from stream.api.tracks import get_track, get_tracks, get_waveform
from stream.api.uploads import upload_routes
from stream.identity import caller
from stream.keys import REQUEST_ID
from stream.problems import explain


def api_routes(desk: Desk) -> list[Route]:
    """Answer every operation of version 1."""
    door = Door(
        desk=desk,
        identify=_artist,
        request_id=lambda request: request[REQUEST_ID],
        explain=explain,
    )
    return [
        *upload_routes(door),
        Route(
            method="GET",
            path="/api/v1/tracks",
            handler=get_tracks,
            summary="What there is to hear.",
            answers={200: TrackList},
            needs_token=False,
            problems=(),
        ),
        Route(
            method="GET",
            path="/api/v1/tracks/{track}",
            handler=get_track,
            summary="A track: its state, its measurements, its renditions.",
            answers={200: TrackDocument},
            needs_token=False,
            problems=(404,),
        ),
        Route(
            method="GET",
            path="/api/v1/tracks/{track}/waveform.{form:dat|json}",
            handler=get_waveform,
            summary="The peaks of a track, as audiowaveform writes them.",
            answers={200: "application/octet-stream"},
            needs_token=False,
            problems=(404,),
        ),
        Route(
            method="POST",
            path="/api/v1/plays",
            handler=post_play,
            summary="Open a play session: media URLs, price, plays left to own.",
            body=OpenPlay,
            answers={201: PlayOpened},
            problems=(401, 404, 409, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/plays/{play}/heartbeat",
            handler=post_heartbeat,
            summary="Report progress.",
            body=ReportProgress,
            answers={200: PlayVerdict},
            problems=(401, 404, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/plays/{play}",
            handler=get_play,
            summary="What a play session has come to, and on what evidence.",
            answers={200: PlayVerdict},
        ),
    ]


def openapi(routes: list[Route]) -> web.Response:
    """Answer the description of a table of routes."""
    return web.json_response(describe(routes, version=version("refrain")))


async def _artist(request: web.Request) -> Caller:
    return await caller(request, Role.ARTIST, Role.OPERATOR)
