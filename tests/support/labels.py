"""A label's release, as its messages leave it in the catalogue: rows, and no message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from accounting.deals import DealModel, Subject, SuppliedDeal
from base.database import Database, Session
from catalog.callers import Caller
from catalog.models.ddex import Partner, SuppliedRelease
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.releases import create_release, put_on
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person


@dataclass(frozen=True)
class Labelled:
    """What a label delivered, and whose it is."""

    owner: Caller
    partner_id: UUID
    supplied_id: UUID
    release_id: UUID
    tracks: tuple[UUID, ...]

    def deal(
        self,
        model: DealModel = DealModel.PAID,
        *,
        starts: datetime = NOON,
        track: UUID | None = None,
        **more: object,
    ) -> SuppliedDeal:
        """Answer a deal of the release, or of one of its tracks."""
        return SuppliedDeal(
            subject=Subject.RELEASE if track is None else Subject.TRACK,
            subject_id=track or self.release_id,
            model=model,
            starts=starts,
            **more,  # type: ignore[arg-type] # as the test says
        )


async def labelled(database: Database, *contents: bytes) -> Labelled:
    """Deliver a release whose masters are ready, of which nothing may be had."""
    owner = await person(database, Role.LABEL)
    tracks = [await audible(database, owner, one) for one in contents or (b"song",)]
    async with database.begin() as session:
        release = await create_release(session, owner, title="R", artist="A", now=NOON)
        for one in tracks:
            track = await session.get_one(Track, one)
            await put_on(session, release, track)
            (await session.get_one(Master, track.master_id)).pcm_sha256 = "0" * 64
        partner = Partner(
            id=uuid4(),
            dpid=f"PADPIDA{uuid4().hex[:12].upper()}",
            name="A Label",
            account_id=owner.id,
            state="active",
            severities={},
            keys=[],
            created_by=owner.id,
            created_at=NOON,
            changed_at=NOON,
        )
        session.add(partner)
        await session.flush()
        supplied = await new_supplied(session, partner.id, release.id)
    return Labelled(
        owner=owner,
        partner_id=partner.id,
        supplied_id=supplied.id,
        release_id=release.id,
        tracks=tuple(tracks),
    )


async def new_supplied(session: Session, partner_id: UUID, release_id: UUID) -> SuppliedRelease:
    """Say that a partner tells of a release."""
    supplied = SuppliedRelease(
        id=uuid4(),
        partner_id=partner_id,
        release_id=release_id,
        title="R",
        told_at=NOON,
        message_id="M-1",
        told={},
    )
    session.add(supplied)
    await session.flush()
    return supplied
