from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from catalog.permissions import Permission
from stream.api.calling import called
from stream.api.leaving import SHORTEST, Leaving
from stream.api.openapi import Route, describe
from stream.api.routes import api_routes

GONE = Leaving(
    since=datetime(2026, 11, 1, tzinfo=UTC),
    until=datetime(2027, 12, 1, tzinfo=UTC),
    instead="https://docs.example/songs",
)


async def get_songs(request: web.Request) -> web.Response:
    del request
    return web.Response(headers={"Link": '</next>; rel="next"'})


SONGS = Route(
    method="GET",
    path="/api/v1/songs",
    handler=get_songs,
    needs=Permission.CATALOGUE_READ,
    summary="Songs.",
    answers={200: "text/plain"},
    leaving=GONE,
)


async def test_what_leaves_says_so_in_every_answer_and_in_the_description() -> None:
    answer = await called(SONGS)(make_mocked_request("GET", "/api/v1/songs"))

    assert answer.headers["Deprecation"] == "@1793491200"
    assert answer.headers["Sunset"] == "Wed, 01 Dec 2027 00:00:00 GMT"
    assert answer.headers.getall("Link") == [
        '</next>; rel="next"',
        '<https://docs.example/songs>; rel="deprecation"; type="text/html"',
    ]
    assert describe([SONGS], version="1")["paths"]["/api/v1/songs"]["get"]["deprecated"] is True


def test_nothing_leaves_sooner_than_it_was_promised() -> None:
    leaving = [one.leaving for one in api_routes(None) if one.leaving]  # type: ignore[arg-type]

    assert all(one.until - one.since >= SHORTEST for one in [GONE, *leaving])
