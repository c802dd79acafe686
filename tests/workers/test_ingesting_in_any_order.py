"""Messages come in any order and any number of times, and end in the same catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog.kinds import Kind
from tests.support.delivering import a_partner, deliver
from tests.support.ern import US, deal_43
from tests.support.ern_album import Album, Song, purge
from tests.support.projected import examine, projected, strays
from tests.support.working import waiting, workshop
from workers.actors import perform
from workers.holding import Holding

T = TypeVar("T")


@dataclass(frozen=True)
class Sent:
    """A message, and the files that come with it."""

    xml: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


def at(minute: int) -> str:
    return f"2024-03-01T10:{minute:02}:00Z"


def party(*ids: str, name: str = "Somebody") -> str:
    told = "".join(f"<PartyId>{one}</PartyId>" for one in ids)
    return (
        f"<Party><PartyReference>PA1</PartyReference><PartyName><FullName>{name}</FullName>"
        f"</PartyName>{told}</Party><Party><PartyReference>PL1</PartyReference>"
        "<PartyName><FullName>A Label</FullName></PartyName></Party>"
    )


NUMBER = '<ProprietaryId Namespace="PADPIDA1">5</ProprietaryId>'
ISNI = "<ISNI>0000000121032683</ISNI>"
OWN = '<ProprietaryId Namespace="PADPIDA1">{}</ProprietaryId>'


def grid(n: int) -> str:
    return f"<GRid>A12425G{n:010}M</GRid>"


def icpn(n: int) -> str:
    return f"<ICPN>4{n:012}</ICPN>"


def sound(n: int, text: str) -> bytes:
    return f"{text} of {n}".encode()


def sent(album: Album, *, has_files: bool = True) -> Sent:
    return Sent(album.xml(), album.files() if has_files else {})


def changed_and_purged(n: int, dpid: str) -> list[Sent]:
    """New, changed by XML alone, taken down, back with another file, purged, and back again."""
    one, two, three = (
        Song(number=n + 1, data=sound(n, "1")),
        Song(number=n + 2, data=sound(n, "2")),
        Song(number=n + 3, data=sound(n, "3"), title="New"),
    )
    us = deal_43("R0", "R1", "R2", "R3", where="<TerritoryCode>US</TerritoryCode>")
    told = {"sender": dpid}
    return [
        sent(Album(songs=(one, two), message_id="M1", created=at(1), names=icpn(n), **told)),
        sent(
            Album(
                songs=(two, one, three),
                message_id="M2",
                created=at(2),
                title="A Better Title",
                names=icpn(n) + grid(n),
                deals=us,
                cover=sound(n, "a picture"),
                **told,
            ),
        ),
        sent(
            Album(
                songs=(one, two), message_id="M3", created=at(3), names=grid(n), deals="", **told
            ),
            has_files=False,
        ),
        sent(
            Album(
                songs=(Song(number=n + 1, data=sound(n, "another")), two),
                message_id="M4",
                created=at(4),
                names=grid(n),
                **told,
            )
        ),
        Sent(purge(icpn(n), message_id="P5", created=at(5), sender=dpid)),
        sent(
            Album(
                songs=(three, one),
                message_id="M6",
                created=at(6),
                names=grid(n),
                cover=sound(n, "another"),
                **told,
            ),
            has_files=False,
        ),
    ]


def joined(n: int, dpid: str) -> list[Sent]:
    """Two releases turn out to be one, and two artists, too; one recording is on both."""
    one, two = Song(number=n + 1, data=sound(n, "1")), Song(number=n + 2, data=sound(n, "2"))
    told = {"sender": dpid}
    return [
        sent(
            Album(
                songs=(one,),
                message_id="M1",
                created=at(1),
                names=OWN.format("X"),
                parties=party(NUMBER),
                **told,
            )
        ),
        sent(
            Album(
                songs=(one, two),
                message_id="M2",
                created=at(2),
                names=OWN.format("Y"),
                parties=party(ISNI, name="SOMEBODY"),
                title="Another",
                **told,
            )
        ),
        sent(
            Album(
                songs=(two,),
                message_id="M3",
                created=at(3),
                names=OWN.format("X") + OWN.format("Y"),
                parties=party(ISNI, NUMBER, name="Somebody Else"),
                **told,
            ),
            has_files=False,
        ),
        sent(
            Album(
                songs=(one,),
                message_id="M4",
                created=at(4),
                names=icpn(n),
                parties=party(NUMBER, name="Somebody"),
                **told,
            ),
            has_files=False,
        ),
    ]


def purged_late(n: int, dpid: str) -> list[Sent]:
    """A track is purged by itself, and a release by an old name, after which nothing came."""
    one, two = Song(number=n + 1, data=sound(n, "1")), Song(number=n + 2, data=sound(n, "2"))
    told = {"sender": dpid}
    return [
        sent(
            Album(songs=(one, two), message_id="M1", created=at(1), names=icpn(n) + grid(n), **told)
        ),
        sent(
            Album(songs=(one, two), message_id="M2", created=at(2), names=grid(n), **told),
            has_files=False,
        ),
        Sent(purge(f"<ISRC>{two.isrc}</ISRC>", message_id="P3", created=at(3), sender=dpid)),
        sent(
            Album(
                songs=(one, two),
                message_id="M4",
                created=at(2),
                names=OWN.format("Z"),
                title="With both",
                **told,
            ),
            has_files=False,
        ),
        Sent(purge(icpn(n), message_id="P5", created=at(4), sender=dpid)),
    ]


STORIES = [changed_and_purged, joined, purged_late]
orders = st.integers(0, len(STORIES) - 1).flatmap(
    lambda story: st.tuples(
        st.just(story),
        st.permutations(range(len(STORIES[story](0, "PADPIDA0")))),
        st.lists(st.integers(0, 10), max_size=2),
        st.integers(0, 3),
    )
)


class Houses:
    """A database for all examples: each has a partner, an account and recordings of its own."""

    def __init__(self, folder: Path) -> None:
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        self.holding: Holding = self.run(
            self.stack.enter_async_context(workshop(folder, ddex_party_id=US))
        )
        self.numbers = count(1)
        self.ends: dict[int, str] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def close(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()

    async def told(
        self, story: Callable[[int, str], list[Sent]], order: list[int], late: int
    ) -> str:
        """Let the messages of a story come in an order; answer what can be seen in the end.

        Up to `late` jobs are left until more has come.
        """
        number = next(self.numbers)
        dpid = f"PADPIDA{number}"
        partner = await a_partner(self.holding, dpid)
        messages = story(10 * number, dpid)
        for one in order:
            await deliver(self.holding, partner, messages[one].xml, messages[one].files)
            for job in (await waiting(self.holding, Kind.INGEST))[late:]:
                await perform(self.holding, [job])
        await self.settled()
        async with self.holding.tools.database.read() as session:
            assert await strays(session) == []
            found = await projected(session, now=self.holding.tools.clock(), partner_id=partner.id)
        return told_alike(found, 10 * number)

    async def settled(self) -> None:
        """Do all that there is to do."""
        for _ in range(4):
            while jobs := await waiting(self.holding, Kind.INGEST):
                await perform(self.holding, [jobs[-1]])
            await examine(self.holding)


def told_alike(found: object, base: int) -> str:
    """Write down what can be seen, with numbers of recordings as if it were the first example."""
    text = repr_of(found).replace(f"{base:010}", "N" * 10)
    for word in ("1", "2", "3", "another", "a picture"):
        text = text.replace(sha256(sound(base, word)).hexdigest(), f"file {word}")
    for n in range(1, 4):
        text = text.replace(f"QZTST24{base + n:05}", f"#{n}").replace(f"'T{base + n}'", f"'T#{n}'")
    return text


def repr_of(one: object) -> str:
    if isinstance(one, dict):
        return "{" + ", ".join(f"{k!r}: {repr_of(v)}" for k, v in sorted(one.items())) + "}"
    if isinstance(one, set | frozenset):
        return "{" + ", ".join(sorted(map(repr_of, one))) + "}"
    if isinstance(one, list | tuple):
        return "[" + ",\n".join(map(repr_of, one)) + "]"
    return repr(one)


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    opened = Houses(tmp_path_factory.mktemp("houses"))
    yield opened
    opened.close()


@settings(
    max_examples=12,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=orders)
def test_the_order_of_messages_does_not_matter_nor_how_often_they_come(
    houses: Houses, told: tuple[int, list[int], list[int], int]
) -> None:
    which, order, again, late = told
    story = STORIES[which]
    in_turn = houses.ends.get(which)
    if in_turn is None:
        first = houses.run(houses.told(story, list(range(len(order))), 0))
        in_turn = houses.ends.setdefault(which, first)

    ended = houses.run(
        houses.told(story, [*order, *(order[one % len(order)] for one in again)], late)
    )

    assert ended == in_turn
