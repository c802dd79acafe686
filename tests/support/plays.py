"""Listeners whose line is bad, and whether each play that they heard was counted once."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from typing import Protocol

from sqlalchemy import select

from base.database import Database
from catalog.models.ledger import Wallet
from catalog.models.plays import Counter as PlayCounter
from catalog.models.plays import Play, PlaySession
from tests.support.house import Answer, Document, until

#: What a server says that is down, starts, or is asked too often.
_LATER = frozenset({429, 502, 503, 504})
_MICROS = 1_000
_PRICES = (2, 4, 8, 16, 32, 64, 128, 256, 512)


class Asked(Protocol):
    """Whatever can be asked as a house is."""

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        data: bytes | Document | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Answer what it says."""


def sure(  # noqa: PLR0913 - a request has as many sides
    house: Asked,
    method: str,
    path: str,
    *,
    token: str,
    data: bytes | Document | None = None,
    headers: dict[str, str] | None = None,
    seconds: float = 60,
) -> Answer:
    """Ask until there is an answer that is no excuse."""
    said: list[object] = []

    def asked() -> Answer | None:
        try:
            answer = house.ask(method, path, token=token, data=data, headers=headers)
        except (OSError, HTTPException, ValueError) as error:
            said.append(error)
            return None
        said.append(answer.status)
        assert answer.status < 500 or answer.status in _LATER, answer.body
        return None if answer.status in _LATER else answer

    try:
        found: Answer = until(asked, seconds=seconds)
    except AssertionError:
        raise AssertionError(f"{method} {path}: {Counter(map(repr, said))}") from None
    return found


class LostPlay(Exception):  # noqa: N818 - it is no fault
    """A session is gone that was opened: it need not outlive a kill of the database."""


@dataclass
class Listener:
    """Plays tracks again and again, as a player does whose line is bad."""

    house: Asked
    token: str
    #: Which track is next; none while there is none.
    choose: Callable[[], str | None]
    #: How long an answer may take to come.
    patience_s: float = 60
    heard: list[str] = field(default_factory=list)
    #: How many sessions were gone before they came to a play.
    lost: int = 0

    def listen(self, is_over: Callable[[], bool]) -> None:
        while not is_over():
            track = self.choose()
            if track is None:
                time.sleep(0.2)
            else:
                self.play(track)

    def play(self, track: str) -> None:
        """Hear a track for long enough, unless its session is lost."""
        try:
            self._play(track)
        except LostPlay:
            self.lost += 1

    def _play(self, track: str) -> None:
        play = self._sure("POST", "/api/v1/plays", {"track": track}).json
        self._sure("GET", play["progressive"][0]["url"])
        for at in (0.0, 0.6, 1.2):
            self._sure(
                "POST",
                f"/api/v1/plays/{play['play']}/heartbeat",
                {"position_s": at, "elapsed_s": at},
            )
            time.sleep(0.6)
        # All was served, and all reports were acknowledged.
        self.heard.append(play["play"])

    def _sure(self, method: str, path: str, data: Document | None = None) -> Answer:
        found = sure(self.house, method, path, token=self.token, data=data, seconds=self.patience_s)
        if found.status == HTTPStatus.NOT_FOUND and path != "/api/v1/plays":
            raise LostPlay
        assert found.status in {200, 201, 206}, (found.status, found.body)
        return found

    def is_settled(self, play: str) -> bool:
        with suppress(OSError, HTTPException, ValueError):
            answer = self.house.ask("GET", f"/api/v1/plays/{play}", token=self.token)
            return answer.status == 200 and answer.json["verdict"] == "settled"
        return False

    def await_settled(self, *, seconds: float = 60) -> None:
        for play in self.heard:
            until(lambda play=play: self.is_settled(play), seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the house wrote down of all plays."""

    plays: list[Play]
    #: Wallets by listener, in millionths of a credit.
    wallets: dict[object, int]
    #: How many were paid, by listener and recording.
    counters: dict[tuple[object, object], int]
    #: How many sessions have enough evidence, and are not settled yet.
    due: int

    def require_each_once(self, heard: list[str]) -> None:
        """See that what was heard was counted, and nothing was counted twice."""
        counted = Counter(str(one.session_id) for one in self.plays)
        assert {counted[play] for play in heard} <= {1}
        assert set(counted.values()) <= {1}

    def require_exact(self, credit: int) -> None:
        """See that each paid the steps in their order, and that wallets and counters agree."""
        paid: defaultdict[tuple[object, object], list[Play]] = defaultdict(list)
        for play in self.plays:
            paid[play.listener_id, play.recording_id].append(play)
        spent: Counter[object] = Counter()
        for (listener, recording), plays in paid.items():
            steps = sorted(one.step for one in plays if one.step)
            assert steps == list(range(1, len(steps) + 1))
            prices = {one.step: one.price_millicredits for one in plays if one.step}
            assert prices == {step: _PRICES[step - 1] for step in steps}
            assert not any(one.price_millicredits for one in plays if not one.step)
            assert self.counters[listener, recording] == len(steps)
            spent[listener] += sum(prices.values())
        for listener, millicredits in spent.items():
            assert self.wallets[listener] == (credit - millicredits) * _MICROS


async def books_of(url: str) -> Books:
    database = Database(url)
    try:
        async with database.read() as session:
            plays = list(await session.scalars(select(Play)))
            wallets = await session.scalars(select(Wallet))
            counters = await session.scalars(select(PlayCounter))
            due = await session.scalars(
                select(PlaySession.id).where(PlaySession.state.in_(["qualified", "held"]))
            )
            return Books(
                plays=plays,
                wallets={one.listener_id: one.balance_micros + one.promo_micros for one in wallets},
                counters={(one.listener_id, one.recording_id): one.plays for one in counters},
                due=len(list(due)),
            )
    finally:
        await database.close()
