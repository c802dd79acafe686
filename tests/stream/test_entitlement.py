"""What an address opens, for how long, and what it tells who has no right to it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from base.clock import ManualClock
from base.errors import Refused
from base.settings import load_settings
from base.ticket_secrets import ticket_secrets
from catalog.models.plays import Grant, PlaySession
from catalog.plays import play_session
from catalog.states import PlayState
from stream.grants import Grants
from stream.presence import Presence
from stream.tickets import open_ticket, seal
from tests.support.origin import SECRET, Origin, open_origin
from tests.support.wire import get

NEW, OLD, OLDER, FOREIGN = (letter * 32 for letter in "abcd")


@pytest.fixture
async def origin(tmp_path: Path) -> AsyncIterator[Origin]:
    async with open_origin(tmp_path) as opened:
        yield opened


def test_the_first_secret_seals_and_those_before_still_open(tmp_path: Path) -> None:
    settings = load_settings(
        data_dir=tmp_path, ticket_secret=NEW, ticket_secrets_before=f"{OLD}, {OLDER}"
    )

    secrets = ticket_secrets(settings)

    assert secrets == (NEW.encode(), OLD.encode(), OLDER.encode())
    assert settings.environment()["REFRAIN_TICKET_SECRETS_BEFORE"] == f"{OLD}, {OLDER}"
    assert OLD not in repr(settings)
    session_id = uuid4()
    assert open_ticket(seal(session_id, OLDER.encode()), secrets) == session_id
    assert open_ticket(seal(session_id, secrets[0]), [NEW.encode()]) == session_id


async def test_listeners_go_on_while_the_secret_is_changed(tmp_path: Path) -> None:
    async with open_origin(tmp_path, ticket_secret=NEW, ticket_secrets_before=SECRET) as origin:
        status, _, body = await get(origin.url, origin.path(), Range="bytes=0-9")

        assert (status, body) == (206, origin.bodies["aac-128"][:10])


async def test_who_only_fetches_media_never_loses_the_address(origin: Origin) -> None:
    clock = ManualClock(origin.tools.clock())
    tools = replace(origin.tools, clock=clock)
    grants, presence = Grants(tools, [SECRET.encode()]), Presence(tools)

    for _ in range(20):  # hours, of six that an address lasts
        granted = await grants.opened(origin.ticket)
        presence.note(granted.session_id, granted.listener_id, "192.0.2.1")
        await presence.turn()
        clock.advance(timedelta(hours=1))
    # And a pause, of hours as well.
    clock.advance(timedelta(hours=4))

    assert (await grants.opened(origin.ticket)).session_id == origin.session_id
    clock.advance(timedelta(hours=7))
    with pytest.raises(Refused, match="ticket-expired"):
        await grants.opened(origin.ticket)


@pytest.mark.parametrize("state", [PlayState.SETTLED, PlayState.REJECTED])
async def test_what_was_paid_for_once_is_not_heard_for_ever(
    origin: Origin, state: PlayState
) -> None:
    clock = ManualClock(origin.tools.clock())
    tools = replace(origin.tools, clock=clock)
    grants, presence = Grants(tools, [SECRET.encode()]), Presence(tools)
    async with tools.database.begin() as session:
        (await play_session(session, origin.session_id)).state = state

    for _ in range(5):
        granted = await grants.opened(origin.ticket)
        presence.note(granted.session_id, granted.listener_id, "192.0.2.1")
        await presence.turn()
        clock.advance(timedelta(hours=1))

    clock.advance(timedelta(hours=2))
    with pytest.raises(Refused, match="ticket-expired"):
        await grants.opened(origin.ticket)


async def test_what_is_written_down_of_listening_is_little(origin: Origin) -> None:
    clock = ManualClock(origin.tools.clock())
    presence = Presence(replace(origin.tools, clock=clock))
    written = []

    for _ in range(12):
        clock.advance(timedelta(minutes=5))
        presence.note(origin.session_id, origin.listener.id, "192.0.2.1")
        await presence.turn()
        async with origin.tools.database.read() as session:
            written.append((await play_session(session, origin.session_id)).active_at)

    assert len(set(written)) == 2, "once in half an hour is enough"


async def test_a_preview_is_another_address_and_another_tag(origin: Origin) -> None:
    async with origin.tools.database.begin() as session:
        full = await play_session(session, origin.session_id)
        columns = {
            column.name: getattr(full, column.name) for column in PlaySession.__table__.columns
        }
        preview = PlaySession(**{**columns, "id": uuid4(), "grant": Grant.PREVIEW})
        session.add(preview)
    root = f"/media/{seal(preview.id, SECRET.encode())}"

    _, whole, _ = await get(origin.url, origin.path(), Range="bytes=0-1")
    status, part, _ = await get(origin.url, f"{root}/preview-aac-128.mp4", Range="bytes=0-1")
    refused, _, _ = await get(origin.url, f"{root}/aac-128.mp4", Range="bytes=0-1")
    _, _, listed = await get(origin.url, f"{root}/multivariant.m3u8")

    # Both are the same bytes here.
    assert (status, refused) == (206, 404)
    assert whole["etag"] != part["etag"]
    assert b"preview-aac-128.m3u8" in listed
    assert b"\naac-128.m3u8" not in listed


async def test_what_there_is_to_hear_is_remembered_once_and_not_for_ever(origin: Origin) -> None:
    grants = Grants(origin.tools, [SECRET.encode()])
    async with origin.tools.database.begin() as session:
        first = await play_session(session, origin.session_id)
        columns = {
            column.name: getattr(first, column.name) for column in PlaySession.__table__.columns
        }
        other = PlaySession(**{**columns, "id": uuid4()})
        preview = PlaySession(**{**columns, "id": uuid4(), "grant": Grant.PREVIEW})
        session.add_all([other, preview])

    tickets = [seal(one.id, SECRET.encode()) for one in (first, other, preview)]
    granted = [await grants.opened(ticket) for ticket in tickets]

    assert granted[0].offered is granted[1].offered
    assert granted[0].objects.keys() & granted[2].objects.keys() == set()
    grants.let_go(asyncio.get_running_loop().time() + 250)
    assert grants.known(tickets[0], 0) is granted[0]
    grants.let_go(asyncio.get_running_loop().time() + 350)
    assert grants.known(tickets[0], 0) is None
    assert (await grants.opened(tickets[0])).offered is not granted[0].offered


async def test_wrong_addresses_tell_nothing_of_what_is_there(origin: Origin) -> None:
    forged = [
        "AAAA",
        "A" * 43,
        seal(origin.session_id, FOREIGN.encode()),
        seal(uuid4(), FOREIGN.encode()),
        origin.ticket[:-1],
        origin.ticket.lower(),
    ]
    told = []

    for ticket in forged:
        for name in ("aac-128.mp4", "nothing.mp4", "multivariant.m3u8", "aac-128.m3u8"):
            status, headers, body = await get(origin.url, f"/media/{ticket}/{name}")
            document = json.loads(body)
            del document["instance"]
            told.append((status, headers["cache-control"], json.dumps(document)))

    assert len(set(told)) == 1
    assert told[0][:2] == (403, "no-store")
