"""Who is told of the plays and sales of music: labels of their own, societies of all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.keysets import behind
from catalog.models.people import Account
from catalog.models.sales_reports import ReportRecipient
from catalog.public_keys import checked_key

_DPID = re.compile(r"PADPIDA[A-Za-z0-9]{1,33}", re.ASCII)
#: Names and addresses; a user's name is what a shell takes for one.
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,255}", re.ASCII)
_USER = re.compile(r"[A-Za-z0-9._@-]{1,100}", re.ASCII)
_FOLDER = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,400}")
_PORTS = range(1, 65536)
_MOST = 500
#: What recipients are named in by the keys under which they were added.
_KEYED = UUID("8e2f6f0a-6a0c-4c0a-9d5e-2f8e7a1b3c4d")


class ReportForm(StrEnum):
    """What a report is written in."""

    BASIC_AUDIO = "basic-audio"
    FINANCIAL = "financial"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where reports are sent to by SFTP, and the key that the server there must show.

    Raises:
        Refused: `report-place-unfit` or `key-invalid`, 422: no server can be meant by it.

    """

    host: str
    user: str
    host_key: str
    port: int = 22
    folder: str = "."

    def __post_init__(self) -> None:
        """Refuse what would be read as something else."""
        wrong = [
            says
            for says, is_fit in (
                ("the host is the name or the address of a server", _HOST.fullmatch(self.host)),
                ("the port is a number up to 65535", self.port in _PORTS),
                ("the user is a name of letters, digits and `._@-`", _USER.fullmatch(self.user)),
                ("the folder has no control characters", _FOLDER.fullmatch(self.folder)),
            )
            if not is_fit
        ]
        if wrong:
            raise Refused("report-place-unfit", f"Please look again: {wrong[0]}.", status=422)
        checked_key(self.host_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets reports: of an account's music, or (None) of all, in which form, and where."""

    account_id: UUID | None
    name: str
    dpid: str
    form: ReportForm
    template: Mapping[str, Any] | None = None
    place: Place | None = None
    is_active: bool = True

    def __post_init__(self) -> None:
        """Refuse what no report can be made for.

        Raises:
            Refused: `report-recipient-unfit`, 422.

        """
        wrong = [
            says
            for says, is_fit in (
                ("the DPID begins with PADPIDA, as DDEX gives it", _DPID.fullmatch(self.dpid)),
                (
                    "a template goes with the form `csv`, and only with it",
                    (self.template is None) == (self.form is not ReportForm.CSV),
                ),
                (
                    "what somebody earned is told of one account: say of which",
                    self.form is ReportForm.BASIC_AUDIO or self.account_id is not None,
                ),
            )
            if not is_fit
        ]
        if wrong:
            raise Refused("report-recipient-unfit", f"Please look again: {wrong[0]}.", status=422)


async def add_recipient(
    session: Session, said: Recipient, by: Caller, *, key: str, now: datetime
) -> ReportRecipient:
    """Have somebody told, beginning with the month that is closed next; once under a key.

    Raises:
        Refused: `account-unknown`, 404; `report-recipients-too-many`, 409.

    """
    recipient_id = uuid5(_KEYED, key)
    if (known := await session.get(ReportRecipient, recipient_id)) is not None:
        return known
    await _require_account(session, said.account_id)
    if (await session.scalar(select(func.count()).select_from(ReportRecipient)) or 0) >= _MOST:
        raise Refused("report-recipients-too-many", f"There may be {_MOST}.", status=409)
    row = ReportRecipient(
        id=recipient_id, created_by=by.id, created_at=now, changed_at=now, **_columns(said)
    )
    session.add(row)
    await session.flush()
    await note_act(session, by, Act.RECIPIENT_ADDED, row.id, now=now, facts=_facts(said))
    return row


async def change_recipient(
    session: Session, recipient_id: UUID, said: Recipient, by: Caller, *, now: datetime
) -> ReportRecipient:
    """Tell somebody otherwise from now on; what was made stays as it is.

    Raises:
        Refused: `report-recipient-unknown` or `account-unknown`, 404.

    """
    row = await recipient_of(session, recipient_id, is_locked=True)
    await _require_account(session, said.account_id)
    for name, value in _columns(said).items():
        setattr(row, name, value)
    row.changed_at = now
    await session.flush()
    await note_act(session, by, Act.RECIPIENT_CHANGED, row.id, now=now, facts=_facts(said))
    return row


async def recipient_of(
    session: Session, recipient_id: UUID, *, is_locked: bool = False
) -> ReportRecipient:
    """Answer a recipient.

    Raises:
        Refused: `report-recipient-unknown`, 404.

    """
    row = await session.get(
        ReportRecipient, recipient_id, with_for_update=is_locked or None, populate_existing=True
    )
    if row is None:
        raise unknown_recipient()
    return row


def unknown_recipient() -> Refused:
    """Say that there is none."""
    return Refused("report-recipient-unknown", "Nobody gets reports by this name.", status=404)


async def recipients(
    session: Session, *, after: tuple[datetime, UUID] | None = None, limit: int
) -> Sequence[ReportRecipient]:
    """Answer all recipients, the newest first."""
    place = (ReportRecipient.created_at, ReportRecipient.id)
    query = select(ReportRecipient).order_by(*(one.desc() for one in place)).limit(limit)
    if after is not None:
        query = query.where(behind(place, after, descending=True))
    return (await session.scalars(query)).all()


def place_of(row: ReportRecipient) -> Place | None:
    """Answer where a recipient's reports are sent to; nothing, where they are fetched."""
    if row.host is None:
        return None
    return Place(
        host=row.host,
        port=row.port or 22,
        user=row.user or "",
        host_key=row.host_key or "",
        folder=row.folder or ".",
    )


def _columns(said: Recipient) -> dict[str, Any]:
    place = said.place
    names = ("host", "port", "user", "host_key", "folder")
    return {
        "account_id": said.account_id,
        "name": said.name,
        "dpid": said.dpid,
        "form": said.form,
        "template": None if said.template is None else dict(said.template),
        "is_active": said.is_active,
        **{name: None if place is None else getattr(place, name) for name in names},
    }


def _facts(said: Recipient) -> dict[str, object]:
    """Answer what is written down of it: of whom, and where it goes to."""
    return {
        "account": None if said.account_id is None else str(said.account_id),
        "form": said.form,
        "active": said.is_active,
        "host": None if said.place is None else said.place.host,
    }


async def _require_account(session: Session, account_id: UUID | None) -> None:
    if account_id is not None and await session.get(Account, account_id) is None:
        raise Refused("account-unknown", "There is no such account.", status=404)
