"""Listeners with money, who say again whatever was not answered, and remember what was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from stream.idempotency import HEADER
from tests.support.house import Answer, Document
from tests.support.plays import Asked, Listener, sure

_PURCHASES, _REFUNDS, _TOPUPS = "/api/v1/purchases", "/api/v1/refunds", "/api/v1/topups"
_WHY = "asked for it"
#: What may well be refused, for reasons of its own.
_REFUSED = frozenset(
    {
        "later-plays-first",
        "not-refundable",
        "nothing-to-buy",
        "nothing-to-refund",
        "nothing-unspent",
        "play-unknown",
        "played-since",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A request that moved money, and how it was acknowledged."""

    path: str
    token: str
    key: str
    data: Document
    said: Document

    def again(self, house: Asked) -> Document:
        """Send the same again."""
        headers = {HEADER: self.key}
        answer = sure(house, "POST", self.path, token=self.token, data=self.data, headers=headers)
        assert answer.status in {200, 201}, answer.body
        return answer.json


@dataclass
class Customer:
    """Hears music, pays for it, buys it, and gives some of it back."""

    house: Asked
    token: str
    treasurer: str
    tracks: Sequence[str]
    chance: Random
    done: list[Deed] = field(default_factory=list)
    #: What was heard, by track, in that order.
    heard: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: Sessions that were gone before they came to a play.
    lost: int = 0
    #: Purchases that were not given back, by track; top-ups that were paid.
    kept: dict[str, Document] = field(default_factory=dict)
    paid: list[str] = field(default_factory=list)

    def live(self, is_over: Callable[[], bool]) -> None:
        """Go on until it is over."""
        self.top_up()
        acts = (self.listen, self.buy, self.top_up, self.send_back)
        while not is_over():
            [act] = self.chance.choices(acts, weights=(4, 6, 1, 1))
            act()

    def listen(self) -> None:
        """Hear a track for long enough."""
        track = self._track()
        player = Listener(self.house, self.token, lambda: track)
        player.play(track)
        self.heard[track] += player.heard
        self.lost += player.lost

    def top_up(self) -> None:
        """Order a pack, and let a treasurer find the transfer."""
        order = self._do(
            _TOPUPS, {"product": "credits-5", "provider": "manual", "country": "DE"}
        ).json
        found = {"amount": order["price"], "currency": order["currency"], "scale": 6}
        found["bank_reference"] = f"B-{order['id']}"
        self._do(f"{_TOPUPS}/{order['id']}/confirmation", found, token=self.treasurer)
        self.paid.append(order["id"])

    def send_back(self) -> None:
        """Let a treasurer send back what is unspent of a top-up; there is another by then."""
        topup = self.chance.choice(self.paid)
        self.top_up()
        self.paid.remove(topup)
        self._do(f"{_TOPUPS}/{topup}/refund", {"reason": _WHY}, token=self.treasurer)

    def buy(self) -> None:
        """Buy a track, and perhaps give it back; what is owned already is given back."""
        track = self._track()
        answer = self._do(_PURCHASES, {"track": track})
        if answer.status == 201:
            [bought] = answer.json["purchases"]
            self.kept[track] = bought
            if self.chance.random() < 0.5:
                self._give_back(track)
        else:
            self._give_back(track)

    def _give_back(self, track: str) -> None:
        """Give back what was bought, or else what was paid for by hearing it."""
        if track in self.kept:
            asked = {"purchase": self.kept[track]["id"], "reason": _WHY}
            if self._do(_REFUNDS, asked).status == 201:
                del self.kept[track]
            return
        for play in reversed(self.heard[track]):
            self._do(_REFUNDS, {"play": play, "reason": _WHY}, token=self.treasurer)

    def _do(self, path: str, data: Document, *, token: str = "") -> Answer:
        key, token = str(UUID(int=self.chance.getrandbits(128))), token or self.token
        headers = {HEADER: key}
        answer = sure(self.house, "POST", path, token=token, data=data, headers=headers)
        if answer.status in {200, 201}:
            deed = Deed(path=path, token=token, key=key, data=data, said=answer.json)
            self.done.append(deed)
        else:
            assert code_of(answer) in _REFUSED, answer.body
        return answer

    def _track(self) -> str:
        return self.chance.choice(self.tracks)


def code_of(answer: Answer) -> str:
    """Answer why something was refused."""
    return str(answer.json["type"]).rpartition(":")[2]
