"""A server that speaks Last.fm's protocol, and is strict about it.

It stands for ws.audioscrobbler.com: every call is posted, signed by a key and secret that it
knows, and answered in XML; a session key comes from a token that a person allowed; a batch has at
most fifty listens, each with its artist, track and time, and what is too old is left out. That it
speaks as Last.fm does, `pylast` shows, which is written for the real one.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape

from aiohttp import web

from base.clock import Clock

KEY, SECRET = "k" * 32, "s" * 32
_OLDEST, _MOST = timedelta(days=14), 50
_METHODS = {
    "auth.getToken": (),
    "auth.getSession": ("token",),
    "track.updateNowPlaying": ("sk", "artist", "track"),
    "track.scrobble": ("sk", "artist[0]", "track[0]", "timestamp[0]"),
}


class CallError(Exception):
    """A call that Last.fm answers with an error of this number."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@dataclass
class LastFm:
    """What it has been told, and by whom."""

    clock: Clock
    url: str = ""
    tokens: dict[str, str | None] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    playing: list[dict[str, str]] = field(default_factory=list)
    scrobbled: list[dict[str, str]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    #: Number of an error with which the next call is answered, whatever it is.
    failing: int | None = None
    #: A track of this name is one that it leaves out.
    left_out: str = ""

    def allow(self, token: str, name: str) -> None:
        """Let a person allow what a token stands for, as they do on its page."""
        assert token in self.tokens
        self.tokens[token] = name

    def revoke(self) -> None:
        """Let people take back what they allowed."""
        self.sessions.clear()

    async def answer(self, request: web.Request) -> web.Response:
        said = {name: str(value) for name, value in (await request.post()).items()}
        try:
            body = f'<lfm status="ok">{self._called(said)}</lfm>'
        except CallError as failed:
            words = escape(failed.words)
            body = f'<lfm status="failed"><error code="{failed.code}">{words}</error></lfm>'
        return web.Response(
            text=f'<?xml version="1.0" encoding="utf-8"?>\n{body}', content_type="text/xml"
        )

    def _called(self, said: Mapping[str, str]) -> str:
        if self.failing is not None:
            raise CallError(self.failing, "as the test wants it")
        method = said.get("method", "")
        if method not in _METHODS:
            raise CallError(3, "Invalid Method")
        if said.get("api_key") != KEY:
            raise CallError(10, "Invalid API key")
        if said.get("api_sig") != signature(said):
            raise CallError(13, "Invalid method signature supplied")
        if missing := [name for name in _METHODS[method] if not said.get(name)]:
            raise CallError(6, f"Missing {missing[0]}")
        if "sk" in said and said["sk"] not in self.sessions:
            raise CallError(9, "Invalid session key - Please re-authenticate")
        match method:
            case "auth.getToken":
                return self._token()
            case "auth.getSession":
                return self._session(said["token"])
            case "track.updateNowPlaying":
                self.playing.append(dict(said))
                return '<nowplaying><ignoredMessage code="0"></ignoredMessage></nowplaying>'
            case _:
                return self._scrobble(said)

    def _token(self) -> str:
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = None
        return f"<token>{token}</token>"

    def _session(self, token: str) -> str:
        name = self.tokens.get(token)
        if name is None:
            raise CallError(14 if token in self.tokens else 4, "This token has not been authorized")
        del self.tokens[token]
        key = f"session-{len(self.sessions)}-{name}"
        self.sessions[key] = name
        return f"<session><name>{name}</name><key>{key}</key><subscriber>0</subscriber></session>"

    def _scrobble(self, said: Mapping[str, str]) -> str:
        numbers = sorted(
            {int(name[name.index("[") + 1 : -1]) for name in said if name.endswith("]")}
        )
        if numbers != list(range(len(numbers))) or len(numbers) > _MOST:
            raise CallError(6, "Invalid parameters")
        listens = [
            {name.partition("[")[0]: said[name] for name in said if name.endswith(f"[{at}]")}
            for at in numbers
        ]
        if any(not one.get(name) for one in listens for name in ("artist", "track", "timestamp")):
            raise CallError(6, "Missing parameter")
        codes = [self._ignored(one) for one in listens]
        self.batches.append(len(listens))
        taken = [one for one, code in zip(listens, codes, strict=True) if code == 0]
        self.scrobbled += taken
        parts = "".join(
            f'<scrobble><track corrected="0">{escape(one["track"])}</track>'
            f'<artist corrected="0">{escape(one["artist"])}</artist>'
            f"<timestamp>{one['timestamp']}</timestamp>"
            f'<ignoredMessage code="{code}"></ignoredMessage></scrobble>'
            for one, code in zip(listens, codes, strict=True)
        )
        ignored = len(listens) - len(taken)
        return f'<scrobbles accepted="{len(taken)}" ignored="{ignored}">{parts}</scrobbles>'

    def _ignored(self, listen: Mapping[str, str]) -> int:
        age = self.clock() - datetime.fromtimestamp(int(listen["timestamp"]), tz=UTC)
        if listen["track"] == self.left_out:
            return 2
        if age > _OLDEST:
            return 3
        return 4 if age < timedelta(days=-1) else 0


def signature(said: Mapping[str, str]) -> str:
    """Sign a call: names and values in the order of the names, and the secret behind them."""
    signed = {name: value for name, value in said.items() if name not in {"api_sig", "format"}}
    text = "".join(f"{name}{signed[name]}" for name in sorted(signed)) + SECRET
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@asynccontextmanager
async def lastfm(clock: Clock, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[LastFm]:
    """Serve it on a port of this machine."""
    server, app = LastFm(clock=clock), web.Application()
    app.router.add_post("/2.0/", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    host, port = runner.addresses[0][:2]
    server.url = f"{'https' if tls else 'http'}://{host}:{port}/2.0/"
    try:
        yield server
    finally:
        await runner.cleanup()
