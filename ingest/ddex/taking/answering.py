"""What is answered to a message: who, to whom, of which releases, and what became of it."""

from __future__ import annotations

from pathlib import PurePosixPath

from catalog.ern_messages import Arrived
from ingest.ddex.acknowledging import Acknowledged, Correspondent
from ingest.ddex.canonical import Identifier, Message
from ingest.ddex.taking.judged import Ready
from ingest.ddex.taking.names import key_of_recording
from ingest.ddex.taking.occasion import Occasion
from ingest.ddex.taking.taking import Ending
from ingest.ddex.versions import MessageKind

_US = "Refrain"
_BATCH = "batch"


def answer_of(ready: Ready, ending: Ending, occasion: Occasion) -> Acknowledged:
    """Answer what is told to who sent a message."""
    arrived, message = occasion.arrived, ready.message
    partner, is_batch = arrived.partner, arrived.delivery.layout == _BATCH
    return Acknowledged(
        us=Correspondent(dpid=occasion.party_id, name=_US),
        to=Correspondent(
            dpid=message.header.sender if message else partner.dpid, name=partner.name
        ),
        message_id=f"{arrived.row.id.hex}-{arrived.row.asked}",
        created_at=occasion.now,
        state=ending.state,
        about=message.kind if message else MessageKind.NEW_RELEASE,
        about_id=message.header.message_id if message else "",
        batch_id=arrived.delivery.name if is_batch else "",
        releases=_releases(message),
        delivered_as=_folder(arrived),
        findings=ending.findings,
        affected=_affected(message, frozenset(ending.affected)),
    )


def _releases(message: Message | None) -> tuple[tuple[Identifier, ...], ...]:
    if message is None:
        return ()
    if message.kind is MessageKind.PURGE:
        return message.purged
    main = message.main_release
    return (main.identifiers,) if main else ()


def _affected(message: Message | None, keys: frozenset[str]) -> list[tuple[Identifier, ...]]:
    resources = message.resources if message and keys else ()
    return [one.identifiers for one in resources if key_of_recording(one) in keys]


def _folder(arrived: Arrived) -> str:
    folder = PurePosixPath(arrived.row.path).parent.name
    return folder or arrived.delivery.name
