"""Messages taken without jobs and storage: by the function that takes them, and as often as asked.

A house begins empty for each story, and forgets it at its end: all of a story is one transaction
that is never written, of a database in memory. Nothing waits there, so no thread is asked.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, select
from sqlalchemy.ext.asyncio import AsyncSession

from base.database import Session
from base.storage.port import key_of
from catalog.ern_messages import arrived
from catalog.ern_states import DeliveryState, MessageState
from catalog.models.ddex import Delivery, ErnMessage, Partner, SuppliedFile
from catalog.people import caller_with, create_account
from catalog.roles import Role
from catalog.supplied_facts import Told
from ingest.ddex.taking.judged import Partnership, Ready, make_ready
from ingest.ddex.taking.occasion import Occasion
from ingest.ddex.taking.taking import take
from tests.support.catalog import NOON, sqlite_template
from tests.support.ern import US
from tests.support.projected import examine_all, projected, strays

#: Where the head of a file says that it has a log beside it, which memory has not.
_WAL = slice(18, 20)


@dataclass(frozen=True)
class Sent:
    """A message, who sends it, and the files that come with it, by their paths beside it."""

    xml: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    sender: str = ""


@lru_cache(512)
def _ready(xml: bytes, dpid: str, others: frozenset[str]) -> Ready:
    return make_ready(xml, Partnership(dpid=dpid, own={}, others=others, us=US), NOON)


class House:
    """A catalogue and its partners, as messages come in."""

    def __init__(self, connection: Connection, partners: Iterable[Partner]) -> None:
        self._connection = connection
        self.partners = {one.dpid: one for one in partners}
        self._seen = defaultdict[UUID, int](int)
        self._xml: dict[UUID, bytes] = {}
        #: What each message that waits has found; what was answered last.
        self.states: dict[UUID, MessageState] = {}

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[Session]:
        async with _session(self._connection) as session:
            yield session

    async def comes(self, sent: Sent, *, without: frozenset[str] = frozenset()) -> UUID:
        """Let a message come in a delivery of its own, without some of its files."""
        partner = self.partners[sent.sender]
        delivery = _delivery(partner)
        message_id = uuid4()
        self._xml[message_id] = sent.xml
        async with self._begin() as session:
            session.add(delivery)
            await session.flush()
            session.add(
                ErnMessage(
                    id=message_id,
                    partner_id=partner.id,
                    delivery_id=delivery.id,
                    path="message.xml",
                    sha256=hashlib.sha256(sent.xml).hexdigest(),
                    size_bytes=len(sent.xml),
                    storage_key="ddex/none",
                    is_test=False,
                    state=MessageState.RECEIVED,
                    findings=[],
                    received_at=NOON,
                    asked=1,
                )
            )
            for path, data in sent.files.items():
                if path not in without:
                    session.add(_file(delivery.id, partner.id, path, data))
        return message_id

    async def late(self, message_id: UUID, files: Mapping[str, bytes]) -> None:
        """Let files come late for a message."""
        async with self._begin() as session:
            row = await session.get_one(ErnMessage, message_id)
            for path, data in files.items():
                session.add(_file(row.delivery_id, row.partner_id, path, data))
            row.asked += 1

    async def asked(self) -> list[UUID]:
        """Answer the messages that are to be looked at, by when they came."""
        async with self._begin() as session:
            rows = await session.execute(select(ErnMessage.id, ErnMessage.asked))
        asked = {one: count for one, count in rows if count > self._seen[one]}
        return [one for one in self._xml if one in asked]

    async def take(self, message_id: UUID) -> None:
        """Take a message, as its job does."""
        async with self._begin() as session:
            came = await arrived(session, message_id, lock=True)
            self._seen[message_id] = came.row.asked
            others = frozenset(self.partners) - {came.partner.dpid}
            ready = _ready(self._xml[message_id], came.partner.dpid, others)
            assert ready.message is not None
            header = ready.message.header
            occasion = Occasion(
                arrived=came,
                caller=await caller_with(session, came.partner.account_id),
                told=Told(at=header.created_at, message=header.message_id),
                request_id="test",
                now=NOON,
                our_name="Refrain",
                party_id=US,
            )
            ending = await take(session, ready, occasion)
        self.states[message_id] = ending.state

    async def examine(self) -> None:
        """Let all that is stored be looked into."""
        async with self._begin() as session:
            await examine_all(session, now=NOON)

    async def settle(self) -> None:
        """Do all that there is to do."""
        asked = await self.asked()
        for _ in range(20):
            for one in asked:
                await self.take(one)
            await self.examine()
            if not (asked := await self.asked()):
                return
        raise AssertionError("messages ask for each other without end")

    async def seen(self) -> dict[str, Any]:
        """Answer what can be seen of each partner's music."""
        async with self._begin() as session:
            assert await strays(session) == []
            return {
                dpid: await projected(session, now=NOON, partner_id=one.id)
                for dpid, one in self.partners.items()
            }


class _Cursor(sqlite3.Cursor):
    """A cursor of which an asynchronous session may ask what it asks of its own."""

    async def _async_soft_close(self) -> None:
        """Do nothing: there is no thread that would have to let go of it."""


class _Memory(sqlite3.Connection):
    def cursor(self, factory: type[sqlite3.Cursor] = _Cursor) -> sqlite3.Cursor:  # type: ignore[override] # of one kind
        return super().cursor(factory)


@contextmanager
def an_engine() -> Iterator[Engine]:
    """Open a database in memory that has all tables."""
    memory = sqlite3.connect(":memory:", isolation_level=None, factory=_Memory)
    template = bytearray(sqlite_template())
    template[_WAL] = b"\1\1"
    memory.deserialize(bytes(template))
    memory.execute("PRAGMA foreign_keys = ON")
    engine = create_engine("sqlite://", creator=lambda: memory, poolclass=StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    try:
        yield engine
    finally:
        engine.dispose()
        memory.close()


@asynccontextmanager
async def a_house(engine: Engine, *dpids: str) -> AsyncIterator[House]:
    """Begin a house with partners; whatever happens in it is forgotten."""
    with engine.connect() as connection, connection.begin() as transaction:
        async with _session(connection) as session:
            partners = [await _partner(session, dpid) for dpid in dpids]
        yield House(connection, partners)
        transaction.rollback()


@asynccontextmanager
async def _session(connection: Connection) -> AsyncIterator[Session]:
    session = AsyncSession(join_transaction_mode="create_savepoint", expire_on_commit=False)
    session.sync_session.bind = connection
    async with session, session.begin():
        yield session


async def _partner(session: Session, dpid: str) -> Partner:
    account = await create_account(session, name=f"Music of {dpid}", role=Role.LABEL, now=NOON)
    row = Partner(
        id=uuid4(),
        dpid=dpid,
        name="A Label",
        account_id=account.id,
        state="active",
        keys=[],
        severities={},
        created_by=account.id,
        created_at=NOON,
        changed_at=NOON,
    )
    session.add(row)
    return row


def _delivery(partner: Partner) -> Delivery:
    return Delivery(
        id=uuid4(),
        partner_id=partner.id,
        way="sftp",
        layout="release",
        name=uuid4().hex,
        state=DeliveryState.COMPLETE,
        is_unlisted=False,
        findings=[],
        seen_at=NOON,
    )


def _file(delivery_id: UUID, partner_id: UUID, path: str, data: bytes) -> SuppliedFile:
    digest = hashlib.sha256(data).hexdigest()
    return SuppliedFile(
        id=uuid4(),
        delivery_id=delivery_id,
        partner_id=partner_id,
        path=path,
        size_bytes=len(data),
        sha256=digest,
        mark=path,
        digests={"MD5": hashlib.md5(data, usedforsecurity=False).hexdigest()},
        storage_key=key_of("masters", digest),
        received_at=NOON,
    )
