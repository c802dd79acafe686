"""On what occasion a message is taken: whose it is, when it was told, and by which request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from catalog.callers import Caller
from catalog.ern_messages import Arrived
from catalog.supplied_facts import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A message that came, for whose account, when it was made, and what the house says.

    `reviews` says whether others look at music before all hear it, unless told; `party_id` is our
    own DPID.
    """

    arrived: Arrived
    caller: Caller
    told: Told
    request_id: str
    now: datetime
    reviews: bool = False
    party_id: str = ""

    @property
    def partner_id(self) -> UUID:
        """Who sent it."""
        return self.arrived.partner.id
