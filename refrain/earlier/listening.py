"""Bring what was paid for: plays, what was bought, the counters they come to, and credit.

What comes over is held against what the export says: of credit before it is committed, of all of it
at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from uuid import UUID

from accounting.earlier_credit import OPENINGS, carry_credit, credits_before, credits_carried
from accounting.earlier_plays import add_plays, carry_counts, plays_among, totals
from accounting.journal import credits_under
from base.database import Session
from base.errors import Broken
from catalog.earlier_facts import Heard, HeardAs, Held
from refrain.earlier.fields import Fields, Left, made_id
from refrain.earlier.mapping import Read, bought, bought_album, heard, held
from refrain.earlier.moving import Move, Step, batches, bring, written

#: Listeners whose counters are written in one transaction.
_LISTENERS = 200
_TRACKS_BOUGHT, _ALBUMS_BOUGHT = "user_track_purchases", "user_track_group_purchases"


async def bring_plays(move: Move) -> Counter[HeardAs]:
    """Bring plays and what was bought; answer how many the export has of each kind."""
    seen: Counter[HeardAs] = Counter()
    step = _plays(move, heard, seen)
    await bring(move, move.table("plays"), step)
    await bring(move, move.table(_TRACKS_BOUGHT), _plays(move, bought, seen))
    await _bring_albums_bought(move, step)
    return seen


def _plays(move: Move, read: Read[Heard], seen: Counter[HeardAs]) -> Step[Heard]:
    def read_known(row: Fields) -> Heard:
        found = read(row)
        if found.listener_id not in move.known.accounts:
            raise Left("listener-unknown", "Whose play it is is not brought.")
        if found.recording_id not in move.known.songs:
            raise Left("track-unknown", "Its track is not brought.")
        return found

    async def fresh(session: Session, plays: Sequence[Heard]) -> list[Heard]:
        known = await plays_among(session, [one.id for one in plays])
        return [one for one in plays if one.id not in known]

    async def write(session: Session, plays: Sequence[Heard], _: datetime) -> None:
        await add_plays(session, plays)

    def key(one: Heard) -> UUID:
        return one.id

    def note(plays: Sequence[Heard]) -> None:
        seen.update(one.kind for one in plays)
        move.known.listeners.update(one.listener_id for one in plays)

    return Step(read=read_known, key=key, fresh=fresh, write=write, note=note)


async def _bring_albums_bought(move: Move, step: Step[Heard]) -> None:
    """Whoever bought a release owns all that stood on it."""
    table = move.table(_ALBUMS_BOUGHT)
    if table is None:
        return

    def read(row: Fields) -> Heard:
        found = bought_album(row)
        if found.listener_id not in move.known.accounts:
            raise Left("listener-unknown", "Who bought it is not brought.")
        if found.recording_id not in move.known.albums:
            raise Left("album-unknown", "Its trackgroup is not brought.")
        return found

    async for batch in batches(move, table, read):
        plays = [each for _, one in batch for each in _each_of(move, one)]
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


async def bring_counters(move: Move, seen: Counter[HeardAs]) -> None:
    """Let counters go on from there, and hold all that came over against the export.

    Raises:
        Broken: `totals-differ`: fewer plays are here than came, or counters stand below them.

    """
    listeners = iter(sorted(move.known.listeners))
    while some := list(islice(listeners, _LISTENERS)):
        carry = partial(carry_counts, listeners=some, now=move.clock())
        carried = await move.database.run(carry)
        move.told.count("counters", came=carried.counters, there=0)
        for listener, recording in carried.both:
            sentence = (
                f"Listener {listener} paid for recording {recording} there and here since: its "
                "steps are counted once. Give back in credit what was paid twice."
            )
            move.told.find("counters", "counters", "paid-in-both", sentence)
    async with move.database.read() as session:
        found = await totals(session, now=move.clock())
    have = {HeardAs.PAID: found.paid, HeardAs.FREE: found.free, HeardAs.BOUGHT: found.bought}
    move.told.say(
        {"sum": "plays", "export": seen.total(), "here": sum(have.values())}
        | {f"{kind} here": number for kind, number in have.items()}
    )
    move.told.say({"sum": "steps paid for", "of plays": found.steps, "carried": found.carried})
    if found.behind or found.steps != found.carried:
        raise _differs(
            f"{found.behind} counters stand below what was paid for; {found.steps} steps were "
            f"paid for and {found.carried} are carried over."
        )
    for kind, number in have.items():
        if number < seen[kind]:
            raise _differs(f"The export has {seen[kind]} plays that are {kind}; {number} are here.")
        if number > seen[kind]:
            sentence = f"{number - seen[kind]} plays that are {kind} came with another export."
            move.told.find("plays", "plays", "plays-elsewhere", sentence)


async def bring_credit(move: Move) -> None:
    """Bring what people have to spend, through the journal.

    Raises:
        Broken: `totals-differ`: what is booked is not what was there.

    """
    sums: Counter[str] = Counter()

    def read(row: Fields) -> Held:
        found = held(row)
        if found.listener_id not in move.known.accounts:
            sums["left"] += found.credits
            raise Left("listener-unknown", f"Whose {found.credits} it is is not brought.")
        return found

    async def fresh(session: Session, all_held: Sequence[Held]) -> list[Held]:
        known = await credits_before(session, [one.listener_id for one in all_held])
        return [one for one in all_held if known.get(one.listener_id, 0) != one.credits]

    async def write(session: Session, all_held: Sequence[Held], now: datetime) -> None:
        left = {one.listener_id for one in await carry_credit(session, all_held, now=now)}
        await _require_same(session, [one for one in all_held if one.listener_id not in left])
        for listener in sorted(left):
            sentence = f"Listener {listener} spent here what was spent there meanwhile, too."
            move.told.find("credits", "credits", "credit-spent", sentence)

    def note(all_held: Sequence[Held]) -> None:
        sums["export"] += sum(one.credits for one in all_held)

    step = Step(read=read, key=lambda one: one.listener_id, fresh=fresh, write=write, note=note)
    await bring(move, move.table("credits"), step)
    async with move.database.read() as session:
        carried = await credits_carried(session)
        booked = await credits_under(session, OPENINGS)
    move.told.say(
        {"sum": "credit in millionths", "export": sums["export"], "left": sums["left"]}
        | {"here": carried, "booked": booked}
    )
    if carried != booked:
        raise _differs(f"Credit of {carried} is carried over, and {booked} of it is booked.")


async def _require_same(session: Session, all_held: Sequence[Held]) -> None:
    """See that what is brought is to the last millionth what was there, or undo it."""
    found = await credits_before(session, [one.listener_id for one in all_held])
    if any(found.get(one.listener_id, 0) != one.credits for one in all_held):
        raise _differs("Credit that was brought is not what was there.")


def _differs(sentence: str) -> Broken:
    return Broken("totals-differ", f"What came over is not what was there. {sentence}")
