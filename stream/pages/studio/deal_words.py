"""Deals as people read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from accounting.deals import Deal, DealModel, Subject
from stream.pages.language import N_
from stream.pages.studio.countries import country_name

MODELS = {
    DealModel.PAID: N_("paid for, on the way to owning"),
    DealModel.FREE: N_("for nothing"),
    DealModel.UNAVAILABLE: N_("not to be had"),
}


def deal_words(deals: Collection[Deal], *, language: str, now: datetime) -> Sequence[Any]:
    """Tell deals of a release, what was said last first."""
    of_release = {one.id: one for one in deals if one.subject is Subject.RELEASE}
    newest = sorted(of_release.values(), key=lambda one: one.made_at, reverse=True)
    return [
        {
            "id": str(one.id),
            "model": MODELS[one.model],
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
