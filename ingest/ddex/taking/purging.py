"""A message that purges: what it names is withdrawn, and what was told of it before stays so.

Only who delivered music may purge it: names are looked for among what its own partner delivered.
"""

from __future__ import annotations

from collections.abc import Sequence

from base.database import Session
from catalog.ern_messages import message_told, order
from catalog.findings import Severity
from catalog.models.ddex import SuppliedRelease
from catalog.supplied import (
    new_release,
    note_names,
    others_named,
    purge_told,
    releases_named,
    releases_with_tracks_named,
)
from catalog.supplied_facts import Name, Told
from ingest.ddex.canonical import Message
from ingest.ddex.findings import MessageFinding, Status, found_at
from ingest.ddex.taking.names import purged_names
from ingest.ddex.taking.occasion import Occasion
from ingest.ddex.taking.releases import withdraw_purged


async def of_authority(
    session: Session, message: Message, occasion: Occasion
) -> list[MessageFinding]:
    """Find what is to be purged that another partner delivered, and this one never did."""
    found = []
    for named in message.purged:
        names = purged_names(named)
        own = await releases_named(session, occasion.partner_id, names)
        own = own or await releases_with_tracks_named(session, occasion.partner_id, names)
        if not own and await others_named(session, occasion.partner_id, names):
            text = (
                "What is to be purged was delivered by somebody else: only who delivered it, or on "
                "whose behalf it was, can purge it."
            )
            place = message.header.place
            rule = "purge-of-another"
            found.append(found_at(place, rule, Status.RIGHTS_CONFLICT, text, Severity.ERROR))
    return found


async def take_purge(
    session: Session, message: Message, occasion: Occasion
) -> Sequence[SuppliedRelease]:
    """Purge what a message names; answer the releases that are meant, as far as they are known.

    The caller holds the lock of the partner.
    """
    about: dict[str, SuppliedRelease] = {}
    for named in message.purged:
        names = purged_names(named)
        tombstone = await _note(session, names, occasion)
        found = await releases_named(session, occasion.partner_id, names)
        for supplied in found:
            await _purge(session, supplied, occasion)
        for supplied in await releases_with_tracks_named(session, occasion.partner_id, names):
            await _take_up(session, supplied, occasion)
        about |= {str(one.id): one for one in found or [tombstone]}
    return list(about.values())


async def _note(session: Session, names: Sequence[Name], occasion: Occasion) -> SuppliedRelease:
    """Write down that something was purged: whatever was told of it before stays withdrawn."""
    known = await purge_told(session, occasion.partner_id, occasion.told, names)
    if known is not None:
        return known
    tombstone = new_release(occasion.partner_id, occasion.told, title="", is_tombstone=True)
    session.add(tombstone)
    await session.flush()
    await note_names(session, tombstone.id, {"": names})
    return tombstone


async def _purge(session: Session, supplied: SuppliedRelease, occasion: Occasion) -> None:
    said = Told(at=supplied.told_at, message=supplied.message_id)
    if occasion.told < said:
        return  # it was delivered again since
    before = supplied.purged_at
    supplied.purged_at = max(before or occasion.told.at, occasion.told.at)
    if before is None:
        await withdraw_purged(session, supplied, occasion)


async def _take_up(session: Session, supplied: SuppliedRelease, occasion: Occasion) -> None:
    """Ask that a release is taken again, as a track of it was purged by itself."""
    told = Told(at=supplied.told_at, message=supplied.message_id)
    message_id = await message_told(session, occasion.partner_id, told)
    if message_id is not None:
        await order(session, [message_id], request_id=occasion.request_id, now=occasion.now)
