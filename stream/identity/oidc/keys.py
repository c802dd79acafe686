"""The keys of the provider, as a process holds them: opened once, and looked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from aiohttp import web
from joserfc.jwk import KeySet, RSAKey

from base.errors import Broken
from base.signing_keys import Sealed, open_key
from base.tools import Tools
from catalog.key_plan import KeyTimes, signing
from catalog.models.oidc import SigningKey
from catalog.signing_keys import is_due, signing_keys, turn_keys

log = structlog.get_logger()

#: A key is published for days before it signs: each process has seen it by then.
_LOOKED_FOR_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The keys at one time."""

    published: KeySet
    times: Sequence[KeyTimes]
    private: dict[str, RSAKey] = field(repr=False)
    seen_at: datetime


class Keys:
    """Answers the key that signs, and those by which others check."""

    def __init__(self, tools: Tools, secrets: Sequence[bytes]) -> None:
        """Nothing is opened yet."""
        self._tools = tools
        self._secrets = secrets
        self._opened: Opened | None = None
        self._turn = asyncio.Lock()

    async def signing(self) -> RSAKey:
        """Answer the key that signs now.

        The first of a house is made when it is asked for; so is each next one, days before it
        signs, and by a server, as workers need not know the secret that seals it.
        """
        opened = await self._fresh()
        found = signing([one for one in opened.times if one.id in opened.private], opened.seen_at)
        if found is None:
            raise Broken("no-signing-key", "There is no key that signs.")
        return opened.private[found.id]

    async def published(self) -> KeySet:
        """Answer what others check our signatures by."""
        return (await self._fresh()).published

    async def _fresh(self) -> Opened:
        now, opened = self._tools.clock(), self._opened
        if opened is not None and now - opened.seen_at < _LOOKED_FOR_EVERY:
            return opened
        async with self._turn:
            if self._opened is opened:
                self._opened = await self._looked_for(now)
            return self._opened or await self._looked_for(now)

    async def _looked_for(self, now: datetime) -> Opened:
        rows = await self._rows()
        opened = self._open(rows, now)
        if not is_due(rows, opened=opened.private, now=now):
            return opened
        async with self._tools.database.begin() as session:
            await turn_keys(session, secret=self._secrets[0], opened=opened.private, now=now)
        return self._open(await self._rows(), now)

    async def _rows(self) -> Sequence[SigningKey]:
        async with self._tools.database.read() as session:
            return await signing_keys(session)

    def _open(self, rows: Sequence[SigningKey], now: datetime) -> Opened:
        private = {}
        for row in rows:
            try:
                private[row.id] = open_key(
                    Sealed(id=row.id, public=row.public, sealed=row.sealed), self._secrets
                )
            except Broken as error:
                # What it signed is still checked by its public part; another signs from now on.
                log.warning("a key that signs is not opened", key=row.id, why=error.sentence)
        public = [RSAKey.import_key(dict(row.public)) for row in rows]
        return Opened(
            published=KeySet(list(public)),
            times=[KeyTimes(id=row.id, signs_from=row.signs_from) for row in rows],
            private=private,
            seen_at=now,
        )


OPENID_KEYS = web.AppKey("openid_keys", Keys)
