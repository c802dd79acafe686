"""Deals as they are kept become offers that never overlap: what holds where, from when until when.

Of all deals that say something of a track one counts at each place and time (`accounting.deals`);
a message says only what comes of that, so that whoever reads it needs no rules of ours. What
ended is left out: a message tells all that still holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from accounting.deals import Deal, DealModel, deal_for
from ingest.ddex.export.facts import Model, Offer

#: A territory that no deal names: all of these are alike.
_ELSEWHERE = ""
_MODELS = {DealModel.PAID: Model.PAID, DealModel.FREE: Model.FREE}


def offers_of(
    deals: Sequence[Deal],
    *,
    is_free: bool,
    out_at: datetime,
    now: datetime,
    countries: frozenset[str],
) -> tuple[Offer, ...]:
    """Answer what is to be had from when it came out on; `is_free` where nobody pays for it.

    No two offers are for one place at one time. What a deal names that is none of the `countries`
    is nowhere.
    """
    named = sorted({one for deal in deals for one in _named(deal)} & countries)
    found = list[Offer]()
    for begins, ends in _spans(deals, out_at):
        for offer in _at(deals, named, begins, ends, is_free=is_free):
            _add(found, offer)
    held = (one for one in found if one.ends_at is None or one.ends_at > now)
    return tuple(sorted(held, key=lambda one: (one.starts_at, one.model, one.is_all_but)))


def _named(deal: Deal) -> frozenset[str]:
    return (deal.territories or frozenset()) | deal.excluded


def _spans(deals: Sequence[Deal], out_at: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """Answer the times between which nothing changes, the last without an end."""
    moments = {out_at}
    for deal in deals:
        moments |= {one for one in (deal.starts_at, deal.ends_at) if one and one > out_at}
    begins = sorted(moments)
    yield from zip(begins, [*begins[1:], None], strict=True)


def _at(
    deals: Sequence[Deal],
    named: Sequence[str],
    begins: datetime,
    ends: datetime | None,
    *,
    is_free: bool,
) -> Iterator[Offer]:
    by_model = defaultdict[Model, set[str]](set)
    for territory in (_ELSEWHERE, *named):
        model = _MODELS.get(deal_for(deals, at=begins, territory=territory).model)
        if model is not None:
            by_model[Model.FREE if is_free else model].add(territory)
    for model, places in by_model.items():
        is_all_but = _ELSEWHERE in places
        territories = frozenset(set(named) - places if is_all_but else places)
        yield Offer(
            model=model,
            territories=territories,
            is_all_but=is_all_but,
            starts_at=begins,
            ends_at=ends,
        )


def _add(found: list[Offer], offer: Offer) -> None:
    """Add an offer, or let the one before go on that says the same."""
    for number, one in enumerate(found):
        if one.ends_at == offer.starts_at and _says(one) == _says(offer):
            found[number] = replace(one, ends_at=offer.ends_at)
            return
    found.append(offer)


def _says(offer: Offer) -> tuple[Model, frozenset[str], bool]:
    return offer.model, offer.territories, offer.is_all_but
