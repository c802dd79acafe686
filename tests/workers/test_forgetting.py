"""What is known of people: gathered for them, forgotten when they ask, and kept no longer."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from base.clock import ManualClock
from base.errors import Refused
from base.storage.port import Key
from catalog.callers import Caller
from catalog.exports import AGAIN, KEPT, ask, export_to_fetch, exports_of
from catalog.forgetting import forget_by
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.leaving import ask_erasure, erasure_of, stay
from catalog.memberships import Application, apply, membership_of
from catalog.models import Model
from catalog.models.memberships import MemberCharge, Membership
from catalog.models.music import Track
from catalog.models.payments import Payment
from catalog.models.people import Account
from catalog.models.plays import PlaySession
from catalog.models.privacy import Erasure, PersonalExport
from catalog.models.sign_in import EmailAddress, Mail
from catalog.references import ALL_PAGES, FIRST
from catalog.retention import RULES, Rule
from catalog.roles import Role
from catalog.states import TrackState
from tests.support.catalog import NOON, audible, opened, person
from tests.support.working import do, workshop
from workers.forgetting import obey
from workers.holding import Holding
from workers.housekeeping import sweep_unneeded

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GRACE = timedelta(days=14)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
async def holding(tmp_path: Path, clock: ManualClock, database_url: str) -> AsyncIterator[Holding]:
    settings = {"database_url": database_url, "public_url": "https://refrain.example"}
    async with workshop(tmp_path, clock=clock, **settings) as opened:
        yield opened


async def nightly(holding: Holding, kind: Kind = Kind.FORGET) -> None:
    async with holding.tools.database.begin() as session:
        job = NewJob(kind=kind, subject=str(uuid4()), request_id="test")
        await add(session, job, now=holding.tools.clock())
    await do(holding, kind)


async def exported(holding: Holding, who: Caller) -> UUID:
    async with holding.tools.database.begin() as session:
        return (await ask(session, who.id, now=holding.tools.clock())).id


async def fetched(holding: Holding, export: UUID) -> bytes:
    async with holding.tools.database.read() as session:
        row = await export_to_fetch(session, export, now=holding.tools.clock())
    parts = holding.tools.storage.read(Key(row.storage_key or ""))
    return b"".join([part async for part in parts])


async def test_somebody_gets_all_that_is_known_of_them(
    holding: Holding, clock: ManualClock
) -> None:
    artist = await person(holding.tools.database, Role.ARTIST)
    anna = await person(holding.tools.database, Role.LISTENER, millicredits=5)
    track = await audible(holding.tools.database, artist)
    await opened(holding.tools.database, clock, listener=anna, track_id=track)

    export = await exported(holding, anna)
    with pytest.raises(Refused, match="export-waits"):
        await exported(holding, anna)
    await do(holding, Kind.EXPORT)

    with ZipFile(io.BytesIO(await fetched(holding, export))) as file:
        told: dict[str, Any] = {
            name: json.loads(file.read(name)) for name in file.namelist() if name.endswith(".json")
        }
        page = file.read("README.txt").decode()
    schemas = told.pop("schema.json")["$defs"]
    assert {f"{name}.json" for name in schemas} == set(told)
    for name, rows in told.items():
        fields = set(schemas[name.removesuffix(".json")]["items"]["properties"])
        assert all(set(row) == fields for row in rows), name
        assert name in page
    [session], [lot] = told["play_sessions.json"], told["credit_lots.json"]
    assert (session["track_id"], session["listener_id"]) == (str(track), str(anna.id))
    assert lot["credits_left"] == 5_000
    assert told["tracks.json"] == []
    with pytest.raises(Refused, match="export-too-soon"):
        await exported(holding, anna)


@ON_SQLITE
async def test_the_file_of_an_export_is_gone_after_a_week(
    holding: Holding, clock: ManualClock
) -> None:
    anna = await person(holding.tools.database, Role.LISTENER)
    export = await exported(holding, anna)
    await do(holding, Kind.EXPORT)
    async with holding.tools.database.read() as session:
        pages = [await page(session, FIRST) for page in ALL_PAGES]
        [row] = await exports_of(session, anna.id)
        known = {one.key for page in pages for one in page.references}
    assert known == {row.storage_key}

    clock.advance(KEPT)
    with pytest.raises(Refused, match="export-gone"):
        await fetched(holding, export)
    await nightly(holding)
    clock.advance(timedelta(seconds=1))
    await sweep_unneeded(holding.tools.database, holding.tools.storage, clock)

    # What was held for the worker that stored it is looked at a day later, which is over.
    assert await holding.tools.storage.stat(Key(row.storage_key or "")) is None
    assert AGAIN < KEPT
    assert await exported(holding, anna) != export


async def test_who_asks_to_be_forgotten_is_when_the_time_has_come(
    holding: Holding, clock: ManualClock
) -> None:
    database = holding.tools.database
    anna, ben = [await person(database, Role.LISTENER) for _ in range(2)]
    for who in (anna, ben):
        async with database.begin() as session:
            await ask_erasure(session, who.id, now=clock(), grace=GRACE)

    clock.advance(GRACE - timedelta(seconds=1))
    await nightly(holding)
    async with database.begin() as session:
        await stay(session, ben.id)
        again = await ask_erasure(session, anna.id, now=clock(), grace=GRACE)
    clock.advance(timedelta(seconds=1))
    await nightly(holding)

    assert again.due_at == NOON + GRACE
    async with database.read() as session:
        rows = {one.id: one for one in await session.scalars(select(Account))}
        with pytest.raises(Refused, match="no-erasure"):
            await erasure_of(session, anna.id)
    assert (rows[anna.id].name, rows[anna.id].erased_at) == ("erased", clock())
    assert (rows[ben.id].name, rows[ben.id].erased_at) == ("A listener", None)


@ON_SQLITE
async def test_who_others_rely_on_is_not_forgotten_and_is_told_why(
    holding: Holding, clock: ManualClock
) -> None:
    database = holding.tools.database
    artist, anna = await person(database, Role.ARTIST), await person(database, Role.LISTENER)
    treasurer = await person(database, Role.TREASURER)
    track = await audible(database, artist)
    async with database.begin() as session:
        wanted = Application(account_id=anna.id, class_id="listener", name="Anna")
        await apply(session, wanted, now=clock())

    async def asked(who: Caller) -> None:
        async with database.begin() as session:
            await ask_erasure(session, who.id, now=clock(), grace=GRACE)

    for who, code in (
        (artist, "music-published"),
        (anna, "member-still"),
        (treasurer, "office-held"),
    ):
        with pytest.raises(Refused, match=code):
            await asked(who)
    async with database.begin() as session:
        (await session.get_one(Track, track)).state = TrackState.WITHDRAWN
    await asked(artist)


@ON_SQLITE
async def test_who_came_back_meanwhile_stays(holding: Holding, clock: ManualClock) -> None:
    database = holding.tools.database
    anna = await person(database, Role.LISTENER)
    async with database.begin() as session:
        await ask_erasure(session, anna.id, now=clock(), grace=GRACE)
        wanted = Application(account_id=anna.id, class_id="listener", name="Anna")
        await apply(session, wanted, now=clock())
    clock.advance(GRACE)
    await nightly(holding)

    async with database.read() as session:
        assert (await session.get_one(Account, anna.id)).erased_at is None
        assert (await session.scalars(select(Erasure))).all() == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.table}-{rule.counted_from}")
def test_every_rule_is_about_what_is_there(rule: Rule) -> None:
    table = Model.metadata.tables[rule.table]

    assert {rule.counted_from, *rule.blanks, *rule.only} <= set(table.columns.keys())
    assert len(table.primary_key.columns) == 1
    assert rule.days > 0
    assert rule.why


async def lived(holding: Holding, clock: ManualClock) -> Caller:
    database = holding.tools.database
    anna, artist = await person(database, Role.LISTENER), await person(database, Role.ARTIST)
    play = await opened(database, clock, listener=anna, track_id=await audible(database, artist))
    async with database.begin() as session:
        row = await session.get_one(PlaySession, play)
        row.state, row.delivered, row.told = "settled", [[0, 9]], {"a": 1}
        session.add_all(
            [
                Payment(
                    id=uuid4(),
                    listener_id=anna.id,
                    request_key="p",
                    provider="manual",
                    checkout_url="https://pay.example/",
                    state="paid",
                    product="ten",
                    credits=1,
                    price=1,
                    currency="EUR",
                    country="DE",
                    created_at=NOON,
                    changed_at=NOON,
                    fingerprint="card",
                ),
                Membership(
                    id=uuid4(),
                    account_id=anna.id,
                    class_id="artist",
                    name="Anna",
                    address="Way 1",
                    words="Please",
                    state="refused",
                    applied_at=NOON,
                    ended_at=NOON,
                    shown="nothing",
                ),
                PersonalExport(id=uuid4(), account_id=anna.id, asked_at=NOON, made_at=NOON),
            ]
        )
    return anna


async def kept(holding: Holding) -> dict[str, Any]:
    async with holding.tools.database.read() as session:
        play = (await session.scalars(select(PlaySession))).one()
        payment = (await session.scalars(select(Payment))).one()
        member = (await session.scalars(select(Membership))).one()
        exports = (await session.scalars(select(PersonalExport))).all()
    return {
        "evidence": play.delivered,
        "page": payment.checkout_url,
        "card": payment.fingerprint,
        "applicant": (member.name, member.address, member.words),
        "exports": len(exports),
    }


async def test_what_is_too_old_is_forgotten_and_no_day_sooner(
    holding: Holding, clock: ManualClock
) -> None:
    await lived(holding, clock)
    told = []
    for day in (30, 180, 400):
        clock.advance(NOON + timedelta(days=day) - clock())
        await nightly(holding)
        before = await kept(holding)
        clock.advance(timedelta(seconds=1))
        await nightly(holding)
        after = await kept(holding)
        told.append({name for name in before if before[name] != after[name]})
    assert told == [{"page"}, {"applicant"}, {"evidence", "card", "exports"}]
    assert (await kept(holding))["applicant"] == ("erased", None, None)


@ON_SQLITE
async def test_a_rule_is_obeyed_some_rows_at_a_time(holding: Holding, clock: ManualClock) -> None:
    anna = await person(holding.tools.database, Role.LISTENER)
    async with holding.tools.database.begin() as session:
        session.add_all(
            PersonalExport(id=uuid4(), account_id=anna.id, asked_at=NOON, made_at=NOON)
            for _ in range(5)
        )
    [rule] = [one for one in RULES if one.table == "personal_exports"]
    clock.advance(timedelta(days=rule.days, seconds=1))

    async with holding.tools.database.begin() as session:
        assert await forget_by(session, rule, now=clock(), limit=2) == 2
    assert await obey(holding.tools, rule) == 3
    assert await obey(holding.tools, replace(rule, days=1)) == 0


async def test_members_are_reminded_of_dues_once_and_rest_when_nothing_came(
    holding: Holding, clock: ManualClock
) -> None:
    anna = await member(holding, clock)
    heard = []
    for day in (9, 10, 11, 32, 33, 34, 40, 41, 42, 70, 71, 72):
        clock.advance(NOON + timedelta(days=day) - clock())
        await nightly(holding, Kind.RENEW)
        async with holding.tools.database.read() as session:
            account = await session.get_one(Account, anna.id)
            row = await membership_of(session, anna.id)
            mails = (await session.scalars(select(Mail))).all()
        assert row is not None
        if account.events > len(heard):
            heard.append((day, row.state))

    # Dues are paid through the 40th day, and the grace is 30 days.
    assert heard == [(10, "member"), (33, "member"), (41, "member"), (71, "lapsed")]
    assert {(one.kind, one.recipient) for one in mails} == {("dues", "anna@example.org")}
    assert {one.facts["through"] for one in mails} == {"2027-01-03"}
    assert len(mails) == 3


async def member(holding: Holding, clock: ManualClock) -> Caller:
    anna, payment, row = await person(holding.tools.database, Role.LISTENER), uuid4(), uuid4()
    through = (clock() + timedelta(days=40)).date()
    async with holding.tools.database.begin() as session:
        session.add_all(
            [
                Payment(
                    id=payment,
                    listener_id=anna.id,
                    request_key="p",
                    provider="manual",
                    state="paid",
                    product="membership",
                    credits=0,
                    price=1,
                    currency="EUR",
                    country="DE",
                    created_at=NOON,
                    changed_at=NOON,
                ),
                Membership(
                    id=row,
                    account_id=anna.id,
                    class_id="listener",
                    number=1,
                    name="Anna",
                    state="member",
                    applied_at=NOON,
                    admitted_at=NOON,
                    paid_through=through,
                    shown="nothing",
                ),
            ]
        )
        session.add(
            EmailAddress(
                account_id=anna.id,
                address="anna@example.org",
                folded="anna@example.org",
                verified_at=NOON,
                changed_at=NOON,
            )
        )
        await session.flush()
        session.add(
            MemberCharge(
                id=uuid4(),
                membership_id=row,
                payment_id=payment,
                dues=1,
                shares=0,
                share_value=1,
                currency="EUR",
                starts_on=clock().date(),
                ends_on=through,
                paid_at=clock(),
            )
        )
    return anna
