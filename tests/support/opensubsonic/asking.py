"""A server of OpenSubsonic, whosever it is, and how somebody asks it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import requests

from tests.support.opensubsonic.described import require_described, require_failure

VERSION = "1.16.1"
#: That there is no such call here.
NOT_HERE = frozenset({404, 405, 410, 501})
_LONG_S = 60

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Known:
    """By what somebody is known: a name and a password, a key, or both.

    Servers of before 1.13 know of no digest, and are shown the password.
    """

    username: str = ""
    password: str = ""
    key: str = ""
    is_digested: bool = True

    def plainly(self) -> dict[str, str]:
        """Show the password as it is."""
        return {"u": self.username, "p": self.password}

    def hidden(self) -> dict[str, str]:
        """Show the password in hexadecimal."""
        return {"u": self.username, "p": f"enc:{self.password.encode().hex()}"}

    def digested(self) -> dict[str, str]:
        """Show that the password is known, by a digest of it and of a salt."""
        salt = secrets.token_hex(6)
        digest = hashlib.md5((self.password + salt).encode(), usedforsecurity=False)
        return {"u": self.username, "t": digest.hexdigest(), "s": salt}

    def by_key(self) -> dict[str, str]:
        """Show a key."""
        return {"apiKey": self.key}

    def shown(self) -> dict[str, str]:
        """Show whichever is known best."""
        if self.key:
            return self.by_key()
        return self.digested() if self.is_digested else self.hidden()


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server, and by what it knows whoever asks.

    Of one that `is_held` each answer is held against the description; of others only those that
    test_calls asks for, so that one fault is not told by every test.
    """

    url: str
    known: Known
    is_held: bool = True
    version: tuple[int, ...] = tuple(int(part) for part in VERSION.split("."))
    http: requests.Session = field(default_factory=requests.Session)

    def require_version(self, *since: int) -> None:
        """Skip what the server says that it is too old for."""
        if self.version < since:
            pytest.skip(f"needs version {'.'.join(map(str, since))}: this is of before")

    def seen_by(self, known: Known) -> Server:
        """Answer the same as somebody else sees it."""
        return replace(self, known=known)

    def send(
        self,
        name: str,
        asked: Mapping[str, object] | None = None,
        *,
        method: str = "GET",
        shown: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Ask, and answer what comes as it comes; a list is several of a name."""
        who = self.known.shown() if shown is None else shown
        told = {**who, "v": VERSION, "c": "conformance", "f": "json", **(asked or {})}
        given = {name: value for name, value in told.items() if value is not None}
        way = "data" if method == "POST" else "params"
        return self.http.request(
            method,
            f"{self.url}/rest/{name}",
            headers=headers,
            timeout=_LONG_S,
            allow_redirects=True,
            **{way: given},
        )

    def ask(self, name: str, /, **asked: object) -> Document:
        """Ask for a document, which has to be as it is described where the server is held to it.

        What the server has not (`NOT_HERE`) skips the test that asks.
        """
        answer = self.send(name, asked)
        if answer.status_code in NOT_HERE:
            pytest.skip(f"there is no {name} here")
        document = answer.json()
        if self.is_held:
            require_described(name, document)
        told: Document = document["subsonic-response"]
        return told

    def get(self, name: str, part: str, /, **asked: object) -> Any:  # noqa: ANN401 - of it
        """Ask for a part of a document that has to be there."""
        told = self.ask(name, **asked)
        assert told["status"] == "ok", told
        return told[part]

    def listed(self, name: str, part: str, of: str, /, **asked: object) -> list[Document]:
        """Ask for a list, which is left out where nothing is on it."""
        found: list[Document] = self.get(name, part, **asked).get(of, [])
        return found


def failure_in(answer: requests.Response) -> int:
    """Answer the number of what went wrong, where something has to have."""
    document = json.loads(answer.content)
    require_failure(document)
    told = document["subsonic-response"]
    assert told["status"] == "failed", told
    number: int = told["error"]["code"]
    return number
