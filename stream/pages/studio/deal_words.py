"""Deals as people read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from accounting.deals import Deal, DealModel, DealUse, Subject
from stream.pages.language import N_
from stream.pages.studio.countries import country_name

MODELS = {
    DealModel.PAID: N_("paid for, on the way to owning"),
    DealModel.FREE: N_("for nothing"),
    DealModel.UNAVAILABLE: N_("not to be had"),
}
USES = {
    DealUse.STREAM: N_("To be heard, not kept."),
    DealUse.DOWNLOAD: N_("To be kept, not heard."),
}


def deal_words(deals: Collection[Deal], *, language: str, now: datetime) -> Sequence[Any]:
    """Tell deals of a release, what was said last first."""
    of_release = {one.id: one for one in deals if one.subject is Subject.RELEASE and _says(one)}
    newest = sorted(of_release.values(), key=lambda one: one.made_at, reverse=True)
    return [
        {
            "id": str(one.id),
            "model": MODELS[one.model],
            "uses": [] if one.uses is None else [USES[use] for use in sorted(one.uses)],
            "is_by_day": one.starts_on is not None or one.ends_on is not None,
            "is_supplied": one.is_supplied,
            "territories": None
            if one.territories is None
            else [country_name(code, language) for code in sorted(one.territories)],
            "excluded": [country_name(code, language) for code in sorted(one.excluded)],
            "starts": one.starts_at,
            "ends": one.ends_at,
            "is_over": one.ends_at is not None and one.ends_at <= now,
        }
        for one in newest
    ]


def _says(deal: Deal) -> bool:
    """Answer whether it is about any use; what is not, is there so that no deal means none."""
    return deal.uses is None or bool(deal.uses)
