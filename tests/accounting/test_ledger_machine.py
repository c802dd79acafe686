"""Random histories of a co-operative, with crashes between any two statements, keep its books."""

import asyncio
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event

from accounting.payments.port import DisputeStanding
from base.database import Database
from catalog.payout_states import PayoutState, RunState
from tests.support.catalog import migrated
from tests.support.history import History, House, Mood, furnish
from tests.support.invariants import closed_months, require_counted, require_sound

#: How many steps the long run takes.
STEPS = int(os.environ.get("REFRAIN_MACHINE_STEPS", "10000"))
_IN_ONE = 50

#: Mostly nothing happens to a process; a statement or a commit that it does not come to, otherwise.
moods = st.builds(Mood, after=st.none() | st.integers(0, 25), again=st.booleans())
listeners = artists = st.integers(0, 2)
tracks = st.integers(0, 5)
numbers = st.integers(0, 9)
#: Three artists and somebody who is not known, in millionths of one whole.
shares = st.sampled_from(
    [
        (1_000_000, 0, 0, 0),
        (500_000, 500_000, 0, 0),
        (333_334, 333_333, 333_333, 0),
        (1, 999_999, 0, 0),
        (250_000, 250_000, 250_000, 250_000),
        (0, 0, 0, 1_000_000),
    ]
)


#: How many steps were taken.
taken = Counter[str]()


def never_wait(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
    """Leave it to the system when it writes: these processes end, but the machine does not."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


Step = TypeVar("Step", bound=Callable[..., None])


def while_some(name: str) -> Callable[[Step], Step]:
    """Let a rule be chosen while there is something of that name to go on with."""
    return precondition(lambda machine: machine.standing[name] > 0)


class Machine(RuleBasedStateMachine):
    """A house of its own, to which things happen in any order."""

    def __init__(self, template: Path, house: House, folder: Path) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        path = folder / "machine.db"
        for old in folder.glob("machine.db*"):
            old.unlink()
        shutil.copy(template, path)
        self.database = Database(f"sqlite+aiosqlite:///{path}")
        event.listen(self.database.engine.sync_engine, "connect", never_wait)
        self.history = History(self.database, house)
        self.closed: dict[str, tuple[int, int]] = {}
        self.standing: Counter[str] = Counter()

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        self.runner.run(work)

    def teardown(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()

    @invariant()
    def the_books_are_sound(self) -> None:
        self.do(self._look())

    async def _look(self) -> None:
        taken["steps"] += 1
        await require_sound(self.database)
        await require_counted(self.database)
        closed = await closed_months(self.database)
        assert closed == {**closed, **self.closed}
        self.closed = closed
        self.standing = await self.history.standing()

    @rule(mood=moods)
    def chain(self, mood: Mood) -> None:
        self.do(self.history.chain(mood))

    @rule()
    def recompute(self) -> None:
        found = self.runner.run(self.history.recomputed())
        assert not found, found

    @initialize(packs=st.tuples(*[st.sampled_from([5, 10, 20])] * 3))
    def everybody_has_credit(self, packs: tuple[int, ...]) -> None:
        for listener, pack in enumerate(packs):
            self.do(self.history.top_up(listener, pack, Mood()))

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.history.pass_time(hours=hours)

    @rule(listener=listeners, pack=st.sampled_from([5, 10, 20]), mood=moods)
    def top_up(self, listener: int, pack: int, mood: Mood) -> None:
        self.do(self.history.top_up(listener, pack, mood))

    @rule(listener=listeners, millicredits=st.integers(1, 3000), mood=moods)
    def give(self, listener: int, millicredits: int, mood: Mood) -> None:
        self.do(self.history.give(listener, millicredits, mood))

    @rule(number=numbers, mood=moods)
    def refund_payment(self, number: int, mood: Mood) -> None:
        self.do(self.history.refund_payment(number, mood))

    @rule(
        number=numbers,
        standing=st.sampled_from(DisputeStanding),
        part=st.integers(1, 4),
        mood=moods,
    )
    def dispute(self, number: int, standing: DisputeStanding, part: int, mood: Mood) -> None:
        self.do(self.history.dispute(number, standing, part, mood))

    @rule(listener=listeners, heard=st.lists(tracks, min_size=1, max_size=12), mood=moods)
    def listen(self, listener: int, heard: list[int], mood: Mood) -> None:
        self.do(self.history.listen(listener, heard, mood))

    @rule(listener=listeners, track=tracks, times=st.integers(1, 11), mood=moods)
    def listen_again(self, listener: int, track: int, times: int, mood: Mood) -> None:
        self.do(self.history.listen(listener, [track] * times, mood))

    @rule(listener=listeners, bought=st.lists(tracks, min_size=1, max_size=3), mood=moods)
    def buy(self, listener: int, bought: list[int], mood: Mood) -> None:
        self.do(self.history.buy(listener, bought, mood))

    @rule(listener=listeners, some=st.lists(numbers, min_size=1, max_size=5), mood=moods)
    def take_back(self, listener: int, some: list[int], mood: Mood) -> None:
        self.do(self.history.take_back(listener, some, mood))

    @rule(track=tracks, ppm=shares, mood=moods)
    def share(self, track: int, ppm: tuple[int, ...], mood: Mood) -> None:
        self.do(self.history.share(track, ppm, mood))

    @while_some("sheets")
    @rule(number=numbers, artist=artists, is_taken=st.booleans(), mood=moods)
    def answer(self, number: int, artist: int, is_taken: bool, mood: Mood) -> None:  # noqa: FBT001 - drawn
        self.do(self.history.answer(number, artist, is_taken, mood))

    @rule(artist=artists, cents=st.integers(1, 300), mood=moods)
    def advance(self, artist: int, cents: int, mood: Mood) -> None:
        self.do(self.history.advance(artist, cents, mood))

    @rule(mood=moods)
    def close_month(self, mood: Mood) -> None:
        self.do(self.history.close_month(mood))

    @rule(cents=st.integers(1, 60), one=moods, other=moods)
    def pay(self, cents: int, one: Mood, other: Mood) -> None:
        self.do(self.history.close_month(one))
        self.do(self.history.draft(cents, 100_000, other))
        self.do(self.history.approve(one))
        self.do(self.history.send(other))

    @while_some("months")
    @rule(
        cents=st.integers(1, 60), ppm=st.sampled_from([0, 50_000, 333_333, 1_000_000]), mood=moods
    )
    def draft(self, cents: int, ppm: int, mood: Mood) -> None:
        self.do(self.history.draft(cents, ppm, mood))

    @while_some("draft")
    @rule(mood=moods)
    def approve(self, mood: Mood) -> None:
        self.do(self.history.approve(mood))

    @rule(state=st.sampled_from([RunState.DRAFT, RunState.APPROVED]), mood=moods)
    def cancel(self, state: RunState, mood: Mood) -> None:
        self.do(self.history.cancel(state, mood))

    @while_some("approved")
    @rule(mood=moods)
    def send(self, mood: Mood) -> None:
        self.do(self.history.send(mood))

    @while_some("booked")
    @rule(mood=moods)
    def arrive(self, mood: Mood) -> None:
        self.do(self.history.arrive(mood))

    @rule(
        state=st.sampled_from([PayoutState.BOOKED, PayoutState.SETTLED]),
        reason=st.sampled_from(["AC04", "MS03"]),
        mood=moods,
    )
    def come_back(self, state: PayoutState, reason: str, mood: Mood) -> None:
        self.do(self.history.come_back(state, reason, mood))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, House]:
    path = tmp_path_factory.mktemp("machine") / "house.db"
    url = f"sqlite+aiosqlite:///{path}"

    async def made() -> House:
        database = Database(await migrated(url))
        try:
            return await furnish(database)
        finally:
            await database.close()

    return path, asyncio.run(made())


def run(template: tuple[Path, House], folder: Path, *, examples: int, steps: int) -> None:
    path, house = template
    run_state_machine_as_test(
        lambda: Machine(path, house, folder),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_random_histories_keep_the_books(template: tuple[Path, House], tmp_path: Path) -> None:
    run(template, tmp_path, examples=3, steps=20)


@pytest.mark.chaos
def test_ten_thousand_steps_keep_the_books(template: tuple[Path, House], tmp_path: Path) -> None:
    taken.clear()
    while taken["steps"] < STEPS:
        run(template, tmp_path, examples=20, steps=_IN_ONE)


def anything(history: History, chance: random.Random) -> Coroutine[Any, Any, None]:
    """Choose something that happens, and how."""
    mood = Mood(
        after=chance.choice([None, None, chance.randint(0, 25)]), again=chance.random() < 0.3
    )
    who, track, number = chance.randrange(3), chance.randrange(6), chance.randrange(10)
    standing = chance.choice(list(DisputeStanding))
    cents = chance.randint(1, 60)
    return chance.choice(
        [
            *[lambda: history.listen(who, chance.choices(range(6), k=5), mood)] * 8,
            *[lambda: history.listen(who, [track] * chance.randint(1, 11), mood)] * 4,
            *[lambda: history.buy(who, chance.choices(range(6), k=2), mood)] * 2,
            *[lambda: history.take_back(who, chance.choices(range(10), k=3), mood)] * 4,
            *[lambda: history.top_up(who, chance.choice([5, 10, 20]), mood)] * 3,
            lambda: history.give(who, chance.randint(1, 3_000), mood),
            lambda: history.refund_payment(number, mood),
            lambda: history.dispute(number, standing, chance.randint(1, 4), mood),
            lambda: history.share(track, (400_000, 300_000, 200_000, 100_000), mood),
            lambda: history.answer(number, who, chance.random() < 0.7, mood),
            lambda: history.advance(who, cents, mood),
            lambda: history.close_month(mood),
            *[lambda: history.draft(cents, 50_000, mood)] * 2,
            *[lambda: history.approve(mood)] * 2,
            lambda: history.cancel(chance.choice([RunState.DRAFT, RunState.APPROVED]), mood),
            lambda: history.send(mood),
            *[lambda: history.chain(mood)] * 2,
            lambda: history.arrive(mood),
            lambda: history.come_back(PayoutState.SETTLED, "MS03", mood),
        ]
    )()


async def storm(url: str, *, seed: int, waves: int, at_once: int) -> None:
    """Let many things happen at once, wave after wave, and look at the books between them."""
    chance, database = random.Random(seed), Database(url)
    try:
        history = History(database, await furnish(database))
        await asyncio.gather(*(history.top_up(one, 20, Mood()) for one in range(3)))
        for _ in range(waves):
            await asyncio.gather(*(anything(history, chance) for _ in range(at_once)))
            await require_sound(database)
            await require_counted(database)
        assert await history.recomputed() == []
    finally:
        await database.close()


async def test_what_happens_at_once_keeps_the_books(migrated_postgres_url: str) -> None:
    await storm(migrated_postgres_url, seed=7, waves=4, at_once=10)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(5))
async def test_storms_keep_the_books(migrated_postgres_url: str, seed: int) -> None:
    await storm(migrated_postgres_url, seed=seed, waves=STEPS // 1_000, at_once=20)
