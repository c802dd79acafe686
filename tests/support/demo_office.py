"""What the offices of the demo house have on their desks: books, jobs, machines and questions."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID, uuid4

from sqlalchemy import select

from accounting.closing import close
from accounting.month_end import settle_month
from accounting.paying import draft
from accounting.payout_rules import policy_of
from catalog.fleet import Post, report
from catalog.job_control import set_aside
from catalog.jobs import NewJob, add, job_of
from catalog.kinds import Kind
from catalog.models.payouts import Payout
from catalog.models.people import Account
from catalog.models.publishing import TrackVersion
from catalog.roles import Role
from catalog.store_checks import note_check
from catalog.version_states import VersionState
from tests.support.demo_deliveries import deliver
from tests.support.demo_music import Record, Song
from tests.support.demo_records import Put, put_out, send
from tests.support.served import wave
from tests.support.suspects import suspect
from tests.support.working import do
from workers.fsck import Scope, check
from workers.leases import take
from workers.reconciling import compare_books

if TYPE_CHECKING:
    from tests.support.demo import Demo

_LEASE = timedelta(minutes=10)
_LANES = (
    ("mill-1", {"first": 2, "ladder": 2, "analysis": 1}, 8),
    ("mill-2", {"ladder": 4, "long": 2, "background": 1}, 16),
    ("shed", {"intake": 1, "webhooks": 4, "housekeeping": 1, "settlement": 1}, 4),
)
_FIRST_RECORD = Record(
    title="First Light",
    kind="single",
    genre="indie-pop",
    days_ago=0,
    style="rings",
    colours=("#fdf1d3", "#f6bd60", "#f28482", "#84a59d"),
    songs=(Song(title="First Light", seconds=201),),
)

_EARLIER = Record(
    title="Demo Tape",
    kind="single",
    genre="indie-pop",
    days_ago=0,
    style="dots",
    colours=("#22223b", "#f2e9e4", "#c9ada7", "#9a8c98"),
    songs=(Song(title="Demo Tape", seconds=174),),
)


async def keep_books(demo: Demo) -> None:
    """Do what is done by night."""
    await compare_books(demo.client.holding.tools)


async def close_month(demo: Demo, name: str) -> None:
    """Close a month of the books."""
    tools = demo.client.holding.tools
    await close(
        tools.database,
        name,
        zone=tools.settings.books_zone,
        clock=demo.clock,
        settle=settle_month,
        by=demo.people["ada"].id,
    )


async def staff(demo: Demo) -> None:
    """Put on each desk what lies there."""
    await _machines(demo)
    await _treasury(demo)
    await _reviews(demo)
    await deliver(demo)


async def _treasury(demo: Demo) -> None:
    tools, ada, places = demo.client.holding.tools, demo.people["ada"], demo.places
    run = await tools.database.run(
        partial(draft, policy=policy_of(tools.settings), key="demo", by=ada.id, now=demo.clock())
    )
    places["run"] = str(run.id)
    async with tools.database.read() as session:
        payouts = list(await session.scalars(select(Payout).where(Payout.run_id == run.id)))
    places["payout"] = str(payouts[0].id)
    found = await suspect(tools.database)
    places["held"] = str(found.play)
    places["listener"] = str(found.listener.id)
    line = {"account": "bank", "amount": 10_000_000, "currency": "EUR"}
    other = {"account": "income:coop_share", "amount": -10_000_000, "currency": "EUR"}
    said = {
        "reason": "A bank fee that was booked twice.",
        "entries": [line, other],
        "scale": 6,
        "day": "2026-11-20",
    }
    made = await demo.done("POST", "/api/v1/adjustments", ada, said)
    places["adjustment"] = made["id"]
    payee = {"payee": str(demo.fans[1].id), "reason": "Somebody asked us to look into it."}
    made = await demo.done("POST", "/api/v1/payout-holds", ada, payee)
    places["hold"] = made["hold"]
    await _reported(demo)
    app = {
        "name": "Kitchen Radio",
        "redirect_uris": ["https://radio.example/back"],
        "auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
    }
    made = await demo.done("POST", "/api/v1/clients", demo.people["olga"], app)
    places["client"] = made["id"]
    places["arrived"] = "amount=12.50&day=2026-11-23"
    lines = "bank 10.00\nincome:coop_share -10.00"
    asked = {"reason": "A slip.", "day": "2026-11-20", "currency": "EUR", "lines": lines}
    places["adjusted"] = urlencode(asked)
    places["account"] = str(demo.people["mara"].id)


async def _reported(demo: Demo) -> None:
    """Have a label told of a month in a table of its own; what a society gets, cannot be made."""
    ada, holding = demo.people["ada"], demo.client.holding
    columns = [{"name": name.title(), "field": name} for name in ("isrc", "title", "amount")]
    label = {
        "account": str(demo.people["mara"].id),
        "name": "Kleinlaut Records",
        "dpid": "PADPIDA2020010102Y",
        "form": "csv",
        "template": {"columns": columns, "has_totals": True},
    }
    society = {"name": "A society", "dpid": "PADPIDA2020010103Z", "form": "basic-audio"}
    for said in (label, society):
        made = await demo.done("POST", "/api/v1/reports/recipients", ada, said)
        demo.places["told"] = made["id"]
        asked = {"recipient": made["id"], "month": "2026-09"}
        made = await demo.done("POST", "/api/v1/reports", ada, asked)
        demo.places["report"] = made["id"]
    await do(holding, Kind.REPORT)


async def _reviews(demo: Demo) -> None:
    """Let somebody whose music is looked at first send a record."""
    newcomer = await demo.join("newcomer", "Jasmin Okoye", Role.ARTIST)
    out = await put_out(demo, _EARLIER, newcomer, of=newcomer.name)
    async with demo.client.holding.tools.database.begin() as session:
        (await session.get_one(Account, newcomer.id)).is_reviewed = True
    put: Put = await send(demo, _FIRST_RECORD, newcomer, of=newcomer.name)
    await demo.done(
        "POST", f"/api/v1/releases/{put.id}/submit", newcomer, {"reason": "My first one."}
    )
    demo.places["review"] = put.id
    track = out.tracks[0]
    path = f"/api/v1/masters/Demo%20Tape.wav?replaces={track}"
    await demo.done("PUT", path, newcomer, wave(demo.count()))
    async with demo.client.holding.tools.database.begin() as session:
        version = await session.get_one(TrackVersion, (UUID(track), 2))
        version.state = VersionState.READY
    demo.places["versioned"] = track


async def _machines(demo: Demo) -> None:
    """Let three machines work, some jobs wait, and one have been set aside."""
    holding, now = demo.client.holding, demo.clock()
    tools, mara = holding.tools, demo.people["mara"]
    found = await check(holding, Scope(decodes=False), tell=lambda _: None)
    names = [f"{host}:{1204 + n}:a{n}" for n, (host, _, _) in enumerate(_LANES)]
    async with tools.database.begin() as session:
        await note_check(session, found)
        for name, (host, lanes, cores) in zip(names, _LANES, strict=True):
            post = Post(
                name=name,
                host=host,
                pid=1204,
                lanes=lanes,
                cores=cores,
                version="0.1.0",
                started_at=now - timedelta(days=3, hours=4),
            )
            # A clock that stands still: they are seen for as long as the house is open.
            await report(session, post, is_draining=False, now=now)
        jobs = {}
        for n, kind in enumerate(
            (*[Kind.LADDER] * 5, *[Kind.EXAMINE] * 2, Kind.COMPARE, Kind.MAIL, Kind.REENCODE)
        ):
            made = NewJob(kind=kind, subject=str(uuid4()), request_id="demo", owner_id=mara.id)
            await add(session, made, now=now - timedelta(seconds=9 * n))
            job = await job_of(session, kind, made.subject)
            assert job is not None
            jobs[job.id] = job
        ids = list(jobs)
        for one, worker in zip(ids[:3], (names[1], names[1], names[0]), strict=True):
            await take(session, [one], worker=worker, now=now, lease=_LEASE)
        await set_aside(
            session, ids[4], reason="The master ends in the middle of a frame.", now=now
        )
    demo.places["job"] = str(ids[4])
