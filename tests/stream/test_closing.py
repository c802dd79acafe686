"""Artists that are handed over or closed, so that who owned them alone can be forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from base.database import Session
from base.errors import Refused
from base.storage.port import Key
from base.units import SizeBytes
from catalog.account_list import AccountState, Has, account_told, deeds_on
from catalog.artworks import NewArtwork, take_artwork
from catalog.callers import CredentialKind
from catalog.closing import closed_by, closing_told
from catalog.credentials import issue
from catalog.kinds import Kind
from catalog.members import add_member
from catalog.models.artists import Artist
from catalog.models.music import Track
from catalog.models.people import Account
from catalog.models.releases import Artwork, Release
from catalog.models.uploads import UploadRow
from catalog.offices import grant
from catalog.people import caller_of, caller_with
from catalog.releases import create_release
from catalog.roles import Capacity, Role
from catalog.states import ReleaseState, UploadState
from ingest.accept import accept
from ingest.accept_archive import accept_archive
from ingest.closing_accounts import close_piece
from ingest.coming_out import approve, publish_due
from ingest.receive import Received
from ingest.release_deeds import Occasion
from stream.identity.callers import COOKIE
from tests.support.catalog import NOON
from tests.support.served import Answer, Client, served, wave
from tests.support.working import do

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Somebody:
    """Who signed in a moment ago, at a browser."""

    house: Client
    id: UUID
    cookie: str

    async def ask(self, method: str, path: str, data: object = None, *, acting: str = "") -> Answer:
        headers = {"Cookie": f"{COOKIE}={self.cookie}", "Sec-Fetch-Site": "same-origin"}
        if acting:
            headers["Refrain-Acting-For"] = acting
        url = f"{self.house.url}/api/v1/{path}"
        asked = self.house.http.request(method, url, json=data, headers=headers)
        async with asked as answer:
            return Answer(answer.status, {}, await answer.read())

    async def band(self) -> str:
        made = await self.ask("POST", "accounts", {"name": "The Band", "kind": "artist"})
        account: str = made.json["account"]
        return account


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with served(tmp_path_factory.mktemp("closing")) as opened:
        yield opened


async def somebody(house: Client, role: Role = Role.ARTIST) -> Somebody:
    token = await house.artist(role)
    async with house.holding.tools.database.begin() as session:
        who = await caller_of(session, token, now=NOON)
        assert who is not None
        made = await issue(
            session,
            who.id,
            kind=CredentialKind.SESSION,
            label="browser",
            authenticated_at=NOON,
            factors=frozenset({"password"}),
            now=NOON,
        )
    return Somebody(house, who.id, made.secret)


async def joined(house: Client, band: str, person: Somebody, by: Somebody) -> None:
    async with house.holding.tools.database.begin() as session:
        who = await caller_of(session, person.cookie, now=NOON)
        assert who is not None
        await add_member(session, UUID(band), who, capacity=Capacity.VIEWER, by=by.id, now=NOON)


async def shown_with_a_picture(session: Session, account_id: UUID) -> UUID:
    new = NewArtwork(sha256="d" * 64, size_bytes=9, storage_key="artworks/dd/d", request_id="r")
    artwork = await take_artwork(session, new, now=NOON)
    session.add(
        Artist(
            id=uuid4(),
            name="The Band",
            sort_name="the band",
            kind="group",
            links=[],
            edited=[],
            account_id=account_id,
            artwork_id=artwork.id,
            created_at=NOON,
            changed_at=NOON,
        )
    )
    await session.flush()
    return artwork.id


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].removeprefix("urn:refrain:problem:")


async def test_who_owns_an_artist_alone_hands_it_over_and_is_forgotten(house: Client) -> None:
    ada, ben = [await somebody(house) for _ in "ab"]
    band = await ada.band()
    await joined(house, band, ben, ada)

    refused = await ada.ask("DELETE", "account")
    found = (await ada.ask("GET", "account/erasure/obstacles")).json["items"]

    assert code(refused) == (409, "only-owner")
    assert "The Band: hand it over to another member, or close it" in refused.json["detail"]
    assert [one["code"] for one in found] == ["only-owner"]
    [account] = found[0]["accounts"]
    assert (account["account"], account["name"]) == (band, "The Band")
    assert [(one["person"], one["capacity"]) for one in account["members"]] == [
        (str(ben.id), "viewer")
    ]

    path = f"memberships/{band}/owner"
    assert code(await ben.ask("PUT", path, {"person": str(ben.id)})) == (403, "not-owner")
    assert code(await ada.ask("PUT", path, {"person": str(ada.id)})) == (404, "member-unknown")
    assert (await ada.ask("PUT", path, {"person": str(ben.id)})).status == 204

    assert (await ada.ask("GET", "account/erasure/obstacles")).json["items"] == []
    assert (await ada.ask("DELETE", "account")).status == 202
    mine = (await ben.ask("GET", "memberships")).json["items"]
    assert [(one["account"], one["capacity"]) for one in mine] == [(band, "owner")]


async def test_a_closed_artist_is_heard_no_more_and_nobody_acts_for_it(house: Client) -> None:
    ada, ben = [await somebody(house) for _ in "ab"]
    band = await ada.band()
    await joined(house, band, ben, ada)
    out, draft = [
        (await ada.ask("POST", "releases", {"title": title}, acting=band)).json["id"]
        for title in ("Out", "Draft")
    ]
    for release, number in ((out, 1), (draft, 2)):
        headers = {
            "Cookie": f"{COOKIE}={ada.cookie}",
            "Sec-Fetch-Site": "same-origin",
            "Refrain-Acting-For": band,
        }
        url = f"{house.url}/api/v1/masters/Song{number}.wav?release={release}"
        async with house.http.put(url, data=wave(number), headers=headers) as sent:
            assert sent.status == 201
    await house.play()
    published = await ada.ask("POST", f"releases/{out}/publish", acting=band)
    assert published.status == 200, published.body

    path = f"memberships/{band}/closure"
    seen = (await ada.ask("GET", path)).json
    assert (seen["releases"], seen["tracks"], seen["drafts"], seen["members"]) == (1, 2, 1, 2)
    assert code(await ben.ask("POST", path, {"reason": "mine now"})) == (403, "not-owner")
    async with house.holding.tools.database.begin() as session:
        itself = await caller_with(session, UUID(band))
        pictured = await shown_with_a_picture(session, itself.id)
        uploads = select(UploadRow).where(UploadRow.owner_id == itself.id).limit(1)
        (await session.scalars(uploads)).one().state = UploadState.FINISHING
    closed = await ada.ask("POST", path, {"reason": "The band has split up."})

    assert closed.status == 200, closed.body
    assert (closed.json["state"], closed.json["left"], closed.json["done_at"]) == (
        "closing",
        seen["tracks"] + 2,
        None,
    )
    assert await listed_as(house, band) == {"closing"}
    await stays_where_it_is(house, UUID(draft))
    await do(house.holding, Kind.CLOSE)
    then = (await ada.ask("GET", path)).json
    assert (then["state"], then["left"], then["releases"]) == ("closed", 0, 1)
    assert await listed_as(house, band) == {"closed"}
    async with house.holding.tools.database.read() as session:
        account = await session.get_one(Account, UUID(band))
        query = select(Track.state, Track.reason).where(Track.owner_id == UUID(band))
        tracks = sorted(tuple(row) for row in await session.execute(query))
    assert (account.name, account.closed_at) == ("The Band", NOON)
    assert [state for state, _ in tracks] == ["removed", "withdrawn"]
    assert tracks[1][1] == "The band has split up."
    async with house.holding.tools.database.begin() as session:
        assert await session.get(Artwork, pictured) is None
        states = select(UploadRow.state).where(UploadRow.owner_id == itself.id)
        assert UploadState.TERMINATED in set(await session.scalars(states))
        account_row = await account_told(session, UUID(band))
        assert deeds_on(account_row, Has(factors=True, freezes=True, sign_ins=True)) == []
        received = Received(sha256="c" * 64, size_bytes=SizeBytes(9), key=Key("masters/cc/c"))
        for late in (
            accept(session, received, filename="a.wav", caller=itself, request_id="r", now=NOON),
            accept_archive(
                session, received, filename="a.zip", caller=itself, request_id="r", now=NOON
            ),
            create_release(session, itself, title="Late", artist="Late", now=NOON),
            grant(session, itself.id, Role.ARTIST, by=None, now=NOON),
            add_member(session, itself.id, itself, capacity=Capacity.OWNER, by=ben.id, now=NOON),
        ):
            with pytest.raises(Refused, match="account-closed"):
                await late
    assert code(await ben.ask("GET", path)) == (404, "membership-unknown")
    assert code(await ben.ask("GET", "releases", acting=band)) == (403, "not-a-member")
    assert (await ben.ask("GET", "memberships")).json["items"] == []
    assert (await ada.ask("DELETE", "account")).status == 202


async def stays_where_it_is(house: Client, release_id: UUID) -> None:
    """Try to let a release come out, at its time and by somebody who looked at it."""
    moderator = await somebody(house, Role.MODERATOR)
    async with house.holding.tools.database.begin() as session:
        who = await caller_of(session, moderator.cookie, now=NOON)
        assert who is not None
        occasion = Occasion(caller=who, request_id="r", now=NOON, is_overseeing=True)
        release = await session.get_one(Release, release_id)
        release.state, release.publish_at = ReleaseState.SCHEDULED, NOON
        await session.flush()
        await publish_due(session, release_id, request_id="r", now=NOON)
        assert release.state == ReleaseState.SCHEDULED
        for at in (None, NOON + timedelta(days=1)):
            release.state, release.publish_at = ReleaseState.SUBMITTED, at
            await session.flush()
            with pytest.raises(Refused, match="account-closed"):
                await approve(session, release_id, occasion)


async def listed_as(house: Client, account: str) -> set[str]:
    """Answer by which states operators find an account."""
    operator = await house.artist(Role.OPERATOR)
    found = set()
    for state in AccountState:
        path = f"/api/v1/accounts?q={account}&state={state}"
        items = (await house.ask("GET", path, token=operator)).json["items"]
        found |= {one["state"] for one in items}
        assert {one["state"] for one in items} <= {state}
    return found


async def test_a_large_label_goes_release_by_release_and_is_gone_on_with(house: Client) -> None:
    ada = await somebody(house)
    label = await ada.band()
    for number in range(3):
        title = {"title": f"Draft {number}"}
        assert (await ada.ask("POST", "releases", title, acting=label)).status == 201
    path = f"memberships/{label}/closure"
    asked = await ada.ask("POST", path, {"reason": "The label is over."})
    database, account_id = house.holding.tools.database, UUID(label)

    async def piece() -> bool:
        async with database.begin() as session:
            return await close_piece(session, account_id, now=NOON, until=NOON)

    assert asked.json["left"] == 3
    again = await ada.ask("POST", path, {"reason": "The answer was lost."})
    assert (again.status, again.json) == (200, asked.json)
    ben = await somebody(house)
    assert code(await ben.ask("POST", path, {"reason": "mine now"})) == (404, "membership-unknown")
    async with database.read() as session:
        assert await closed_by(session, ada.id) == [await closing_told(session, account_id, ada.id)]
    assert await piece() is False  # and the worker dies
    assert (await ada.ask("GET", path)).json["left"] == 2
    with pytest.raises(ValueError, match="in the middle"):
        async with database.begin() as session:
            await close_piece(session, account_id, now=NOON, until=NOON)
            raise ValueError("in the middle of a piece")
    assert (await ada.ask("GET", path)).json["left"] == 2
    await do(house.holding, Kind.CLOSE)
    done = (await ada.ask("GET", path)).json
    assert (done["left"], done["drafts"], done["state"]) == (0, 3, "closed")
    assert await piece() is True


async def test_a_person_is_not_closed_and_who_signed_in_long_ago_closes_nothing(
    house: Client,
) -> None:
    ada, ben = [await somebody(house) for _ in "ab"]
    band = await ada.band()
    await joined(house, str(ada.id), ben, ada)
    async with house.holding.tools.database.begin() as session:
        old = await issue(
            session, ada.id, kind=CredentialKind.SESSION, label="old browser", now=NOON
        )

    refused = await Somebody(house, ada.id, old.secret).ask(
        "POST", f"memberships/{band}/closure", {"reason": "it is over"}
    )

    assert code(refused) == (403, "sign-in-again")
    stale = Somebody(house, ada.id, old.secret)
    heir = await stale.ask("PUT", f"memberships/{band}/owner", {"person": str(ben.id)})
    owner = await stale.ask("POST", "account/invitations", {"capacity": "owner"}, acting=band)
    viewer = await stale.ask("POST", "account/invitations", {"capacity": "viewer"}, acting=band)
    assert [code(heir), code(owner)] == [(403, "sign-in-again")] * 2
    assert viewer.status == 201
    own = await ada.ask("POST", f"memberships/{ada.id}/closure", {"reason": "it is over"})
    assert code(own) == (404, "membership-unknown")
