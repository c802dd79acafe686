"""One look into the inbox of a partner: what is complete is stored, and its messages become jobs.

It may be ended anywhere, and be done by two at once. A file is stored before the row that tells of
it; a message is a row, and a job, once all of its delivery is stored: in one transaction. What is
seen again is known by the mark that the inbox gives it, and is read no second time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import structlog

from base.clock import Clock
from base.database import Database
from base.errors import Refused
from base.storage.port import Storage
from catalog import deliveries
from catalog.claims import Claims
from catalog.deliveries import StoredFile
from catalog.ern_states import DeliveryState
from catalog.findings import Severity
from catalog.models.ddex import Delivery, Partner
from ingest.ddex.arriving import manifests
from ingest.ddex.arriving.inbox import Inbox
from ingest.ddex.arriving.layouts import Arrived, Entry, Odd, deliveries_in
from ingest.ddex.arriving.manifests import Manifest
from ingest.ddex.arriving.names import shown
from ingest.ddex.arriving.storing import store
from ingest.ddex.findings import Unreadable

log = structlog.get_logger()

#: What came late is looked for so long after a delivery was done.
LATE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one delivery may be; `still` is for how long nothing changes in what is whole."""

    file_bytes: int
    delivery_bytes: int
    delivery_files: int = 20_000
    still: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Where deliveries are taken in, and what is allowed of them.

    `on_way` is called often, and ends a turn by raising: another does it now.
    """

    database: Database
    storage: Storage
    clock: Clock
    limits: Limits
    on_way: Callable[[], Awaitable[None]]
    #: How complete deliveries looked of which all was taken in: it is not asked for again.
    handled: dict[tuple[UUID, str], int] = field(default_factory=dict)

    @property
    def claims(self) -> Claims:
        """By which objects are stored and held."""
        return Claims(database=self.database, storage=self.storage, clock=self.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What a completed delivery says of itself; `waits` where it says that more is to come."""

    manifest: Manifest | None
    odd: tuple[Odd, ...]
    waits: bool


async def receive(reception: Reception, partner: Partner, inbox: Inbox) -> int:
    """Take in what is complete in an inbox; answer how many messages are new.

    Raises:
        Unavailable: the inbox, the storage or the database is away; what was taken in, is.

    """
    now = reception.clock()
    async with reception.database.read() as session:
        known = await deliveries.open_deliveries(session, partner.id, since=now - LATE)
        settled = await deliveries.settled_names(session, partner.id, since=now - LATE)
    done = {name for name, row in known.items() if row.state == DeliveryState.DONE}
    entries = await inbox.entries(settled=settled)
    new = 0
    for one in deliveries_in(entries, now=now, still=reception.limits.still, ended=done):
        await reception.on_way()
        row = known.get(one.name) or await _seen(reception, partner, inbox, one)
        new += await _receive_one(reception, partner, inbox, row, one)
    return new


async def _seen(reception: Reception, partner: Partner, inbox: Inbox, arrived: Arrived) -> Delivery:
    async with reception.database.begin() as session:
        row = await deliveries.see_delivery(
            session,
            partner.id,
            arrived.name,
            way=inbox.way,
            layout=arrived.layout,
            now=reception.clock(),
        )
    log.info("delivery seen", delivery=str(row.id), partner=partner.dpid, name=arrived.name)
    return row


async def _receive_one(
    reception: Reception, partner: Partner, inbox: Inbox, row: Delivery, arrived: Arrived
) -> int:
    if not arrived.is_complete:
        await _note(reception, row, arrived.odd)
        return 0
    if (too_much := _too_much(arrived, reception.limits)) is not None:
        await _fail(reception, row, [*arrived.odd, too_much])
        return 0
    try:
        if row.completed_at is not None:
            return await _receive_late(reception, partner, inbox, row, arrived)
        return await _receive_first(reception, partner, inbox, row, arrived)
    except Refused as refused:
        if refused.code != "file-changed":
            raise
        log.info("delivery is being changed", delivery=str(row.id), partner=partner.dpid)
        return 0


async def _receive_first(
    reception: Reception, partner: Partner, inbox: Inbox, row: Delivery, arrived: Arrived
) -> int:
    """Store what is said to be complete, each file by itself; then let it be complete."""
    listing = await _listing(inbox, arrived)
    odd = [*arrived.odd, *listing.odd, *_too_large(arrived, reception.limits)]
    if listing.waits:
        await _note(reception, row, odd)
        return 0
    for one in await _not_stored(reception, row, arrived):
        file = await _store(reception, inbox, arrived, one)
        async with reception.database.begin() as session:
            await deliveries.add_file(session, row.id, partner.id, file, now=reception.clock())
    if listing.manifest is not None:
        differing = await _differing(reception, row, arrived, listing.manifest)
        if differing:
            await _note(reception, row, [*odd, *differing])
            return 0
    if not arrived.messages:
        await _fail(reception, row, [*odd, _no_messages()])
        return 0
    is_unlisted = arrived.marker is not None and listing.manifest is None
    return await _complete(
        reception,
        partner,
        row,
        arrived,
        odd=odd,
        late=(),
        is_unlisted=is_unlisted,
        is_test=listing.manifest is not None and listing.manifest.is_test,
    )


async def _receive_late(
    reception: Reception, partner: Partner, inbox: Inbox, row: Delivery, arrived: Arrived
) -> int:
    """Store what came after a delivery was complete, once it is still: nothing says it is whole.

    Its rows are written together with what becomes of them, so that none is ever forgotten.
    """
    place, looks = (partner.id, arrived.name), hash(arrived.files)
    if reception.handled.get(place) == looks:
        return 0
    late = await _not_stored(reception, row, arrived)
    now = reception.clock()
    still = [one for one in late if now - one.changed_at >= reception.limits.still]
    stored = [await _store(reception, inbox, arrived, one) for one in still]
    if len(still) == len(late):
        reception.handled[place] = looks
    if not stored:
        return 0
    odd = [*arrived.odd, *_too_large(arrived, reception.limits)]
    return await _complete(
        reception,
        partner,
        row,
        arrived,
        odd=odd,
        late=stored,
        is_unlisted=row.is_unlisted,
        is_test=row.is_test,
    )


async def _note(reception: Reception, row: Delivery, odd: Sequence[Odd]) -> None:
    told = [one.as_json() for one in odd]
    if row.completed_at is None and row.findings != told:
        async with reception.database.begin() as session:
            await deliveries.note_found(session, row.id, told)


async def _fail(reception: Reception, row: Delivery, odd: Sequence[Odd]) -> None:
    told = [one.as_json() for one in odd]
    is_told = row.findings == told
    if row.completed_at is not None or (row.state == DeliveryState.FAILED and is_told):
        return
    async with reception.database.begin() as session:
        await deliveries.fail_delivery(session, row.id, told, now=reception.clock())
    log.warning("delivery failed", delivery=str(row.id), why=odd[-1].code)


async def _listing(inbox: Inbox, arrived: Arrived) -> _Listing:
    """Read the manifest of a delivery, if it has one."""
    marker = arrived.marker
    if marker is None or not marker.size_bytes:
        return _Listing(manifest=None, odd=(), waits=False)
    content = bytearray()
    if marker.size_bytes <= manifests.MOST_BYTES:
        async for chunk in inbox.read(replace(marker, path=f"{arrived.name}/{marker.path}")):
            content += chunk
        if not manifests.is_xml(bytes(content)):
            return _Listing(manifest=None, odd=(_no_list(marker),), waits=False)
    try:
        manifest = manifests.parse(bytes(content))
    except Unreadable as error:
        return _Listing(manifest=None, odd=(_unreadable(marker, error),), waits=True)
    compared = manifests.compare(manifest, arrived.messages, delivery=arrived.name)
    return _Listing(manifest=manifest, odd=compared.odd, waits=not compared.is_whole)


async def _not_stored(reception: Reception, row: Delivery, arrived: Arrived) -> list[Entry]:
    async with reception.database.read() as session:
        stored = {(one.path, one.mark) for one in await deliveries.files_of(session, row.id)}
    return [
        one
        for one in arrived.files
        if (one.path, one.mark) not in stored and one.size_bytes <= reception.limits.file_bytes
    ]


async def _store(reception: Reception, inbox: Inbox, arrived: Arrived, entry: Entry) -> StoredFile:
    whole = replace(entry, path=f"{arrived.name}/{entry.path}")
    return await store(inbox, whole, reception.claims, path=entry.path, on_way=reception.on_way)


async def _complete(  # noqa: PLR0913 - all that a delivery came to
    reception: Reception,
    partner: Partner,
    row: Delivery,
    arrived: Arrived,
    *,
    odd: Sequence[Odd],
    late: Sequence[StoredFile],
    is_unlisted: bool,
    is_test: bool,
) -> int:
    """Write down that a delivery is complete, or has more than it had; answer its new messages."""
    now, new, woken = reception.clock(), 0, 0
    async with reception.database.begin() as session:
        added = [
            await deliveries.add_file(session, row.id, partner.id, one, now=now) for one in late
        ]
        if any(added) or row.completed_at is None:
            messages = await deliveries.complete_delivery(
                session,
                partner,
                row.id,
                {one.path: one.mark for one in arrived.files if one.path in arrived.messages},
                is_unlisted=is_unlisted,
                is_urgent=arrived.is_urgent,
                is_test=is_test,
                findings=[one.as_json() for one in odd],
                now=now,
            )
            new = len(messages)
            woken = await deliveries.wake_waiting(
                session, partner.id, row.id, is_late=any(added), now=now
            )
    names = {"delivery": str(row.id), "partner": partner.dpid}
    log.info("delivery taken", messages=new, late=sum(added), woken=woken, **names)
    return new


async def _differing(
    reception: Reception, row: Delivery, arrived: Arrived, manifest: Manifest
) -> tuple[Odd, ...]:
    async with reception.database.read() as session:
        files = await deliveries.files_of(session, row.id)
    marks = {one.path: one.mark for one in arrived.files if one.path in arrived.messages}
    digests = {one.path: one.digests for one in files if marks.get(one.path) == one.mark}
    return manifests.differing(manifest, digests, delivery=arrived.name)


def _too_much(arrived: Arrived, limits: Limits) -> Odd | None:
    size = sum(one.size_bytes for one in arrived.files)
    if len(arrived.files) <= limits.delivery_files and size <= limits.delivery_bytes:
        return None
    return Odd(
        code="too-much",
        severity=Severity.ERROR,
        text=f"A delivery has at most {limits.delivery_files} files and {limits.delivery_bytes} "
        f"bytes, and this has {len(arrived.files)} and {size}: send it in several.",
    )


def _too_large(arrived: Arrived, limits: Limits) -> list[Odd]:
    return [
        Odd(
            code="too-large",
            severity=Severity.ERROR,
            text=f"{shown(one.path)} has {one.size_bytes} bytes, and a file at most "
            f"{limits.file_bytes}: it is not taken.",
            about=shown(one.path),
        )
        for one in arrived.files
        if one.size_bytes > limits.file_bytes
    ]


def _no_list(marker: Entry) -> Odd:
    return Odd(
        code="marker-no-manifest",
        severity=Severity.WARNING,
        text=f"{shown(marker.name)} is no XML: it counts as a mark that lists nothing.",
        about=shown(marker.name),
    )


def _unreadable(marker: Entry, error: Unreadable) -> Odd:
    return Odd(
        code="manifest-unreadable",
        severity=Severity.ERROR,
        text=f"{shown(marker.name)} cannot be read: {error.sentence} The batch waits for another.",
        about=shown(marker.name),
    )


def _no_messages() -> Odd:
    return Odd(
        code="no-messages",
        severity=Severity.ERROR,
        text="It is said to be complete, and has no message: each release is a folder with an XML "
        "file in it, beside its resources.",
    )
