"""What was heard and bought in the demo house, day by day, settled by the house's own rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import numpy as np

from accounting.articles import article_of
from accounting.buying import Order, buy
from accounting.plays import settle_due
from base.errors import Refused
from catalog.models.plays import Grant, PlaySession
from catalog.music import track_of
from catalog.states import PlayState
from tests.support.demo_records import Put

if TYPE_CHECKING:
    from tests.support.demo import Demo

_COUNTRIES = ("DE", "DE", "DE", "NO", "NO", "ES", "ES", "FR", "GB", "SE", "US", "NL")
#: How far the listener whom we look over the shoulder is, on the songs of some records.
OWN_STEPS = {
    "Harbour Years": (4, 9, 8, 7, 2, 9, 0, 1, 9),
    "Songs for the Ferry": (9, 6, 9, 3, 8, 1),
    "Night Bus Cartography": (8, 2, 5),
    "La casa de las golondrinas": (7, 9, 1, 2),
    "Small Weather": (8, 6, 3),
    "Blue Hour": (2, 1),
}
#: The part of fans that likes a record, of whom more than others.
_LIKED, _BEST_LIKED = 0.3, {"Mara Lindqvist": 0.65, "The Kelp Choir": 0.45, "DJ Halva": 0.4}
_EVENINGS = 0.7
_BUYERS = 0.16
#: What an order may be answered with that somebody places twice, or who spent too much today.
_NEVER_MIND = {"nothing-to-buy", "new-account-limit", "insufficient-credit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """That somebody hears a track at a time."""

    at: datetime
    listener: UUID
    track: UUID
    territory: str


def planned(demo: Demo, put: Put) -> list[Heard]:
    """Answer all that is going to be heard of a record that came out just now."""
    return [*_by_fans(demo, put), *_by_noor(demo, put)]


def _by_fans(demo: Demo, put: Put) -> Iterable[Heard]:
    chance = np.random.default_rng([9, len(put.record.title)])
    liked = _BEST_LIKED.get(put.owner.name, _LIKED)
    # The nearer to the beginning of a record, the likelier.
    weights = 1 / (1.5 + np.arange(len(put.tracks)))
    for number, fan in enumerate(demo.fans):
        if chance.random() > liked:
            continue
        count = int(chance.integers(1, len(put.tracks) + 1))
        chosen = chance.choice(len(put.tracks), count, replace=False, p=weights / weights.sum())
        for which in chosen:
            for _ in range(int(chance.integers(1, 10))):
                at = _hour(demo, chance, put.record.days_ago * chance.random() ** 1.3)
                territory = _COUNTRIES[number % len(_COUNTRIES)]
                yield Heard(
                    at=at, listener=fan.id, track=UUID(put.tracks[which]), territory=territory
                )


def _by_noor(demo: Demo, put: Put) -> Iterable[Heard]:
    chance, noor = np.random.default_rng([11, len(put.record.title)]), demo.people["noor"].id
    for track, steps in zip(put.tracks, OWN_STEPS.get(put.record.title, ()), strict=False):
        for _ in range(steps):
            at = _hour(demo, chance, put.record.days_ago * chance.random())
            yield Heard(at=at, listener=noor, track=UUID(track), territory="DE")


def _hour(demo: Demo, chance: np.random.Generator, days_ago: float) -> datetime:
    """Answer a time of that day: in the evening, as a rule; from now on, and before today."""
    day = demo.today - timedelta(days=int(days_ago))
    hour = 24 * (chance.beta(5, 2) if chance.random() < _EVENINGS else chance.random())
    at = day.replace(hour=0, minute=0) + timedelta(hours=hour)
    latest = demo.today - timedelta(minutes=float(chance.integers(20, 600)))
    return max(min(at, latest), demo.clock() + timedelta(minutes=2))


async def hear(demo: Demo, heard: Sequence[Heard]) -> None:
    """Let a day be heard, and settle it."""
    database = demo.client.holding.tools.database
    async with database.begin() as session:
        for one in heard:
            found = await track_of(session, one.track)
            session.add(
                PlaySession(
                    id=uuid4(),
                    listener_id=one.listener,
                    track_id=one.track,
                    recording_id=found.track.recording_id,
                    master_id=found.master.id,
                    grant=Grant.FULL,
                    duration_ms=found.master.duration_ms or 0,
                    threshold_ms=45_000,
                    opened_at=one.at - timedelta(seconds=60),
                    active_at=one.at,
                    state=PlayState.QUALIFIED,
                    reason="qualified",
                    territory=one.territory,
                )
            )
    while await database.run(lambda session: settle_due(session, limit=500, now=demo.clock())):
        pass


async def collect(demo: Demo, put: Put) -> None:
    """Let some fans buy a record whole."""
    chance, database = (
        np.random.default_rng([13, len(put.tracks)]),
        demo.client.holding.tools.database,
    )
    async with database.read() as session:
        articles = [await article_of(session, UUID(one)) for one in put.tracks]
    for fan in demo.fans:
        if chance.random() > _BUYERS:
            continue
        order = Order(
            key=f"{fan.id}:{put.id}",
            asked=f"release:{put.id}",
            listener_id=fan.id,
            payer_id=fan.id,
            articles=articles,
        )
        try:
            await database.run(partial(buy, order=order, now=demo.clock()))
        except Refused as refused:
            if refused.code not in _NEVER_MIND:
                raise
