"""The table of the interface: every operation, once."""

from __future__ import annotations

from importlib.metadata import version

from aiohttp import web

from catalog.callers import Caller
from catalog.denials import require
from catalog.permissions import Permission
from ingest.desk import Desk
from ingest.routes.door import Door
from stream.api.accounts import account_routes
from stream.api.acting_routes import acting_routes
from stream.api.artist_request_routes import artist_request_routes
from stream.api.asking import Sparse
from stream.api.books_routes import books_routes
from stream.api.buying_routes import buying_routes
from stream.api.catalogue_documents import SaidOfTrack
from stream.api.catalogue_routes import catalogue_routes
from stream.api.client_routes import client_routes
from stream.api.closing import closing_routes
from stream.api.ddex_routes import ddex_routes
from stream.api.documents import (
    OfflineReport,
    OpenPlay,
    PlayOpened,
    PlayVerdict,
    PriceTrack,
    ReportProgress,
    TrackDocument,
    TrackList,
)
from stream.api.downloads import get_download
from stream.api.elsewhere import elsewhere_routes
from stream.api.events import EventsQuery, get_events
from stream.api.factor_routes import factor_routes
from stream.api.fleet import DrainWithin, FleetDocument, get_fleet
from stream.api.freezing import freezing_routes
from stream.api.hold_routes import hold_routes
from stream.api.inboxes import inbox_routes
from stream.api.insights import insight_routes
from stream.api.job_routes import job_routes
from stream.api.listening_routes import listening_routes
from stream.api.membership_routes import membership_routes
from stream.api.months import month_routes
from stream.api.offline import post_offline
from stream.api.openapi import Route, describe
from stream.api.openapi_parameters import ID
from stream.api.paging import Paged
from stream.api.payout_routes import payout_routes
from stream.api.picture_routes import picture_routes
from stream.api.playlist_routes import playlist_routes
from stream.api.plays import delete_play, get_play, post_heartbeat, post_play
from stream.api.privacy import privacy_routes
from stream.api.proof_routes import proof_routes
from stream.api.quality import QualityDocument, get_picture, get_quality
from stream.api.release_routes import release_routes
from stream.api.report_routes import report_routes
from stream.api.scrobbling import scrobbling_routes
from stream.api.search_routes import search_routes
from stream.api.sign_in_routes import sign_in_routes
from stream.api.split_routes import split_routes
from stream.api.statements import statement_routes
from stream.api.store import store_routes
from stream.api.terms import term_routes
from stream.api.topup_routes import topup_routes
from stream.api.tracks import (
    WaveformQuery,
    delete_track,
    get_track,
    get_tracks,
    get_waveform,
    patch_track,
    put_price,
    reinstate,
)
from stream.api.uploads import upload_routes
from stream.api.webhooks import (
    NewWebhook,
    WebhookList,
    WebhookMade,
    delete_webhook,
    get_webhooks,
    post_ping,
    post_webhook,
)
from stream.identity.callers import caller
from stream.keys import REQUEST_ID
from stream.problems import explain

#: What files to keep are.
_FILES = ("audio/flac", "audio/mp4", "audio/mpeg")


def api_routes(desk: Desk) -> list[Route]:
    """Answer every operation of version 1."""
    door = Door(
        desk=desk,
        identify=_sender,
        request_id=lambda request: request[REQUEST_ID],
        explain=explain,
    )
    return [
        *upload_routes(door),
        *account_routes(),
        *acting_routes(),
        *artist_request_routes(),
        *closing_routes(),
        *sign_in_routes(),
        *factor_routes(),
        *client_routes(),
        *release_routes(),
        *picture_routes(),
        *catalogue_routes(),
        *ddex_routes(),
        *job_routes(),
        *store_routes(),
        *hold_routes(),
        *inbox_routes(),
        *payout_routes(),
        *report_routes(),
        *split_routes(),
        *buying_routes(),
        *listening_routes(),
        *elsewhere_routes(),
        *scrobbling_routes(),
        *playlist_routes(),
        *topup_routes(),
        *books_routes(),
        *freezing_routes(),
        *proof_routes(),
        *month_routes(),
        *term_routes(),
        *membership_routes(),
        *privacy_routes(),
        *statement_routes(),
        *insight_routes(),
        *search_routes(),
        Route(
            method="GET",
            path="/api/v1/tracks",
            handler=get_tracks,
            needs=Permission.CATALOGUE_READ,
            summary="What there is to hear, the newest first.",
            query=Paged,
            answers={200: TrackList},
            problems={422: ("bad-cursor",)},
        ),
        Route(
            method="GET",
            path="/api/v1/tracks/{track}",
            handler=get_track,
            query=Sparse,
            needs=Permission.CATALOGUE_READ,
            summary="A track: its state, its measurements, its renditions.",
            answers={200: TrackDocument},
            problems=(404,),
        ),
        Route(
            method="PATCH",
            path="/api/v1/tracks/{track}",
            handler=patch_track,
            needs=Permission.MUSIC_WRITE,
            summary="Call your track what you say, if it is on no release.",
            body=SaidOfTrack,
            is_conditional=True,
            answers={200: TrackDocument},
            problems=(401, 403, 404, 409, 422),
        ),
        Route(
            method="PUT",
            path="/api/v1/tracks/{track}/price",
            handler=put_price,
            needs=Permission.MUSIC_TERMS,
            summary="Let all hear your track for nothing, or no longer.",
            body=PriceTrack,
            answers={200: TrackDocument},
            problems=(401, 403, 404, 422),
            is_conditional=True,
        ),
        Route(
            method="DELETE",
            path="/api/v1/tracks/{track}",
            handler=delete_track,
            needs=Permission.MUSIC_DELETE,
            summary="Delete your track; one that listeners own is withdrawn from all others.",
            answers={204: None, 200: TrackDocument},
            problems=(401, 403, 404),
            is_conditional=True,
        ),
        Route(
            method="POST",
            path="/api/v1/tracks/{track}/reinstate",
            handler=reinstate,
            name="reinstate_track",
            needs=Permission.MUSIC_DELETE,
            summary="Let all hear your track again that you deleted while listeners owned it.",
            answers={200: TrackDocument},
            problems=(401, 403, 404, 409),
            is_conditional=True,
        ),
        Route(
            method="GET",
            path="/api/v1/tracks/{track}/waveform.{form:dat|json}",
            handler=get_waveform,
            needs=Permission.CATALOGUE_READ,
            summary="The peaks of a track, as audiowaveform writes them; samples a pixel: `zoom`.",
            query=WaveformQuery,
            answers={200: ("application/octet-stream", "application/json")},
            problems=(404,),
        ),
        Route(
            method="GET",
            path="/api/v1/tracks/{track}/downloads/{rung:[a-z0-9-]+}",
            handler=get_download,
            needs=Permission.DOWNLOAD,
            summary=(
                "A file to keep, for its artist and for who owns it: `flac`, `alac`, `mp3-320`, or "
                "`best`; it says what is known of the track today, and is sent by ranges, too."
            ),
            answers={200: _FILES, 206: _FILES},
            problems=(401, 403, 404, 409, 412, 416),
        ),
        Route(
            method="GET",
            path="/api/v1/tracks/{track}/quality",
            handler=get_quality,
            needs=Permission.MUSIC_READ,
            summary="What to know of your master: findings with advice, measurements, pictures.",
            answers={200: QualityDocument},
        ),
        Route(
            method="GET",
            path="/api/v1/tracks/{track}/{picture:overview[.]json|spectrogram[.]png}",
            handler=get_picture,
            needs=Permission.MUSIC_READ,
            summary="A picture of your master, or what one is drawn from.",
            answers={200: ("application/json", "image/png")},
        ),
        Route(
            method="POST",
            path="/api/v1/plays",
            handler=post_play,
            needs=Permission.PLAY,
            asks_itself=True,
            summary="Open a play session: media URLs, price, plays left to own.",
            body=OpenPlay,
            answers={201: PlayOpened},
            problems=(401, 402, 404, 409, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/plays/{play}/heartbeat",
            handler=post_heartbeat,
            needs=Permission.PLAY,
            asks_itself=True,
            summary="Report progress.",
            body=ReportProgress,
            answers={200: PlayVerdict},
            problems=(401, 404, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/plays/offline",
            handler=post_offline,
            needs=Permission.PLAY,
            asks_itself=True,
            summary="Hand in what was heard offline, sealed with the play's key.",
            body=OfflineReport,
            answers={200: PlayVerdict},
            problems=(401, 403, 404, 409, 410, 422, 429),
        ),
        Route(
            method="GET",
            path=f"/api/v1/plays/{{play:{ID}}}",
            handler=get_play,
            needs=Permission.PLAY,
            summary="What a play session has come to, and on what evidence.",
            answers={200: PlayVerdict},
        ),
        Route(
            method="DELETE",
            path=f"/api/v1/plays/{{play:{ID}}}",
            handler=delete_play,
            needs=Permission.PLAY,
            summary="Take the address of a play session back, within seconds, everywhere.",
            answers={204: None},
        ),
        Route(
            method="GET",
            path="/api/v1/fleet",
            handler=get_fleet,
            needs=Permission.FLEET_READ,
            summary="What waits, who works, how many would do it within `drain_within` seconds.",
            query=DrainWithin,
            answers={200: FleetDocument},
            problems=(401, 403, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/events",
            handler=get_events,
            needs=Permission.MUSIC_READ,
            summary="What happens to your music, as server-sent events; `?track=` for one track.",
            query=EventsQuery,
            answers={200: "text/event-stream"},
            problems=(401, 403, 404),
        ),
        Route(
            method="POST",
            path="/api/v1/webhooks",
            handler=post_webhook,
            needs=Permission.WEBHOOKS,
            summary="Have your events sent to an address, signed as Standard Webhooks are.",
            body=NewWebhook,
            answers={201: WebhookMade},
            problems=(401, 403, 409, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/webhooks",
            handler=get_webhooks,
            needs=Permission.WEBHOOKS,
            summary="Your webhooks, and how their last deliveries went.",
            answers={200: WebhookList},
            problems=(401, 403),
        ),
        Route(
            method="DELETE",
            path="/api/v1/webhooks/{webhook}",
            handler=delete_webhook,
            needs=Permission.WEBHOOKS,
            summary="Remove a webhook.",
            answers={204: None},
            problems=(401, 403, 404),
        ),
        Route(
            method="POST",
            path="/api/v1/webhooks/{webhook}/ping",
            handler=post_ping,
            needs=Permission.WEBHOOKS,
            summary="Try a webhook out; one that was given up is taken up again.",
            answers={202: None},
            problems=(401, 403, 404),
        ),
    ]


def openapi(routes: list[Route]) -> web.Response:
    """Answer the description of a table of routes."""
    return web.json_response(describe(routes, version=version("refrain")))


async def _sender(request: web.Request) -> Caller:
    who = await caller(request)
    require(who, Permission.UPLOAD)
    return who
