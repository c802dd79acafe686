"""What artists are told of how they are heard and what they earn, as documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, Field

from accounting.days import Days
from accounting.earnings import Earned
from accounting.insights import ELSEWHERE, Heard, Of, Sums
from accounting.statement_forms import SCALE
from accounting.ways import Way
from stream.api.asking import Day, Sparse
from stream.api.payout_documents import StandingDocument


class DaysQuery(Sparse):
    """Of which days (UTC): from `since` on, before `until`; the last 28 unless told."""

    since: Day | None = Field(default=None, description="The first day.")
    until: Day | None = Field(default=None, description="The day after the last.")


class SpanDocument(BaseModel):
    """Days (UTC), from `since` on, before `until`."""

    since: date
    until: date


class HeardSums(BaseModel):
    """What was heard; `listeners` are people, each once, and about, where they are many.

    `won` is how often somebody came to own a track, by the last step or by buying the rest, and
    `bought` how often it was the latter.
    """

    plays: int
    paid: int
    listeners: int
    won: int
    bought: int


class HeardDay(HeardSums):
    """What was heard on a day."""

    day: date


class WayDocument(BaseModel):
    """How often was played at a step, or because it was `owned` or `free`."""

    way: str
    plays: int


class TerritoryDocument(BaseModel):
    """How often was played in a country; null is elsewhere, where few people listen in each."""

    territory: str | None
    plays: int


class HeardOf(BaseModel):
    """What a track or a release came to; `ways` without those that nobody took."""

    id: str
    title: str
    plays: int
    paid: int
    won: int
    bought: int
    ways: list[WayDocument]


class InsightsDocument(BaseModel):
    """What your music came to in some days, beside as many days before.

    All that was settled by `counted_at` is in it.
    """

    span: SpanDocument
    before: SpanDocument
    counted_at: datetime | None
    total: HeardSums
    total_before: HeardSums
    days: list[HeardDay]
    ways: list[WayDocument]
    territories: list[TerritoryDocument]
    tracks: list[HeardOf]
    releases: list[HeardOf]


class EarnedSum(BaseModel):
    """What was earned in a currency, and in as many days before."""

    currency: str
    amount: int
    amount_before: int


class EarnedDay(BaseModel):
    """What was earned on a day."""

    day: date
    currency: str
    amount: int


class EarnedStep(BaseModel):
    """What a step earned, in so many plays; 0 is what was no play."""

    step: int
    currency: str
    number: int
    amount: int


class EarnedSection(BaseModel):
    """What was earned by plays, purchases and so on, as statements call it."""

    section: str
    currency: str
    number: int
    amount: int


class EarnedRecording(BaseModel):
    """What a recording earned; null is what was for none."""

    recording: str | None
    title: str | None
    currency: str
    number: int
    amount: int


class BalanceDocument(BaseModel):
    """What a payee is owed now: payable, waiting until its share is accepted, and held back."""

    payee: str
    currency: str
    payable: int
    suspense: int
    reserve: int


class EarningsDocument(BaseModel):
    """What you earned in some days, by what the books say, and what is owed to you now.

    `payouts` tells what the next run would pay, and what it waits for: runs pay what was earned
    until the last month was closed; `next_month` is the one that is closed next.
    """

    span: SpanDocument
    before: SpanDocument
    scale: int = SCALE
    totals: list[EarnedSum]
    days: list[EarnedDay]
    steps: list[EarnedStep]
    sections: list[EarnedSection]
    recordings: list[EarnedRecording]
    balances: list[BalanceDocument]
    payouts: list[StandingDocument]
    next_month: str | None


def span_document(days: Days) -> SpanDocument:
    """Answer some days as a document."""
    return SpanDocument(since=days.since, until=days.until)


def heard_sums(sums: Sums) -> HeardSums:
    """Answer sums as a document."""
    return HeardSums(
        plays=sums.plays,
        paid=sums.paid,
        listeners=sums.listeners,
        won=sums.won,
        bought=sums.bought,
    )


def heard_days(heard: Heard) -> list[HeardDay]:
    """Answer each day."""
    return [HeardDay(day=day, **heard_sums(sums).model_dump()) for day, sums in heard.days.items()]


def way_documents(sums: Sums, *, steps: int) -> list[WayDocument]:
    """Answer plays by step and by what was free, also where there were none."""
    ways = [*map(str, range(1, steps + 1)), Way.OWNED, Way.FREE]
    return [WayDocument(way=way, plays=sums.ways.get(way, 0)) for way in ways]


def heard_of(one: Of) -> HeardOf:
    """Answer what a track or release came to."""
    plays = {way: number for way, number in one.sums.ways.items() if way not in {"bought", "won"}}
    return HeardOf(
        id=str(one.id),
        title=one.title,
        plays=one.sums.plays,
        paid=one.sums.paid,
        won=one.sums.won,
        bought=one.sums.bought,
        ways=[WayDocument(way=way, plays=number) for way, number in sorted(plays.items())],
    )


def territory_documents(plays: Mapping[str, int]) -> list[TerritoryDocument]:
    """Answer plays by territory."""
    return [
        TerritoryDocument(territory=None if place == ELSEWHERE else place, plays=number)
        for place, number in plays.items()
    ]


def earned_sums(now: list[Earned], before: list[Earned]) -> list[EarnedSum]:
    """Answer what was earned by currency, beside what was earned before."""
    sums: dict[str, list[int]] = {}
    for place, found in enumerate((now, before)):
        for one in found:
            sums.setdefault(one.currency, [0, 0])[place] += one.amount
    return [
        EarnedSum(currency=currency, amount=amount, amount_before=past)
        for currency, (amount, past) in sorted(sums.items())
    ]
