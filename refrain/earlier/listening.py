"""Bring what was paid for: plays, what was bought, and the counters they come to.

What comes over is held against what the export says at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from accounting.earlier_plays import (
    Carried,
    add_plays,
    carry_counts,
    payers,
    plays_among,
    plays_of_gone,
    said_of,
    totals,
)
from base.database import Session
from base.errors import Broken
from base.locks import lock_alone
from catalog.earlier_facts import Heard, HeardAs
from refrain.earlier.fields import Fields, Left, made_id
from refrain.earlier.mapping import Read, bought, bought_album, heard
from refrain.earlier.moving import ALONE, Move, Step, batches, bring, once, written

#: Of so many plays and purchases counters are written in one transaction.
_PAID_AT_ONCE = 20_000
_TRACKS_BOUGHT, _ALBUMS_BOUGHT = "user_track_purchases", "user_track_group_purchases"


@dataclass(slots=True)
class Seen:
    """How many rows of each kind the export has, and which are otherwise than when they came."""

    kinds: Counter[HeardAs] = field(default_factory=Counter)
    others: set[UUID] = field(default_factory=set)


async def bring_plays(move: Move) -> Seen:
    """Bring plays and what was bought; answer what the export has of them."""
    seen = Seen()
    step = _plays(move, heard, seen)
    await bring(move, move.table("plays"), step)
    await bring(move, move.table(_TRACKS_BOUGHT), _plays(move, bought, seen))
    await _bring_albums_bought(move, step)
    for number in sorted(seen.others):
        sentence = f"Play {number} was another when it came: it stays as it was."
        move.told.find("plays", "plays", "play-differs", sentence)
    return seen


def _plays(move: Move, read: Read[Heard], seen: Seen) -> Step[Heard]:
    def read_known(row: Fields) -> Heard:
        found = read(row)
        unknown = Left("listener-unknown", "Whose play it is is not brought.")
        found = replace(found, listener_id=move.known.open_account(found.listener_id, unknown))
        if found.recording_id not in move.known.songs and found.recording_id not in move.known.kept:
            raise Left("track-unknown", "Its track is not brought.")
        return found

    async def fresh(session: Session, plays: Sequence[Heard]) -> list[Heard]:
        known = await plays_among(session, [one.id for one in plays])
        for one in plays:
            if known.get(one.id, said_of(one)) != said_of(one):
                seen.others.add(one.id)
        return [one for one in plays if one.id not in known]

    async def write(session: Session, plays: Sequence[Heard], _: datetime) -> None:
        await add_plays(session, plays)

    def note(plays: Sequence[Heard]) -> None:
        seen.kinds.update(one.kind for one in plays)

    return Step(read=read_known, key=lambda one: one.id, fresh=fresh, write=write, note=note)


async def _bring_albums_bought(move: Move, step: Step[Heard]) -> None:
    """Whoever bought a release owns all that stood on it."""
    table = move.table(_ALBUMS_BOUGHT)
    if table is None:
        return

    def read(row: Fields) -> Heard:
        found = bought_album(row)
        unknown = Left("listener-unknown", "Who bought it is not brought.")
        found = replace(found, listener_id=move.known.open_account(found.listener_id, unknown))
        if found.recording_id not in move.known.sold:
            raise Left("album-unknown", "Its trackgroup is not in the export.")
        if not move.known.items.get(found.recording_id):
            raise Left("album-unknown", "Nothing that is brought stood on its trackgroup.")
        return found

    async for batch in batches(move, table, read):
        sold = once(move, table, step.key, batch)
        plays = [each for one in sold for each in _each_of(move, one)]
        step.note(plays)
        fresh = await written(move, step, plays)
        move.told.count("tracks of bought trackgroups", came=fresh, there=len(plays) - fresh)


def _each_of(move: Move, album: Heard) -> Iterator[Heard]:
    for track in sorted({one.track_id for one in move.known.items.get(album.recording_id, ())}):
        number = made_id(_ALBUMS_BOUGHT, album.id, track)
        yield Heard(
            id=number,
            listener_id=album.listener_id,
            recording_id=track,
            kind=HeardAs.BOUGHT,
            at=album.at,
        )


async def bring_counters(move: Move, seen: Seen) -> None:
    """Let counters go on from there, and hold all that came over against the export.

    Raises:
        Broken: `totals-differ`: counters stand below what was paid for.

    """
    async with move.database.read() as session:
        paying = await payers(session)
    for some in parted(paying, most=_PAID_AT_ONCE):
        carried = await move.database.run(partial(_carry, listeners=some, now=move.clock()))
        move.told.count("counters", came=carried.counters, there=0)
        for listener, recording in carried.both:
            sentence = (
                f"Listener {listener} paid for recording {recording} there and here since: its "
                "steps are counted once. Give back in credit what was paid twice."
            )
            move.told.find("counters", "counters", "paid-in-both", sentence)
    async with move.database.read() as session:
        found = await totals(session, now=move.clock())
        gone = await plays_of_gone(session)
    have = {HeardAs.PAID: found.paid, HeardAs.FREE: found.free, HeardAs.BOUGHT: found.bought}
    move.told.say(
        {"sum": "plays", "export": seen.kinds.total(), "here": sum(have.values())}
        | {f"{kind} here": number for kind, number in have.items()}
        | ({"of who is gone here": sum(gone.values())} if gone else {})
    )
    move.told.say({"sum": "steps paid for", "of plays": found.steps, "carried": found.carried})
    if found.behind or found.steps != found.carried:
        raise differs(
            f"{found.behind} counters stand below what was paid for; {found.steps} steps were "
            f"paid for and {found.carried} are carried over."
        )
    for kind, number in have.items():
        # Each batch that came was seen to be here: rows too many are there twice.
        more = number - seen.kinds[kind] - gone.get(kind, 0)
        if more < 0:
            sentence = f"{-more} plays that are {kind} are there twice."
            move.told.find("plays", "plays", "twice", sentence)
        if more > 0:
            sentence = f"{more} plays that are {kind} came with another export."
            move.told.find("plays", "plays", "plays-elsewhere", sentence)


async def _carry(session: Session, listeners: Sequence[UUID], now: datetime) -> Carried:
    await lock_alone(session, ALONE)
    return await carry_counts(session, listeners, now=now)


def parted(paying: Mapping[UUID, int], *, most: int) -> Iterator[list[UUID]]:
    """Answer listeners in parts that paid for at most so much together, or are one alone."""
    part, paid = list[UUID](), 0
    for listener, times in sorted(paying.items()):
        if part and paid + times > most:
            yield part
            part, paid = [], 0
        part.append(listener)
        paid += times
    if part:
        yield part


def differs(sentence: str) -> Broken:
    """Say that sums do not agree."""
    return Broken("totals-differ", f"What came over is not what was there. {sentence}")
