"""Who hears music of their own: whoever acts for the account that a recording belongs to.

What a band's members play of the band says nothing of listeners, so what is told to all counts
it nowhere, whatever it cost. What somebody heard before they became a member counts, whenever it is
counted.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists

from catalog.models.base import table_of
from catalog.models.music import Recording
from catalog.models.people import Member

_MEMBERS, _RECORDINGS = table_of(Member).c, table_of(Recording).c


def acts_for_its_owner(
    listener: ColumnElement[UUID],
    recording: ColumnElement[UUID],
    *,
    at: ColumnElement[datetime] | None = None,
) -> ColumnElement[bool]:
    """Say that a listener is a member of the account that a recording belongs to, since `at`."""
    since = () if at is None else (_MEMBERS.since <= at,)
    return exists().where(
        _MEMBERS.person_id == listener,
        _MEMBERS.account_id == _RECORDINGS.owner_id,
        _RECORDINGS.id == recording,
        *since,
    )
