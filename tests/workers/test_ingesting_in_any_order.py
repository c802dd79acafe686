"""Messages come in any order and any number of times, and end in the same catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from random import Random
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine

from tests.support.ern import deal_43
from tests.support.ern_album import Album, Song, purge
from tests.support.taking import House, Sent, a_house, an_engine

T = TypeVar("T")
ONE, OTHER = "PADPIDA1", "PADPIDA2"
OWN = '<ProprietaryId Namespace="PADPIDA1">{}</ProprietaryId>'
NAMES = {
    "icpn": "<ICPN>400000000000{}</ICPN>",
    "grid": "<GRid>A12425G000000000{}M</GRid>",
    "own": OWN,
    "number": '<CatalogNumber Namespace="PADPIDA1">CAT-{}</CatalogNumber>',
}
PARTIES = ("", OWN.format("artist"), "<ISNI>0000000121032683</ISNI>")
TRACKS = ("R1", "R2", "R3")
#: By what is offered: everywhere, in one place, not yet, not any more, or (taken down) nowhere.
DEALS = (
    None,
    deal_43("R0", *TRACKS, where="<TerritoryCode>US</TerritoryCode>"),
    deal_43("R0", *TRACKS, starts="<StartDate>2030-01-01</StartDate>"),
    deal_43("R0", *TRACKS, starts="<StartDate>2024-03-08</StartDate><EndDate>2025-01-01</EndDate>"),
    deal_43("R0", "R1", model="FreeOfChargeModel", uses=("OnDemandStream",)),
    "",
)
which = st.integers(0, 1)
lists = st.lists(st.integers(1, 3), min_size=1, max_size=2, unique=True)


def party(number: str, name: str) -> str:
    return (
        f"<Party><PartyReference>PA1</PartyReference><PartyName><FullName>{name}</FullName>"
        f"</PartyName>{f'<PartyId>{number}</PartyId>' if number else ''}</Party>"
        "<Party><PartyReference>PL1</PartyReference>"
        "<PartyName><FullName>A Label</FullName></PartyName></Party>"
    )


class Houses:
    """Two houses, for a story told in turn and as it comes; both are begun anew for each story."""

    def __init__(self, runner: asyncio.Runner, in_turn: Engine, as_it_comes: Engine) -> None:
        self.runner, self.engines = runner, (in_turn, as_it_comes)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)


class Story(RuleBasedStateMachine):
    """What two labels say, and how it comes.

    Each rule of `says` writes the next message; others let any of them come, again and again,
    with or without its files, and what came be taken now or later.
    """

    houses: Houses

    def __init__(self) -> None:
        super().__init__()
        self.stack = AsyncExitStack()
        self.house = self.begun(1)
        self.albums: dict[tuple[str, int], Album] = {}
        self.said: list[Sent] = []
        self.is_there: set[int] = set()
        self.lacking: list[tuple[UUID, dict[str, bytes]]] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.houses.run(work)

    def begun(self, number: int) -> House:
        opening = a_house(self.houses.engines[number], ONE, OTHER)
        return self.run(self.stack.enter_async_context(opening))

    def head(self) -> dict[str, str]:
        """Answer number and time of the next message; two at a time are of one instant."""
        number = len(self.said)
        return {"message_id": f"M{number:02}", "created": f"2024-03-01T10:{number // 2:02}:00Z"}

    def says(self, about: tuple[str, int], album: Album, *, has_files: bool = True) -> None:
        self.albums[about] = album = replace(album, **self.head())
        self.said.append(Sent(album.xml(), album.files() if has_files else {}, about[0]))

    def song(self, who: str, number: int, take: int = 0) -> Song:
        at = number + (10 if who == OTHER else 0)
        return Song(number=at, title=f"Song {number}", data=f"{at} take {take}".encode())

    def changes(self, about: tuple[str, int], *, has_files: bool = False, **told: object) -> None:
        if about in self.albums:
            album = replace(self.albums[about], **told)  # type: ignore[arg-type] # of its own
            self.says(about, album, has_files=has_files)

    @rule(n=which, songs=lists, deals=st.sampled_from(DEALS), is_other=st.booleans())
    def says_of_a_release(
        self, n: int, songs: list[int], deals: str | None, *, is_other: bool
    ) -> None:
        who = OTHER if is_other else ONE
        told = tuple(self.song(who, one) for one in songs)
        names = NAMES["icpn"].format(n)
        self.says((who, n), Album(songs=told, sender=who, names=names, deals=deals))

    @rule(n=which, title=st.sampled_from(["Better", "Best"]))
    def calls_it_otherwise(self, n: int, title: str) -> None:
        self.changes((ONE, n), title=title, genre=title)

    @rule(n=which, songs=lists)
    def lists_other_tracks(self, n: int, songs: list[int]) -> None:
        self.changes((ONE, n), songs=tuple(self.song(ONE, one) for one in songs), has_files=True)

    @rule(n=which, song=st.integers(1, 2), take=st.integers(1, 2))
    def sends_another_file(self, n: int, song: int, take: int) -> None:
        self.changes((ONE, n), songs=(self.song(ONE, song, take),), has_files=True)

    @rule(n=which, cover=st.sampled_from([None, b"a picture", b"another"]))
    def shows_a_picture(self, n: int, cover: bytes | None) -> None:
        self.changes((ONE, n), cover=cover, has_files=True)

    @rule(n=which, deals=st.sampled_from(DEALS))
    def offers_it_otherwise(self, n: int, deals: str | None) -> None:
        self.changes((ONE, n), deals=deals)

    @rule(n=which)
    def takes_it_down(self, n: int) -> None:
        self.changes((ONE, n), deals="")

    @rule(n=which, kinds=st.sets(st.sampled_from([*NAMES]), min_size=1, max_size=2))
    def names_it_otherwise(self, n: int, kinds: set[str]) -> None:
        self.changes((ONE, n), names="".join(NAMES[one].format(n) for one in sorted(kinds)))

    @precondition(lambda self: len(self.albums) > 1)
    @rule(kind=st.sampled_from(["icpn", "own"]))
    def says_that_two_are_one(self, kind: str) -> None:
        self.changes((ONE, 0), names=NAMES[kind].format(0) + NAMES["icpn"].format(1))

    @rule(n=which, numbers=st.sets(st.sampled_from(PARTIES), min_size=1, max_size=2))
    def says_who_it_is(self, n: int, numbers: set[str]) -> None:
        told = "</PartyId><PartyId>".join(sorted(numbers - {""}))
        self.changes((ONE, n), parties=party(told, f"Known by {len(told)}"))

    @rule(n=which, kind=st.sampled_from([*NAMES, "isrc", "track"]))
    def purges(self, n: int, kind: str) -> None:
        song = self.song(ONE, n + 1)
        track = f'<ProprietaryId Namespace="PADPIDA2020010101X">T{song.number}</ProprietaryId>'
        of_track = {"isrc": f"<ISRC>{song.isrc}</ISRC>", "track": track}
        names = of_track.get(kind) or NAMES[kind].format(n)
        self.said.append(Sent(purge(names, sender=ONE, **self.head()), sender=ONE))

    @precondition(lambda self: self.said)
    @rule(chosen=st.integers(0, 50), lacks=st.booleans())
    def one_comes(self, chosen: int, *, lacks: bool) -> None:
        """One comes, maybe not for the first time; of its files some may be late."""
        number = chosen % len(self.said)
        sent = self.said[number]
        late = dict(list(sent.files.items())[:1]) if lacks else {}
        message_id = self.run(self.house.comes(sent, without=frozenset(late)))
        self.is_there.add(number)
        if late:
            self.lacking.append((message_id, late))

    @precondition(lambda self: self.is_there)
    @rule(order=st.randoms(use_true_random=False), most=st.integers(1, 3))
    def some_are_taken(self, order: Random, most: int) -> None:
        waiting = self.run(self.house.asked())
        order.shuffle(waiting)
        for one in waiting[:most]:
            self.run(self.house.take(one))

    @precondition(lambda self: self.lacking)
    @rule()
    def files_come_late(self) -> None:
        message_id, files = self.lacking.pop(0)
        self.run(self.house.late(message_id, files))

    @precondition(lambda self: self.is_there)
    @rule()
    def files_are_looked_into(self) -> None:
        self.run(self.house.examine())

    def teardown(self) -> None:
        """What did not come comes, the last one first; and all is as if it had come in turn."""
        try:
            for number in reversed(range(len(self.said))):
                if number not in self.is_there:
                    self.run(self.house.comes(self.said[number]))
            while self.lacking:
                self.files_come_late()
            ended = self.run(told_of(self.house, []))
            assert ended == self.run(told_of(self.begun(0), self.said))
        finally:
            self.run(self.stack.aclose())


async def told_of(house: House, sent: Sequence[Sent]) -> dict[str, Any]:
    """Let messages come and be taken in turn; answer what is to be seen when all is done."""
    for one in sent:
        await house.take(await house.comes(one))
    await house.settle()
    return await house.seen()


@pytest.fixture(scope="module")
def houses() -> Iterator[Houses]:
    with asyncio.Runner() as runner, an_engine() as one, an_engine() as another:
        yield Houses(runner, one, another)


def test_the_order_of_messages_does_not_matter_nor_how_often_they_come(houses: Houses) -> None:
    run_state_machine_as_test(
        type("AStory", (Story,), {"houses": houses}),
        settings=settings(
            max_examples=60,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
