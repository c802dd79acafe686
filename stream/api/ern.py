"""What others are told of a release, as a message of ERN to download."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import StringConstraints

from catalog.releases import concerns, release_of, unknown_release
from ingest.ddex.export.telling import Wanted, tell
from stream.api.answers import NEVER_KEPT
from stream.api.asking import Query, asking
from stream.api.releases import release_id_in
from stream.attachments import attachment
from stream.identity.callers import caller
from stream.keys import TOOLS

Dpid = Annotated[str, StringConstraints(pattern="^PADPIDA[A-Za-z0-9]{1,33}$")]
ERN = "application/xml"


class ErnQuery(Query):
    """Whom it is for, by their DPID; the house itself, unless told.

    With `purge`, that what was withdrawn is to be forgotten; with `test`, a test.
    """

    to: Dpid | None = None
    purge: bool = False
    test: bool = False


async def get_ern(request: web.Request) -> web.Response:
    """Answer a message of a release of the caller's."""
    who, tools = await caller(request), request.app[TOOLS]
    asked, release_id = asking(request, ErnQuery), release_id_in(request)
    wanted = Wanted(
        release_id=release_id, recipient=asked.to, is_purge=asked.purge, is_test=asked.test
    )
    async with tools.database.read() as session:
        release = await release_of(session, release_id)
        if not concerns(release, who):
            raise unknown_release()
        telling = await tell(session, wanted, tools.settings, now=tools.clock())
    headers = {
        "Cache-Control": NEVER_KEPT,
        "Content-Disposition": attachment(f"{release.artist} - {release.title}", ".xml"),
    }
    return web.Response(body=telling.content, content_type=ERN, headers=headers)
