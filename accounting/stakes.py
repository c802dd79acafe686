"""How far somebody is on the way to owning tracks, and which deals there are of these: at once.

Whoever shows tracks with what the next play costs asks for both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import cast, literal, null, union_all

from accounting.deal_rows import DEAL_COLUMNS, asking_deals, deals_in
from accounting.deals import Deal
from base.database import Session
from catalog.plays import STANDINGS, Standing

#: What stands where deals have their subject.
_STANDING = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """Standings by recording, and deals by track: of those that have any."""

    standings: Mapping[UUID, Standing] = field(default_factory=dict)
    deals: Mapping[UUID, tuple[Deal, ...]] = field(default_factory=dict)


async def stakes_of(
    session: Session, listener_id: UUID, *, tracks: Collection[UUID], recordings: Collection[UUID]
) -> Stakes:
    """Answer the standings of somebody, and all deals, those that ended too."""
    told = {"tracks": tracks, "listener": listener_id, "ids": recordings}
    rows = (await session.execute(_QUESTION, told)).all()
    standings = (one for one in rows if one.subject == _STANDING)
    return Stakes(
        standings={
            one.about: Standing(plays=one.plays, owned_at=one.owned_at) for one in standings
        },
        deals=deals_in(one for one in rows if one.subject != _STANDING),
    )


_HEARD = STANDINGS.selected_columns
_NO_STANDING = (
    cast(null(), _HEARD.plays.type).label("plays"),
    cast(null(), _HEARD.owned_at.type).label("owned_at"),
)
_NO_DEAL = tuple(null() for _ in DEAL_COLUMNS)
_QUESTION = union_all(
    *(one.add_columns(*_NO_STANDING) for one in asking_deals()),
    STANDINGS.with_only_columns(
        _HEARD.recording_id, literal(_STANDING), *_NO_DEAL, _HEARD.plays, _HEARD.owned_at
    ),
)
