"""A player of OpenSubsonic as tests need it, and what its answers have to look like."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs

from tests.support.masters import ROOT
from tests.support.served import Answer, Client

_OPENAPI = Path(os.environ.get("REFRAIN_SHARED", ROOT.parent / "shared")) / "opensubsonic"


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


def described_calls() -> set[str]:
    """Answer the calls that OpenSubsonic describes, where the description is here."""
    return {path.stem for path in (_OPENAPI / "endpoints").glob("*.json")}


def require_described(name: str, document: Mapping[str, Any]) -> None:
    """See that a document is what is described of its call, where the description is here."""
    path = _OPENAPI / "endpoints" / f"{name.removesuffix('.view')}.json"
    if path.exists():
        _validator(path).validate(document)


@cache
def _validator(path: Path) -> jsonschema_rs.Validator:
    answers = json.loads(path.read_text())["get"]["responses"]["200"]
    if "$ref" in answers:
        path = (path.parent / answers["$ref"]).resolve()
        answers = json.loads(path.read_text())
    # Of what sends music or pictures it is not described how it refuses.
    failed = (_OPENAPI / "schemas/SubsonicResponse/SubsonicFailureResponse.json").resolve()
    refused = {"properties": {"subsonic-response": {"$ref": failed.as_uri()}}}
    schema = answers["content"].get("application/json", {"schema": refused})["schema"]
    return jsonschema_rs.validator_for(
        schema, base_uri=path.resolve().as_uri(), retriever=_read, validate_formats=True
    )


def _read(uri: str) -> Any:  # noqa: ANN401 - a schema
    return json.loads(Path(uri.removeprefix("file://")).read_text())
