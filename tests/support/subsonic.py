"""A player of OpenSubsonic as tests of a house within a test need it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.support.opensubsonic.described import require_described
from tests.support.served import Answer, Client


@dataclass(frozen=True, kw_only=True)
class Player:
    """Somebody's player: each answer that it reads is held against OpenSubsonic's description."""

    house: Client
    key: str

    async def send(self, name: str, /, **asked: object) -> Answer:
        """Ask for something, and answer what comes as it comes; a list is several of a name."""
        text = urlencode({"apiKey": self.key, "f": "json", **asked}, doseq=True)
        return await self.house.ask("GET", f"/rest/{name}?{text}")

    async def ask(self, name: str, /, **asked: object) -> Any:  # noqa: ANN401 - a document
        """Ask for a document."""
        answer = await self.send(name, **asked)
        document = json.loads(answer.body)
        require_described(name, document)
        return document["subsonic-response"]

    async def get(self, name: str, part: str, /, **asked: object) -> Any:  # noqa: ANN401 - of it
        """Ask for a part of a document that has to be there."""
        told = await self.ask(name, **asked)
        assert told["status"] == "ok", told
        return told[part]


async def player_of(house: Client, token: str) -> Player:
    """Answer a player of somebody, with a password of its own."""
    asked = {"label": "my phone", "for_player": True}
    made = await house.ask("POST", "/api/v1/tokens", token=token, data=asked)
    return Player(house=house, key=made.json["token"])
