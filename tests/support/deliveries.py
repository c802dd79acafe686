"""Deliveries of labels as tests need them: files in an inbox, and what is known of them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from base.clock import Clock, system_clock
from base.database import Database
from base.storage.port import Storage
from catalog.models.ddex import Delivery, ErnMessage, Partner, SuppliedFile
from catalog.models.jobs import Job
from catalog.partners import PartnerFacts, add_partner
from catalog.roles import Role
from ingest.ddex.arriving.inbox import Inbox
from ingest.ddex.arriving.receiving import Limits, Reception, receive
from tests.support.catalog import NOON, person
from tests.support.ern import SENDER, message_43

BATCH = "N_20240301100000000"


async def nothing() -> None:
    """Nobody else does it."""


async def partner_of(
    database: Database, dpid: str = SENDER, *, prefix: str | None = None, keys: tuple[str, ...] = ()
) -> Partner:
    label = await person(database, Role.LABEL)
    facts = PartnerFacts(
        name="Kooperativ", account_id=label.id, severities={}, keys=keys, prefix=prefix
    )
    async with database.begin() as session:
        return await add_partner(session, dpid, facts, by=label.id, now=NOON)


def batch(name: str = BATCH, *releases: str) -> dict[str, bytes]:
    """Answer the files of a batch by their paths, its empty mark last."""
    files: dict[str, bytes] = {}
    for number, release in enumerate(releases or ("A1", "A2"), 1):
        folder = f"{name}/{release}"
        files[f"{folder}/{release}.xml"] = message_43(["One"], message_id=f"M-{name}-{number}")
        files[f"{folder}/resources/01.flac"] = b"fLaC" + release.encode() * 1000
    return files | {f"{name}/BatchComplete_{name[2:]}": b""}


def manifest(
    messages: Mapping[str, bytes], *, number: int | None = None, sums: bool = True
) -> bytes:
    """Write a ManifestMessage that lists messages by their addresses."""
    listed = "".join(
        "<MessageInBatch><MessageType>NewReleaseMessage</MessageType><MessageId>M</MessageId>"
        f"<URL>{address}</URL><IncludedReleaseId><GRid>G</GRid></IncludedReleaseId>"
        + (
            f"<HashSum><HashSum>{hashlib.sha1(content).hexdigest()}</HashSum>"  # noqa: S324
            "<HashSumAlgorithmType>SHA1</HashSumAlgorithmType></HashSum>"
            if sums
            else ""
        )
        + "</MessageInBatch>"
        for address, content in messages.items()
    )
    total = len(messages) if number is None else number
    return (
        '<?xml version="1.0"?><c:ManifestMessage xmlns:c="http://ddex.net/xml/ern-c-sftp/17">'
        "<MessageHeader><MessageId>B</MessageId></MessageHeader><IsTestFlag>false</IsTestFlag>"
        f"<RootDirectory>/</RootDirectory><NumberOfMessages>{total}</NumberOfMessages>"
        f"{listed}</c:ManifestMessage>"
    ).encode()


def lay(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known of what was delivered."""

    deliveries: list[Delivery]
    files: list[SuppliedFile]
    messages: list[ErnMessage]
    jobs: list[Job]

    @property
    def paths(self) -> list[str]:
        return sorted(one.path for one in self.files)

    @property
    def codes(self) -> list[str]:
        return [one["code"] for row in self.deliveries for one in row.findings]


async def known(database: Database) -> Known:
    async with database.read() as session:
        deliveries = select(Delivery).order_by(Delivery.seen_at, Delivery.name)
        messages = select(ErnMessage).order_by(ErnMessage.received_at)
        return Known(
            deliveries=list(await session.scalars(deliveries)),
            files=list(await session.scalars(select(SuppliedFile))),
            messages=list(await session.scalars(messages)),
            jobs=list(await session.scalars(select(Job).order_by(Job.created_at))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Where deliveries of one partner come in."""

    reception: Reception
    partner: Partner
    inbox: Inbox

    @property
    def database(self) -> Database:
        return self.reception.database

    async def look(self) -> int:
        return await receive(self.reception, self.partner, self.inbox)

    async def known(self) -> Known:
        return await known(self.database)

    async def set_state(self, message_id: UUID, state: str, **more: object) -> None:
        async with self.database.begin() as session:
            row = await session.get_one(ErnMessage, message_id)
            for name, value in {"state": state, **more}.items():
                setattr(row, name, value)


def reception_of(  # noqa: PLR0913 - each of its own
    database: Database,
    storage: Storage,
    *,
    clock: Clock = system_clock,
    still_s: float = 0,
    file_bytes: int = 1 << 30,
    delivery_files: int = 1000,
) -> Reception:
    return Reception(
        database=database,
        storage=storage,
        clock=clock,
        on_way=nothing,
        limits=Limits(
            file_bytes=file_bytes,
            delivery_bytes=1 << 40,
            delivery_files=delivery_files,
            still=timedelta(seconds=still_s),
        ),
    )


@asynccontextmanager
async def office_of(
    database: Database, storage: Storage, inbox: Inbox, **more: object
) -> AsyncIterator[Office]:
    reception = reception_of(database, storage, **more)  # type: ignore[arg-type]
    yield Office(reception=reception, partner=await partner_of(database), inbox=inbox)
