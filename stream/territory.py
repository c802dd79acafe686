"""Where who asks is, as far as we know: where they say they live, or where the house is."""

from __future__ import annotations

from uuid import UUID

from base.database import Session
from base.settings import Settings
from catalog.people import country_of


async def territory_of(session: Session, account_id: UUID, settings: Settings) -> str | None:
    """Answer a country as ISO 3166-1 writes it."""
    return await country_of(session, account_id) or settings.territory or None
