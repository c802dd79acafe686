"""What whoever asks heard: history, figures, and the report by which earlier clients say they play.

They say once of a track that enough of it was heard, and used to be charged for saying so. Here
that is a report as any other: what was served, and when, decides, and the answer tells what the
play has come to.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from aiohttp import web

from accounting.articles import article_of
from accounting.books import balance_of
from accounting.buying import Order, buy
from accounting.outcome import Outcome, outcome_of
from accounting.purchase_rows import Bought
from base.database import Session
from catalog.cards import cards_for
from catalog.history import cards_remembered, count_plays, plays_by_day, plays_of
from catalog.music import unknown_track
from catalog.plays import UNHEARD, play_session, standing_of, standings_of
from catalog.said import said_of_tracks
from catalog.states import PlayState
from stream.api.asking import told
from stream.heard import reported
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.legacy.bodies import OfTrack, ids_in
from stream.legacy.paging import Document, listed, single
from stream.legacy.reading import page_of
from stream.legacy.shapes import main_of
from stream.legacy.told import told_artists, told_tracks
from stream.territory import territory_of

#: Of so many tracks that were heard last the artists are told.
_LATELY = 500
_MOST_DAYS = 3_660
_EARLIEST = date(1900, 1, 1)
_USUAL_DAYS = 30


async def get_history(request: web.Request) -> Document:
    """Answer the tracks of plays, the newest first: one that was played twice is there twice."""
    who, page = await caller(request), page_of(request)
    async with request.app[TOOLS].database.read() as session:
        found = await plays_of(session, who.id, limit=page.limit, offset=page.offset)
        count = await count_plays(session, who.id)
        tracks = await told_tracks(session, request, [one.track_id for one in found])
    return listed(tracks, count=count, page=page)


async def get_artists_heard(request: web.Request) -> Document:
    """Answer the artists whom whoever asks heard, the last first."""
    who, page = await caller(request), page_of(request)
    async with request.app[TOOLS].database.read() as session:
        cards = await cards_remembered(session, who.id, limit=_LATELY)
        said = await said_of_tracks(session, [one.track_id for one in cards]) if cards else {}
        mains = (main_of(said[one.track_id].named) for one in cards)
        artists = list(dict.fromkeys(one.artist_id for one in mains if one is not None))
        some = artists[page.offset : page.offset + page.limit]
        data = await told_artists(session, request, some)
    return listed(data, count=len(artists), page=page)


async def get_stats(request: web.Request) -> Document:
    """Answer on which days whoever asks played anything, and how often."""
    who, today = await caller(request), request.app[TOOLS].clock().date()
    last = min(_day(request.query.get("to", ""), today), today)
    first = _day(request.query.get("from", ""), last - timedelta(days=_USUAL_DAYS))
    first = max(first, last - timedelta(days=_MOST_DAYS))
    async with request.app[TOOLS].database.read() as session:
        days = await plays_by_day(
            session, who.id, since=_midnight(first), until=_midnight(last) + timedelta(days=1)
        )
    return single([{"date": day.isoformat(), "count": count} for day, count in days])


async def get_counts(request: web.Request) -> Document:
    """Answer how often whoever asks paid for some tracks."""
    who, ids = await caller(request), ids_in(request.query.getall("ids", []))
    async with request.app[TOOLS].database.read() as session:
        cards = await cards_for(session, who.id, ids) if ids else {}
        recordings = {one.recording_id for one in cards.values()}
        found = await standings_of(session, listener_id=who.id, recordings=recordings)
    return single(
        [
            {"trackId": str(key), "count": found.get(one.recording_id, UNHEARD).plays}
            for key, one in cards.items()
        ]
    )


async def post_play(request: web.Request) -> Document:
    """Hear that a track is played, and answer what the play has come to."""
    tools, track_id = request.app[TOOLS], (await told(request, OfTrack)).trackId
    play_id = await reported(request, track_id)
    if play_id is None:
        return single(await _as_it_stands(request, track_id))
    async with tools.database.read() as session:
        play = await play_session(session, play_id)
        outcome = await outcome_of(session, play_id, now=tools.clock())
    is_due = play.state == PlayState.QUALIFIED and outcome.step == 0
    return single(_come_to(track_id, outcome, is_due=is_due))


async def post_purchase(request: web.Request) -> Document:
    """Buy a track: all plays of it that are left to pay, at once.

    Earlier clients send no key; who asks twice finds that there is nothing left to buy.
    """
    who, tools = await caller(request), request.app[TOOLS]
    track_id = (await told(request, OfTrack)).trackId
    key = f"v3:{uuid4()}"

    async def work(session: Session) -> list[Bought]:
        order = Order(
            key=key,
            asked=f"track:{track_id}",
            listener_id=who.id,
            payer_id=who.id,
            articles=[await article_of(session, track_id)],
            territory=await territory_of(session, who.id, tools.settings),
        )
        return await buy(session, order, now=tools.clock())

    bought = await tools.database.run(work)
    cost = sum(one.price_millicredits for one in bought)
    return single({**await _as_it_stands(request, track_id), "cost": cost})


async def _as_it_stands(request: web.Request, track_id: UUID) -> Document:
    """Tell how often a track was paid for, and what is left, where nothing was heard of it."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        cards = await cards_for(session, who.id, [track_id])
        if track_id not in cards:
            raise unknown_track()
        recording_id = cards[track_id].recording_id
        standing = await standing_of(session, listener_id=who.id, recording_id=recording_id)
        balance = await balance_of(session, who.id, now=tools.clock())
    return _counted(track_id, standing.plays, 0, balance)


def _come_to(track_id: UUID, outcome: Outcome, *, is_due: bool) -> Document:
    """Tell what a play has come to; one that is due is told as it will be settled at once."""
    plays, cost, balance = outcome.standing.plays, outcome.price, outcome.balance
    if is_due and outcome.standing.owned_at is None:
        cost = outcome.next_price
        return _counted(track_id, plays + 1, cost, max(0, balance - cost))
    return _counted(track_id, plays, cost, balance)


def _counted(track_id: UUID, count: int, cost: int, total: int) -> Document:
    return {"trackId": str(track_id), "count": count, "cost": cost, "total": total}


def _day(text: str, default: date) -> date:
    """Read a day of a query, with or without the time of it; what is none is the usual one.

    Before the first of all days nobody heard anything, and from there none can be counted back.
    """
    try:
        return max(_EARLIEST, date.fromisoformat(text[:10]))
    except ValueError:
        return default


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
